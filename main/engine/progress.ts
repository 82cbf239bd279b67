/** What the window is told while an import runs: at most five times a second, over all files of the import. */
import type { ImportProgress } from '../importer/messages';
import type { EngineContext } from './context';
import type { PlannedFile } from './import-plan';

const INTERVAL_MS = 200;
/** Before this much time an estimate would only jump about. */
const ESTIMATE_AFTER_MS = 2000;

export interface Progress {
  /** Of a batch that is begun now; several may be under way. */
  begin(batch: readonly PlannedFile[]): BatchProgress;
}

export interface BatchProgress {
  /** What the importer says counts within the file at `fileIndex` of its batch. */
  tell(progress: ImportProgress): void;
  /** `records`: of the whole batch. */
  finish(records: number): void;
  /** What was read of it counts no more: it will be read again. */
  drop(): void;
}

/** How far a batch has come. */
interface Reached {
  files: number;
  bytes: number;
  records: number;
}

export function createProgress(
  context: EngineContext,
  importId: string,
  files: readonly PlannedFile[],
): Progress {
  const bytesTotal = sizeOf(files);
  const startedAt = context.now().getTime();
  let toldAt = Number.NEGATIVE_INFINITY;
  const batches = new Set<Reached>();
  const sum = (key: keyof Reached): number => [...batches].reduce((all, reached) => all + reached[key], 0);
  const secondsLeft = (bytesRead: number, nowMs: number): number | null => {
    const elapsed = nowMs - startedAt;
    if (elapsed < ESTIMATE_AFTER_MS || bytesRead === 0) return null;
    return Math.round(((bytesTotal - bytesRead) / bytesRead) * (elapsed / 1000));
  };
  const notify = (name: string): void => {
    const nowMs = context.now().getTime();
    if (nowMs - toldAt < INTERVAL_MS) return;
    toldAt = nowMs;
    const bytesRead = Math.min(bytesTotal, Math.round(sum('bytes')));
    context.notify('import.progress', {
      importId,
      fileIndex: Math.min(sum('files'), Math.max(0, files.length - 1)),
      files: files.length,
      name,
      bytesRead,
      bytesTotal,
      records: sum('records'),
      secondsLeft: secondsLeft(bytesRead, nowMs),
    });
  };
  return {
    begin(batch) {
      const reached: Reached = { files: 0, bytes: 0, records: 0 };
      batches.add(reached);
      return {
        tell(told) {
          // A share of the file's size: the importer may count decompressed bytes.
          const share = told.bytesTotal > 0 ? Math.min(1, told.bytesRead / told.bytesTotal) : 0;
          const ofFile = share * (batch[told.fileIndex]?.sizeBytes ?? 0);
          reached.files = told.fileIndex;
          reached.bytes = sizeOf(batch.slice(0, told.fileIndex)) + ofFile;
          reached.records = told.records;
          notify(told.name);
        },
        finish(records) {
          reached.records = records;
          reached.files = batch.length;
          reached.bytes = sizeOf(batch);
        },
        drop: () => batches.delete(reached),
      };
    },
  };
}

function sizeOf(files: readonly PlannedFile[]): number {
  return files.reduce((sum, file) => sum + file.sizeBytes, 0);
}
