/** Test support: an import of one file, as the engine asks for it. */
import { mkdirSync } from 'node:fs';
import type { ImportOptions } from '../../shared/evidence';
import { importSegment } from './import';
import type { FormatLibrary } from './library';
import type { EvidenceEntry } from './segment';

export interface OneImport {
  readonly path: string;
  /** Made for the import. */
  readonly stagingFolder: string;
  readonly library: FormatLibrary;
  readonly name?: string;
  readonly options?: ImportOptions;
  /** SHA-256 of evidence that the case has. */
  readonly known?: readonly string[];
  readonly copy?: boolean;
}

/** The entry of the file's ledger row; its facts lie in the staging folder. */
export async function importOne(given: OneImport): Promise<EvidenceEntry> {
  const { path, stagingFolder, library, name = '', options = {}, known = [], copy = false } = given;
  mkdirSync(stagingFolder);
  const job = {
    jobId: 'test',
    stagingFolder,
    files: [{ evidenceId: 1, path, name, options }],
    known: [...known],
    copy,
    memoryLimitMb: 512,
    threads: 2,
    importerVersion: 'test',
  };
  const { segment } = await importSegment(job, library, {
    progress: () => undefined,
    signal: new AbortController().signal,
    now: () => new Date(0),
  });
  const [entry] = segment.evidences;
  if (entry === undefined) throw new Error('the file has no entry');
  return entry;
}
