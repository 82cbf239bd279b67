/**
 * `npm run corpus [-- --folder NAME] [--captures] [--json]`: imports the corpus folder by folder in importer
 * processes and prints what each file was recognised as, our count beside the expected one, rejects and problems, and a
 * summary. `--golden` instead compares events with the golden documents beside the inputs.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { LedgerRow } from '../../shared/evidence';
import { describeProblem } from '../../shared/problem';
import { corpusFolder } from './corpus-folder';
import { type CorpusLine, differenceOf, summarise } from './corpus-summary';
import { compareGolden, describeGolden } from './golden';
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

interface Line extends CorpusLine {
  readonly kind: string;
  readonly failure: string | null;
}

const { values: flags } = parseArgs({
  options: {
    folder: { type: 'string', multiple: true },
    captures: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    golden: { type: 'boolean', default: false },
    problems: { type: 'boolean', default: false },
    zone: { type: 'string' },
  },
});
const corpus = corpusFolder();
if (corpus === null) {
  console.error('No corpus found: set THROUGHLINE_CORPUS or put it in ../shared/corpus.');
  process.exit(3);
}

if (flags.golden) {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-golden-'));
  const report = await compareGolden(corpus, folder);
  rmSync(folder, { recursive: true, force: true });
  for (const { file, offset, field, ours, theirs } of report.disagreements) {
    console.log(`${file} at ${offset}: ${field} is ${ours}, theirs ${theirs}`);
  }
  console.log(`\n${describeGolden(report)}`);
  process.exit(0);
}

const entries = indexSchema
  .parse(JSON.parse(readFileSync(join(corpus, 'INDEX.json'), 'utf8')))
  .filter(({ role }) => role === 'input')
  .filter(({ file }) => !flags.folder || flags.folder.some((folder) => file.startsWith(folder)))
  .filter((entry) => flags.captures || !isCapture(entry));

const lines: Line[] = [];
for (const folder of new Set(entries.map(({ file }) => file.split('/')[0] ?? ''))) {
  const inFolder = entries.filter(({ file }) => file.startsWith(`${folder}/`));
  const found: Line[] = [];
  for (let at = 0; at < inFolder.length; at += BATCH) {
    found.push(...(await importBatch(inFolder.slice(at, at + BATCH), corpus)));
  }
  lines.push(...found);
  if (!flags.json) printFolder(folder, found);
}
if (flags.json) console.log(JSON.stringify({ files: lines, totals: totals(lines) }, null, 1));
else console.log(`\nAll folders: ${sentence(totals(lines))}\n\n${summarise(lines)}`);

function isCapture({ info }: IndexEntry): boolean {
  return info?.fmt?.startsWith('pcap') ?? false;
}

/** One importer process for a batch; when it dies or hangs, the file it was at is told and the rest goes on. */
async function importBatch(batch: readonly IndexEntry[], root: string): Promise<Line[]> {
  const stagingFolder = mkdtempSync(join(tmpdir(), 'throughline-corpus-'));
  const outcome = await runImporter({
    program: fileURLToPath(new URL('./importer.mjs', import.meta.url)),
    paths: batch.map(({ file }) => join(root, file)),
    stagingFolder,
    zone: flags.zone,
  });
  rmSync(stagingFolder, { recursive: true, force: true });
  const line = (entry: IndexEntry, row: LedgerRow | null, failure: string | null): Line => {
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
    const rows = new Map(outcome.entries.map(({ row }) => [row.path, row]));
    return batch.map((entry) => line(entry, rows.get(join(root, entry.file)) ?? null, null));
  }
  const culprit = batch[outcome.fileIndex];
  if (!culprit) return [];
  const before = batch.slice(0, outcome.fileIndex);
  const after = batch.slice(outcome.fileIndex + 1);
  return [
    ...(before.length > 0 ? await importBatch(before, root) : []),
    line(culprit, null, outcome.failure),
    ...(after.length > 0 ? await importBatch(after, root) : []),
  ];
}

interface Totals {
  files: number;
  recognised: number;
  generic: number;
  sameCount: number;
  otherCount: number;
  unbalanced: number;
  lost: number;
}

function isRead(row: LedgerRow | null): row is LedgerRow {
  return row !== null && row.format !== null;
}

function totals(all: readonly Line[]): Totals {
  const read = all.filter(({ row }) => isRead(row));
  return {
    files: all.length,
    recognised: read.filter(({ row }) => !row?.format?.startsWith('generic-')).length,
    generic: read.filter(({ row }) => row?.format?.startsWith('generic-')).length,
    sameCount: read.filter(({ row, expected }) => row?.records === expected).length,
    otherCount: read.filter(({ row, expected }) => row?.records !== expected).length,
    unbalanced: all.filter(({ row }) => row && row.records !== row.loaded + row.rejected + row.skipped)
      .length,
    lost: all.filter(({ failure }) => failure !== null).length,
  };
}

function sentence(sum: Totals): string {
  return [
    `${sum.files} files`,
    `${sum.recognised} recognised`,
    `${sum.generic} generic`,
    `${sum.sameCount} with the expected count`,
    `${sum.otherCount} with another`,
    `${sum.unbalanced} unbalanced`,
    `${sum.lost} lost`,
  ].join(', ');
}

function printFolder(folder: string, found: readonly Line[]): void {
  console.log(`\n${folder}`);
  for (const line of found) {
    const { file, kind, expected, row, failure } = line;
    const odd = failure !== null || row?.status !== 'loaded' || row.records !== expected;
    if (flags.problems && !odd) continue;
    const counts = row ? `${row.records}/${expected ?? '?'}` : `-/${expected ?? '?'}`;
    const rejects = row && row.rejected > 0 ? ` rejected ${row.rejected}` : '';
    const problem = failure ?? (row?.problem ? describeProblem(row.problem) : '');
    const differs = isRead(row) && row.records !== expected;
    const reason = differs ? `(${differenceOf(line) ?? 'NOT EXPLAINED'})` : '';
    const what = row?.format ?? row?.status ?? 'lost';
    console.log(
      `  ${file.slice(folder.length + 1)}  [${kind}]  ${what}  ${counts}${rejects}  ${reason}${problem}`.trimEnd(),
    );
  }
  console.log(`  ${sentence(totals(found))}`);
}
