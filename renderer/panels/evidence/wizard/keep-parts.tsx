/** What the two dialogs that keep a format share: its name, where it is kept, and how many records it reads. */
import { type ReactNode, useState } from 'react';
import type { Preview } from '../../../../shared/evidence';
import type { Problem } from '../../../../shared/problem';
import { CANCELLED } from '../../../state/engine';
import { useEngine, useTell } from '../../../state/hooks';
import { Button } from '../../../ui/button';
import { countText } from '../../../ui/event-text';

export interface Keeping {
  readonly toCase: boolean;
  readonly toLibrary: boolean;
  readonly setToCase: (isOn: boolean) => void;
  readonly setToLibrary: (isOn: boolean) => void;
  /** A place is chosen, and nothing is being kept at this moment. */
  readonly canKeep: boolean;
  readonly problem: Problem | null;
  readonly keep: (text: string) => Promise<void>;
}

export function useKeeping(onKept: (formatId: string) => void): Keeping {
  const engine = useEngine();
  const tell = useTell();
  const [toCase, setToCase] = useState(true);
  const [toLibrary, setToLibrary] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const keep = async (text: string): Promise<void> => {
    setBusy(true);
    setProblem(null);
    const kept = await engine.call('format.save', { text, toCase, toLibrary });
    setBusy(false);
    if (kept.ok) {
      tell(`The format ${kept.value.title} is kept`, toCase);
      onKept(kept.value.id);
    } else if (kept.problem.code !== CANCELLED) setProblem(kept.problem);
  };
  const canKeep = !busy && (toCase || toLibrary);
  return { toCase, toLibrary, setToCase, setToLibrary, canKeep, problem, keep };
}

interface KeepActionsProps {
  readonly keeping: Keeping;
  readonly ready: boolean;
  readonly onKeep: () => void;
  readonly onClose: () => void;
}

export function KeepActions({ keeping, ready, onKeep, onClose }: KeepActionsProps): ReactNode {
  const { toCase, toLibrary, setToCase, setToLibrary } = keeping;
  return (
    <>
      <fieldset className="wizard-keep">
        <legend className="label">Keep it</legend>
        <label>
          <input type="checkbox" checked={toCase} onChange={(event) => setToCase(event.target.checked)} />
          in this case
        </label>
        <label>
          <input
            type="checkbox"
            checked={toLibrary}
            onChange={(event) => setToLibrary(event.target.checked)}
          />
          in my library, for other cases
        </label>
      </fieldset>
      <span className="spring" />
      <Button onClick={onClose}>Cancel</Button>
      <Button look="primary" disabled={!ready} onClick={onKeep}>
        Keep the format
      </Button>
    </>
  );
}

interface NameFieldsProps {
  readonly title: string;
  readonly id: string;
  readonly onTitle: (title: string) => void;
  readonly onId: (id: string) => void;
}

export function NameFields({ title, id, onTitle, onId }: NameFieldsProps): ReactNode {
  return (
    <>
      <label className="field">
        <span className="label">Name of the format</span>
        <input
          type="text"
          className="text-box"
          value={title}
          maxLength={120}
          spellCheck={false}
          onChange={(event) => onTitle(event.target.value)}
        />
      </label>
      <label className="field">
        <span className="label">Id</span>
        <input
          type="text"
          className="text-box mono"
          value={id}
          maxLength={60}
          spellCheck={false}
          title="Name of its file, and the data set of its events"
          onChange={(event) => onId(event.target.value)}
        />
      </label>
    </>
  );
}

/** Records that became an event. */
export function readRecords(preview: Preview | null): Preview['records'] {
  return preview?.records.filter(({ event, reject }) => event !== null && reject === null) ?? [];
}

export function ReadCount({ preview, isStale }: { preview: Preview | null; isStale: boolean }): ReactNode {
  return (
    <p className="wizard-count" role="status">
      {preview === null ? (
        'Reading the first records…'
      ) : (
        <>
          <strong>
            {countText(readRecords(preview).length)} of {countText(preview.records.length)}
          </strong>{' '}
          first records read{isStale && <span className="label"> · reading again…</span>}
        </>
      )}
    </p>
  );
}
