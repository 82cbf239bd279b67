/** Keys of JSON lines: those of the records that the watch names are those that a look at all of them finds. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RecordAppender } from '../store/append-text';
import { Database } from '../store/database';
import { sql, trusted } from '../store/sql';
import { importOne } from './import-for-tests';
import { KeyWatch } from './key-watch';
import { plainLibrary } from './library-for-tests';
import type { ReadPlan } from './plan';
import { recordColumns } from './record-columns';
import { isFastCandidate, stageFast } from './stage-fast';

const plan: ReadPlan = { kind: 'json', layout: 'lines', newline: 'lf', envelope: null };

let database: Database;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-keys-'));
  database = await Database.open({ path: null, memoryLimitMb: 400, threads: 2, tempFolder: null });
});
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The records lie in one buffer with nothing between them, as little as that helps to find where each ends. */
function askedOf(records: readonly string[]): readonly number[] | null {
  const bytes = Buffer.from(records.join(''));
  const watch = new KeyWatch();
  let from = 0;
  for (const record of records) {
    const to = from + Buffer.byteLength(record);
    watch.record(bytes, from, to);
    from = to;
  }
  return watch.asked();
}

async function stage(records: readonly string[]): Promise<void> {
  await database.run(
    trusted(`CREATE OR REPLACE TABLE record
      (record_number UBIGINT, byte_offset UBIGINT, byte_length UBIGINT, c0 VARCHAR)`),
  );
  const appender = await RecordAppender.open(database, 'record', 1);
  records.forEach((record, index) => {
    const bytes = Buffer.from(record);
    appender.text(0, bytes, 0, bytes.length);
    appender.endRow(index + 1, 0, bytes.length);
  });
  appender.close();
}

/** Whether asking few gives what asking all gives, and each of the others has the keys of one asked before it, or none. */
async function expectSame(records: readonly string[]): Promise<void> {
  const asked = askedOf(records);
  if (asked === null) throw new Error('too many are to be asked');
  await stage(records);
  const list = trusted(asked.length === 0 ? 'NULL' : asked.join(', '));
  const few = sql`SELECT record_number, c0 FROM record WHERE record_number IN (${list})`;
  const found = await recordColumns(database, plan, few);
  const wanted = await recordColumns(database, plan);
  expect([found.source, found.names]).toEqual([wanted.source, wanted.names]);
  const others = await database.all(sql`
    WITH listed AS (SELECT record_number, c0, TRY(json_keys(c0)) AS keys FROM record),
      asked AS (SELECT keys, min(record_number) AS first FROM listed WHERE record_number IN (${list}) GROUP BY keys)
    SELECT c0 FROM listed LEFT JOIN asked ON listed.keys = asked.keys
    WHERE listed.keys IS NOT NULL AND (first IS NULL OR first > record_number)`);
  expect(others.rows).toEqual([]);
}

describe('records that bring keys', () => {
  const cases: ReadonlyArray<readonly [name: string, records: readonly string[], asked: readonly number[]]> =
    [
      ['none of none', [], []],
      [
        'the first, whatever values the others have',
        [
          '{"a":1,"b":"x","c":{"d":[1,"]"]}}',
          '{"a":null,"b":"}{","c":[{},[],"[\\"{"]}',
          '{"a":"","b":{"b":{"a":1}},"c":-1.5e3}',
        ],
        [1],
      ],
      [
        'those whose strings only look like keys',
        [
          '{"a":"x","b":1}',
          '{"a":"\\"","b":1}',
          '{"a":"\\\\","b":1}',
          '{"a":"\\\\\\",\\"b\\":","b":""}',
          '{"a":"\\",\\"b\\":1}","c":1}',
          '{"a":"x\\\\","c":1}',
        ],
        [1, 5],
      ],
      [
        'other order, other keys',
        ['{"a":1,"b":2}', '{"b":1,"a":2}', '{"a":1}', '{"a":1,"c":2}'],
        [1, 2, 3, 4],
      ],
      [
        'escapes in keys',
        [
          '{"a\\"b":1,"c\\\\":2}',
          '{"a\\"b":3,"c\\\\":"x"}',
          '{"a":1}',
          '{"\\u0061":1}',
          '{"\\u0061":2}',
          '{"ä💧":1}',
          '{"ä💧":2}',
        ],
        [1, 3, 4, 6],
      ],
      [
        'white space, which has to be the same',
        [
          '{ "a" : 1 , "b" :\t2 } ',
          '{ "a" : "x y" , "b" :\t[ 1, 2 ] } ',
          '{ "a" : 1 , "b" :\t2 }',
          '{ "a" :  1 , "b" :\t2 } ',
          '{ "a" : 1, "b" :\t2 } ',
          ' { "a" : 1 , "b" :\t2 } ',
        ],
        [1, 3, 4, 5, 6],
      ],
      ['a CR at the end', ['{"a":1}\r', '{"a":22}\r', '{"a":1}', '{"a":2}'], [1, 3]],
      ['objects without keys', ['{}', '{}', '{ }', '{ }', '{"a":1}', '{}'], [1, 3, 5]],
      [
        'what is no object',
        ['[1]', '[1]', '3', '3', '"x"', '"x"', 'null', '{"a":1}'],
        [1, 2, 3, 4, 5, 6, 7, 8],
      ],
      ['one that is no JSON is no pattern', ['{"a":tru}', '{"a":1}', '{"a":2}', '{"a":tru}'], [1, 2]],
      [
        'nor one that DuckDB alone takes for JSON',
        ['{"a":NaN}', '{"a":1,}', '{"a":1}', '{"a":Infinity}', '{"a":1,}'],
        [1, 2, 3, 5],
      ],
      [
        'nor one that JSON.parse alone takes for it',
        ['{"a":"\\ud800"}', '{"a":1}', '{"a":"\\uDBFF"}'],
        [1, 2],
      ],
      [
        'what is cut off or goes on',
        ['{"a":1,"b":"x"}', '{"a":1,"b":"x', '{"a":1', '{', '', '{"a":1,"b":"x"}{"c":1}', '{"a":1,"b":"x"},'],
        [1, 2, 3, 4, 5, 6, 7],
      ],
      [
        'values that do not end',
        ['{"a":[1],"b":2}', '{"a":[1,"b":2}', '{"a":"\\', '{"a":"\\"}'],
        [1, 2, 3, 4],
      ],
      ['what is as long behind the last value', ['{"a":1      }', '{"a":2,"b":3}', '{"a":3      }'], [1, 2]],
      ['an empty key', ['{"":1}', '{"":"x"}', '{"a":1,"":2}', '{"a":2,"":3}'], [1, 3]],
      ['the same key twice', ['{"a":1,"b":2,"a":3}', '{"a":4,"b":5,"a":6}', '{"a":4,"b":5}'], [1, 3]],
      ['keys that are numbers', ['{"2":1,"10":2,"1":3}', '{"2":4,"10":5,"1":6}', '{"1":1,"2":2}'], [1, 3]],
      ['NUL in a key', ['{"\\u0000":1,"a":1}', '{"\\u0000":2,"a":2}'], [1]],
    ];
  test.each(cases)('%s', async (_, records, asked) => {
    expect(askedOf(records)).toEqual(asked);
    await expectSame(records);
  });

  test('keys that differ in one byte', () => {
    const keys = 'abcdefghijklmnopqrst';
    for (let index = 0; index < keys.length; index++) {
      const other = `${keys.slice(0, index)}_${keys.slice(index + 1)}`;
      for (let from = 0; from <= index; from++) {
        const of = (key: string) => `{"x":1,"${key.slice(from)}":"x","y":1}`;
        expect(askedOf([of(keys), of(other), of(keys)])).toEqual([1, 2]);
      }
    }
  });

  test('of more than eight kinds: those of the first eight are known', async () => {
    const kinds = Array.from({ length: 9 }, (_, index) => `{"key ${index}":1}`);
    expect(askedOf([...kinds, ...kinds, ...kinds])).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 18, 27]);
    await expectSame([...kinds, ...kinds, ...kinds]);
  });

  test('too long ones are asked each time', async () => {
    const long = `{"a":"${'x'.repeat(70_000)}"}`;
    expect(askedOf([long, long, '{"a":1}', long])).toEqual([1, 2, 3]);
    await expectSame([long, long, '{"a":1}', long]);
  });

  test('more than two thousand are too many', () => {
    const odd = Array.from({ length: 2001 }, (_, index) => `[${index}]`);
    expect(askedOf(['{"a":1}', '{"a":2}', ...odd.slice(2)])).toHaveLength(2000);
    expect(askedOf(odd.slice(1))).toHaveLength(2000);
    expect(askedOf(odd)).toBeNull();
    expect(askedOf([...odd, '{"a":1}'])).toBeNull();
  });
});

const blank = fc.constantFrom('', '', '', '', ' ', '\t ', '\r', '\n');
const key = fc.constantFrom(
  'a',
  'b',
  'c',
  '',
  '1',
  '2',
  '10',
  'ä',
  '💧',
  'a\\"b',
  '\\u0061',
  'k\\\\',
  '~/',
  'x,',
  '{',
);
const value = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constantFrom('1', '-2.5e3', 'true', 'null', '1e999', '""', '"x"', '"a, b: c"'),
  },
  {
    weight: 6,
    arbitrary: fc.constantFrom('"\\""', '"\\\\"', '"}"', '"\\\\\\",\\"b\\":1"', '"ä💧"', '"\\u0022,"'),
  },
  {
    weight: 6,
    arbitrary: fc.constantFrom('[]', '{}', '[1,"]"]', '{"}":["{"]}', '[[["\\\\"]]]', '{ "b" : [ 1 ] }'),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('NaN', 'tru', '01', '', '"\\ud800"', '"\\x"', '[1,]', '{b}', '[}', '"\u0001"'),
  },
);
const pair = fc.tuple(blank, key, blank, blank, blank);
const shape = fc.tuple(blank, fc.array(pair, { maxLength: 5 }), blank, blank);
const cut = fc.record({
  at: fc.nat(60),
  removed: fc.nat(3),
  put: fc.constantFrom('', '', ',', '"', '}', '{', ']', ' ', '\\', ':', 'x', '\0', ',"a":1'),
});
const filled = fc.record({
  kind: fc.nat(11),
  values: fc.array(value, { minLength: 5, maxLength: 5 }),
  damage: fc.oneof({ weight: 6, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: cut }),
});

type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

function write([before, pairs, within, after]: Shape, values: readonly string[]): string {
  const inside = pairs.map(
    ([a, name, b, c, d], index) => `${a}"${name}"${b}:${c}${values[index] ?? '0'}${d}`,
  );
  return `${before}{${inside.join(',')}${within}}${after}`;
}

test('random records: few are asked and the keys are the same', async () => {
  let known = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(shape, { minLength: 1, maxLength: 12 }),
      fc.array(filled, { minLength: 20, maxLength: 60 }),
      async (shapes, rows) => {
        const records = rows.flatMap(({ kind, values, damage }) => {
          const chosen = shapes[kind % shapes.length];
          if (chosen === undefined) return [];
          const text = write(chosen, values);
          if (damage === null) return [text];
          return [text.slice(0, damage.at) + damage.put + text.slice(damage.at + damage.removed)];
        });
        known += records.length - (askedOf(records)?.length ?? 0);
        await expectSame(records);
      },
    ),
    { numRuns: 150, seed: 11 },
  );
  expect(known).toBeGreaterThan(1500);
});

describe('a big file of JSON lines', () => {
  const line = (index: number): string => {
    if (index % 9001 === 17) return '{"odd":';
    if (index === 40_000) return '{"late":1,"2":{"a":[]},"1":"","time":"2026-01-02T03:04:05Z"}';
    const rest = index % 5 === 0 ? `,"note":"said \\"${index}\\", {left"` : '';
    return `{"time":"2026-01-02T03:04:05Z","device":"fw${index % 7}","rule":{"id":${index},"tags":["a]"]}${rest}}`;
  };
  const text = Array.from({ length: 60_000 }, (_, index) => `${line(index)}\n`).join('');

  async function entryOf(name: string, bytes: string) {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    const stagingFolder = join(folder, `staged ${name}`);
    const entry = await importOne({ path, stagingFolder, library: plainLibrary });
    const { row, sourceColumns, recordColumns: names } = entry;
    return { status: row.status, records: row.records, rejected: row.rejected, sourceColumns, names };
  }

  for (const [end, ending] of [
    ['LF', '\n'],
    ['CRLF', '\r\n'],
  ] as const) {
    const bytes = text.replaceAll('\n', ending);

    test(`is asked for its keys by few records: ${end}`, async () => {
      const path = join(folder, `${end}.jsonl`);
      writeFileSync(path, bytes);
      const encoding = { encoding: 'utf-8', markBytes: 0, valid: true, source: 'bytes' } as const;
      const common = { path, compression: null, encoding, plan, folder, cancelled: () => false };
      const input = { ...common, progress: () => undefined };
      expect(isFastCandidate(input, Buffer.byteLength(bytes))).toBe(true);
      const own = await Database.open({ path: null, memoryLimitMb: 400, threads: 2, tempFolder: null });
      const fast = await stageFast(own, input);
      const few = fast?.keyRecords ?? trusted('SELECT 0');
      const numbers = await own.all(sql`SELECT record_number::INTEGER FROM (${few}) ORDER BY ALL`);
      expect(numbers.rows.map(([number]) => number)).toEqual([
        1, 2, 18, 9019, 18020, 27021, 36022, 40001, 45023, 54024,
      ]);
      expect(await recordColumns(own, plan, few)).toEqual(await recordColumns(own, plan));
      own.close();
    });

    test(`has the columns that the slow way finds: ${end}`, async () => {
      const fast = await entryOf(`${end}.jsonl`, bytes);
      // Brackets in a name keep DuckDB away from the file itself.
      expect(await entryOf(`${end}[1].jsonl`, bytes)).toEqual(fast);
      expect(fast).toMatchObject({ status: 'partial', records: 60_000, rejected: 7 });
      const wanted = ['time', 'device', 'rule', 'note', 'late', '2', '1', 'record'];
      expect(fast.sourceColumns).toEqual(wanted);
    });
  }
});
