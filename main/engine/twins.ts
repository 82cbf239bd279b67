/** Files of one import with the same bytes: the second is a duplicate of the first, whichever is read sooner. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { PlannedFile } from './import-plan';

export interface Twins {
  /** Whether a file of `batch` has the bytes of one of `others`. Empty files are no twins. */
  areAmong(batch: readonly PlannedFile[], others: ReadonlyArray<readonly PlannedFile[]>): Promise<boolean>;
}

/** Reads files whose size is not theirs alone, each once and whole: for batches of small ones. */
export function findTwins(files: readonly PlannedFile[]): Twins {
  const bySize = new Map<number, number>();
  for (const { sizeBytes } of files) bySize.set(sizeBytes, (bySize.get(sizeBytes) ?? 0) + 1);
  const known = new Map<readonly PlannedFile[], Promise<ReadonlySet<string>>>();
  const hashes = async (batch: readonly PlannedFile[]): Promise<ReadonlySet<string>> => {
    const found = new Set<string>();
    for (const { path, readFrom, sizeBytes, unread } of batch) {
      if (unread || sizeBytes === 0 || bySize.get(sizeBytes) === 1) continue;
      const bytes = await readFile(readFrom ?? path).catch(() => null);
      if (bytes) found.add(createHash('sha256').update(bytes).digest('base64'));
    }
    return found;
  };
  const hashesOf = (batch: readonly PlannedFile[]): Promise<ReadonlySet<string>> => {
    const given = known.get(batch) ?? hashes(batch);
    known.set(batch, given);
    return given;
  };
  return {
    async areAmong(batch, others) {
      const own = await hashesOf(batch);
      for (const other of others) for (const hash of await hashesOf(other)) if (own.has(hash)) return true;
      return false;
    },
  };
}
