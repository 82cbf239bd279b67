/** Which files an import takes in, in which order, and in which batches. */
import { isUtf8 } from 'node:buffer';
import { lstat, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ImportOptions } from '../../shared/evidence';
import type { Problem } from '../../shared/problem';
import { notAFile, undecodableName } from '../evidence/not-a-file';

export interface PlannedFile {
  readonly path: string;
  readonly name: string;
  readonly readFrom?: string;
  readonly options: ImportOptions;
  /** 0 where it cannot be told; the importer then says why in the ledger. */
  readonly sizeBytes: number;
  /** Why it is not read at all; its ledger row tells it. */
  readonly unread?: Problem;
}

export type PlanItem = Omit<PlannedFile, 'sizeBytes'>;

/** Many small files share a segment: 20,000 segments would be slow to open. */
const MOST_FILES = 500;
const BATCH_BYTES = 32_000_000;
/** Fewer are cut so that several importers have their part, if it is worth starting one. */
const PARTS = 8;
const FEWEST_FILES = 25;

/**
 * Folders walked in the order of their names (by code unit, so that every computer walks alike). Links below an
 * argument are not followed, pipes, sockets and devices not opened, and each stays in the list with the reason; so
 * does a path that does not exist.
 */
export async function listFiles(items: readonly PlanItem[]): Promise<PlannedFile[]> {
  const files: PlannedFile[] = [];
  for (const item of items) await walk(item, files);
  return files;
}

/** Consecutive files, so that evidence numbers follow the order of the list; cut alike on every computer. */
export function planBatches(files: readonly PlannedFile[]): PlannedFile[][] {
  const most = Math.max(FEWEST_FILES, Math.min(MOST_FILES, Math.ceil(files.length / PARTS)));
  const batches: PlannedFile[][] = [];
  let batch: PlannedFile[] = [];
  let bytes = 0;
  for (const file of files) {
    if (batch.length > 0 && (batch.length >= most || bytes + file.sizeBytes > BATCH_BYTES)) {
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

/** Containers by their names: what they give has numbers of its own, and takes memory beyond their size. */
const CONTAINER_NAME = /\.(?:zip|tar|tgz|gz|bz2|xz|zst|7z|rar|xls[xm])$/i;

/** Whether it gives one evidence per file, by all that is known before, and little room is needed for them. */
export function isPlainBatch(batch: readonly PlannedFile[]): boolean {
  const bytes = batch.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return bytes <= BATCH_BYTES && !batch.some(({ name }) => CONTAINER_NAME.test(name));
}

async function walk(item: PlanItem, files: PlannedFile[]): Promise<void> {
  if (item.unread) {
    files.push({ ...item, sizeBytes: 0 });
    return;
  }
  const where = item.readFrom ?? item.path;
  const found = await stat(where).catch(() => null);
  if (!found?.isDirectory()) {
    files.push({ ...item, sizeBytes: found?.isFile() ? found.size : 0 });
    return;
  }
  const names = await readdir(where, { encoding: 'buffer' }).catch(() => null);
  if (names === null) {
    files.push({ ...item, sizeBytes: 0 });
    return;
  }
  const decoded = names.map((bytes) => ({ name: bytes.toString('utf8'), isText: isUtf8(bytes) }));
  for (const { name, isText } of decoded.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(item.path, name);
    const unread = isText ? notAFile(path, await lstat(path).catch(() => null)) : undecodableName(path);
    await walk({ path, name: basename(path), options: item.options, ...(unread ? { unread } : {}) }, files);
  }
}
