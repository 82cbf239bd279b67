/** Imports that run, with a way to stop them, and what the last one came to. */
import type { ReactNode } from 'react';
import type { ImportsState } from '../../state/imports';
import { Button } from '../../ui/button';
import { countText, plural } from '../../ui/event-text';
import {
  attentionWords,
  endedLine,
  type ImportDone,
  progressLine,
  progressShare,
  sumLine,
  summariseImport,
} from './import-progress';
import { MiddleText } from './ledger-columns';

export function RunningImports({ imports }: { readonly imports: ImportsState }): ReactNode {
  return imports.running.map((progress) => {
    const stopping = imports.stopping.includes(progress.importId);
    return (
      <section className="import-running" key={progress.importId} aria-label="Import under way">
        <p className="import-name" title={progress.name}>
          {progress.name}
        </p>
        <progress max={1} value={progressShare(progress)} aria-label={`Importing ${progress.name}`} />
        <p className="import-line">
          <span className="label">{stopping ? 'stopping…' : progressLine(progress)}</span>
          <Button look="plain" disabled={stopping} onClick={() => void imports.cancel(progress.importId)}>
            Cancel
          </Button>
        </p>
      </section>
    );
  });
}

export interface ImportResultNoteProps {
  readonly done: ImportDone;
  readonly onShow: (evidenceId: number) => void;
  readonly onDismiss: () => void;
}

/** More rows than this are found by sorting the ledger by status. */
const MOST_LISTED = 6;

export function ImportResultNote({ done, onShow, onDismiss }: ImportResultNoteProps): ReactNode {
  const result = summariseImport(done);
  const isGood = done.status === 'done' && (result.files === 0 || result.unread < result.files);
  const title =
    done.status === 'done'
      ? endedLine(result)
      : done.status === 'cancelled'
        ? 'The import was cancelled; nothing of it was kept'
        : 'The import failed; nothing of it was kept';
  return (
    <section className="import-result" aria-label="Result of the import">
      <p className="import-result-title">
        <span className={isGood ? 'good' : 'warn'} aria-hidden="true">
          {isGood ? '✓' : '!'}
        </span>
        <strong>{title}</strong>
        <Button look="plain" aria-label="Dismiss" onClick={onDismiss}>
          ×
        </Button>
      </p>
      {done.problem !== null && <p className="warn">{done.problem.what}</p>}
      {result.files > 0 && <p className="label">{sumLine(result)}</p>}
      {result.undated > 0 && (
        <p className="warn">{plural(result.undated, 'event')} without a time, kept and shown.</p>
      )}
      {result.attention.length > 0 && (
        <ul className="import-attention">
          {result.attention.slice(0, MOST_LISTED).map((row) => (
            <li key={row.evidence_id}>
              <button type="button" className="link" onClick={() => onShow(row.evidence_id)}>
                <MiddleText text={row.member ?? row.name} />
              </button>
              <span className="warn">{attentionWords(row)}</span>
            </li>
          ))}
          {result.attention.length > MOST_LISTED && (
            <li className="label">
              and {countText(result.attention.length - MOST_LISTED)} more: sort by status
            </li>
          )}
        </ul>
      )}
    </section>
  );
}
