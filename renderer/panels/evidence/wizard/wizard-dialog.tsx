/**
 * Describes a format for lines that nothing reads: pieces are proposed, the analyst says what they mean by pointing,
 * sees what becomes of the records, and keeps the format in the case or the library.
 */
import { type ReactNode, useEffect, useId, useMemo, useRef } from 'react';
import type { ImportOptions } from '../../../../shared/evidence';
import { EVENT_DOMAINS } from '../../../../shared/fields';
import { Dialog } from '../../../ui/dialog';
import { ProblemText } from '../../../ui/problem-text';
import { RecordsTable } from '../import-dialog-preview';
import { adviceOf, type Draft, draftId, draftYaml, segments } from './draft';
import { KeepActions, NameFields, ReadCount, readRecords, useKeeping } from './keep-parts';
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
  const id = useId();
  const state = useDraft(token, name, options);
  const { draft, setDraft, records, preview } = state;
  const keeping = useKeeping(onKept);
  const lines = useMemo(() => records.map((record) => record.split('\n')[0] ?? ''), [records]);
  const advice = draft === null ? [] : adviceOf(draft);
  const ready =
    draft !== null &&
    keeping.canKeep &&
    !state.isStale &&
    readRecords(preview).length > 0 &&
    !advice.some((one) => one.blocks);

  const keep = async (): Promise<void> => {
    if (draft !== null && ready) await keeping.keep(draftYaml(draft, preview, options));
  };
  const selectId = (index: number) => `${id}-means-${index}`;
  const shownProblem = keeping.problem ?? state.problem;
  return (
    <Dialog
      open
      title={`Describe the lines of ${name}`}
      size="full"
      onClose={onClose}
      actions={<KeepActions keeping={keeping} ready={ready} onKeep={() => void keep()} onClose={onClose} />}
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
              <ReadCount preview={preview} isStale={state.isStale} />
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
  const head = useRef<HTMLDivElement>(null);
  // The dialog was open before there was a field to begin in.
  useEffect(() => head.current?.querySelector('input')?.focus(), []);
  return (
    <div ref={head} className="wizard-head">
      <NameFields
        title={draft.title}
        id={draftId(draft)}
        onTitle={(title) => onDraft({ ...draft, title })}
        onId={(ownId) => onDraft({ ...draft, ownId })}
      />
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
