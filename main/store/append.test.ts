import { afterAll, beforeAll, expect, test } from 'vitest';
import { TableAppender } from './append';
import { Database } from './database';
import { sql, trusted } from './sql';

let database: Database;

beforeAll(async () => {
  database = await Database.open({ path: null, memoryLimitMb: 256, threads: 1, tempFolder: null });
});
afterAll(() => database.close());

const COLUMNS = {
  wide: 'UBIGINT',
  signed: 'BIGINT',
  at: 'TIMESTAMP',
  small: 'USMALLINT',
  real: 'DOUBLE',
  flag: 'BOOLEAN',
  text: 'VARCHAR',
} as const;

const TEXTS = [
  '',
  'short',
  'twelve chars',
  'thirteen char',
  'Grüße',
  '日本語のとても長い文',
  'a\0b',
  'x'.repeat(3000),
];

test('every value comes back, whatever the chunk border', async () => {
  const table = await TableAppender.create(database, 'all_types', COLUMNS);
  const { columns } = table;
  const rows = 5000;
  for (let index = 0; index < rows; index++) {
    const { row } = table;
    columns.wide.set(row, index * 4_294_967_297);
    columns.signed.set(row, -index * 4_294_967_295);
    if (index % 3 !== 0) columns.at.set(row, 1_700_000_000_123_456 + index);
    columns.small.set(row, index % 65536);
    if (index % 5 !== 0) columns.real.set(row, index / 3);
    columns.flag.set(row, index % 2);
    if (index % 7 !== 0) columns.text.set(row, TEXTS[index % TEXTS.length] ?? '');
    table.endRow();
  }
  table.close();
  const { rows: found } = await database.all(
    trusted('SELECT wide, signed, epoch_us("at"), small, "real", flag, text FROM all_types ORDER BY wide'),
  );
  expect(found.length).toBe(rows);
  found.forEach((row, index) => {
    expect(row).toEqual([
      BigInt(index) * 4_294_967_297n,
      BigInt(-index) * 4_294_967_295n,
      index % 3 === 0 ? null : 1_700_000_000_123_456n + BigInt(index),
      index % 65536,
      index % 5 === 0 ? null : index / 3,
      index % 2 === 1,
      index % 7 === 0 ? null : TEXTS[index % TEXTS.length],
    ]);
  });
});

test('a lone surrogate becomes the replacement character', async () => {
  const table = await TableAppender.create(database, 'surrogate', { text: 'VARCHAR' });
  table.columns.text.set(table.row, '\ud800');
  table.endRow();
  table.close();
  expect(await database.one(sql`SELECT text FROM surrogate`)).toBe('\ufffd');
});

test('lists come back whole, empty ones and missing ones told apart', async () => {
  const table = await TableAppender.create(database, 'lists', { id: 'UINTEGER', list: 'DOUBLE[]' });
  const rows = 5000;
  for (let index = 0; index < rows; index++) {
    table.columns.id.set(table.row, index);
    if (index % 4 !== 0) table.columns.list.set(table.row, new Array<number>(index % 23).fill(index / 2));
    table.endRow();
  }
  table.close();
  const { rows: found } = await database.all(
    trusted('SELECT id, len(list), list_sum(list), list_min(list) FROM lists ORDER BY id'),
  );
  found.forEach((row, index) => {
    const size = index % 23;
    const value = size === 0 ? null : index / 2;
    const expected =
      index % 4 === 0 ? [null, null, null] : [BigInt(size), value === null ? null : value * size, value];
    expect(row).toEqual([index, ...expected]);
  });
});
