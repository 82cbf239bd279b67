/** What the import of one file works with, whatever the file is, and the copy made beside reading. */
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import type { Problem } from '../../shared/problem';
import type { Database } from '../store/database';
import type { Draft } from './entry-draft';
import type { FormatLibrary } from './library';
import type { SegmentWriter } from './segment-writer';

/** Below the staging folder: what goes when the import ends. */
export const WORK_FOLDER = '.work';

export interface FileContext {
  readonly database: Database;
  readonly library: FormatLibrary;
  readonly writer: SegmentWriter;
  readonly stagingFolder: string;
  /** Folder for copies of the originals, or null. */
  readonly copyFolder: string | null;
  /** SHA-256 of what the case has; a loaded file is added. */
  readonly known: Set<string>;
  readonly importerVersion: string;
  /** Between the cells of text that we made of a sheet; null for files as they are. */
  readonly delimiter: string | null;
  readonly cancelled: () => boolean;
  readonly progress: (bytesRead: number, bytesTotal: number, records: number) => void;
  readonly now: () => Date;
}

/** Writes the copy beside the reading and names it by its hash once that is known. */
export async function withCopy<T extends { sha256: string | null }>(
  context: FileContext,
  draft: Draft,
  work: (copyTo: FileHandle | null) => Promise<T>,
): Promise<T> {
  const { copyFolder } = context;
  if (copyFolder === null) return work(null);
  await mkdir(copyFolder, { recursive: true });
  const part = joinPath(copyFolder, 'copy.part');
  const handle = await open(part, 'w');
  let result: T;
  try {
    try {
      result = await work(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  if (result.sha256 === null || isDuplicate(context, result.sha256)) {
    await rm(part, { force: true });
  } else {
    await rename(part, joinPath(copyFolder, result.sha256));
    draft.copied = true;
  }
  return result;
}

export function isDuplicate(context: FileContext, sha256: string | null): boolean {
  return sha256 !== null && context.known.has(sha256);
}

export function duplicateProblem(): Problem {
  return {
    code: 'evidence-known',
    what: 'The case has this evidence already.',
    why: 'Its SHA-256 is that of evidence taken in before.',
    help: 'Remove the other one first to import it with other options.',
  };
}
