/** Imports the inputs of the corpus folder by folder in importer processes, for `npm run corpus` and its test. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { LedgerRow } from '../../shared/evidence';
import type { CorpusLine } from './corpus-summary';
import { runImporter } from './importer-run';

const BATCH = 100;

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
      })
      .optional(),
  }),
);
type IndexEntry = z.infer<typeof indexSchema>[number];

export interface ImportedLine extends CorpusLine {
  readonly kind: string;
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
  /** Called after each folder. */
  readonly done?: (folder: string, lines: readonly ImportedLine[]) => void;
}

/** One line per input, in the order of the index. */
export async function importCorpus(run: CorpusRun): Promise<readonly ImportedLine[]> {
  const { corpus, captures, folders } = run;
  const entries = indexSchema
    .parse(JSON.parse(readFileSync(join(corpus, 'INDEX.json'), 'utf8')))
    .filter(({ role }) => role === 'input')
    .filter(({ file }) => folders?.some((folder) => file.startsWith(folder)) ?? true)
    .filter((entry) => captures || !isCapture(entry));
  const lines: ImportedLine[] = [];
  for (const folder of new Set(entries.map(({ file }) => file.split('/')[0] ?? ''))) {
    const inFolder = entries.filter(({ file }) => file.startsWith(`${folder}/`));
    const found: ImportedLine[] = [];
    for (let at = 0; at < inFolder.length; at += BATCH) {
      found.push(...(await importBatch(inFolder.slice(at, at + BATCH), run)));
    }
    lines.push(...found);
    run.done?.(folder, found);
  }
  return lines;
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
  });
  rmSync(stagingFolder, { recursive: true, force: true });
  const line = (entry: IndexEntry, row: LedgerRow | null, failure: string | null): ImportedLine => {
    return {
      file: entry.file,
      kind: entry.info?.fmt ?? '',
      bytes: entry.bytes,
      expected: entry.info?.count ?? null,
      badLines: entry.info?.bad_lines ?? 0,
      row,
      failure,
    };
  };
  if (outcome.failure === null) {
    // Members of a container have rows of their own behind it.
    const own = outcome.entries.filter(({ row }) => row.member === null);
    const rows = new Map(own.map(({ row }) => [row.path, row]));
    return batch.map((entry) => line(entry, rows.get(join(run.corpus, entry.file)) ?? null, null));
  }
  const culprit = batch[outcome.fileIndex];
  if (!culprit) return [];
  const before = batch.slice(0, outcome.fileIndex);
  const after = batch.slice(outcome.fileIndex + 1);
  return [
    ...(before.length > 0 ? await importBatch(before, run) : []),
    line(culprit, null, outcome.failure),
    ...(after.length > 0 ? await importBatch(after, run) : []),
  ];
}
