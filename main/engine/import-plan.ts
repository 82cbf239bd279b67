/** Which files an import takes in, in which order, and in which batches. */
import { lstat, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ImportOptions } from '../../shared/evidence';

export interface PlannedFile {
  readonly path: string;
  readonly name: string;
  readonly readFrom?: string;
  readonly options: ImportOptions;
  /** 0 where it cannot be told; the importer then says why in the ledger. */
  readonly sizeBytes: number;
}

export type PlanItem = Omit<PlannedFile, 'sizeBytes'>;

/** Many small files share a segment: 20,000 segments would be slow to open. */
const BATCH_FILES = 500;
const BATCH_BYTES = 32_000_000;

/**
 * Folders walked in the order of their names (by code unit, so that every computer walks alike); links are not
 * followed below an argument. A path that does not exist stays in the list: its ledger row tells.
 */
export async function listFiles(items: readonly PlanItem[]): Promise<PlannedFile[]> {
  const files: PlannedFile[] = [];
  for (const item of items) await walk(item, files);
  return files;
}

/** Consecutive files, so that evidence numbers follow the order of the list. */
export function planBatches(files: readonly PlannedFile[]): PlannedFile[][] {
  const batches: PlannedFile[][] = [];
  let batch: PlannedFile[] = [];
  let bytes = 0;
  for (const file of files) {
    if (batch.length > 0 && (batch.length >= BATCH_FILES || bytes + file.sizeBytes > BATCH_BYTES)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(file);
    bytes += file.sizeBytes;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

async function walk(item: PlanItem, files: PlannedFile[]): Promise<void> {
  const where = item.readFrom ?? item.path;
  const found = await stat(where).catch(() => null);
  if (!found?.isDirectory()) {
    files.push({ ...item, sizeBytes: found?.isFile() ? found.size : 0 });
    return;
  }
  const names = await readdir(where).catch(() => null);
  if (names === null) {
    files.push({ ...item, sizeBytes: 0 });
    return;
  }
  for (const name of names.sort((a, b) => (a < b ? -1 : 1))) {
    const path = join(item.path, name);
    const kind = await lstat(path).catch(() => null);
    // Links, pipes and devices are no evidence. What cannot be looked at stays in the list, so that its row tells:
    // a name that is no UTF-8, a folder that may be listed but not entered.
    if (kind !== null && !kind.isFile() && !kind.isDirectory()) continue;
    await walk({ path, name: basename(path), options: item.options }, files);
  }
}
