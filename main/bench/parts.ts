/** The import benchmarks: each times the product's own command line against a peer doing the comparable job. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Database } from '../store/database';
import { quoteText, trusted } from '../store/sql';
import { makeCsv, makeJsonLines, makeSyslog } from './make-load';
import { type Comparison, compare, run, type Verdict } from './measure';

export interface Load {
  readonly folder: string;
  readonly rounds: number;
  /** 1 is the size the bounds are stated for. */
  readonly scale: number;
}

const here = dirname(fileURLToPath(import.meta.url));
const cli = join(here, 'cli.mjs');
const bench = join(here, 'bench.mjs');

/** Imports one file into a fresh case and checks that every record was accounted for. */
export async function importFile(load: Load, file: string, extra: readonly string[] = []) {
  const folder = join(load.folder, 'cases', 'one');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  const result = await run(process.execPath, [cli, 'import', file, '--case', folder, '--json', ...extra]);
  const row = JSON.parse(result.stdout).evidence[0];
  if (row.records !== row.loaded + row.rejected + row.skipped || row.loaded === 0) {
    throw new Error(`the import did not add up: ${JSON.stringify(row)}`);
  }
  return result;
}

export function has(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
}

export function figures(name: string, { ours, peer, ratio, oursPeakBytes }: Comparison): string {
  const seconds = (value: number): string => value.toFixed(2);
  return `ours ${seconds(ours.median)} s (${seconds(ours.least)}–${seconds(ours.most)}), ${name} ${seconds(peer.median)} s (${seconds(peer.least)}–${seconds(peer.most)}), ours/peer ${ratio.median.toFixed(2)} (${ratio.least.toFixed(2)}–${ratio.most.toFixed(2)}), our peak ${(oursPeakBytes / 1048576).toFixed(0)} MB`;
}

/** What DuckDB itself reads a file with, by the kind of file. */
const RAW_READERS = { csv: 'read_csv', jsonl: 'read_ndjson' } as const;
type RawKind = keyof typeof RAW_READERS;

/** The peer's side of `delimited` and `json`: what DuckDB needs to read the file into a table on disk, checkpoint included. */
export async function rawRead(kind: string, file: string, path: string): Promise<void> {
  const reader = kind === 'jsonl' ? RAW_READERS.jsonl : RAW_READERS.csv;
  rmSync(path, { force: true });
  const database = await Database.open({ path, memoryLimitMb: 4000, threads: 2, tempFolder: `${path}.tmp` });
  await database.run(trusted(`CREATE TABLE load AS SELECT * FROM ${reader}(${quoteText(file)})`));
  await database.run(trusted('CHECKPOINT'));
  database.close();
}

/** An import with hash, provenance and accounting against raw `CREATE TABLE AS`: at most twice its time. */
async function besideRaw(load: Load, part: string, kind: RawKind, file: string, what: string) {
  const result = await compare(
    load.rounds,
    () => importFile(load, file),
    () => run(process.execPath, [bench, 'peer-raw', kind, file, join(load.folder, 'raw.duckdb')]),
  );
  const size = (statSync(file).size / 1e6).toFixed(0);
  const text = `${size} MB ${what}: ${figures(RAW_READERS[kind], result)}; bound ≤ 2`;
  return [{ part, held: result.ratio.median <= 2, text }];
}

export async function delimited(load: Load): Promise<Verdict[]> {
  const file = makeCsv(load.folder, Math.round(2_300_000 * load.scale));
  return besideRaw(load, 'delimited', 'csv', file, 'CSV, 12 columns');
}

export async function json(load: Load): Promise<Verdict[]> {
  const file = makeJsonLines(load.folder, Math.round(1_300_000 * load.scale));
  return besideRaw(load, 'json', 'jsonl', file, 'JSON lines, 11 keys');
}

/** Syslog import against lnav counting its rows: at least two fifths of its lines per second. */
export async function syslog(load: Load): Promise<Verdict[]> {
  if (!has('lnav')) return [{ part: 'syslog', held: true, text: 'skipped: lnav is not installed' }];
  const lines = Math.round(2_000_000 * load.scale);
  const file = makeSyslog(load.folder, lines);
  const result = await compare(
    load.rounds,
    () => importFile(load, file, ['--zone', 'UTC', '--year', '2026']),
    () => run('lnav', ['-n', '-q', '-c', ';select count(*) from syslog_log', file], { HOME: load.folder }),
  );
  return [
    {
      part: 'syslog',
      held: result.ratio.median <= 2.5,
      text: `${lines} lines: ${figures('lnav', result)}; ${Math.round(lines / result.ours.median)} lines/s is ${(1 / result.ratio.median).toFixed(2)} × lnav; bound ≥ 0.4 ×`,
    },
  ];
}

/** Five million events: the whole process tree stays below 1.5 GB while importing. */
export async function memory(load: Load): Promise<Verdict[]> {
  const lines = Math.round(5_000_000 * load.scale);
  const file = makeSyslog(load.folder, lines);
  const result = await importFile(load, file, ['--zone', 'UTC', '--year', '2026']);
  const peak = result.peakBytes / 1048576;
  return [
    {
      part: 'memory',
      held: peak <= 1536,
      text: `${lines} events: peak of all processes ${peak.toFixed(0)} MB; bound ≤ 1536 MB`,
    },
  ];
}
