/**
 * `npm run corpus [-- --folder NAME] [--captures] [--messages] [--json]`: imports the corpus folder by folder in
 * importer processes and prints what each file was recognised as, our count beside the expected one, rejects and
 * problems, and a summary. `--messages` prints only the captures' packets and messages beside those of capinfos and
 * tshark; `--golden` instead compares events with the golden documents beside the inputs.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { LedgerRow } from '../../shared/evidence';
import { describeProblem } from '../../shared/problem';
import { hasTool } from '../evidence/normalise/packets/oracle';
import { captureTable } from './capture-table';
import { corpusFolder } from './corpus-folder';
import { type ImportedLine, importCorpus } from './corpus-import';
import { differenceOf, summarise } from './corpus-summary';
import { compareGolden, describeGolden } from './golden';
import { wireTable } from './wire-golden/run';

const { values: flags } = parseArgs({
  options: {
    folder: { type: 'string', multiple: true },
    captures: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    golden: { type: 'boolean', default: false },
    messages: { type: 'boolean', default: false },
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

if (flags.messages) {
  await printMessages(corpus);
  process.exit();
}

const lines = await importCorpus({
  corpus,
  program: fileURLToPath(new URL('./importer.mjs', import.meta.url)),
  captures: flags.captures,
  folders: flags.folder,
  zone: flags.zone,
  done: (folder, found) => {
    if (!flags.json) printFolder(folder, found);
  },
});
if (flags.json) console.log(JSON.stringify({ files: lines, totals: totals(lines) }, null, 1));
else console.log(`\nAll folders: ${sentence(totals(lines))}\n\n${summarise(lines)}`);

if (flags.captures && !flags.json && hasTool('tshark')) await printMessages(corpus);

async function printMessages(folder: string): Promise<void> {
  const { lines: table, unexplained } = await captureTable(folder, flags.folder ?? null);
  for (const line of table) console.log(line);
  console.log('\nFields beside the golden logs of other analysers');
  for (const line of await wireTable(folder)) console.log(`  ${line}`);
  if (unexplained > 0) process.exitCode = 1;
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

function totals(all: readonly ImportedLine[]): Totals {
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

function printFolder(folder: string, found: readonly ImportedLine[]): void {
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
