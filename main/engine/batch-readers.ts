/** Importers beside each other: batches are begun ahead of their turn where that changes nothing of what they give. */
import { mkdir, rm } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import type { EngineContext } from './context';
import type { PlannedFile } from './import-plan';
import { type Batch, type BatchResult, type ImporterHold, startImporter } from './importer-hold';
import type { BatchProgress } from './progress';

const MOST_IMPORTERS = 4;
/** Small files take some 300 MB, one of 30 MB may take three times as much; the computer has other work, too. */
const MEMORY_EACH = 3e9;

/** One for each core, as far as the computer's memory goes. */
export function usualImporters(): number {
  const fitting = Math.floor(totalmem() / MEMORY_EACH);
  return Math.max(1, Math.min(MOST_IMPORTERS, availableParallelism(), fitting));
}

export interface Begun {
  readonly files: readonly PlannedFile[];
  /** Name of the segment's folder, and the folder. */
  readonly name: string;
  readonly folder: string;
  /** Evidence number of its first file. */
  readonly firstId: number;
  /** Others before it were under way when it was begun. */
  readonly isAhead: boolean;
  /** Nothing else is read while it is. */
  readonly isAlone: boolean;
  readonly progress: BatchProgress;
  readonly result: Promise<BatchResult>;
  readonly hasEnded: () => boolean;
}

type Begin = Omit<Begun, 'isAhead' | 'result' | 'hasEnded'>;

export interface BatchReaders {
  /** Those begun and not taken, in order. */
  readonly begun: readonly Begun[];
  /** Whether one more can be begun at once. */
  hasRoom(): boolean;
  begin(batch: Begin, job: Omit<Batch, 'stagingFolder'>): Promise<void>;
  /** Waits until the first has ended, or another one makes room; gives the first if it has. */
  next(): Promise<{ readonly batch: Begun; readonly result: BatchResult } | null>;
  /** Throws away what was begun; gives the files, batch by batch, and waits until nothing is written any more. */
  drop(): Promise<ReadonlyArray<readonly PlannedFile[]>>;
  /** Ends the importers; nothing may be under way. */
  close(): void;
}

export function createBatchReaders(context: EngineContext, most: number, signal: AbortSignal): BatchReaders {
  const begun: Array<Begun & { readonly abort: AbortController }> = [];
  const idle: ImporterHold[] = [];
  let working = 0;
  const closeIdle = (): void => {
    for (const importer of idle.splice(0)) importer.close();
  };
  return {
    begun,
    hasRoom: () => idle.length > 0 || working < most,
    async begin(batch, job) {
      await mkdir(batch.folder, { recursive: true, mode: 0o700 });
      let importer = idle.pop();
      while (importer?.isLost()) importer = idle.pop();
      importer ??= startImporter(context);
      if (batch.isAlone) closeIdle();
      const hold = importer;
      const abort = new AbortController();
      working += 1;
      let hasEnded = false;
      const perform = async (): Promise<BatchResult> => {
        const stop = AbortSignal.any([signal, abort.signal]);
        const asked = { ...job, stagingFolder: batch.folder };
        const result = await hold.perform(asked, batch.progress.tell, stop);
        working -= 1;
        hasEnded = true;
        // One that was stopped may be gone by now.
        if (result.kind === 'done') idle.push(hold);
        else hold.close();
        return result;
      };
      const isAhead = begun.length > 0;
      begun.push({ ...batch, isAhead, abort, result: perform(), hasEnded: () => hasEnded });
    },
    async next() {
      const [first] = begun;
      if (!first) return null;
      if (!first.hasEnded()) {
        await Promise.race(begun.filter((one) => !one.hasEnded()).map(({ result }) => result));
      }
      if (!first.hasEnded()) return null;
      begun.shift();
      return { batch: first, result: await first.result };
    },
    async drop() {
      const dropped = begun.splice(0);
      for (const { abort } of dropped) abort.abort();
      await Promise.all(dropped.map(({ result }) => result));
      for (const { folder, progress } of dropped) {
        await rm(folder, { recursive: true, force: true });
        progress.drop();
      }
      return dropped.map(({ files }) => files);
    },
    close: closeIdle,
  };
}

/** Where the segment of a place in the order lies. */
export function segmentFolder(staging: string, place: number): { name: string; folder: string } {
  const name = String(place).padStart(6, '0');
  return { name, folder: join(staging, name) };
}
