import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVENT_FIELDS } from '../../shared/fields';
import type { ImportJob } from '../importer/messages';
import { Database } from '../store/database';
import { type RecordFile, selectRecords } from '../store/parquet';
import { quoteText, sql, trusted } from '../store/sql';
import { importSegment } from './import';
import { plainLibrary } from './library-for-tests';
import { readSegment, recordFileOf } from './segment';

let root = '';
let count = 0;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'throughline-import-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function importFiles(
  files: Record<string, string | Uint8Array>,
  change: Partial<ImportJob> = {},
  abort?: AbortController,
) {
  const folder = join(root, String(++count));
  const staging = join(folder, 'staging');
  mkdirSync(staging, { recursive: true });
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
  const job: ImportJob = {
    jobId: 'job',
    stagingFolder: staging,
    files: Object.keys(files).map((name, index) => ({
      evidenceId: index + 1,
      path: join(folder, name),
      name,
      options: {},
    })),
    known: [],
    copy: false,
    memoryLimitMb: 300,
    threads: 1,
    importerVersion: 'test',
    ...change,
  };
  const signal = (abort ?? new AbortController()).signal;
  const result = await importSegment(job, plainLibrary, {
    progress: () => abort?.abort(),
    signal,
    now: () => new Date(0),
  });
  const rows = Object.fromEntries(result.segment.evidences.map(({ row }) => [row.name, row]));
  return { ...result, rows, staging, folder };
}

async function query(staging: string, file: string, select: string) {
  const database = await Database.open({ path: null, memoryLimitMb: 200, threads: 1, tempFolder: null });
  const table = await database.all(
    trusted(`SELECT ${select} FROM read_parquet(${quoteText(join(staging, file))})`),
  );
  database.close();
  return table;
}

async function records(file: RecordFile) {
  const database = await Database.open({ path: null, memoryLimitMb: 200, threads: 1, tempFolder: null });
  const { names, rows } = await database.all(
    sql`SELECT * FROM (${selectRecords(file)}) ORDER BY record_number`,
  );
  database.close();
  return { names, cells: rows.map((row) => row.slice(3)) };
}

describe('import of a segment', () => {
  it('gives every file a row that adds up, whatever it is', async () => {
    const numbers = Array.from({ length: 2000 }, (_, index) => `line ${(index * 7919) % 10007}\n`).join('');
    const files = {
      'a.log': 'one\nbad two\nthree\n',
      'b.csv': 'id,name\n1,x\n2,y\n3,z,surplus\n',
      'c.json': '{"a":1}\n{"a":\n',
      'd.gz': gzipSync('first\nsecond\n'),
      'empty.log': '',
      'e.zip': Buffer.from('PK\x03\x04 and so on'),
      'f.bin': Buffer.from(Array.from({ length: 600 }, (_, index) => (index * 7) % 32)),
      'g.log': 'one\nbad two\nthree\n',
      'h.gz': gzipSync(Buffer.from('line\n'.repeat(1000))).subarray(0, 12),
      'i.gz': gzipSync(numbers).subarray(0, 3000),
    };
    const { rows, staging, segment } = await importFiles(files);
    const short = Object.fromEntries(
      Object.entries(rows).map(([name, row]) => [
        name,
        [row.status, row.records, row.loaded, row.rejected, row.problem?.code],
      ]),
    );
    expect(short).toEqual({
      'a.log': ['partial', 3, 2, 1, 'records-rejected'],
      'b.csv': ['partial', 3, 2, 1, 'records-rejected'],
      'c.json': ['partial', 2, 1, 1, 'records-rejected'],
      'd.gz': ['loaded', 2, 2, 0, undefined],
      'empty.log': ['empty', 0, 0, 0, undefined],
      'e.zip': ['failed', 0, 0, 0, 'container-damaged'],
      'f.bin': ['unrecognised', 0, 0, 0, 'binary-not-read'],
      'g.log': ['duplicate', 0, 0, 0, 'evidence-known'],
      'h.gz': ['failed', 0, 0, 0, 'compressed-cut-short'],
      'i.gz': ['partial', expect.any(Number), expect.any(Number), 0, 'compressed-cut-short'],
    });
    expect(Object.values(rows).every(({ sha256 }) => sha256?.length === 64)).toBe(true);
    const read = await readSegment(staging);
    expect(read).toEqual({ ok: true, value: segment });
    const events = await query(
      staging,
      'event.parquet',
      '* EXCLUDE (event_id), event_id - (evidence_id::UBIGINT << 36) AS ordinal',
    );
    expect(events.names.slice(0, -1)).toEqual(EVENT_FIELDS.map(({ name }) => name).slice(1));
    const rejects = await query(
      staging,
      'reject.parquet',
      'evidence_id, record_number, byte_offset, byte_length, excerpt',
    );
    expect(rejects.rows.slice(0, 2)).toEqual([
      [1, 2n, 4n, 7n, 'bad two'],
      [2, 3n, 16n, 11n, '3,z,surplus'],
    ]);
    expect(readdirSync(staging).sort()).toEqual([
      'event.parquet',
      'record-0.parquet',
      'record-1.parquet',
      'record-2.parquet',
      'reject.parquet',
      'segment.json',
    ]);
  });

  it('keeps the columns of the source, however they are named', async () => {
    const { staging, segment } = await importFiles({
      'a.csv': 'Time,time,,record_number,"a""b"\n2026-01-01,2,3,4,5\n',
    });
    const columns = ['Time', 'time_2', 'column_3', 'record_number_2', 'a"b'];
    expect(segment.evidences[0]).toMatchObject({ recordFile: 'record-0.parquet', recordColumns: columns });
    const { names, rows } = await query(staging, 'record-0.parquet', '*');
    expect(names).toEqual(['evidence_id', 'record_number', 'byte_offset', 'byte_length', ...columns]);
    expect(rows).toEqual([[1, 1n, 32n, 18n, '2026-01-01', '2', '3', '4', '5']]);
  });

  it('writes JSON records as one text; their keys are taken out of it when they are asked for', async () => {
    const one = '{"a":1,"record":"x","b":{"c":[2]}}';
    const other = '{"b":null,"a/~\\"":"y","a":12345678901234567890}';
    const { staging, segment } = await importFiles({
      'a.jsonl': `${one}\n{"a":\n${other}\n`,
      'b.jsonl': '{"z":true}\n{}\n',
    });
    expect((await query(staging, 'record-0.parquet', '*')).names.slice(4)).toEqual(['record']);
    const read = segment.evidences.map((entry) => recordFileOf(staging, entry));
    const tables = await Promise.all(read.map(async (file) => (file ? records(file) : null)));
    expect(tables[0]).toEqual({
      names: ['record_number', 'byte_offset', 'byte_length', 'a', 'record', 'b', 'a/~"', 'record_2'],
      cells: [
        ['1', 'x', '{"c":[2]}', null, one],
        [null, null, null, null, '{"a":'],
        ['12345678901234567890', null, null, 'y', other],
      ],
    });
    expect(tables[1]?.cells).toEqual([
      ['true', '{"z":true}'],
      [null, '{}'],
    ]);
  });

  it('numbers the events of each evidence by their records, from 0', async () => {
    const { staging } = await importFiles({ 'a.log': 'x\ny\n', 'b.log': 'z\nbad\nw\n' });
    const { rows } = await query(
      staging,
      'event.parquet',
      'event_id - (evidence_id::UBIGINT << 36), record_number, message',
    );
    expect(rows).toEqual([
      [0n, 1n, 'x'],
      [1n, 2n, 'y'],
      [0n, 1n, 'z'],
      [2n, 3n, 'w'],
    ]);
  });

  it('follows headers that come again with other fields', async () => {
    const head = '#separator \\x09\n#path\tx\n';
    const text = `${head}#fields\tts\tuid\n1\tA\n#fields\tuid\tnote\tts\nB\tn\t2\n`;
    const { rows, staging } = await importFiles({ 'x.log': text });
    expect(rows['x.log']).toMatchObject({ status: 'loaded', records: 2 });
    const cells = await query(staging, 'record-0.parquet', 'ts, uid, note');
    expect(cells.rows).toEqual([
      ['1', 'A', null],
      ['2', 'B', 'n'],
    ]);
  });

  it('copies originals byte for byte, named by hash', async () => {
    const bytes = gzipSync('first\nsecond\n');
    const { rows, staging } = await importFiles({ 'a.gz': bytes, 'b.gz': bytes }, { copy: true });
    expect(readdirSync(join(staging, 'evidence'))).toEqual([rows['a.gz']?.sha256]);
    expect(readFileSync(join(staging, 'evidence', String(rows['a.gz']?.sha256)))).toEqual(bytes);
    expect(rows['b.gz']?.status).toBe('duplicate');
  });

  it('leaves no segment when cancelled', async () => {
    const { cancelled, staging, rows } = await importFiles(
      { 'a.log': 'x\n', 'b.log': 'y\n' },
      {},
      new AbortController(),
    );
    expect(cancelled).toBe(true);
    expect(rows['b.log']?.status).toBe('cancelled');
    expect(readdirSync(staging)).not.toContain('segment.json');
  });

  it('tells of a file that is not there', async () => {
    const job = { files: [{ evidenceId: 9, path: join(root, 'gone.log'), name: 'gone.log', options: {} }] };
    const { rows } = await importFiles({}, job);
    expect(rows['gone.log']).toMatchObject({ status: 'failed', problem: { code: 'evidence-unreadable' } });
  });
});
