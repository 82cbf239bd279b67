/**
 * What evidence needs of the whole window: files can be dropped anywhere, and the import dialog opens above
 * everything. Dropped on a window without a case, they make one.
 */
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import { useShownDialog } from '../../files/shown';
import { useOpenToken } from '../../files/use-open-token';
import { problemOf } from '../../state/engine';
import {
  useAnnounce,
  useCase,
  useCommands,
  useCounts,
  useEngine,
  useImports,
  useReport,
  useSession,
  useShowPanel,
} from '../../state/hooks';
import { ProblemText } from '../../ui/problem-text';
import { ImportDialog, type ImportStart } from './import-dialog';
import { carriesFiles, type DroppedFile, desktopBridge, entriesOf, walkEntries } from './import-source';
import type { UploadCalls } from './upload';
import { useWantedAgain } from './use-again';
import { FormatsDialog } from './wizard/formats-dialog';
import './import-dialog.css';

const AUTHOR = 'evidence';
/** Of a file about to be imported; the contract allows no more. */
const PREVIEW_RECORDS = 200;
const NOTHING: ImportStart = { files: [], tokens: [] };

export function EvidenceOverlay(): ReactNode {
  const engine = useEngine();
  const session = useSession();
  const openCase = useCase();
  const report = useReport();
  const announce = useAnnounce();
  const showPanel = useShowPanel();
  const { counts } = useCounts();
  const [start, setStart] = useState<ImportStart | null>(null);
  const wantedAgain = useWantedAgain((state) => state.wanted);
  const wantAgain = useWantedAgain((state) => state.set);
  useEffect(() => {
    if (wantedAgain === null) return;
    setStart({ files: [], tokens: [wantedAgain.token], again: wantedAgain });
    wantAgain(null);
  }, [wantedAgain, wantAgain]);
  const [over, setOver] = useState(false);
  const bridge = useMemo(desktopBridge, []);
  const readOnly = openCase !== null && openCase.readOnly !== null;

  const calls = useMemo(
    () => ({
      prepare: () => void engine.call('evidence.prepare', {}),
      survey: (tokens: string[], most: number, signal: AbortSignal) =>
        engine.load('evidence.survey', { tokens, most }, signal),
      preview: (
        token: string,
        options: Parameters<typeof engine.load<'evidence.preview'>>[1]['options'],
        signal: AbortSignal,
      ) => engine.load('evidence.preview', { token, options, records: PREVIEW_RECORDS }, signal),
      start: (params: Parameters<typeof engine.load<'evidence.import'>>[1]) =>
        engine.load('evidence.import', params),
      grantPath: (path: string) => engine.load('host.grantPath', { path }),
    }),
    [engine],
  );
  const uploads = useMemo<UploadCalls>(
    () => ({
      begin: (name, sizeBytes) => engine.load('upload.begin', { name, sizeBytes }),
      chunk: (uploadId, offset, data) => engine.load('upload.chunk', { uploadId, offset, data }),
      end: (uploadId) => engine.load('upload.end', { uploadId }),
    }),
    [engine],
  );

  const [managing, setManaging] = useState(false);
  useCommands([
    {
      id: 'evidence.import',
      title: 'Import files…',
      group: 'Evidence',
      keys: 'Ctrl+I',
      also: 'add load open logs drop path folder',
      unavailable:
        openCase === null ? 'Open or create a case first' : readOnly ? 'The case is read-only' : null,
      run: () => setStart(NOTHING),
    },
    {
      id: 'formats.own',
      title: 'Formats of your own…',
      group: 'Evidence',
      also: 'library yaml wizard describe export import formats',
      run: () => setManaging(true),
    },
  ]);

  const ensureCase = async (name: string): Promise<boolean> => {
    if (openCase !== null) return true;
    const outcome = await session.createCase(name);
    if (!outcome.ok) report(outcome.problem, AUTHOR);
    return outcome.ok;
  };
  const openToken = useOpenToken();
  const show = useShownDialog((state) => state.show);
  /** A browser does not tell where a dropped file lies: its place is asked for. */
  const openCaseFile = async (file: File): Promise<void> => {
    const [grant] = bridge === null ? [] : await bridge.grantFiles([file]);
    if (grant === undefined) {
      show({ kind: 'open-case', token: null, name: file.name });
      return;
    }
    const outcome = await openToken(grant.token, grant.name);
    if (outcome !== null && !outcome.ok) report(outcome.problem, AUTHOR);
  };
  const drop = async (transfer: DataTransfer) => {
    const { entries, files } = entriesOf(transfer);
    if (files.length === 0 && entries.length === 0) return;
    const [only] = files;
    if (files.length === 1 && only !== undefined && /\.tlcase$/i.test(only.name)) {
      await openCaseFile(only);
      return;
    }
    if (readOnly) {
      announce('The case is read-only; nothing can be imported');
      return;
    }
    try {
      const tokens = bridge === null ? [] : (await bridge.grantFiles(files)).map((grant) => grant.token);
      const found = bridge === null ? await droppedFiles(entries, files) : [];
      const first = entries[0]?.name ?? files[0]?.name ?? 'Investigation';
      if (await ensureCase(first.slice(0, 120))) setStart({ files: found, tokens });
    } catch (reason) {
      report(problemOf(reason), AUTHOR);
    }
  };
  const latest = useRef(drop);
  latest.current = drop;

  useEffect(() => {
    let depth = 0;
    const enter = (event: DragEvent) => {
      if (!carriesFiles(event.dataTransfer)) return;
      depth += 1;
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (!carriesFiles(event.dataTransfer)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setOver(false);
    };
    // Without this the browser would open a file that misses the window's content.
    const hover = (event: DragEvent) => {
      if (!carriesFiles(event.dataTransfer)) return;
      event.preventDefault();
      if (event.dataTransfer !== null) event.dataTransfer.dropEffect = 'copy';
    };
    const onDrop = (event: DragEvent) => {
      depth = 0;
      setOver(false);
      if (event.dataTransfer === null || !carriesFiles(event.dataTransfer)) return;
      event.preventDefault();
      void latest.current(event.dataTransfer);
    };
    addEventListener('dragenter', enter);
    addEventListener('dragleave', leave);
    addEventListener('dragover', hover);
    addEventListener('drop', onDrop);
    return () => {
      removeEventListener('dragenter', enter);
      removeEventListener('dragleave', leave);
      removeEventListener('dragover', hover);
      removeEventListener('drop', onDrop);
    };
  }, []);

  const { lastResult } = useImports();
  const told = useRef<string | null>(null);
  useEffect(() => {
    if (lastResult === null || told.current === lastResult.importId) return;
    told.current = lastResult.importId;
    const files = lastResult.rows.length;
    announce(
      lastResult.status === 'done' ? `Import finished: ${files} files` : `Import ${lastResult.status}`,
    );
    if (lastResult.problem !== null && lastResult.status === 'failed') report(lastResult.problem, AUTHOR);
  }, [lastResult, announce, report]);

  return (
    <>
      {over && (
        <div className="drop-hint" aria-hidden="true">
          <p>{readOnly ? 'The case is read-only' : 'Drop to import'}</p>
          {!readOnly && <p className="quiet">You will see what was recognised before anything is loaded.</p>}
        </div>
      )}
      {managing && <FormatsDialog onClose={() => setManaging(false)} />}
      {start !== null && (
        <ImportDialog
          start={start}
          calls={calls}
          uploads={uploads}
          bridge={bridge}
          atUs={counts?.last ?? Date.now() * 1000}
          renderFailure={(failure) => <ProblemText problem={problemOf(failure)} />}
          onStarted={() => {
            setStart(null);
            showPanel('evidence', false);
          }}
          onClose={() => setStart(null)}
        />
      )}
    </>
  );
}

/** Folders walked; where the browser tells no entries, the plain files. */
async function droppedFiles(
  entries: readonly FileSystemEntry[],
  files: readonly File[],
): Promise<readonly DroppedFile[]> {
  const walked = await walkEntries(entries);
  return walked.length > 0 ? walked : files.map((file) => ({ file, name: file.name }));
}
