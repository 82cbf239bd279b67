/** Columns of JSON records: keys in order of appearance, whatever list of keys is the usual one. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../store/database';
import { sql, trusted } from '../store/sql';
import type { ReadPlan } from './plan';
import { recordColumns } from './record-columns';

const plan: ReadPlan = { kind: 'json', layout: 'lines', newline: 'lf', envelope: null };

let database: Database;
beforeAll(async () => {
  database = await Database.open({ path: null, memoryLimitMb: 300, threads: 2, tempFolder: null });
});
afterAll(() => database.close());

/** Stages records: `texts` by their number where they are others than `usual`. */
async function stage(rows: number, usual: string, texts: Readonly<Record<number, string>> = {}) {
  await database.run(
    sql`CREATE OR REPLACE TABLE record AS SELECT (range + 1)::UBIGINT AS record_number, ${usual} AS c0
      FROM ${trusted(`range(${rows})`)}`,
  );
  for (const [number, text] of Object.entries(texts)) {
    await database.run(sql`UPDATE record SET c0 = ${text} WHERE record_number = ${Number(number)}`);
  }
  return recordColumns(database, plan);
}

describe('keys of JSON records', () => {
  it('stand in the order in which records bring them', async () => {
    const { source } = await stage(5000, '{"b":1,"a":2}', {
      1: '{"first":0,"a":1}',
      3: 'no JSON',
      4: '[1,2]',
      4000: '{"late":{"x":1},"a":1}',
      4999: '{"last":1,"b":2}',
    });
    expect(source).toEqual(['first', 'a', 'b', 'late', 'last', 'record']);
  });

  it('are none where there are none, and what is no JSON has no cells', async () => {
    expect((await stage(0, '')).source).toEqual(['record']);
    expect((await stage(10, 'no JSON')).source).toEqual(['record']);
    const { expressions } = await stage(3, '{"a":"x"}', { 2: '{"a":' });
    const [cell] = expressions;
    const table = await database.all(
      sql`SELECT ${cell ?? trusted('NULL')} FROM record ORDER BY record_number`,
    );
    expect(table.rows.map(([value]) => value)).toEqual(['x', null, 'x']);
  });
});
