/** What the window is told while an import runs: at most five times a second, over all files of the import. */
import type { ImportProgress } from '../importer/messages';
import type { EngineContext } from './context';
import type { PlannedFile } from './import-plan';

const INTERVAL_MS = 200;
/** Before this much time an estimate would only jump about. */
const ESTIMATE_AFTER_MS = 2000;

export interface Progress {
  begin(batch: readonly PlannedFile[]): void;
  /** What the importer says counts within the file at `fileIndex` of its batch. */
  tell(progress: ImportProgress): void;
  finish(batch: readonly PlannedFile[]): void;
}

export function createProgress(
  context: EngineContext,
  importId: string,
  files: readonly PlannedFile[],
): Progress {
  const bytesTotal = sizeOf(files);
  const startedAt = context.now().getTime();
  let toldAt = Number.NEGATIVE_INFINITY;
  let batch: readonly PlannedFile[] = [];
  let fileIndex = 0;
  let filesBefore = 0;
  let bytesBefore = 0;
  let recordsBefore = 0;
  let recordsOfFile = 0;
  const secondsLeft = (bytesRead: number, nowMs: number): number | null => {
    const elapsed = nowMs - startedAt;
    if (elapsed < ESTIMATE_AFTER_MS || bytesRead === 0) return null;
    return Math.round(((bytesTotal - bytesRead) / bytesRead) * (elapsed / 1000));
  };
  const nextFile = (index: number): void => {
    recordsBefore += recordsOfFile;
    recordsOfFile = 0;
    fileIndex = index;
  };
  return {
    begin(next) {
      batch = next;
      fileIndex = 0;
    },
    tell(told) {
      if (told.fileIndex !== fileIndex) nextFile(told.fileIndex);
      recordsOfFile = told.records;
      const nowMs = context.now().getTime();
      if (nowMs - toldAt < INTERVAL_MS) return;
      toldAt = nowMs;
      // A share of the file's size: the importer may count decompressed bytes.
      const share = told.bytesTotal > 0 ? Math.min(1, told.bytesRead / told.bytesTotal) : 0;
      const within = sizeOf(batch.slice(0, fileIndex)) + share * (batch[fileIndex]?.sizeBytes ?? 0);
      const bytesRead = Math.min(bytesTotal, Math.round(bytesBefore + within));
      context.notify('import.progress', {
        importId,
        fileIndex: Math.min(filesBefore + fileIndex, Math.max(0, files.length - 1)),
        files: files.length,
        name: told.name,
        bytesRead,
        bytesTotal,
        records: recordsBefore + recordsOfFile,
        secondsLeft: secondsLeft(bytesRead, nowMs),
      });
    },
    finish(done) {
      nextFile(0);
      filesBefore += done.length;
      bytesBefore += sizeOf(done);
    },
  };
}

function sizeOf(files: readonly PlannedFile[]): number {
  return files.reduce((sum, file) => sum + file.sizeBytes, 0);
}
