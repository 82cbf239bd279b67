/** One finding, open for writing: title, text, what it cites, the views it shows. Saved when a field is left. */
import { ArrowDown, ArrowUp, Trash2 } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { Finding, SavedView } from '../../../shared/case';
import { useFewEvents } from '../../marks/use-few-events';
import { Button, IconButton } from '../../ui/button';
import { type EventLine, EventList } from '../../ui/event-list';
import { plural } from '../../ui/event-text';
import { Menu } from '../../ui/menu';
import { citeShown, whyNotShown } from './cite-shown';
import { citedEvents, type FindingActs } from './use-findings';

/** Cited events named in the card; the others are a click away. */
const NAMED = 5;

export interface FindingCardProps {
  readonly finding: Finding;
  readonly views: readonly SavedView[];
  readonly acts: FindingActs;
  readonly readOnly: boolean;
  readonly selectedId: string | null;
  /** The filter leaves the selected event out. */
  readonly outside: boolean;
  readonly shown: number;
  readonly isFiltered: boolean;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly onMove: (by: -1 | 1) => void;
  readonly onShow: () => void;
  /** Selects an event the finding cites. */
  readonly onGo: (line: EventLine) => void;
  readonly onCiteShown: () => void;
  readonly onOpenView: (view: SavedView) => void;
}

export function FindingCard(props: FindingCardProps): ReactNode {
  const { finding, acts, readOnly, selectedId } = props;
  const [title, setTitle] = useState(finding.title);
  const [text, setText] = useState(finding.text);
  useEffect(() => setTitle(finding.title), [finding.title]);
  useEffect(() => setText(finding.text), [finding.text]);
  const save = (): void => {
    const given = title.trim() === '' ? finding.title : title.trim();
    if (given !== title) setTitle(given);
    if (given !== finding.title || text !== finding.text) void acts.change(finding, { title: given, text });
  };
  const count = citedEvents(finding);
  const cited = useFewEvents(
    count === 0 ? null : { kind: 'marked', what: 'finding', value: finding.id },
    NAMED,
  );
  const whyNot = whyNotShown(props.shown, props.isFiltered);
  const attached = props.views.filter(({ id }) => finding.views.includes(id));
  const toggle = (view: SavedView): void =>
    void acts.change(finding, {
      views: finding.views.includes(view.id)
        ? finding.views.filter((id) => id !== view.id)
        : [...finding.views, view.id],
    });
  return (
    <div className="finding-card">
      <textarea
        className="text-box whole-width finding-title"
        aria-label="Title of the finding"
        maxLength={300}
        rows={2}
        readOnly={readOnly}
        value={title}
        onChange={(event) => setTitle(event.target.value.replace(/\s*\n\s*/g, ' '))}
        onBlur={save}
      />
      <textarea
        className="text-box whole-width note-text"
        aria-label="What is concluded"
        placeholder="What is concluded, and from what. The report prints it as it stands here."
        rows={Math.min(18, Math.max(4, text.split('\n').length + 1))}
        readOnly={readOnly}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={save}
      />
      {cited !== null && (
        <EventList label="Events cited" lines={cited} currentId={selectedId} dated onGo={props.onGo} />
      )}
      <div className="finding-line">
        <Button look="plain" disabled={count === 0} onClick={props.onShow}>
          {count === 0 ? 'Cites no event yet' : `Show the ${plural(count, 'event')} cited`}
        </Button>
      </div>
      <div className="finding-line">
        <Button
          disabled={readOnly || selectedId === null}
          title={selectedId === null ? 'Select an event first' : 'Cite the selected event (Alt+C)'}
          onClick={() => selectedId !== null && void acts.cite(finding, { eventIds: [selectedId] }, 1)}
        >
          Cite the selected event{selectedId !== null && props.outside ? ' (outside the filter)' : ''}
        </Button>
        <Button
          disabled={readOnly || whyNot !== null}
          title={whyNot === null ? undefined : `Not offered: ${whyNot}`}
          onClick={props.onCiteShown}
        >
          Cite {citeShown(props.shown)}
        </Button>
        <Button
          look="plain"
          disabled={readOnly || selectedId === null || count === 0}
          onClick={() => selectedId !== null && void acts.uncite(finding, selectedId)}
        >
          Uncite the selected
        </Button>
      </div>
      <ul className="finding-views">
        {attached.map((view) => (
          <li key={view.id}>
            <button type="button" className="finding-view" onClick={() => props.onOpenView(view)}>
              {view.name}
            </button>
            <IconButton label={`Leave ${view.name} out`} disabled={readOnly} onClick={() => toggle(view)}>
              ×
            </IconButton>
          </li>
        ))}
      </ul>
      <div className="finding-line">
        <Menu
          trigger={
            <button type="button" className="button plain" disabled={readOnly || props.views.length === 0}>
              {props.views.length === 0 ? 'No saved view to attach' : 'Attach a view…'}
            </button>
          }
          entries={props.views.map((view) => ({
            label: view.name,
            checked: finding.views.includes(view.id),
            run: () => toggle(view),
          }))}
        />
        <span className="finding-space" />
        <IconButton
          label="Earlier in the report"
          disabled={readOnly || props.isFirst}
          onClick={() => props.onMove(-1)}
        >
          <ArrowUp aria-hidden="true" />
        </IconButton>
        <IconButton
          label="Later in the report"
          disabled={readOnly || props.isLast}
          onClick={() => props.onMove(1)}
        >
          <ArrowDown aria-hidden="true" />
        </IconButton>
        <IconButton label="Remove the finding" disabled={readOnly} onClick={() => void acts.remove(finding)}>
          <Trash2 aria-hidden="true" />
        </IconButton>
      </div>
      {finding.by !== null && <p className="label finding-by">by {finding.by}</p>}
    </div>
  );
}
