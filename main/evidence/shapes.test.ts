/** Whole small files of odd shapes through import: what comes out as events, times as written, and notes. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Database } from '../store/database';
import { quoteText, trusted } from '../store/sql';
import { importSegment } from './import';
import { formatLibrary } from './library-of-formats';
import { findEnvelope } from './readers/json-envelope';

let root = '';
let count = 0;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'throughline-shapes-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function importText(name: string, text: string, columns: string) {
  const staging = join(root, String(++count));
  mkdirSync(staging);
  const path = join(staging, name);
  writeFileSync(path, text);
  const job = {
    jobId: 'job',
    stagingFolder: staging,
    files: [{ evidenceId: 1, path, name, options: {} }],
    known: [],
    copy: false,
    memoryLimitMb: 300,
    threads: 1,
    importerVersion: 'test',
  };
  const hooks = { progress: () => undefined, signal: new AbortController().signal, now: () => new Date(0) };
  const { segment } = await importSegment(job, formatLibrary, hooks);
  const [entry] = segment.evidences;
  if (!entry) throw new Error('no entry');
  const database = await Database.open({ path: null, memoryLimitMb: 200, threads: 1, tempFolder: null });
  const from = `read_parquet(${quoteText(join(staging, 'event.parquet'))})`;
  const { rows } = await database.all(trusted(`SELECT ${columns} FROM ${from} ORDER BY record_number`));
  database.close();
  return { entry, row: entry.row, rows };
}

it('keeps the text of a column named time where most of it is no time', async () => {
  const lines = ['soon', 'later', 'noon', '2026-03-04 05:06:07', 'never'].map(
    (time, at) => `${time},host${at},x`,
  );
  const { entry, row, rows } = await importText(
    'a.csv',
    `time,host,note\n${lines.join('\n')}\n`,
    'recorded_text, "timestamp" IS NULL',
  );
  expect(row).toMatchObject({ format: 'generic-delimited', records: 5, loaded: 5, undated: 4 });
  expect(rows.map(([text, undated]) => [undated, undated ? text : null])).toEqual([
    [true, 'soon'],
    [true, 'later'],
    [true, 'noon'],
    [false, null],
    [true, 'never'],
  ]);
  expect(entry.notes.join(' ')).toContain('time is named like a time, but most of it does not read');
});

it('reads a table whose first column is a date as a table', async () => {
  const lines = Array.from(
    { length: 12 },
    (_, at) => `2026-03-04 05:06:${10 + at}\tgate${at}\tdoor ${at} opened\t${at * 7}`,
  );
  const { row, rows } = await importText(
    'a.tsv',
    `when\thost\tmessage\tcount\n${lines.join('\n')}\n`,
    'host_name, message',
  );
  expect(row).toMatchObject({ format: 'generic-delimited', records: 12, loaded: 12, undated: 0 });
  expect(rows[0]).toEqual(['gate0', 'door 0 opened']);
});

it('reads the elements of the array that fills a lone object', async () => {
  const results = Array.from({ length: 3 }, (_, at) => ({
    time: `2026-03-04T05:06:0${at}Z`,
    host: `h${at}`,
    msg: 'x',
  }));
  const text = JSON.stringify({ count: 3, next: null, results }, null, 2);
  const { entry, row, rows } = await importText('a.json', text, 'host_name, epoch_ms("timestamp")');
  expect(row).toMatchObject({ format: 'generic-json', records: 3, loaded: 3, undated: 0 });
  expect(rows.map(([host]) => host)).toEqual(['h0', 'h1', 'h2']);
  expect(entry.notes.join(' ')).toContain('its records are the elements of results');
});

it('keeps a JSON record that holds half a surrogate pair', async () => {
  const good = String.raw`{"time":"2026-03-04T05:06:07Z","host":"a","msg":"\ud83d\ude00 \\ud800"}`;
  const half = String.raw`{"time":"2026-03-04T05:06:08Z","host":"b","msg":"broken \ud83d here \uDE00"}`;
  const { entry, row, rows } = await importText('a.ndjson', `${good}\n${half}\n`, 'message');
  expect(row).toMatchObject({ records: 2, loaded: 2, rejected: 0 });
  expect(rows).toEqual([['😀 \\ud800'], ['broken \ufffd here \ufffd']]);
  expect(entry.replacements).toBe(2);
});

it.each([
  ['{"a":[{"x":1},{"x":2}]}', true, 'a'],
  ['{"n":5,"rows":[ {"x":"]}"}, {"x":"[["} ],"m":[1,2]}', true, 'rows'],
  ['{"n":5,"rows":[{"x":1},{"x":2},{"x', false, 'rows'],
  ['{"n":5,"rows":[{"x":1},{"x":2},{"x', true, null],
  ['{"message":"a long text that is the record itself, with a short list","tags":[{"x":1}]}', true, null],
  ['{"a":[{"x":1}]}\n{"a":[{"x":1}]}', true, null],
  ['{"a":[1,2,3]}', true, null],
  ['{"a":{"b":[{"x":1},{"x":2},{"x":3}]}}', true, null],
  ['[{"a":[{"x":1}]}]', true, null],
  ['', true, null],
])('%s, whole %s: %s', (text, whole, key) => {
  expect(findEnvelope({ text, whole })).toBe(key);
});
