/** Filled columns beside the same columns as DuckDB writes them: schema, values, statistics, order of rows. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from './database';
import { packDifferences } from './parquet-differences';
import { type FilledColumn, fillParquet } from './parquet-fill';
import { canCount, canFill } from './parquet-pages';
import { ident, join, quoteText, type Sql, sql, trusted } from './sql';
import { readThrift, writeThrift } from './thrift';

const TYPES = [
  'VARCHAR',
  'UTINYINT',
  'USMALLINT',
  'UINTEGER',
  'UBIGINT',
  'SMALLINT',
  'INTEGER',
  'BIGINT',
  'DOUBLE',
  'BOOLEAN',
  'TIMESTAMP',
];
const nulls = TYPES.map((type): FilledColumn => ({ name: `no ${type}`, type, same: null }));
const written = (name: string, type: string): FilledColumn => ({ name, type, same: undefined });
const columns: readonly FilledColumn[] = [
  { name: 'first', type: 'UINTEGER', same: 2_000_000_000 },
  written('number', 'UBIGINT'),
  ...nulls,
  { name: 'word', type: 'VARCHAR', same: "it's ‘so’" },
  { name: 'empty', type: 'VARCHAR', same: '' },
  written('text', 'VARCHAR'),
  { name: 'level', type: 'UTINYINT', same: 7 },
  { name: 'big', type: 'UBIGINT', same: 2 ** 53 - 1 },
  { name: 'none', type: 'SMALLINT', same: 0 },
];

let database: Database;
let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(joinPath(tmpdir(), 'throughline-fill-'));
  database = await Database.open({ path: null, memoryLimitMb: 500, threads: 2, tempFolder: null });
});
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Writes the columns over `rows` rows: all of them, or those that are not the same in every row. */
async function write(name: string, rows: number, chosen: readonly FilledColumn[]): Promise<string> {
  const path = joinPath(folder, name);
  const given: Readonly<Record<string, Sql>> = { number: trusted('range'), text: sql`'row ' || range` };
  const list = chosen.map(({ name: column, type, same }) => {
    const value =
      same === undefined
        ? (given[column] ?? trusted('NULL'))
        : trusted(typeof same === 'string' ? quoteText(same) : String(same));
    return sql`CAST(${value} AS ${trusted(type)}) AS ${ident(column)}`;
  });
  const options = trusted('(FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, ROW_GROUP_SIZE 4096)');
  const from = trusted(`range(${rows})`);
  await database.run(
    sql`COPY (SELECT ${join(list, ', ')} FROM ${from}) TO ${trusted(quoteText(path))} ${options}`,
  );
  return path;
}

async function told(path: string, query: string): Promise<unknown> {
  return (await database.all(trusted(query.replaceAll('$file', quoteText(path))))).rows;
}

/** What DuckDB says of one file's schema and statistics, and finds by `queries`, it does of another's. */
async function expectSame(path: string, other: string, queries: readonly string[]): Promise<void> {
  for (const query of [
    'SELECT * EXCLUDE (file_name) FROM parquet_schema($file)',
    `SELECT row_group_id, row_group_num_rows, num_values, path_in_schema, type, stats_null_count,
       stats_min_value, stats_max_value FROM parquet_metadata($file)`,
    ...queries,
  ]) {
    expect(await told(path, query), query).toEqual(await told(other, query));
  }
}

const kept = columns.filter(({ same }) => same === undefined);

describe('columns that are the same in every row', () => {
  for (const rows of [0, 1, 4096, 10_000]) {
    it(`are added to ${rows} rows as DuckDB would write them`, async () => {
      const path = await write(`lean-${rows}.parquet`, rows, kept);
      await fillParquet(path, columns);
      const whole = await write(`whole-${rows}.parquet`, rows, columns);
      await expectSame(path, whole, [
        'SELECT * FROM read_parquet($file) LIMIT 10',
        'SELECT count(*), sum(hash(f)::HUGEINT) FROM read_parquet($file) AS f',
        'SELECT count(*) FROM read_parquet($file, file_row_number = true) WHERE file_row_number <> number',
      ]);
    });
  }

  it('are found, and passed over, by their statistics', async () => {
    const path = await write('asked.parquet', 10_000, kept);
    await fillParquet(path, columns);
    const count = async (where: string) =>
      Number(
        (await database.one(
          trusted(`SELECT count(*) FROM read_parquet(${quoteText(path)}) WHERE ${where}`),
        )) ?? -1,
      );
    expect(await count(`word = ${quoteText("it's ‘so’")} AND "first" = 2000000000`)).toBe(10_000);
    expect(await count(`level = 8 OR "no VARCHAR" = ''`)).toBe(0);
    expect(await count(`"no TIMESTAMP" IS NULL AND number >= 9990`)).toBe(10);
  });

  it('are refused where the file is another one', async () => {
    const path = await write('other.parquet', 5, columns.slice(0, 2));
    const copy = joinPath(folder, 'copy.parquet');
    copyFileSync(path, copy);
    await expect(fillParquet(path, columns)).rejects.toThrow('other columns');
    expect(readFileSync(path).equals(readFileSync(copy))).toBe(true);
  });

  it('are of types that pages can be made for', () => {
    expect(canFill('VARCHAR', 'x')).toBe(true);
    expect(canFill('UINTEGER', 2 ** 31)).toBe(false);
    expect(['UTINYINT', 'USMALLINT', 'SMALLINT'].map((type) => canFill(type, 65_536))).not.toContain(true);
    expect(canFill('VARCHAR', 1)).toBe(false);
    expect(canFill('DOUBLE', 1)).toBe(false);
    expect(canFill('BOOLEAN', 1)).toBe(false);
    expect(canFill('TIMESTAMP', 1)).toBe(false);
    expect(canFill('DECIMAL(2,1)', null)).toBe(false);
  });
});

describe('footers', () => {
  it('are read and written again byte for byte', async () => {
    const bytes = readFileSync(await write('footer.parquet', 10_000, columns));
    const length = bytes.readUInt32LE(bytes.length - 8);
    const footer = bytes.subarray(bytes.length - 8 - length, bytes.length - 8);
    expect(Buffer.from(writeThrift(readThrift(footer))).equals(footer)).toBe(true);
  });

  it('are refused wherever they are cut', async () => {
    const bytes = readFileSync(await write('cut.parquet', 3, columns));
    const length = bytes.readUInt32LE(bytes.length - 8);
    const footer = bytes.subarray(bytes.length - 8 - length, bytes.length - 8);
    for (let end = 0; end < footer.length; end++) {
      expect(() => readThrift(footer.subarray(0, end)), String(end)).toThrow(RangeError);
    }
  });
});

describe('numbers at hand', () => {
  /** The same numbers, over and over, a few of them far apart. */
  const value = (row: number): number => [row, row * 1000, 7, 2 ** 40 - row, 300 * (row % 5)][row % 5] ?? 0;
  const given: Readonly<Record<string, (row: number) => number>> = {
    counted: (row) => row,
    far: (row) => row * 70_000,
    mixed: value,
    none: () => 0,
  };
  const numbers = (name: string, type: string): FilledColumn => {
    let row = 0;
    const next = (rows: number) => Float64Array.from({ length: rows }, () => given[name]?.(row++) ?? 0);
    return { name, type, same: undefined, numbers: next };
  };

  it.each([0, 1, 2, 33, 129, 4096, 10_000])(
    'are added to %i rows as DuckDB would write them',
    async (rows) => {
      const path = joinPath(folder, `numbers-${rows}.parquet`);
      const all = joinPath(folder, `all-numbers-${rows}.parquet`);
      const options = '(FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, ROW_GROUP_SIZE 4096)';
      await database.run(
        trusted(`COPY (SELECT 'row ' || range AS text FROM range(${rows})) TO ${quoteText(path)} ${options}`),
      );
      const mixed =
        'CASE range % 5 WHEN 0 THEN range WHEN 1 THEN range * 1000 WHEN 2 THEN 7 WHEN 3 THEN 1099511627776 - range ELSE 1200 END';
      await database.run(
        trusted(`COPY (SELECT CAST(range AS UBIGINT) AS counted, CAST(range * 70000 AS BIGINT) AS far, 'row ' || range AS text,
        CAST(${mixed} AS UBIGINT) AS mixed, 0::UBIGINT AS none FROM range(${rows})) TO ${quoteText(all)} ${options}`),
      );
      await fillParquet(path, [
        numbers('counted', 'UBIGINT'),
        numbers('far', 'BIGINT'),
        written('text', 'VARCHAR'),
        numbers('mixed', 'UBIGINT'),
        numbers('none', 'UBIGINT'),
      ]);
      await expectSame(path, all, [
        'SELECT * FROM read_parquet($file)',
        'SELECT max(counted), count(*) FROM read_parquet($file) WHERE mixed = 7 AND counted > 100',
      ]);
    },
  );

  it('are refused where they are too large, or no whole numbers in Parquet', async () => {
    expect(() => packDifferences(Float64Array.of(0, 2 ** 53))).toThrow(RangeError);
    expect(() => packDifferences(Float64Array.of(Number.NaN))).toThrow(RangeError);
    expect(['UBIGINT', 'BIGINT', 'TIMESTAMP', 'INTEGER', 'DOUBLE'].filter(canCount)).toEqual([
      'UBIGINT',
      'BIGINT',
    ]);
  });
});
