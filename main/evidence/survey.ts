/** What an import will need before it begins: how big the files are and whether the disk has room for them. */
import { stat, statfs } from 'node:fs/promises';
import type { Problem } from '../../shared/problem';

export interface Space {
  readonly neededBytes: number;
  readonly freeBytes: number;
}

/** Parquet of a text log is a good deal smaller than the log, but staging holds both for a while. */
const STAGING_SHARE = 1.5;
/** Compressed evidence unfolds; a guess on the safe side for logs. */
const UNFOLDED = 10;
/** Never fill a disk to its last byte. */
const RESERVE_BYTES = 100 << 20;

/** Sizes of the files (0 where it cannot be told) against the free space of the folder's disk. */
export async function measureSpace(folder: string, paths: readonly string[], copy: boolean): Promise<Space> {
  let neededBytes = 0;
  for (const path of paths) {
    const size = (await stat(path).catch(() => null))?.size ?? 0;
    const unfolded = /\.(gz|tgz|xlsx|xlsm)$/i.test(path) ? size * UNFOLDED : size;
    neededBytes += unfolded * STAGING_SHARE + (copy ? size : 0);
  }
  const { bavail, bsize } = await statfs(folder);
  return { neededBytes: Math.ceil(neededBytes), freeBytes: bavail * bsize };
}

/** Null when there is room. */
export function spaceProblem({ neededBytes, freeBytes }: Space, folder: string): Problem | null {
  if (neededBytes + RESERVE_BYTES <= freeBytes) return null;
  return {
    code: 'disk-too-full',
    what: 'There is not enough room on the disk for this import.',
    why: `About ${megabytes(neededBytes)} MB are needed and ${megabytes(freeBytes)} MB are free.`,
    where: folder,
    help: 'Free space on this disk, or make the case on another one.',
  };
}

function megabytes(bytes: number): string {
  return String(Math.ceil(bytes / 1e6));
}
