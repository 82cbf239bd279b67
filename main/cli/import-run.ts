/** Runs one import over the page contract and waits for its end, with a progress line on a terminal. */
import type { ImportOptions } from '../../shared/evidence';
import type { Notice } from '../../shared/protocol';
import { progressLine } from './output';
import { must, type Session } from './session';

export interface ImportItem {
  readonly path: string;
  readonly options: ImportOptions;
}

export async function runImport(
  session: Session,
  items: readonly ImportItem[],
  signal: AbortSignal,
): Promise<Notice<'import.done'>> {
  const paths = items.map(({ path }) => path);
  const { grants } = must(await session.engine.control('path.grant', { paths }));
  return followImport(
    session,
    async () =>
      must(
        await session.page.call('evidence.import', {
          items: grants.map(({ token }, index) => ({ token, options: items[index]?.options ?? {} })),
          copy: false,
        }),
      ).importId,
    signal,
  );
}

/** Starts an import by `start`, which returns its id, and follows it to its end; an abort cancels it. */
export async function followImport(
  { engine, page }: Session,
  start: () => Promise<string>,
  signal: AbortSignal,
): Promise<Notice<'import.done'>> {
  const line = progressLine();
  const done = new Promise<Notice<'import.done'>>((resolve) => {
    page.on('import.done', resolve);
    engine.onExit(() => resolve(engineGone));
  });
  page.on('import.progress', (progress) => line.show(progressText(progress)));
  const importId = await start();
  const cancel = (): void => void page.call('evidence.cancel', { importId });
  if (signal.aborted) cancel();
  signal.addEventListener('abort', cancel, { once: true });
  const result = await done;
  line.clear();
  return result;
}

const engineGone: Notice<'import.done'> = {
  importId: '',
  status: 'failed',
  rows: [],
  problem: {
    code: 'engine-lost',
    what: 'The engine stopped during the import; nothing of the import was stored.',
    help: 'Import again. If it happens again, send the log file of the case.',
  },
};

function progressText(progress: Notice<'import.progress'>): string {
  const percent = progress.bytesTotal > 0 ? Math.floor((100 * progress.bytesRead) / progress.bytesTotal) : 0;
  const left = progress.secondsLeft === null ? '' : `, ${progress.secondsLeft} s left`;
  return `${percent} %  file ${progress.fileIndex + 1} of ${progress.files}, ${progress.records} records${left}  ${progress.name}`;
}
