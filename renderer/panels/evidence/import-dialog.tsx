/**
 * The import dialog: what was found, what each file is taken for, what it would become, and the few choices that
 * decide what times mean. Importing itself runs in the background; the dialog closes when it starts.
 */
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { plural, sizeText } from '../../ui/event-text';
import { FilesList } from './import-dialog-files';
import { ImportOptionsRow, PlanWords } from './import-dialog-options';
import { FilePreview } from './import-dialog-preview';
import * as plans from './import-plan';
import { type DesktopBridge, type DroppedFile, type SendProgress, sendFiles } from './import-source';
import { guessMapping } from './mapping';
import type { UploadCalls } from './upload';
import type { Again } from './use-again';
import { type ImportCalls, useImportPlan } from './use-import-plan';
import { KeepMappingDialog } from './wizard/keep-mapping-dialog';
import { WizardDialog } from './wizard/wizard-dialog';

/** What the dialog starts from: files still to be sent, tokens already granted, or nothing yet. */
export interface ImportStart {
  readonly files: readonly DroppedFile[];
  readonly tokens: readonly string[];
  /** Evidence that is imported again with other settings. */
  readonly again?: Again;
}

export interface ImportDialogProps {
  readonly start: ImportStart;
  readonly calls: ImportCalls & { readonly grantPath: (path: string) => Promise<{ token: string }> };
  readonly uploads: UploadCalls;
  readonly bridge: DesktopBridge | null;
  /** Instant whose zone offsets are shown, microseconds. */
  readonly atUs: number;
  readonly renderFailure: (failure: unknown) => ReactNode;
  readonly onStarted: (importId: string) => void;
  readonly onClose: () => void;
}

export function ImportDialog(props: ImportDialogProps): ReactNode {
  const { start, calls, uploads } = props;
  const { again } = start;
  const state = useImportPlan(calls, again?.options ?? null);
  const [sending, setSending] = useState<SendProgress | null>(null);
  const [failure, setFailure] = useState<unknown>(undefined);
  const [uploaded, setUploaded] = useState(start.files.length > 0);
  const [starting, setStarting] = useState(false);
  const [describing, setDescribing] = useState(again?.describe ?? false);
  const [keeping, setKeeping] = useState(false);
  const [formatsVersion, setFormatsVersion] = useState(0);
  const alive = useRef(new AbortController());
  const choices = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const controller = new AbortController();
    alive.current = controller;
    return () => controller.abort();
  }, []);
  useEffect(() => calls.prepare(), [calls]);

  const { add } = state;
  const take = async (files: readonly DroppedFile[], tokens: readonly string[]) => {
    setFailure(undefined);
    const { signal } = alive.current;
    try {
      if (files.length > 0) setUploaded(true);
      const sent = files.length === 0 ? [] : await sendFiles(files, uploads, signal, setSending);
      if (signal.aborted) return;
      setSending(null);
      await add([...tokens, ...sent]);
    } catch (reason) {
      if (signal.aborted) return;
      setSending(null);
      setFailure(reason);
    }
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the dialog was opened with is taken once.
  useEffect(() => {
    void take(start.files, start.tokens);
  }, [start]);

  const begin = async () => {
    if (state.plan === null) return;
    setStarting(true);
    try {
      const { importId } = await calls.start({
        items: plans.importItems(state.plan),
        copy: state.plan.copy,
        ...(again === undefined ? {} : { replaces: again.replaces }),
      });
      props.onStarted(importId);
    } catch (reason) {
      setFailure(reason);
      setStarting(false);
    }
  };

  /** A format that was just kept reads the file it was made on. */
  const readBy = ({ token, options: { mapping: _, ...rest } }: plans.PlanFile, format: string) => {
    setFormatsVersion((was) => was + 1);
    state.change((was) => plans.setOptions(was, token, { ...rest, format }));
  };

  const { plan } = state;
  const open = plan?.files.find((file) => file.token === state.open) ?? null;
  const chosen = plan === null ? 0 : plans.summarise(plan).chosen;
  const problem = failure ?? state.failure;
  const failedTokens = new Set(state.previewFailures.keys());
  const leadTo = (choice: 'zone' | 'password') =>
    choices.current?.querySelector<HTMLElement>(`[data-choice="${choice}"] input`)?.focus();
  return (
    <Dialog
      open
      title={again === undefined ? 'Import evidence' : `Import ${again.name} again`}
      {...(again === undefined ? {} : { description: againWords(again) })}
      size="full"
      onClose={props.onClose}
      actions={
        <>
          {plan === null ? (
            <span className="spring" />
          ) : (
            <PlanWords plan={plan} failed={failedTokens} onChoose={leadTo} />
          )}
          <Button onClick={props.onClose}>Cancel</Button>
          <Button look="primary" disabled={chosen === 0 || starting} onClick={() => void begin()}>
            {again !== undefined
              ? 'Import again'
              : chosen === 0
                ? 'Import'
                : `Import ${plural(chosen, 'file')}`}
          </Button>
        </>
      }
    >
      {again === undefined && <SourceBar {...props} onTake={take} />}
      {problem !== undefined && <div className="dialog-problem">{props.renderFailure(problem)}</div>}
      {sending !== null && <Sending progress={sending} />}
      {state.surveying && sending === null && (
        <p className="dialog-wait" role="status">
          Looking at what was given…
        </p>
      )}
      {plan === null ? (
        sending === null && !state.surveying && <NothingYet />
      ) : (
        <>
          <div className={again === undefined ? 'import-body' : 'import-body one-file'}>
            {again === undefined && (
              <FilesList
                plan={plan}
                open={state.open}
                failed={(token) => state.previewFailures.has(token)}
                onOpen={state.show}
                onInclude={(token, on) => state.change((was) => plans.include(was, token, on))}
                onIncludeAll={(on) => state.change((was) => plans.includeAll(was, on))}
              />
            )}
            {open === null ? (
              <p className="preview-wait">Choose a file to see what it would become.</p>
            ) : (
              <FilePreview
                key={open.token}
                file={open}
                options={plans.effectiveOptions(plan, open)}
                failure={
                  state.previewFailures.has(open.token)
                    ? props.renderFailure(state.previewFailures.get(open.token))
                    : null
                }
                zoneOfAll={again === undefined ? { zone: plan.zone, atUs: props.atUs } : null}
                onOptions={(options) => state.change((was) => plans.setOptions(was, open.token, options))}
                onDescribe={() => setDescribing(true)}
                onKeepMapping={() => setKeeping(true)}
                formatsVersion={formatsVersion}
              />
            )}
          </div>
          <div ref={choices}>
            <ImportOptionsRow plan={plan} change={state.change} atUs={props.atUs} uploaded={uploaded} />
          </div>
        </>
      )}
      {describing && plan !== null && open !== null && (
        <WizardDialog
          token={open.token}
          name={open.name}
          options={plans.effectiveOptions(plan, open)}
          onKept={(format) => {
            setDescribing(false);
            readBy(open, format);
          }}
          onClose={() => setDescribing(false)}
        />
      )}
      {keeping && plan !== null && open?.preview && (
        <KeepMappingDialog
          token={open.token}
          name={open.name}
          options={plans.effectiveOptions(plan, open)}
          preview={open.preview}
          mapping={open.options.mapping ?? open.preview.mapping ?? guessMapping(open.preview.columns)}
          onKept={(format) => {
            setKeeping(false);
            readBy(open, format);
          }}
          onClose={() => setKeeping(false)}
        />
      )}
    </Dialog>
  );
}

function againWords({ replaces, isContainer }: Again): string {
  const parts = isContainer
    ? `All ${replaces.length} evidences of this container are imported again and take the place of those in the case.`
    : 'What is read now takes the place of this evidence.';
  return `${parts} Tags, notes and findings stay with their records; undo brings the old import back.`;
}

interface SourceBarProps extends ImportDialogProps {
  readonly onTake: (files: readonly DroppedFile[], tokens: readonly string[]) => Promise<void>;
}

/** Ways to add more: pick files, pick a folder, or type a path where the host allows it. */
function SourceBar({ bridge, calls, onTake, renderFailure }: SourceBarProps): ReactNode {
  const picker = useRef<HTMLInputElement>(null);
  const [path, setPath] = useState('');
  const [failure, setFailure] = useState<unknown>(undefined);
  const pick = async (what: 'pickFiles' | 'pickFolder') => {
    const grants = await bridge?.[what]();
    if (grants !== undefined)
      await onTake(
        [],
        grants.map((grant) => grant.token),
      );
  };
  const grant = async () => {
    if (path.trim() === '') return;
    setFailure(undefined);
    try {
      const { token } = await calls.grantPath(path.trim());
      setPath('');
      await onTake([], [token]);
    } catch (reason) {
      setFailure(reason);
    }
  };
  if (bridge !== null) {
    return (
      <div className="source-bar">
        <button type="button" className="button" onClick={() => void pick('pickFiles')}>
          Files…
        </button>
        <button type="button" className="button" onClick={() => void pick('pickFolder')}>
          Folder…
        </button>
      </div>
    );
  }
  return (
    <form
      className="source-bar"
      onSubmit={(event) => {
        event.preventDefault();
        void grant();
      }}
    >
      <button type="button" className="button" onClick={() => picker.current?.click()}>
        Files…
      </button>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          const files = [...(event.target.files ?? [])].map((file) => ({ file, name: file.name }));
          event.target.value = '';
          void onTake(files, []);
        }}
      />
      <input
        type="text"
        className="text-box mono path-box"
        aria-label="Path of a file or folder on this machine"
        placeholder="or a path on this machine: big files are read where they are"
        value={path}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setPath(event.target.value)}
      />
      <button type="submit" className="button" disabled={path.trim() === ''}>
        Add path
      </button>
      {failure !== undefined && <div className="source-problem">{renderFailure(failure)}</div>}
    </form>
  );
}

function Sending({ progress }: { readonly progress: SendProgress }): ReactNode {
  return (
    <div className="dialog-wait" role="status">
      <span>
        Taking in {progress.fileIndex + 1} of {progress.files}: {progress.name}
      </span>
      <progress
        max={Math.max(1, progress.totalBytes)}
        value={progress.sentBytes}
        aria-label="Bytes taken in"
      />
      <span className="mono label">
        {sizeText(progress.sentBytes)} of {sizeText(progress.totalBytes)}
      </span>
    </div>
  );
}

function NothingYet(): ReactNode {
  return (
    <p className="dialog-empty">
      Drop files or folders here, or add them above. Logs, exports, inventories and captures can come
      together.
    </p>
  );
}
