/** Whatever bytes come: a row that adds up for every file, no crash; and the fast way reads what the slow way reads. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../store/database';
import { selectRecords } from '../store/parquet';
import { quoteText, sql, trusted } from '../store/sql';
import { importSegment } from './import';
import { plainLibrary } from './library-for-tests';
import { formatLibrary } from './library-of-formats';
import { planDelimited } from './plan';
import { makeSample, SAMPLE_BYTES } from './sample';
import { readHead } from './source';
import { isFastCandidate, stageFast } from './stage-fast';

let root = '';
let count = 0;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'throughline-hostile-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function importAll(
  files: ReadonlyArray<readonly [name: string, bytes: Uint8Array | string]>,
  library = plainLibrary,
) {
  const folder = join(root, String(++count));
  const stagingFolder = join(folder, 'staging');
  mkdirSync(stagingFolder, { recursive: true });
  for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
  const job = {
    jobId: 'job',
    stagingFolder,
    files: files.map(([name], index) => ({
      evidenceId: index + 1,
      path: join(folder, name),
      name,
      options: {},
    })),
    known: [],
    copy: false,
    memoryLimitMb: 400,
    threads: 2,
    importerVersion: 'test',
  };
  const hooks = { progress: () => undefined, signal: new AbortController().signal, now: () => new Date(0) };
  const { segment } = await importSegment(job, library, hooks);
  return { stagingFolder, entries: segment.evidences };
}

const word = fc.constantFrom(
  'a',
  'ü',
  '"',
  '""',
  ',',
  ';',
  '\t',
  '\n',
  '\r\n',
  '{',
  '}',
  '[1,',
  ']',
  ':',
  '\\',
  '\0',
  '#fields\tx',
  '<a>',
  '2026-01-02 03:04:05 ',
  'Jan  2 03:04:05 h p: ',
);
const text = fc.array(word, { maxLength: 80 }).map((words) => Buffer.from(words.join('')));
const hostile = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  text,
  text.map((bytes) => Buffer.from(bytes.toString(), 'utf16le')),
  text.map((bytes) => gzipSync(bytes)),
  fc.tuple(text, fc.nat(40)).map(([bytes, cut]) => gzipSync(bytes).subarray(0, cut)),
  fc
    .tuple(text, fc.uint8Array({ maxLength: 20 }))
    .map(([bytes, noise]) => Buffer.concat([bytes, noise, bytes])),
);

describe('hostile files', () => {
  it('each has a row that adds up', async () => {
    const files = fc.sample(hostile, { numRuns: 250, seed: 42 });
    const { entries } = await importAll(files.map((bytes, index) => [`f${index}`, bytes] as const));
    expect(entries).toHaveLength(files.length);
    for (const { row } of entries) {
      expect(row.records).toBe(row.loaded + row.rejected + row.skipped);
      expect(row.problem?.code ?? '').not.toMatch(
        /^(import-failed|books-do-not-balance|records-do-not-add-up)$/,
      );
      expect(row.sha256).toMatch(/^[0-9a-f]{64}$/);
    }
  });
});

async function records(stagingFolder: string, file: string) {
  const database = await Database.open({ path: null, memoryLimitMb: 400, threads: 1, tempFolder: null });
  const path = quoteText(join(stagingFolder, file));
  const table = await database.all(
    trusted(`SELECT count(*), bit_xor(hash(COLUMNS(* EXCLUDE (evidence_id)))) FROM read_parquet(${path})`),
  );
  const ordered = await database.one(
    trusted(
      `SELECT bool_and(record_number = file_row_number + 1) FROM read_parquet(${path}, file_row_number = true)`,
    ),
  );
  database.close();
  return { hashes: table.rows[0], ordered };
}

describe('big logs', () => {
  it('keep their order, whatever a format asks of each line', async () => {
    const at = (index: number) => new Date(Date.UTC(2026, 0, 1) + index * 1000).toISOString();
    const line = (index: number) =>
      `${at(index)} gate${index % 7} sshd[1]: Failed password for u${index % 90} from 10.0.0.${index % 250} port 5022 ssh2`;
    const text = Array.from({ length: 130_000 }, (_, index) => `${line(index)}\n`).join('');
    const { entries, stagingFolder } = await importAll([['auth.log', text]], formatLibrary);
    expect(entries[0]?.row).toMatchObject({ format: 'linux-auth', loaded: 130_000, undated: 0 });
    for (const file of ['record-0.parquet', 'event.parquet']) {
      expect((await records(stagingFolder, file)).ordered).toBe(true);
    }
  });
});

describe('wide tables', () => {
  it('are written within the memory of an import, one alone or several together', async () => {
    const cells = (text: string) => Array.from({ length: 1000 }, (_, index) => `${text}${index}`).join(',');
    const table = `${cells('title ')}\n${cells('a')}\n${cells('b')}\n`;
    for (const names of [['a.csv'], ['a.csv', 'b.csv']]) {
      const { entries } = await importAll(names.map((name) => [name, table.replace('a0,', `${name},`)]));
      expect(entries.map(({ row }) => [row.status, row.loaded])).toEqual(names.map(() => ['loaded', 2]));
    }
  }, 60_000);
});

describe('big tables', () => {
  const row = (index: number) =>
    `${index},host${index % 7},"said ""${index}"", then\r\nleft",,"",ä${index}\r\n`;
  const clean = `id,host,message,none,empty,last\r\n${Array.from({ length: 120_000 }, (_, index) => row(index)).join('')}`;

  it('are read alike the fast way and the slow way', async () => {
    // Brackets in a name keep DuckDB away from the file itself.
    const fast = await importAll([['table.csv', clean]]);
    const slow = await importAll([['table[1].csv', clean]]);
    const strip = ({ row }: (typeof fast.entries)[number]) => ({ ...row, path: '', name: '', seconds: 0 });
    expect(fast.entries.map(strip)).toEqual(slow.entries.map(strip));
    expect(fast.entries[0]?.row).toMatchObject({ status: 'loaded', records: 120_000, loaded: 120_000 });
    for (const file of ['record-0.parquet', 'event.parquet']) {
      const found = await records(fast.stagingFolder, file);
      expect(found).toEqual(await records(slow.stagingFolder, file));
      expect(found.ordered).toBe(true);
    }
  });

  it('do go the fast way when they are clean', async () => {
    const path = join(root, 'clean.csv');
    writeFileSync(path, clean);
    const head = await readHead(path, SAMPLE_BYTES);
    const sample = head.ok ? makeSample(head.value) : null;
    const plan = sample ? planDelimited(sample) : null;
    if (!sample || !plan) throw new Error('no plan');
    const database = await Database.open({ path: null, memoryLimitMb: 400, threads: 2, tempFolder: null });
    const common = { path, compression: null, encoding: sample.guess, plan, cancelled: () => false };
    const input = { ...common, folder: root, progress: () => undefined };
    expect(isFastCandidate(input, Buffer.byteLength(clean))).toBe(true);
    expect(await stageFast(database, input)).toMatchObject({ staged: { records: 120_000, clean: true } });
    database.close();
  });

  it('share files as small ones do where a job has several', async () => {
    const other = clean.replaceAll('2026', '2025');
    const fast = await importAll([
      ['table.csv', clean],
      ['other.csv', other],
    ]);
    const slow = await importAll([
      ['table[1].csv', clean],
      ['other[1].csv', other],
    ]);
    expect(fast.entries.map(({ row }) => row.loaded)).toEqual([120_000, 120_000]);
    for (const file of ['record-0.parquet', 'event.parquet']) {
      expect(await records(fast.stagingFolder, file)).toEqual(await records(slow.stagingFolder, file));
    }
  });

  it('keep their cells in a folder that is named like one', async () => {
    mkdirSync(join(root, 'name=none'));
    const file = 'name=none/table.csv';
    const text = 'time,name,c1\n2026-01-02 03:04:05,said,a\n'.concat(
      '2026-01-02 03:04:06,too,b\n'.repeat(200_000),
    );
    const { stagingFolder, entries } = await importAll([['table.csv', text]]);
    const copied = join(root, file, '..', 'staging');
    renameSync(stagingFolder, copied);
    expect(entries[0]?.row).toMatchObject({ status: 'loaded', loaded: 200_001 });
    const database = await Database.open({ path: null, memoryLimitMb: 400, threads: 1, tempFolder: null });
    const [record] = entries;
    const rows = selectRecords({
      evidenceId: 1,
      path: join(copied, 'record-0.parquet'),
      columns: record?.recordColumns ?? [],
    });
    const found = await database.all(sql`SELECT name, count(*) FROM (${rows}) GROUP BY name ORDER BY name`);
    expect(found.rows).toEqual([
      ['said', 1n],
      ['too', 200_000n],
    ]);
    database.close();
  });

  it('that are not clean after all go the slow way, with nothing lost', async () => {
    const spoilt = `${clean}1,short\r\n2,a,b,c,d,e,surplus\r\n3,"never closed`;
    const { entries, stagingFolder } = await importAll([['table.csv', spoilt]]);
    expect(entries[0]?.row).toMatchObject({
      status: 'partial',
      records: 120_003,
      loaded: 120_001,
      rejected: 2,
    });
    expect((await records(stagingFolder, 'record-0.parquet')).hashes?.[0]).toBe(120_001n);
  });
});

describe('big logs', () => {
  const line = (index: number) =>
    `<13>Jan  ${1 + (index % 9)} 03:04:05 host${index % 7} sshd[${index}]: "said ä${index}, \\ and\tmore`;
  const lines = (end: string) => Array.from({ length: 90_000 }, (_, index) => line(index) + end).join('');

  it.each([
    ['clean', lines('\n')],
    ['with CRLF', lines('\r\n')],
    ['with a byte order mark', `\ufeff${lines('\n')}`],
    ['with no end on the last line', lines('\n').slice(0, -1)],
    ['with a line that goes on', `${lines('\n')}  and on\n${line(1)}\n`],
    ['with a blank line', `${lines('\n')}\n${line(1)}\n`],
    ['with a lone CR', `${lines('\n')}${line(1)}\rmore\n`],
    ['with mixed line ends', `${lines('\n')}${line(1)}\r\n${line(2)}\n`],
    ['with control characters', `${lines('\n')}${line(1)}\u0001\u0000\u001a\n${line(2)}\n`],
  ])('%s are read alike the fast way and the slow way', async (_, text) => {
    const fast = await importAll([['auth.log', text]]);
    const slow = await importAll([['auth[1].log', text]]);
    const strip = ({ row }: (typeof fast.entries)[number]) => ({ ...row, path: '', name: '', seconds: 0 });
    expect(fast.entries.map(strip)).toEqual(slow.entries.map(strip));
    expect(fast.entries[0]?.row.loaded).toBeGreaterThanOrEqual(90_000);
    for (const file of ['record-0.parquet', 'event.parquet']) {
      const found = await records(fast.stagingFolder, file);
      expect(found).toEqual(await records(slow.stagingFolder, file));
      expect(found.ordered).toBe(true);
    }
  });
});
