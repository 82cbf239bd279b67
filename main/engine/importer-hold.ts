/** The engine's hold on one importer process: a batch in, a segment or the reason why not out. */
import type { Problem } from '../../shared/problem';
import type { Segment } from '../evidence/segment';
import {
  type FromImporter,
  fromImporterSchema,
  type ImportJob,
  type ImportProgress,
  type ToImporter,
} from '../importer/messages';
import { lastReason } from '../process/pipe';
import type { EngineContext } from './context';

export type BatchResult =
  | { readonly kind: 'done'; readonly segment: Segment }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'problem'; readonly problem: Problem }
  /** The process died; `fileIndex` is the file it last spoke of, null where it had not begun with one. */
  | { readonly kind: 'lost'; readonly fileIndex: number | null; readonly why: string };

export type Batch = Pick<ImportJob, 'jobId' | 'stagingFolder' | 'files' | 'known' | 'copy' | 'formats'>;

export interface ImporterHold {
  perform(
    batch: Batch,
    progress: (progress: ImportProgress) => void,
    signal: AbortSignal,
  ): Promise<BatchResult>;
  /** The process has ended. */
  isLost(): boolean;
  close(): void;
}

const MEMORY_LIMIT_MB = 1000;
const THREADS = 2;
/** How long a cancelled importer may take to leave before it is killed. */
const CANCEL_GRACE_MS = 2000;

export function startImporter(context: EngineContext): ImporterHold {
  const child = context.spawner.spawn('importer');
  let lost: string | null = null;
  let receive: ((message: FromImporter) => void) | null = null;
  let onLost: (() => void) | null = null;
  child.onMessage((value) => {
    const message = fromImporterSchema.safeParse(value);
    if (message.success) {
      receive?.(message.data);
      return;
    }
    // Waiting for an answer that cannot be read would be waiting for ever.
    context.log.error('the importer sent what is no message', message.error);
    child.kill();
  });
  child.onClose(({ code, signal }) => {
    const words = lastReason(child.lastWords());
    lost = `the importer ended with ${signal ?? `code ${code ?? 'unknown'}`}${words ? `: ${words}` : ''}`;
    onLost?.();
  });
  const tell = (message: ToImporter): void => child.send(message);

  return {
    perform(batch, progress, signal) {
      return new Promise((resolve) => {
        let fileIndex: number | null = null;
        let killer: NodeJS.Timeout | undefined;
        const cancel = (): void => {
          tell({ kind: 'cancel', jobId: batch.jobId });
          killer = setTimeout(() => child.kill(), CANCEL_GRACE_MS);
        };
        const settle = (result: BatchResult): void => {
          clearTimeout(killer);
          signal.removeEventListener('abort', cancel);
          receive = null;
          onLost = null;
          resolve(signal.aborted ? { kind: 'cancelled' } : result);
        };
        const fail = (): void => settle({ kind: 'lost', fileIndex, why: lost ?? 'the importer is gone' });
        if (lost !== null) return fail();
        onLost = fail;
        receive = (message) => {
          if (message.kind === 'ready' || message.kind === 'looked' || message.jobId !== batch.jobId) return;
          if (message.kind === 'progress') {
            fileIndex = message.progress.fileIndex;
            progress(message.progress);
          } else if (message.kind === 'problem') settle({ kind: 'problem', problem: message.problem });
          else if (message.cancelled) settle({ kind: 'cancelled' });
          else settle({ kind: 'done', segment: message.segment });
        };
        signal.addEventListener('abort', cancel, { once: true });
        if (signal.aborted) cancel();
        tell({
          kind: 'job',
          job: {
            ...batch,
            memoryLimitMb: MEMORY_LIMIT_MB,
            threads: THREADS,
            importerVersion: context.version,
          },
        });
      });
    },
    isLost: () => lost !== null,
    close: () => child.kill(),
  };
}
