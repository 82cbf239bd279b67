/** Big evidence is read by other statements than small: the rows, and what the ledger says of them, are the same. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findFormat, formatsWith, shippedFormats } from '../../formats';
import type { Format } from '../../formats/format';
import { Database } from '../../store/database';
import { trusted } from '../../store/sql';
import { wordType } from './chosen-words';
import { type CompileContext, compile } from './compile';
import { stageRows } from './stage-sample';

let database: Database;
beforeAll(async () => {
  database = await Database.open({ path: null, memoryLimitMb: 512, threads: 2, tempFolder: null });
});
afterAll(() => {
  database.close();
});

function shipped(id: string): Format {
  const found = findFormat(shippedFormats().formats, id);
  if (!found.ok) throw new Error(found.problem.what);
  return found.value;
}

function own(text: string): Format {
  const { formats, problems } = formatsWith([['own.format.yaml', text]]);
  const found = formats.find(({ id }) => id === 'own');
  if (found === undefined) throw new Error(JSON.stringify(problems));
  return found;
}

async function compiled(format: Format, kind: 'lines' | 'json', isBig: boolean, records?: number) {
  const context: CompileContext = {
    evidenceId: 1,
    kind,
    columns: [],
    meta: {},
    zone: null,
    year: 2026,
    fileTimeUs: Date.UTC(2026, 5, 1) * 1000,
    mapping: null,
    isBig,
    ...(records === undefined ? {} : { records }),
  };
  const outcome = await compile(database, format, context);
  if (!outcome.ok) throw new Error(outcome.problem.why);
  return outcome.value;
}

/** All ways to read the records; they must not differ in anything. */
async function bothWays(format: Format, kind: 'lines' | 'json', records: readonly string[]) {
  await stageRows(database, 'record', { kind, columns: [], meta: {}, rows: records.map((one) => [one]) });
  const [small, big] = [await compiled(format, kind, false), await compiled(format, kind, true)];
  const rows = async ({ events }: typeof small) =>
    (await database.all(trusted(`SELECT * FROM (${events.text}) ORDER BY record_number, event_part`))).rows;
  const wanted = await rows(small);
  expect(await rows(big)).toEqual(wanted);
  const looked = await compiled(format, kind, false, records.length);
  expect(await rows(looked)).toEqual(wanted);
  expect([looked.timeZoneSource, looked.lateZoneSource, looked.yearSource]).toEqual([
    small.timeZoneSource,
    small.lateZoneSource,
    small.yearSource,
  ]);
  expect([big.timeZoneSource, big.lateZoneSource, big.yearSource]).toEqual([
    small.timeZoneSource,
    small.lateZoneSource,
    small.yearSource,
  ]);
  return { rows: wanted, big };
}

test('a log whose times are written otherwise only behind its first records', async () => {
  const text = 'gate7 sshd[811]: Failed password for maria from 192.0.2.7 port 50222 ssh2';
  const late = [
    'Mar  4 05:06:60',
    'Mar  4 2026 05:06:07',
    '2026-03-04T05:06:07.123456789+02:00',
    'Feb 30 05:06:07',
  ];
  const records = Array.from({ length: 2600 }, (_, index) => {
    const usual = `Mar  4 05:${String(index % 60).padStart(2, '0')}:07`;
    return index < 2100 ? `${usual} ${text}` : `${late[index % late.length]} ${text}`;
  });
  records.push(
    `Mar  4 05:06:07 gate7 sshd[811]: Accepted publickey for maria from 192.0.2.7 port 50222 ssh2`,
    'torn',
  );
  const { rows, big } = await bothWays(shipped('linux-auth'), 'lines', records);
  expect(rows).toHaveLength(2601);
  expect(big.events.text).toContain('struct_pack("wall"');
  expect([...big.chosen]).toEqual(
    expect.arrayContaining(['event_type', 'event_outcome', 'network_protocol']),
  );
});

const JSON_LINES = (rest: string): string => `
id: own
title: Lines of our own
reference: none
read: { kind: json }
match: { when: { time: { exists: true } } }
${rest}
samples: [{ json: { time: '2026-03-04T05:06:07Z' }, event: {} }]
refuses: ['x']
`;

test('words that a format chooses from, in columns of text and of numbers', async () => {
  const format = own(
    JSON_LINES(`
time: { from: time, form: iso }
fields: { event_domain: ot, event_dataset: own, timestamp_desc: Logged, message: said, event_outcome: { from: ok, map: { y: success, n: failure }, default: unknown } }
cases:
  - when: { kind: a }
    fields: { event_severity: { from: level, map: { high: '5', low: '2' } }, event_code: { from: code, map: { "1": "o'clock", "2": "" } } }
  - when: { kind: b }
    fields: { event_code: plain }`),
  );
  const records = ['a', 'b', 'c'].flatMap((kind) =>
    ['high', 'low', 'other'].flatMap((level) =>
      ['y', 'n', ''].map((ok, index) =>
        JSON.stringify({ time: '2026-03-04T05:06:07Z', kind, level, ok, code: String(index) }),
      ),
    ),
  );
  const { rows, big } = await bothWays(format, 'json', records);
  expect(rows).toHaveLength(27);
  expect([...big.chosen].sort()).toEqual(['event_code', 'event_outcome']);
});

test('the zone of a time whose finer text alone states an offset', async () => {
  const format = own(
    JSON_LINES(`
time: { from: time, form: date, refine: { from: fine, form: iso } }
fields: { event_domain: ot, event_dataset: own, timestamp_desc: Logged, message: said }`),
  );
  const record = { time: '13/01/2026 00:00:00', fine: '2026-01-13T00:00:00.123456789Z' };
  const { big } = await bothWays(format, 'json', [JSON.stringify(record), JSON.stringify(record)]);
  expect(big.timeZoneSource).toBe('in record');
});

test('the type of words', () => {
  expect(wordType(['a', { from: 'x', map: { 1: "o'b" }, default: 'c' }])).toBe("ENUM('a', 'o''b', 'c')");
  expect(wordType([{ cases: [{ when: { tests: [], any: [], none: [] }, give: 'a' }], else: 'b' }])).toBe(
    "ENUM('a', 'b')",
  );
  expect(wordType([{ from: 'x' }])).toBeNull();
  expect(wordType([{ from: 'x', map: { a: 'b' }, keep: true }])).toBeNull();
  expect(wordType(['a', { text: '{x}' }])).toBeNull();
  expect(wordType([1, 'a'])).toBeNull();
  expect(wordType([])).toBeNull();
  expect(wordType(Array.from({ length: 25 }, (_, index) => `w${index}`))).toBeNull();
});

test('a small log, all of whose records were looked at: what only slower readings read is read', async () => {
  const text = 'gate7 sshd[811]: Failed password for maria from 192.0.2.7 port 50222 ssh2';
  const usual = ['Feb 29 05:06:07', 'Dec 31 23:59:59', 'Jan  1 00:00:01'].map((time) => `${time} ${text}`);
  await bothWays(shipped('linux-auth'), 'lines', usual);
  for (const other of ['Mar  4 05:06:60', 'Mar  4 2026 05:06:07', '2026-03-04T05:06:07.123456789+02:00']) {
    const { rows } = await bothWays(shipped('linux-auth'), 'lines', [...usual, `${other} ${text}`]);
    expect(rows).toHaveLength(4);
  }
});
