/** Compiling as a whole: misfits are told, broken records rejected, hostile text harmless, results the same for any threads. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findFormat, formatsWith, shippedFormats } from '../../formats';
import type { Format } from '../../formats/format';
import { Database } from '../../store/database';
import { trusted } from '../../store/sql';
import { type CompileContext, compile } from './compile';
import { stageRows } from './stage-sample';

let database: Database;
beforeAll(async () => {
  database = await Database.open({ path: null, memoryLimitMb: 512, threads: 2, tempFolder: null });
});
afterAll(() => {
  database.close();
});

const LINES: CompileContext = {
  evidenceId: 1,
  kind: 'lines',
  columns: [],
  meta: {},
  zone: 'UTC',
  year: null,
  fileTimeUs: Date.UTC(2026, 0, 10) * 1000,
  mapping: null,
};

function format(id: string): Format {
  const found = findFormat(shippedFormats().formats, id);
  if (!found.ok) throw new Error(found.problem.what);
  return found.value;
}

async function stage(lines: readonly string[], kind: 'lines' | 'json' = 'lines'): Promise<void> {
  await stageRows(database, 'record', { kind, columns: [], meta: {}, rows: lines.map((line) => [line]) });
}

async function texts(sql: string): Promise<readonly (readonly string[])[]> {
  const table = await database.all(trusted(sql));
  return table.rows.map((row) => row.map(String));
}

async function compiled(given: Format, context: CompileContext) {
  const outcome = await compile(database, given, context);
  if (!outcome.ok) throw new Error(outcome.problem.why);
  return outcome.value;
}

const OWN = `
id: own-lines
title: Lines of our own
reference: none
read: { kind: lines }
match: { pattern: '^(?P<time>\\S+) (?P<who>\\S*) (?P<text>(?s:.*))$' }
time: { from: time, form: iso }
fields: { event_domain: ot, event_dataset: own, timestamp_desc: Logged, user_name: { from: who }, message: { from: text } }
samples: [{ line: '2026-03-04T05:06:07Z maria hello', event: {} }]
refuses: ['x']
`;

describe('compile', () => {
  test('what the evidence lacks is a problem, not a crash', async () => {
    const wincc = await compile(database, format('wincc-tag-log'), {
      ...LINES,
      kind: 'delimited',
      columns: ['a', 'b'],
    });
    expect(wincc).toMatchObject({
      ok: false,
      problem: { code: 'format-does-not-fit', why: 'there is no column VarName' },
    });
    const kind = await compile(database, format('zeek'), LINES);
    expect(kind).toMatchObject({ ok: false, problem: { code: 'format-does-not-fit' } });
    await stage(['x']);
    const zone = await compile(database, format('generic-lines'), { ...LINES, zone: 'Mars/Olympus' });
    expect(zone).toMatchObject({ ok: false, problem: { code: 'zone-unknown' } });
  });

  test('broken JSON is rejected by name, and records and rejects make the whole', async () => {
    await stage(
      [
        '{"a": 1',
        '{"timestamp":"2026-03-04T05:06:07Z","event_type":"stats","stats":{"uptime":1}}',
        '[]',
        '',
        'null',
      ],
      'json',
    );
    const { rejects, events } = await compiled(format('suricata-eve'), { ...LINES, kind: 'json' });
    expect(await texts(`SELECT record_number, reason FROM (${rejects.text})`)).toEqual([
      ['1', 'The record is not valid JSON'],
      ['3', 'The record does not have the shape of Suricata EVE JSON'],
      ['4', 'The record is not valid JSON'],
      ['5', 'The record does not have the shape of Suricata EVE JSON'],
    ]);
    expect(await texts(`SELECT record_number FROM (${events.text})`)).toEqual([['2']]);
  });

  test('an account is written one way: its domain stands beside it', async () => {
    const own = formatsWith([['own-lines.format.yaml', OWN]]);
    const users = ['PLANT\\maria', 'maria', 'maria@plant.example', '\\maria', 'a\\b\\c', 'PLANT\\'];
    await stage(users.map((user) => `2026-03-04T05:06:07Z ${user} hello`));
    const { events } = await compiled(
      own.formats.find((one) => one.id === 'own-lines') ?? format('zeek'),
      LINES,
    );
    expect(await texts(`SELECT user_domain, user_name FROM (${events.text})`)).toEqual([
      ['PLANT', 'maria'],
      ...users.slice(1).map((user) => ['null', user]),
    ]);
  });

  test('an account keeps its domain before it where the record names another one', async () => {
    const text = OWN.replace('(?P<who>', '(?P<domain>\\S+) (?P<who>')
      .replace('user_name:', 'user_domain: { from: domain }, user_name:')
      .replace('Z maria', 'Z d maria');
    const own = formatsWith([['own-lines.format.yaml', text]]);
    expect(own.problems).toEqual([]);
    const users = ['PLANT PLANT\\maria', 'plant.example PLANT\\maria', 'OFFICE PLANT\\maria', 'OFFICE maria'];
    await stage(users.map((user) => `2026-03-04T05:06:07Z ${user} hello`));
    const { events } = await compiled(
      own.formats.find((one) => one.id === 'own-lines') ?? format('zeek'),
      LINES,
    );
    expect(await texts(`SELECT user_domain, user_name FROM (${events.text})`)).toEqual([
      ['PLANT', 'maria'],
      ['plant.example', 'maria'],
      ['OFFICE', 'PLANT\\maria'],
      ['OFFICE', 'maria'],
    ]);
  });

  test('hostile text stays text', async () => {
    const own = formatsWith([['own-lines.format.yaml', OWN]]);
    expect(own.problems).toEqual([]);
    const lines = [
      `2026-03-04T05:06:07Z '; DROP a' OR 1=1 --`,
      '2026-03-04T05:06:07Z \\u0000 \u202E\u0007é🙂 $1 {who} [x]',
      `2026-03-04T05:06:07Z  ${'x'.repeat(100_000)}`,
      '2026-03-04T05:06:07Z many lines\r\n  and more',
      '9999999999-99-99T99:99:99Z a b',
    ];
    await stage(lines);
    const { events, rejects } = await compiled(
      own.formats.find((one) => one.id === 'own-lines') ?? format('zeek'),
      LINES,
    );
    expect(await texts(rejects.text)).toEqual([]);
    const rows = await texts(`SELECT user_name, message, timestamp, recorded_text FROM (${events.text})`);
    expect(rows.map((row) => row[0])).toEqual(["';", '\\u0000', 'null', 'many', 'a']);
    expect(rows[0]?.[1]).toBe(`DROP a' OR 1=1 --`);
    expect(rows[1]?.[1]).toBe('\u202E\u0007é🙂 $1 {who} [x]');
    expect(rows[2]?.[1]).toHaveLength(4000);
    expect(rows[3]?.[1]).toBe('lines and more');
    expect(rows[4]?.slice(2)).toEqual(['null', '9999999999-99-99T99:99:99Z']);
  });

  test('years: a late record of the old year, the leap day, and a year that is asked', async () => {
    await stage([
      'Dec 31 23:59:58 gate7 a[1]: one',
      'Jan  1 00:00:01 gate7 a[1]: two',
      'Dec 31 23:59:59 gate7 a[1]: late',
      'Jan  1 00:00:02 gate7 a[1]: three',
    ]);
    const { events, yearSource } = await compiled(format('syslog-rfc3164'), LINES);
    const years = `SELECT year(timestamp), message FROM (${events.text}) ORDER BY record_number`;
    expect(await texts(years)).toEqual([
      ['2025', 'one'],
      ['2026', 'two'],
      ['2025', 'late'],
      ['2026', 'three'],
    ]);
    expect(yearSource).toBe('file time');
    const asked = await compiled(format('syslog-rfc3164'), { ...LINES, year: 2019 });
    expect(
      await texts(`SELECT year(timestamp), time_flags FROM (${asked.events.text}) ORDER BY record_number`),
    ).toEqual([
      ['2019', '0'],
      ['2020', '0'],
      ['2019', '0'],
      ['2020', '0'],
    ]);
    await stage(['Feb 29 10:00:00 gate7 a[1]: leap', 'Mar  1 10:00:00 gate7 a[1]: after']);
    const leap = await compiled(format('syslog-rfc3164'), LINES);
    expect(await texts(`SELECT timestamp FROM (${leap.events.text})`)).toEqual([
      ['2024-02-29 10:00:00'],
      ['2024-03-01 10:00:00'],
    ]);
  });

  test.each([
    ['a quiet year', ['Jan  5', 'Jan  6', 'Dec 20', 'Dec 21'], [2019, 2019, 2019, 2019]],
    ['quiet years', ['Mar  5', 'Oct 20', 'Feb 10', 'Nov  1'], [2019, 2019, 2020, 2020]],
    [
      'days of several records',
      ['Dec 31', 'Dec 31', 'Dec 31', 'Jan  1', 'Jan  1', 'Dec 31', 'Jan  1', 'Jan  1'],
      [2019, 2019, 2019, 2020, 2020, 2019, 2020, 2020],
    ],
    ['a late record at the end', ['Dec 31', 'Jan  1', 'Dec 31'], [2019, 2020, 2019]],
    ['a record that comes weeks late', ['Dec 31', 'Jan 20', 'Dec 10', 'Jan 21'], [2019, 2020, 2019, 2020]],
  ])('years: %s', async (_, days, years) => {
    await stage(days.map((day) => `${day} 00:00:01 gate7 a[1]: x`));
    const asked = await compiled(format('syslog-rfc3164'), { ...LINES, year: 2019 });
    expect(await texts(`SELECT year(timestamp) FROM (${asked.events.text}) ORDER BY record_number`)).toEqual(
      years.map((year) => [String(year)]),
    );
  });

  test('the same rows in the same order, whatever the threads', async () => {
    const make = `CREATE OR REPLACE TABLE record AS SELECT (i + 1)::UBIGINT AS record_number, 0::UBIGINT AS byte_offset, 0::UBIGINT AS byte_length, strftime(TIMESTAMP '2025-06-01' + to_seconds(i * 300), '%b %d %H:%M:%S') || ' gate' || (i % 7) || CASE WHEN i % 11 = 0 THEN '' ELSE ' sshd[1]: Accepted password for u' || (i % 5) || ' from 10.0.0.' || (i % 250) || ' port 5022 ssh2' END AS c0 FROM range(200000) t(i)`;
    const results: (readonly (readonly string[])[])[] = [];
    for (const threads of [1, 4]) {
      await database.run(trusted(`SET threads = ${threads}`));
      await database.run(trusted(make));
      const { events } = await compiled(format('syslog-rfc3164'), { ...LINES, zone: 'Europe/Berlin' });
      await database.run(
        trusted(
          `CREATE OR REPLACE TEMP TABLE made AS SELECT row_number() OVER () AS n, * FROM (${events.text})`,
        ),
      );
      results.push(
        await texts('SELECT count(*), sum(hash(made))::VARCHAR, bool_and(n = record_number) FROM made'),
      );
    }
    expect(results[0]).toEqual(results[1]);
    expect(results[0]?.[0]?.[2]).toBe('true');
  });
});

describe('loading', () => {
  const refusals: ReadonlyArray<readonly [string, string, string]> = [
    [
      'without samples',
      OWN.replace(/samples: .*\n/, 'samples: []\n'),
      'a definition without samples does not load',
    ],
    [
      'without refusals',
      OWN.replace(/refuses: .*\n/, 'refuses: []\n'),
      'a definition without refusals does not load',
    ],
    ['a field that does not exist', OWN.replace('user_name:', 'user_nam:'), 'there is no such event field'],
    ['a value outside its list', OWN.replace('event_domain: ot', 'event_domain: ott'), 'event_domain takes'],
    ['a name nobody captures', OWN.replace('{ from: who }', '{ from: whom }'), 'whom: no group'],
    ['an alias', `${OWN}ended: &a { from: time, form: iso }\nevents: [{ part: '', ended: *a }]\n`, 'aliases'],
    [
      'a type that does not fit',
      OWN.replace('message:', 'source_port: { from: who, as: ip }, message:'),
      'as: ip gives text',
    ],
    ['what is no YAML', 'id: [', 'cannot'],
  ];
  test.each(refusals)('%s does not load, with a reason', (_, text, reason) => {
    const { problems } = formatsWith([['own-lines.format.yaml', text]]);
    expect(problems).toHaveLength(1);
    expect(`${problems[0]?.what} ${problems[0]?.why}`).toContain(reason);
  });
});

test('lines around the records are skipped, neither loaded nor rejected', async () => {
  const outcome = formatsWith([
    [
      'own-table.format.yaml',
      OWN.replace('own-lines', 'own-table').replace('{ pattern:', () => "{ skips: '^(?:#|-+$)', pattern:"),
    ],
  ]);
  const found = findFormat(outcome.formats, 'own-table');
  if (!found.ok) throw new Error(found.problem.why);
  await stage(['# title', '-----', '2026-03-04T05:06:07Z maria hello', 'lost']);
  const { events, rejects, skips } = await compiled(found.value, LINES);
  expect(await texts(`SELECT record_number FROM (${skips?.text ?? ''})`)).toEqual([['1'], ['2']]);
  expect(await texts(`SELECT record_number FROM (${rejects.text})`)).toEqual([['4']]);
  expect(await texts(`SELECT record_number FROM (${events.text})`)).toEqual([['3']]);
});
