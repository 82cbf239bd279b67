/** Names a view and keeps it in the case; its rows may lie on the timeline as a lane of their own. */
import { type ReactNode, useState } from 'react';
import type { Problem } from '../../shared/problem';
import type { SourceColumn } from '../../shared/protocol';
import { useAnnounce, useCase, useWork } from '../state/hooks';
import type { ViewDraft } from '../state/work';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { ProblemText } from '../ui/problem-text';
import { baseName } from './result-cell';
import './save-view-dialog.css';

export interface SaveViewDialogProps {
  /** Without name and lane, which are asked for here. */
  readonly draft: Omit<ViewDraft, 'name' | 'lane'>;
  /** The view that is being changed; it may be saved as another instead. */
  readonly saved: { readonly id: string; readonly name: string } | null;
  readonly suggestion: string;
  readonly columns: readonly SourceColumn[];
  /** Lane asked for to begin with. */
  readonly lane: boolean;
  readonly onSaved: (saved: { id: string; name: string }) => void;
  readonly onClose: () => void;
}

/** Columns that place a row on the timeline: when, until when, called what. */
export function laneOf(columns: readonly SourceColumn[]): ViewDraft['lane'] {
  const times = columns.filter(({ role }) => role === 'time');
  const named = (list: readonly SourceColumn[], ...names: readonly string[]): string | undefined =>
    names.flatMap((name) => list.find((column) => baseName(column.name) === name)?.name ?? [])[0];
  const time = named(times, 'timestamp', 'started_at') ?? times[0]?.name;
  if (time === undefined) return null;
  const own = times.filter(({ name }) => name.length === baseName(name).length);
  const label = named(columns, 'message', 'name', 'point_name') ?? null;
  return { time, end: named(own, 'ended_at') ?? null, label };
}

export function SaveViewDialog(props: SaveViewDialogProps): ReactNode {
  const { draft, saved, columns } = props;
  const { saveView, views } = useWork();
  const announce = useAnnounce();
  const readOnly = useCase()?.readOnly ?? null;
  const before = views.find(({ id }) => id === saved?.id);
  const [name, setName] = useState(saved?.name ?? props.suggestion);
  const [lane, setLane] = useState<ViewDraft['lane']>(before?.lane ?? (props.lane ? laneOf(columns) : null));
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const guess = laneOf(columns);
  const times = columns.filter(({ role }) => role === 'time');

  const save = async (id: string | null): Promise<void> => {
    const given = name.trim();
    if (given === '' || busy) return;
    setBusy(true);
    const outcome = await saveView(id, { ...draft, name: given, lane });
    setBusy(false);
    if (!outcome.ok) {
      setProblem(outcome.problem);
      return;
    }
    announce(`Saved as ${given}`);
    props.onSaved({ id: outcome.value, name: given });
    props.onClose();
  };
  return (
    <Dialog
      open
      title="Save the view"
      description="Kept in the case: its rows are worked out anew whenever it is opened."
      size="narrow"
      onClose={props.onClose}
      actions={
        <>
          <Button onClick={props.onClose}>Cancel</Button>
          {saved !== null && (
            <Button disabled={busy || readOnly !== null} onClick={() => void save(null)}>
              Save as another
            </Button>
          )}
          <Button
            look="primary"
            disabled={busy || name.trim() === '' || readOnly !== null}
            onClick={() => void save(saved?.id ?? null)}
          >
            {saved === null ? 'Save' : 'Save over it'}
          </Button>
        </>
      }
    >
      <form
        className="save-view"
        onSubmit={(event) => {
          event.preventDefault();
          void save(saved?.id ?? null);
        }}
      >
        <label>
          <span className="label">Name</span>
          <input
            type="text"
            className="text-box"
            maxLength={200}
            value={name}
            onFocus={(event) => event.currentTarget.select()}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <label className="save-view-check">
          <input
            type="checkbox"
            checked={lane !== null}
            disabled={guess === null}
            onChange={(event) => setLane(event.target.checked ? guess : null)}
          />
          Show its rows on the timeline, in a lane of their own
        </label>
        {guess === null && <p className="label">Its rows have no time.</p>}
        {lane !== null && times.length > 1 && (
          <div className="save-view-lane">
            <label>
              <span className="label">placed at</span>
              <select
                className="text-box"
                value={lane.time}
                onChange={(event) => setLane({ ...lane, time: event.target.value })}
              >
                {times.map((column) => (
                  <option key={column.name} value={column.name}>
                    {column.label}
                  </option>
                ))}
              </select>
            </label>
            <label>
              <span className="label">until</span>
              <select
                className="text-box"
                value={lane.end ?? ''}
                onChange={(event) => setLane({ ...lane, end: event.target.value || null })}
              >
                <option value="">a point in time</option>
                {times.map((column) => (
                  <option key={column.name} value={column.name}>
                    {column.label}
                  </option>
                ))}
              </select>
            </label>
          </div>
        )}
        {readOnly !== null && <p className="warn">The case is read-only: {readOnly}</p>}
        {problem !== null && <ProblemText problem={problem} />}
      </form>
    </Dialog>
  );
}
