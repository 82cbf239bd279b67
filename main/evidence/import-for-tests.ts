/** Test support: imports as the engine asks for them. */
import { mkdirSync } from 'node:fs';
import type { ImportOptions } from '../../shared/evidence';
import type { ImportJob } from '../importer/messages';
import { type ImportResult, importSegment } from './import';
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

/** A job that nobody watches or stops; the staging folder is there. */
export function importJob(
  job: Pick<ImportJob, 'stagingFolder' | 'files'> & Partial<ImportJob>,
  library: FormatLibrary,
): Promise<ImportResult> {
  const usual = { jobId: 'test', known: [], copy: false, memoryLimitMb: 512, threads: 2 };
  return importSegment({ ...usual, importerVersion: 'test', ...job }, library, {
    progress: () => undefined,
    signal: new AbortController().signal,
    now: () => new Date(0),
  });
}

/** The entry of the file's ledger row; its facts lie in the staging folder. */
export async function importOne(given: OneImport): Promise<EvidenceEntry> {
  const { path, stagingFolder, library, name = '', options = {}, known = [], copy = false } = given;
  mkdirSync(stagingFolder);
  const files = [{ evidenceId: 1, path, name, options }];
  const { segment } = await importJob({ stagingFolder, files, known: [...known], copy }, library);
  const [entry] = segment.evidences;
  if (entry === undefined) throw new Error('the file has no entry');
  return entry;
}
