/**
 * A job: some files become one segment in the staging folder. Files are taken one after another; what one of them
 * holds never stops the rest. `segment.json` is written last, so a folder without it is nothing.
 */
import { mkdir, rm, stat } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import type { ImportJob, ImportProgress } from '../importer/messages';
import { Database } from '../store/database';
import { trusted } from '../store/sql';
import { isContainer } from './containers/unpack';
import { type FileContext, WORK_FOLDER } from './file-context';
import { importTree } from './import-container';
import { blankRow } from './ledger';
import type { FormatLibrary } from './library';
import type { EvidenceEntry, Segment } from './segment';
import { newSegment, writeSegment } from './segment';
import { SegmentWriter } from './segment-writer';

export interface ImportHooks {
  readonly progress: (progress: ImportProgress) => void;
  readonly signal: AbortSignal;
  readonly now: () => Date;
}

export interface ImportResult {
  readonly segment: Segment;
  readonly cancelled: boolean;
}

/** How far text unfolds, at a guess. */
const ASSUMED_RATIO = 20;
/** Evidence up to this share of the memory limit is staged in memory. */
const MEMORY_SHARE = 0.4;

/** @throws only for faults of the staging folder itself (full disk, no rights) or of the program. */
export async function importSegment(
  job: ImportJob,
  library: FormatLibrary,
  hooks: ImportHooks,
): Promise<ImportResult> {
  const work = joinPath(job.stagingFolder, WORK_FOLDER);
  await mkdir(work, { recursive: true });
  const database = await Database.open({
    path: (await fitsMemory(job)) ? null : joinPath(work, 'staging.duckdb'),
    memoryLimitMb: job.memoryLimitMb,
    threads: job.threads,
    tempFolder: joinPath(work, 'spill'),
  });
  // A long list after IN would become a join, and rows leave a join in any order: records must keep theirs.
  await database.run(trusted("SET disabled_optimizers = 'in_clause'"));
  const writer = new SegmentWriter(database, job.stagingFolder, await isSingle(job));
  const interrupt = () => {
    database.interrupt();
    writer.interrupt();
  };
  hooks.signal.addEventListener('abort', interrupt);
  try {
    return await run(job, library, hooks, database, writer);
  } finally {
    hooks.signal.removeEventListener('abort', interrupt);
    database.close();
    await rm(work, { recursive: true, force: true });
  }
}

/** Small batches are staged in memory, where a table costs no write to disk; what is big must be free to spill. */
async function fitsMemory(job: ImportJob): Promise<boolean> {
  let bytes = 0;
  for (const file of job.files) {
    const path = file.readFrom ?? file.path;
    const size = (await stat(path).catch(() => null))?.size ?? 0;
    bytes += /\.(?:gz|tgz|zip|bz2|xz|zst|xlsx|xlsm)$/i.test(path) ? size * ASSUMED_RATIO : size;
  }
  return bytes < job.memoryLimitMb * 1e6 * MEMORY_SHARE;
}

/** One evidence writes straight into its files; the members of a container are many. */
async function isSingle({ files }: ImportJob): Promise<boolean> {
  const [only] = files;
  return only !== undefined && files.length === 1 && !(await isContainer(only.readFrom ?? only.path));
}

async function run(
  job: ImportJob,
  library: FormatLibrary,
  hooks: ImportHooks,
  database: Database,
  writer: SegmentWriter,
): Promise<ImportResult> {
  const known = new Set(job.known);
  const members = joinPath(job.stagingFolder, WORK_FOLDER, 'members');
  let lastId = Math.max(...job.files.map(({ evidenceId }) => evidenceId));
  const nextId = () => ++lastId;
  const entries: EvidenceEntry[] = [];
  for (const [fileIndex, file] of job.files.entries()) {
    const before = entries.reduce((sum, { row }) => sum + row.records, 0);
    hooks.progress({ fileIndex, name: file.name, bytesRead: 0, bytesTotal: 0, records: before });
    const context: FileContext = {
      database,
      library,
      writer,
      stagingFolder: job.stagingFolder,
      copyFolder: job.copy ? joinPath(job.stagingFolder, 'evidence') : null,
      known,
      delimiter: null,
      importerVersion: job.importerVersion,
      cancelled: () => hooks.signal.aborted,
      progress: (bytesRead, bytesTotal, records) => {
        hooks.progress({ fileIndex, name: file.name, bytesRead, bytesTotal, records: before + records });
      },
      now: hooks.now,
    };
    const from = entries.length;
    await importTree({ context, folder: members, nextId, took: (entry) => entries.push(entry) }, file);
    if (hooks.signal.aborted) {
      const rest = job.files.slice(fileIndex + 1).flatMap((next): EvidenceEntry[] => {
        const like = entries[from];
        if (!like) return [];
        const row = { ...blankRow(next.evidenceId, next.path, next.name), status: 'cancelled' as const };
        const { password: _, ...options } = next.options;
        return [{ ...like, row, options, recordFile: null, copied: false, notes: [] }];
      });
      return { segment: newSegment([...entries, ...rest]), cancelled: true };
    }
  }
  await writer.finish();
  await writeSegment(job.stagingFolder, entries);
  return { segment: newSegment(entries), cancelled: false };
}
