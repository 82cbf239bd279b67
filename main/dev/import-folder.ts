/** Imports files into a folder of their own without a case, for runs over the corpus and for tests. */
import { mkdirSync } from 'node:fs';
import { basename } from 'node:path';
import { importSegment } from '../evidence/import';
import { formatLibrary } from '../evidence/library-of-formats';
import type { EvidenceEntry } from '../evidence/segment';

export interface FolderImport {
  readonly stagingFolder: string;
  readonly entries: readonly EvidenceEntry[];
}

/** Takes `paths` in, in order; the Parquet lies in `stagingFolder`, evidence ids count from 1. */
export async function importPaths(paths: readonly string[], stagingFolder: string): Promise<FolderImport> {
  mkdirSync(stagingFolder, { recursive: true });
  const job = {
    jobId: 'folder',
    stagingFolder,
    files: paths.map((path, index) => ({ evidenceId: index + 1, path, name: basename(path), options: {} })),
    known: [],
    copy: false,
    memoryLimitMb: 800,
    threads: 2,
    importerVersion: 'test',
  };
  const hooks = { progress: () => undefined, signal: new AbortController().signal, now: () => new Date(0) };
  const { segment } = await importSegment(job, formatLibrary, hooks);
  return { stagingFolder, entries: segment.evidences };
}
