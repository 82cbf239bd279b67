/** Imports the inputs of the corpus folder by folder in importer processes, for `npm run corpus` and its test. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { LedgerRow } from '../../shared/evidence';
import { atATime } from './at-a-time';
import type { CorpusLine } from './corpus-summary';
import type { IndexSpan, TimedLine } from './corpus-times';
import { runImporter } from './importer-run';

const BATCH = 50;
/** Importers at once: what an import of small files waits for keeps one core busy. */
const WORKERS = 2;

const indexSchema = z.array(
  z.object({
    file: z.string(),
    role: z.string(),
    bytes: z.number(),
    info: z
      .object({
        fmt: z.string().optional(),
        count: z.number().optional().catch(undefined),
        bad_lines: z.number().catch(0),
        t0: z.union([z.string(), z.number()]).nullish(),
        t1: z.union([z.string(), z.number()]).nullish(),
      })
      .optional(),
  }),
);
type IndexEntry = z.infer<typeof indexSchema>[number];

export interface ImportedLine extends CorpusLine, TimedLine {
  readonly failure: string | null;
}

export interface CorpusRun {
  readonly corpus: string;
  /** The importer's program. */
  readonly program: string;
  readonly captures: boolean;
  /** Beginnings of paths below the corpus; none stands for all. */
  readonly folders?: readonly string[] | undefined;
  readonly zone?: string | undefined;
  /** Rows of files that were imported already, by path: those are not imported again, captures or not. */
  readonly rows?: ReadonlyMap<string, LedgerRow>;
  /** Called after each folder. */
  readonly done?: (folder: string, lines: readonly ImportedLine[]) => void;
}

/** One line per input, in the order of the index. */
export async function importCorpus(run: CorpusRun): Promise<readonly ImportedLine[]> {
  const { corpus, captures, folders } = run;
  const isThere = ({ file }: IndexEntry) => run.rows?.has(join(corpus, file)) ?? false;
  const entries = indexSchema
    .parse(JSON.parse(readFileSync(join(corpus, 'INDEX.json'), 'utf8')))
    .filter(({ role }) => role === 'input')
    .filter(({ file }) => folders?.some((folder) => file.startsWith(folder)) ?? true)
    .filter((entry) => captures || !isCapture(entry) || isThere(entry));
  const missing = entries.filter((entry) => !isThere(entry));
  const names = [...new Set(entries.map(({ file }) => folderOf(file)))];
  const batches = names.flatMap((name) => batchesOf(missing.filter(({ file }) => folderOf(file) === name)));
  const imports = atATime(WORKERS, batches, (batch) => importBatch(batch, run));
  const lines: ImportedLine[] = [];
  for (const name of names) {
    const own = imports.filter((_, index) => folderOf(batches[index]?.[0]?.file ?? '') === name);
    const found = new Map((await Promise.all(own)).flat().map((line) => [line.file, line]));
    const inFolder = entries
      .filter(({ file }) => folderOf(file) === name)
      .map((entry) => {
        const row = run.rows?.get(join(corpus, entry.file)) ?? null;
        return found.get(entry.file) ?? lineOf(entry, row, null);
      });
    lines.push(...inFolder);
    run.done?.(name, inFolder);
  }
  return lines;
}

function folderOf(file: string): string {
  return file.split('/')[0] ?? '';
}

function batchesOf(entries: readonly IndexEntry[]): readonly (readonly IndexEntry[])[] {
  const count = Math.ceil(entries.length / BATCH);
  return Array.from({ length: count }, (_, index) => entries.slice(index * BATCH, (index + 1) * BATCH));
}

function isCapture({ info }: IndexEntry): boolean {
  return info?.fmt?.startsWith('pcap') ?? false;
}

/** One importer process for a batch; when it dies or hangs, the file it was at is told and the rest goes on. */
async function importBatch(batch: readonly IndexEntry[], run: CorpusRun): Promise<ImportedLine[]> {
  const stagingFolder = mkdtempSync(join(tmpdir(), 'throughline-corpus-'));
  const outcome = await runImporter({
    program: run.program,
    paths: batch.map(({ file }) => join(run.corpus, file)),
    stagingFolder,
    zone: run.zone,
    threads: 1,
  });
  rmSync(stagingFolder, { recursive: true, force: true });
  if (outcome.failure === null) {
    // Members of a container have rows of their own behind it.
    const own = outcome.entries.filter(({ row }) => row.member === null);
    const rows = new Map(own.map(({ row }) => [row.path, row]));
    return batch.map((entry) => lineOf(entry, rows.get(join(run.corpus, entry.file)) ?? null, null));
  }
  const culprit = batch[outcome.fileIndex];
  if (!culprit) return [];
  const before = batch.slice(0, outcome.fileIndex);
  const after = batch.slice(outcome.fileIndex + 1);
  return [
    ...(before.length > 0 ? await importBatch(before, run) : []),
    lineOf(culprit, null, outcome.failure),
    ...(after.length > 0 ? await importBatch(after, run) : []),
  ];
}

function lineOf(entry: IndexEntry, row: LedgerRow | null, failure: string | null): ImportedLine {
  return {
    file: entry.file,
    kind: entry.info?.fmt ?? '',
    bytes: entry.bytes,
    expected: entry.info?.count ?? null,
    badLines: entry.info?.bad_lines ?? 0,
    span: spanOf(entry),
    row,
    failure,
  };
}

function spanOf({ info }: IndexEntry): IndexSpan | null {
  const from = info?.t0 ?? null;
  return from === null ? null : { from: String(from), to: String(info?.t1 ?? from) };
}
