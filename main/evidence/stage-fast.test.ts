/** What DuckDB reads of a big text is held against what our splitter reads; where they differ nothing of it is kept. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { Database } from '../store/database';
import { quoteText, trusted } from '../store/sql';
import { importOne } from './import-for-tests';
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

async function imported(name: string, library = plainLibrary, known: readonly string[] = []) {
  const stagingFolder = join(folder, name);
  const entry = await importOne({ path, stagingFolder, library, name: 'big.log', known, copy: true });
  const left = readdirSync(stagingFolder, { recursive: true, encoding: 'utf8' }).sort();
  return { entry: { ...entry, row: { ...entry.row, seconds: 0 } }, left, stagingFolder };
}

describe('an import the fast way', () => {
  afterEach(() => {
    found.isSame = true;
  });

  test('reads the slow way what DuckDB reads otherwise, and nothing of the first reading stays', async () => {
    const rowsOf = async (stagingFolder: string) => {
      const database = await Database.open({ path: null, memoryLimitMb: 400, threads: 2, tempFolder: null });
      const files = quoteText(join(stagingFolder, '*.parquet'));
      const rows = await database.all(
        trusted(
          `SELECT parse_filename(filename), count(*), bit_xor(hash(COLUMNS(* EXCLUDE filename))) FROM read_parquet(${files}, filename = true, union_by_name = true) GROUP BY 1 ORDER BY 1`,
        ),
      );
      database.close();
      return rows.rows;
    };
    const { stagingFolder, ...usual } = await imported('usual');
    expect(usual.entry.row).toMatchObject({ status: 'loaded', records: 60_000, loaded: 60_000 });
    expect(usual.entry.copied).toBe(true);
    const rows = await rowsOf(stagingFolder);
    expect(rows).toHaveLength(2);
    found.isSame = false;
    const { stagingFolder: other, ...slow } = await imported('otherwise');
    expect(slow).toEqual(usual);
    expect(await rowsOf(other)).toEqual(rows);
    expect(found.asked).toBe(1);
  });

  const failing = { ...plainLibrary, compile: () => Promise.reject(new Error('no memory')) };

  test.each([
    ['the same', true],
    ['otherwise', false],
  ])(
    'keeps hash and copy where the format cannot be compiled and DuckDB reads it %s',
    async (name, isSame) => {
      found.isSame = isSame;
      const { entry, left } = await imported(`failing ${name}`, failing);
      const { sha256 } = entry.row;
      expect(entry.row).toMatchObject({ status: 'failed', records: 0, format: 'plain-lines' });
      expect(entry.row.problem?.why).toContain('no memory');
      expect(sha256).toMatch(/^[0-9a-f]{64}$/);
      expect([entry.copied, left.filter((one) => one.endsWith(sha256 ?? ''))]).toEqual([
        true,
        [expect.any(String)],
      ]);
    },
  );

  test('tells evidence that is known before it is compiled', async () => {
    const { entry } = await imported('first');
    const again = await imported('again', failing, [entry.row.sha256 ?? '']);
    expect(again.entry.row).toMatchObject({ status: 'duplicate', sha256: entry.row.sha256 });
  });
});
