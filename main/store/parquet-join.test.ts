/** Files joined into one beside the same rows written as one by DuckDB. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from './database';
import { fillParquet } from './parquet-fill';
import { joinParquet } from './parquet-join';
import { quoteText, trusted } from './sql';

let database: Database;
let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(joinPath(tmpdir(), 'throughline-join-'));
  database = await Database.open({ path: null, memoryLimitMb: 500, threads: 2, tempFolder: null });
});
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

const COLUMNS = "range AS number, 'word ' || range % 7 AS word, range / 3 AS share, [range, 1] AS list";

async function write(name: string, from: number, to: number, columns = COLUMNS): Promise<string> {
  const path = joinPath(folder, name);
  await database.run(
    trusted(`COPY (SELECT ${columns} FROM range(${from}, ${to})) TO ${quoteText(path)}
      (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, ROW_GROUP_SIZE 4096)`),
  );
  return path;
}

async function told(path: string, query: string): Promise<unknown> {
  return (await database.all(trusted(query.replaceAll('$file', quoteText(path))))).rows;
}

describe('Parquet files', () => {
  it('are joined in their order, with statistics and Bloom filters', async () => {
    const parts = [
      await write('a', 0, 10_000),
      await write('b', 10_000, 10_000),
      await write('c', 10_000, 10_001),
      await write('d', 10_001, 30_000),
    ];
    const joined = joinPath(folder, 'joined');
    await joinParquet(joined, parts);
    expect(parts.map((part) => existsSync(part))).toEqual([false, false, false, false]);
    const whole = await write('whole', 0, 30_000);
    for (const query of [
      'SELECT * EXCLUDE (file_name) FROM parquet_schema($file)',
      'SELECT count(*), sum(hash(f)::HUGEINT), max(list[1]) FROM read_parquet($file) AS f',
      'SELECT count(*) FROM read_parquet($file, file_row_number = true) WHERE file_row_number <> number',
      "SELECT count(*), min(number) FROM read_parquet($file) WHERE word = 'word 3' AND number > 12345",
      'SELECT sum(num_rows) FROM parquet_file_metadata($file)',
    ]) {
      expect(await told(joined, query), query).toEqual(await told(whole, query));
    }
    const filters = "SELECT * FROM parquet_bloom_probe($file, 'word', 'word 3')";
    const probed = await database.all(trusted(filters.replace('$file', quoteText(joined))));
    expect(probed.rows.length).toBeGreaterThan(5);
    expect(probed.rows.every((row) => row.at(-1) === false)).toBe(true);
    const places = await database.all(
      trusted(
        `SELECT bloom_filter_offset FROM parquet_metadata(${quoteText(joined)}) WHERE path_in_schema = 'word'`,
      ),
    );
    expect(new Set(places.rows.map(([place]) => String(place))).size).toBe(places.rows.length);
  });

  it('of which columns were filled in afterwards are joined like others', async () => {
    const columns = [
      { name: 'number', type: 'BIGINT', same: undefined },
      { name: 'kind', type: 'VARCHAR', same: 'poll' },
    ];
    const parts = [
      await write('e', 0, 5000, 'range AS number'),
      await write('f', 5000, 9000, 'range AS number'),
    ];
    for (const part of parts) await fillParquet(part, columns);
    const plain = await write('g', 9000, 9010, "range AS number, 'poll' AS kind");
    const joined = joinPath(folder, 'filled');
    await joinParquet(joined, [...parts, plain]);
    expect(
      await told(
        joined,
        'SELECT count(*), count(DISTINCT number), min(kind), max(kind) FROM read_parquet($file)',
      ),
    ).toEqual([[9010n, 9010n, 'poll', 'poll']]);
  });

  it('are refused where their columns differ', async () => {
    const first = await write('h', 0, 10);
    const before = readFileSync(first);
    const other = await write('i', 0, 10, 'range AS number');
    const copy = joinPath(folder, 'copy');
    copyFileSync(other, copy);
    await expect(joinParquet(joinPath(folder, 'none'), [first, other])).rejects.toThrow(
      'not the same columns',
    );
    expect(readFileSync(first).equals(before)).toBe(true);
    expect(readFileSync(other).equals(readFileSync(copy))).toBe(true);
  });
});
