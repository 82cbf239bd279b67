/** What the window is told while an import runs: at most five times a second, over all files of the import. */
import type { ImportProgress } from '../importer/messages';
import type { EngineContext } from './context';
import type { PlannedFile } from './import-plan';

const INTERVAL_MS = 200;
/** Before this much time an estimate would only jump about. */
const ESTIMATE_AFTER_MS = 2000;

export interface Progress {
  begin(batch: readonly PlannedFile[]): void;
  /** `bytesRead` of the importer counts within its batch. */
  tell(progress: ImportProgress): void;
  finish(batch: readonly PlannedFile[]): void;
}

export function createProgress(
  context: EngineContext,
  importId: string,
  files: readonly PlannedFile[],
): Progress {
  const bytesTotal = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const startedAt = context.now().getTime();
  let toldAt = Number.NEGATIVE_INFINITY;
  let filesBefore = 0;
  let bytesBefore = 0;
  let recordsBefore = 0;
  let recordsNow = 0;
  const secondsLeft = (bytesRead: number, nowMs: number): number | null => {
    const elapsed = nowMs - startedAt;
    if (elapsed < ESTIMATE_AFTER_MS || bytesRead === 0) return null;
    return Math.round(((bytesTotal - bytesRead) / bytesRead) * (elapsed / 1000));
  };
  return {
    begin() {
      recordsNow = 0;
    },
    tell({ fileIndex, name, bytesRead, records }) {
      recordsNow = records;
      const nowMs = context.now().getTime();
      if (nowMs - toldAt < INTERVAL_MS) return;
      toldAt = nowMs;
      const read = Math.min(bytesTotal, bytesBefore + bytesRead);
      context.notify('import.progress', {
        importId,
        fileIndex: Math.min(filesBefore + fileIndex, Math.max(0, files.length - 1)),
        files: files.length,
        name,
        bytesRead: read,
        bytesTotal,
        records: recordsBefore + records,
        secondsLeft: secondsLeft(read, nowMs),
      });
    },
    finish(batch) {
      filesBefore += batch.length;
      bytesBefore += batch.reduce((sum, file) => sum + file.sizeBytes, 0);
      recordsBefore += recordsNow;
    },
  };
}
