/**
 * Describes a format for lines that nothing reads: pieces are proposed, the analyst says what they mean by pointing,
 * sees what becomes of the records, and keeps the format in the case or the library.
 */
import { type ReactNode, useId, useMemo, useState } from 'react';
import type { ImportOptions } from '../../../../shared/evidence';
import { EVENT_DOMAINS } from '../../../../shared/fields';
import type { Problem } from '../../../../shared/problem';
import { CANCELLED } from '../../../state/engine';
import { useEngine, useTell } from '../../../state/hooks';
import { Button } from '../../../ui/button';
import { Dialog } from '../../../ui/dialog';
import { countText } from '../../../ui/event-text';
import { ProblemText } from '../../../ui/problem-text';
import { RecordsTable } from '../import-dialog-preview';
import { adviceOf, type Draft, draftId, draftYaml, segments } from './draft';
import { PieceTable } from './piece-table';
import { SampleLines } from './sample-lines';
import { useDraft } from './use-draft';
import './wizard.css';

export interface WizardDialogProps {
  readonly token: string;
  readonly name: string;
  readonly options: ImportOptions;
  /** The case may be written to; else only the library takes formats. */
  readonly onKept: (formatId: string) => void;
  readonly onClose: () => void;
}

const SHOWN_LINES = 10;

export function WizardDialog({ token, name, options, onKept, onClose }: WizardDialogProps): ReactNode {
  const engine = useEngine();
  const tell = useTell();
  const id = useId();
  const state = useDraft(token, name, options);
  const { draft, setDraft, records, preview } = state;
  const [toCase, setToCase] = useState(true);
  const [toLibrary, setToLibrary] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const lines = useMemo(() => records.map((record) => record.split('\n')[0] ?? ''), [records]);
  const advice = draft === null ? [] : adviceOf(draft);
  const read = preview?.records.filter(({ reject, event }) => reject === null && event !== null).length ?? 0;
  const ready =
    draft !== null &&
    !busy &&
    !state.isStale &&
    read > 0 &&
    (toCase || toLibrary) &&
    !advice.some((one) => one.blocks);

  const keep = async (): Promise<void> => {
    if (draft === null || !ready) return;
    setBusy(true);
    const text = draftYaml(draft, preview, options);
    const kept = await engine.call('format.save', { text, toCase, toLibrary });
    setBusy(false);
    if (kept.ok) {
      tell(`The format ${kept.value.title} is kept`, toCase);
      onKept(kept.value.id);
    } else if (kept.problem.code !== CANCELLED) setProblem(kept.problem);
  };
  const selectId = (index: number) => `${id}-means-${index}`;
  const shownProblem = problem ?? state.problem;
  return (
    <Dialog
      open
      title={`Describe the lines of ${name}`}
      size="full"
      onClose={onClose}
      actions={
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
          <Button look="primary" disabled={!ready} onClick={() => void keep()}>
            Keep the format
          </Button>
        </>
      }
    >
      {draft === null ? (
        <div className="preview-note">
          {shownProblem === null ? 'Reading the first lines…' : <ProblemText problem={shownProblem} />}
        </div>
      ) : (
        <>
          <HeadFields draft={draft} onDraft={setDraft} />
          <SampleLines
            lines={lines.slice(0, SHOWN_LINES)}
            template={draft.template}
            selected={draft.selected}
            onSelect={(selected) => setDraft({ ...draft, selected })}
            onName={() => document.getElementById(selectId(draft.selected))?.focus()}
          />
          <div className="wizard-body">
            <PieceTable
              draft={draft}
              line={lines.find((line) => segments(draft.template, line) !== null) ?? ''}
              onDraft={setDraft}
              selectId={selectId}
            />
            <section className="wizard-preview" aria-label="What becomes of the records">
              <p className="wizard-count" role="status">
                {preview === null ? (
                  'Reading the first records…'
                ) : (
                  <>
                    <strong>
                      {countText(read)} of {countText(preview.records.length)}
                    </strong>{' '}
                    first records read{state.isStale && <span className="label"> · reading again…</span>}
                  </>
                )}
              </p>
              {advice.map(({ text, blocks }) => (
                <p key={text} className={blocks ? 'wizard-advice bad' : 'wizard-advice doubt'}>
                  {text}
                </p>
              ))}
              {shownProblem !== null && <ProblemText problem={shownProblem} />}
              {preview !== null && (
                <RecordsTable preview={preview} zone={options.zone ?? preview.zone.name ?? 'UTC'} />
              )}
            </section>
          </div>
        </>
      )}
    </Dialog>
  );
}

interface HeadFieldsProps {
  readonly draft: Draft;
  readonly onDraft: (draft: Draft) => void;
}

function HeadFields({ draft, onDraft }: HeadFieldsProps): ReactNode {
  return (
    <div className="wizard-head">
      <label className="field">
        <span className="label">Name of the format</span>
        <input
          type="text"
          className="text-box"
          value={draft.title}
          maxLength={120}
          spellCheck={false}
          onChange={(event) => onDraft({ ...draft, title: event.target.value })}
        />
      </label>
      <label className="field">
        <span className="label">Id</span>
        <input
          type="text"
          className="text-box mono"
          value={draftId(draft)}
          maxLength={60}
          spellCheck={false}
          title="Name of its file, and the data set of its events"
          onChange={(event) => onDraft({ ...draft, ownId: event.target.value })}
        />
      </label>
      <label className="field">
        <span className="label">Domain</span>
        <select value={draft.domain} onChange={(event) => onDraft({ ...draft, domain: event.target.value })}>
          {EVENT_DOMAINS.map((domain) => (
            <option key={domain}>{domain}</option>
          ))}
        </select>
      </label>
      {draft.template.indented && (
        <span className="label">Lines that begin with a blank belong to the record before.</span>
      )}
    </div>
  );
}
