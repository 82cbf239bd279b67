import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { Cell } from '../../../shared/cell';
import { EVERYTHING, type Source } from '../../../shared/filter';
import { chartData } from '../charts/chart-data';
import { type MadeSources, madeSources, rowsOf, value } from './case-for-tests';
import { joinCount } from './count';
import { sourceFacet } from './facet';
import { sourcePage } from './page';
import { NEED_NOTHING } from './relation';
import type { MadeOfSql } from './sql-leaf';

/** Names that other programs have stumbled over, and two hundred more made of their parts. */
const KNOWN = [
  'a"; DROP TABLE event; --',
  "'); DELETE FROM evidence; --",
  '"',
  "'",
  '\\',
  '`',
  '$1',
  '?',
  '%s',
  '$' + '{x}',
  '{{x}}',
  'select',
  'FROM',
  'rowid',
  'event_id',
  'c0',
  'p0',
  'o0',
  'k0',
  's.c1',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '*',
  '/*',
  '*/',
  '--',
  ';',
  '\n',
  '\r\n',
  '\t',
  '\0',
  '',
  ' ',
  '.',
  'a.b',
  'right.x',
  '0',
  '17',
  '-1',
  '1e9',
  'NULL',
  'true',
  'Ünïcödé',
  '名前',
  '😀',
  '\u202Egpj.exe',
  '\u200B',
  '\uFEFF',
  'x'.repeat(10_000),
  '<img src=x onerror=alert(1)>',
  '=1+1',
  '@SUM(A1)',
  'A',
  'a',
];

const column = fc.oneof(
  fc.constantFrom(...KNOWN),
  fc.string({
    unit: fc.constantFrom('"', "'", ';', '-', '/', '*', '\\', '$', '1', '\n', '\0', 'é', '(', ')', ' ', 'c'),
    maxLength: 12,
  }),
);
const ROWS: Cell[][] = Array.from({ length: 40 }, (_, at) => [
  `2026-01-01T00:00:${String(at).padStart(2, '0')}.000000Z`,
  at % 7 === 0 ? null : `value ${at % 5}`,
  BigInt(at % 9),
]);
const made: MadeSources[] = [];
afterAll(async () => {
  for (const one of made) await one.views.close();
});

/** A case whose one query gives three columns of these names, and everything that is done with them. */
async function answers(names: readonly [string, string, string], join: string) {
  const types = ['TIMESTAMP', 'VARCHAR', 'BIGINT'];
  const run: MadeOfSql = async (_text, _limit, begin, take) => {
    await begin(names.map((name, at) => ({ name, type: types[at] ?? '' })));
    await take(ROWS);
    return { ok: true, value: { held: ROWS.length, total: ROWS.length } };
  };
  const at = await madeSources([], new Map([[1, 'aa']]), run);
  made.push(at);
  const source: Source = { from: { kind: 'sql', text: 'SELECT 1' }, filter: EVERYTHING };
  const relation = value(await at.sources.relation(source));
  const [time = '', text = '', number = ''] = relation.columns.map(({ name }) => name);
  const filtered: Source = {
    ...source,
    filter: {
      kind: 'and',
      of: [
        { kind: 'contains', field: text, text: 'VALUE' },
        { kind: 'compare', field: number, op: '<', value: 8 },
      ],
    },
  };
  const joined: Source = {
    from: {
      kind: 'join',
      join: {
        left: filtered,
        right: source,
        how: 'left',
        name: join,
        on: [
          { kind: 'equal', left: number, right: number, ignoreCase: false },
          { kind: 'as-of', left: time, right: time, direction: 'last', withinUs: 20_000_000 },
        ],
      },
    },
    filter: EVERYTHING,
  };
  const whole = value(await at.sources.relation(joined));
  const opened = value(await at.opened.open({ source: joined, sort: [{ field: text, descending: true }] }));
  const columns = opened.columns.map(({ name }) => name);
  const page = value(
    await sourcePage(at.sources, at.opened, { sourceId: opened.sourceId, offset: 0, limit: 100, columns }),
  );
  const counts = value(await joinCount(at.sources, { source: joined })).counts;
  const facet = value(
    await sourceFacet(at.sources, { source: filtered, column: text, text: 'value', limit: 10 }),
  );
  const axis = { field: text, time: null, width: null };
  const chart = value(
    await chartData(at.sources, {
      spec: {
        source: joined,
        mark: 'bar',
        x: { ...axis, field: time, time: 'minute' },
        y: null,
        colour: axis,
        size: null,
        rows: [],
        columns: [],
        measure: { kind: 'sum', field: number },
        top: 3,
      },
      events: null,
      zone: 'UTC',
    }),
  );
  const all = new Set(whole.columns.keys());
  return {
    columns: columns.length,
    page: rowsOf(page.arrow),
    counts,
    facet,
    chart: rowsOf(chart.arrow),
    statement: whole
      .rows({ ...NEED_NOTHING, columns: all, places: true, order: true })
      .text.replaceAll(/"?(query|source|copy)_\d+"?/g, '$1'),
  };
}

describe('hostile names', () => {
  test('200 of them change no result and no statement', async () => {
    const plain = await answers(['time', 'text', 'number'], 'other');
    expect(plain.page.length).toBe(plain.counts.rows);
    const names = fc.sample(fc.tuple(column, column, column, column), { numRuns: 67, seed: 11 });
    for (const [a, b, c, join] of names) {
      const name = (join || 'x').slice(0, 40);
      expect({ names: [a, b, c, name], ...(await answers([a, b, c], name)) }).toEqual({
        names: [a, b, c, name],
        ...plain,
      });
    }
  }, 120_000);
});
