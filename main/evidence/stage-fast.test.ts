/** What DuckDB reads of a big text is held against what our splitter reads; where they differ nothing of it is kept. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Database } from '../store/database';
import { quoteText, trusted } from '../store/sql';
import { importSegment } from './import';
import { plainLibrary } from './library-for-tests';
import type { ReadPlan } from './plan';
import { stageFast } from './stage-fast';

const found = vi.hoisted(() => ({ isSame: true, asked: 0 }));
vi.mock(import('./stage-fast'), async (load) => {
  const real = await load();
  const stageFast: typeof real.stageFast = async (database, input) => {
    const fast = await real.stageFast(database, input);
    if (fast === null || found.isSame) return fast;
    found.asked++;
    return { ...fast, isSame: () => Promise.resolve(false) };
  };
  return { ...real, stageFast };
});

const text = Array.from(
  { length: 60_000 },
  (_, index) =>
    `2026-01-01T00:00:00Z host${index % 7} line ${index} of a log that is long enough to be big\n`,
).join('');
const plan: ReadPlan = { kind: 'lines', newline: 'lf', indented: false, starts: [] };
const encoding = { encoding: 'utf-8', markBytes: 0, valid: true, source: 'bytes' } as const;

let folder: string;
let path: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-fast-'));
  path = join(folder, 'big.log');
  writeFileSync(path, text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the record file is told from what our splitter read', () => {
  const changes = [
    ['as it is', '*', true],
    [
      'a line that is longer',
      '* REPLACE (byte_length + (file_row_number = 31000)::INTEGER AS byte_length)',
      false,
    ],
    [
      'the last line shorter',
      '* REPLACE (byte_length - (file_row_number = 59999)::INTEGER AS byte_length)',
      false,
    ],
    [
      'another letter in the last line',
      `* REPLACE (CASE WHEN file_row_number = 59999 THEN replace(line, 'big', 'pig') ELSE line END AS line)`,
      false,
    ],
  ] as const;

  test.each(changes)('%s', async (_, columns, isSame) => {
    const database = await Database.open({ path: null, memoryLimitMb: 400, threads: 2, tempFolder: null });
    const input = { path, compression: null, encoding, plan, folder, cancelled: () => false };
    const fast = await stageFast(database, { ...input, progress: () => undefined });
    if (fast === null) throw new Error('the fast way was closed');
    const file = quoteText(fast.path);
    await database.run(
      trusted(
        `CREATE TABLE changed AS SELECT ${columns} FROM (SELECT *, file_row_number FROM read_parquet(${file}, file_row_number = true)) ORDER BY file_row_number`,
      ),
    );
    await database.run(trusted(`COPY (SELECT byte_length, line FROM changed) TO ${file} (FORMAT parquet)`));
    expect(await fast.isSame()).toBe(isSame);
    database.close();
  });
});

test('what DuckDB reads otherwise is read the slow way, and nothing of the first reading stays', async () => {
  const imported = async (name: string) => {
    const stagingFolder = join(folder, name);
    mkdirSync(stagingFolder);
    const job = {
      jobId: name,
      stagingFolder,
      files: [{ evidenceId: 1, path, name: 'big.log', options: {} }],
      known: [],
      copy: false,
      memoryLimitMb: 400,
      threads: 2,
      importerVersion: 'test',
    };
    const { segment } = await importSegment(job, plainLibrary, {
      progress: () => undefined,
      signal: new AbortController().signal,
      now: () => new Date(0),
    });
    const [entry] = segment.evidences;
    const database = await Database.open({ path: null, memoryLimitMb: 400, threads: 2, tempFolder: null });
    const files = quoteText(join(stagingFolder, '*.parquet'));
    const rows = await database.all(
      trusted(
        `SELECT parse_filename(filename), count(*), bit_xor(hash(COLUMNS(* EXCLUDE filename))) FROM read_parquet(${files}, filename = true, union_by_name = true) GROUP BY 1 ORDER BY 1`,
      ),
    );
    database.close();
    return { entry: { ...entry, row: { ...entry?.row, seconds: 0 } }, rows: rows.rows };
  };
  const usual = await imported('usual');
  expect(usual.entry.row).toMatchObject({ status: 'loaded', records: 60_000, loaded: 60_000 });
  expect(usual.rows).toHaveLength(2);
  found.isSame = false;
  expect(await imported('otherwise')).toEqual(usual);
  expect(found.asked).toBe(1);
  found.isSame = true;
});
