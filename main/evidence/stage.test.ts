import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../store/database';
import { trusted } from '../store/sql';
import { planDelimited, planJson, planLines, planZeek, type ReadPlan } from './plan';
import { sniffDelimited } from './readers/sniff-delimited';
import { makeSample, SAMPLE_BYTES, type TextSample } from './sample';
import { readBytes, readHead } from './source';
import { stageFile } from './stage';

let folder = '';
let database: Database;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-stage-'));
  database = await Database.open({ path: null, memoryLimitMb: 400, threads: 1, tempFolder: null });
});

afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

async function stage(bytes: Uint8Array | string, choose: (sample: TextSample) => ReadPlan | null) {
  const path = join(folder, 'evidence');
  writeFileSync(path, bytes);
  const head = await readHead(path, SAMPLE_BYTES);
  if (!head.ok) throw new Error(head.problem.what);
  const sample = makeSample(head.value);
  if (!sample) throw new Error('not text');
  const plan = choose(sample);
  if (!plan) throw new Error('no plan');
  const { compression } = head.value;
  const input = {
    path,
    compression,
    encoding: sample.guess,
    plan,
    cancelled: () => false,
    progress: () => undefined,
  };
  const staged = await stageFile(database, input);
  const rows = (await database.all(trusted('FROM record ORDER BY record_number'))).rows;
  const rejects = (await database.all(trusted('FROM unsplit ORDER BY record_number'))).rows;
  const raw = async (row: number) => {
    const [, offset, length] = rows[row] ?? [];
    const bytes = await readBytes(path, compression, Number(offset), Number(length));
    return bytes.ok ? Buffer.from(bytes.value) : null;
  };
  return { staged, cells: rows.map((row) => row.slice(3)), rejects, raw, plan };
}

const lines = (sample: TextSample) => planLines(sample, false, []);

describe('lines', () => {
  it('counts lines with LF, CRLF and a last one without an end; blank lines are framing', async () => {
    const { staged, cells, raw } = await stage('one\r\n\n  \ntwo\nthree', lines);
    expect(cells).toEqual([['one'], ['two'], ['three']]);
    expect(staged).toMatchObject({ records: 3, rejected: 0, framingBytes: 7, problem: null });
    expect((await raw(2))?.toString()).toBe('three');
  });

  it('reads CR-only files', async () => {
    expect((await stage('a\rb\r\rc\r', lines)).cells).toEqual([['a'], ['b'], ['c']]);
  });

  it('joins indented lines, blank lines in between included', async () => {
    const text = ' lead\nfirst\n  at x\n\n  at y\nsecond\n';
    const { cells, staged } = await stage(text, (sample) => planLines(sample, true, []));
    expect(cells).toEqual([[' lead'], ['first\n  at x\n\n  at y'], ['second']]);
    expect(staged.problem).toBeNull();
  });

  it('starts a record where the line has a given shape', async () => {
    const text = '2026-01-02 a\nmore\nand more\n2026-01-03 b\n';
    const { cells } = await stage(text, (sample) => planLines(sample, false, ['9999-99-99']));
    expect(cells).toEqual([['2026-01-02 a\nmore\nand more'], ['2026-01-03 b']]);
  });

  it('keeps a 10 MB line whole', async () => {
    const { cells, staged } = await stage(`a\n${'x'.repeat(10_000_000)}\nb\n`, lines);
    expect(cells.map(([cell]) => String(cell).length)).toEqual([1, 10_000_000, 1]);
    expect(staged.problem).toBeNull();
  });

  it('rejects a 20 MB line and goes on behind it', async () => {
    const { staged, cells, rejects } = await stage(`first\n${'x'.repeat(20_000_000)}\nlast\n`, lines);
    expect(cells).toEqual([['first'], ['last']]);
    expect(rejects.map((row) => row.slice(0, 3).map(Number))).toEqual([[2, 6, 20_000_000]]);
    expect([staged.records, staged.rejected]).toEqual([3, 1]);
  });
});

describe('encodings', () => {
  const text = 'Zähler,Wert\nPumpe 💧,"a\nb"\nÖl,2\n';
  const expected = [
    ['Pumpe 💧', 'a\nb'],
    ['Öl', '2'],
  ];
  const wide = Buffer.from(text, 'utf16le');
  const cases: Array<[string, Buffer, string]> = [
    ['UTF-8', Buffer.from(text), 'utf8'],
    ['UTF-8 with mark', Buffer.from(`\ufeff${text}`), 'utf8'],
    ['UTF-16 LE with mark', Buffer.from(`\ufeff${text}`, 'utf16le'), 'utf16le'],
    ['UTF-16 LE without mark', wide, 'utf16le'],
    ['UTF-16 BE without mark', Buffer.from(wide).swap16(), 'utf16be'],
    ['gzip of two members', Buffer.concat([gzipSync(text.slice(0, 20)), gzipSync(text.slice(20))]), 'utf8'],
  ];
  it.each(cases)('%s', async (_, bytes, decoding) => {
    const { cells, staged, raw } = await stage(bytes, planDelimited);
    expect(cells).toEqual(expected);
    expect(staged).toMatchObject({ records: 2, replacements: 0, problem: null });
    const first = await raw(1);
    expect(
      decoding === 'utf16be' ? first?.swap16().toString('utf16le') : first?.toString(decoding as 'utf8'),
    ).toBe('Öl,2');
  });

  it('Windows-1252', async () => {
    const { cells, raw } = await stage(
      Buffer.from('a;b\nK\xfchlung;1\nGer\xe4t;2\n', 'latin1'),
      planDelimited,
    );
    expect(cells).toEqual([
      ['Kühlung', '1'],
      ['Gerät', '2'],
    ]);
    expect((await raw(1))?.toString('latin1')).toBe('Ger\xe4t;2');
  });

  it('a hole of zero bytes, as a loss of power leaves it', async () => {
    const text = 'one line of text\n'.repeat(100);
    const bytes = Buffer.concat([Buffer.from(text), Buffer.alloc(2000), Buffer.from(text)]);
    const { staged, raw } = await stage(bytes, lines);
    expect(staged).toMatchObject({ records: 200, problem: null });
    expect(await raw(100)).toEqual(Buffer.concat([Buffer.alloc(2000), Buffer.from('one line of text')]));
    const binary = Buffer.concat([Buffer.from(text), Buffer.alloc(20_000)]);
    await expect(stage(binary, lines)).rejects.toThrow();
  });

  it('counts invalid bytes, keeps the record and its bytes', async () => {
    const bytes = Buffer.concat([
      Buffer.from('größer äöü ß\n'),
      Buffer.from([0x61, 0xff, 0x62, 10]),
      Buffer.from('c\n'),
    ]);
    const { cells, staged, raw } = await stage(bytes, lines);
    expect(cells).toEqual([['größer äöü ß'], ['a\ufffdb'], ['c']]);
    expect(staged.replacements).toBe(1);
    expect(await raw(1)).toEqual(Buffer.from([0x61, 0xff, 0x62]));
  });
});

describe('delimited', () => {
  it('sniffs semicolons, tabs and bars', async () => {
    for (const mark of [';', '\t', '|']) {
      const text = `${['name', 'at', 'value'].join(mark)}\n${['p1', '2026-01-01', '1,5'].join(mark)}\n`;
      const { cells, plan } = await stage(text, planDelimited);
      expect(cells).toEqual([['p1', '2026-01-01', '1,5']]);
      expect(plan).toMatchObject({ columns: ['name', 'at', 'value'] });
    }
  });

  it('takes rare delimiters where every row fits, and words in sentences for no table', async () => {
    for (const mark of ['^', '~', ' ']) {
      const text = [1, 2, 3].map((row) => [row, `10.0.0.${row}`, '2026-01-01'].join(mark)).join('\n');
      expect((await stage(text, planDelimited)).cells).toContainEqual(['2', '10.0.0.2', '2026-01-01']);
    }
    expect(
      sniffDelimited(Buffer.from('pump one stopped\npump two stopped\nvalve six opened\n'), true),
    ).toBeNull();
    expect(sniffDelimited(Buffer.from('1 2\n3 4\n5 6 7\n'), true)).toBeNull();
  });

  it('loads short rows, rejects surplus cells, lets empty surplus pass', async () => {
    const { cells, rejects, staged } = await stage('id,name,n\n1,a,2\n2\n3,b,4,5\n4,c,6,,\n', planDelimited);
    expect(cells).toEqual([
      ['1', 'a', '2'],
      ['2', null, null],
      ['4', 'c', '6'],
    ]);
    expect(rejects).toHaveLength(1);
    expect(rejects[0]?.slice(0, 4)).toEqual([3n, 18n, 7n, '3,b,4,5']);
    expect(staged).toMatchObject({ records: 4, rejected: 1, clean: false, problem: null });
  });

  it('rejects an unclosed quote and goes on at the next full row', async () => {
    const { cells, rejects } = await stage('id,name\n1,a\n2,"b\nx\n3,c\n4,d\n', planDelimited);
    expect(rejects.map((row) => [row[0], row[3]])).toEqual([[2n, '2,"b\nx\n']]);
    expect(cells).toEqual([
      ['1', 'a'],
      ['3', 'c'],
      ['4', 'd'],
    ]);
  });

  it('reads a file without a header', async () => {
    const { cells, plan } = await stage('1,2026-01-01,x\n2,2026-01-02,y\n', planDelimited);
    expect(plan).toMatchObject({ columns: ['column_1', 'column_2', 'column_3'] });
    expect(cells).toHaveLength(2);
  });

  it('does not take rows that may be data for title lines', async () => {
    const wide =
      'Mar 4 10:00,a,b\nMar 4 10:01,a,b\nMar 4 10:02,a\nMar 4 10:03,b\nMar 4 10:04,c\nMar 4 10:05,d\n';
    expect((await stage(wide, planDelimited)).staged.records).toBe(6);
    const narrow = `at,who\n2026-01-01,a\n2026-01-02,b\nat,who,what\n${'2026-01-03,c,d\n'.repeat(9)}`;
    const { cells, staged } = await stage(narrow, planDelimited);
    // Both headers are rows then: nothing is lost.
    expect(staged.records).toBe(13);
    expect(cells.slice(1, 3)).toEqual([
      ['2026-01-01', 'a', null],
      ['2026-01-02', 'b', null],
    ]);
    const text = `one line\nanother line\n${'started pump, unit 7 at 10:00\n'.repeat(9)}`;
    expect((await stage(text, planDelimited)).staged.records).toBe(11);
  });

  it('takes title lines above the header for framing', async () => {
    const { cells, plan } = await stage('Trend export\nPlant 7\n\nid,name,n\n1,a,2\n2,b,3\n', planDelimited);
    expect(plan).toMatchObject({ columns: ['id', 'name', 'n'] });
    expect(cells).toHaveLength(2);
  });
});

describe('json', () => {
  const json = (envelope: string | null) => (sample: TextSample) => planJson(sample, envelope);
  it('lines, with a broken one', async () => {
    const { cells } = await stage('{"a":1}\n{"a":\n\n{"a":3}\n', json(null));
    expect(cells).toEqual([['{"a":1}'], ['{"a":'], ['{"a":3}']]);
  });
  it('array, pretty-printed values, single object', async () => {
    expect((await stage('[{"a":"]"},\n {"a":[1,2]} , 3]', json(null))).cells).toEqual([
      ['{"a":"]"}'],
      ['{"a":[1,2]}'],
      ['3'],
    ]);
    expect((await stage('{\n "a": 1\n}\n{\n "a": 2\n}', json(null))).cells).toHaveLength(2);
    expect((await stage('{\n "a": {"b": "\\"}"}\n}\n', json(null))).staged.records).toBe(1);
  });
  it('an array that is cut off between two elements is told of', async () => {
    for (const text of [
      '[{"a":1},{"a":2}',
      '[\n{"a":1},\n{"a":2},\n',
      '{"meta":1,"Records":[{"a":1},{"a":2}',
      '{"Records":[{"a":1},{"a":2}]',
    ]) {
      const { staged } = await stage(text, () => ({
        kind: 'json',
        layout: 'values',
        newline: 'lf',
        envelope: 'Records',
      }));
      expect(staged).toMatchObject({ records: 2, rejected: 0, problem: { code: 'evidence-cut-short' } });
    }
    const { cells } = await stage('[{"a":1},\n{"a":2}', json(null));
    expect(cells).toEqual([['{"a":1}'], ['{"a":2}']]);
  });
  it('envelope, and an object without it', async () => {
    const text = '{"meta":{"Records":[9]},"Records":[{"id":1},{"id":2}],"next":null}\n{"id":3}';
    const { cells, staged } = await stage(text, json('Records'));
    expect(cells).toEqual([['{"id":1}'], ['{"id":2}'], ['{"id":3}']]);
    expect(staged.problem).toBeNull();
  });
  it('rejects what is cut off', async () => {
    const { cells, rejects, staged } = await stage('[{"a":1},\n{"a":2},\n{"a":"x', json(null));
    expect(cells).toHaveLength(2);
    expect(rejects.map((row) => row[3])).toEqual(['{"a":"x']);
    expect(staged.problem).toBeNull();
  });
});

describe('zeek', () => {
  const head = '#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n';
  it('reads fields, marks and escapes; # lines are framing', async () => {
    const text = `${head}#fields\tts\tuid\tnote\n#types\ttime\tstring\tstring\n1.5\tC1\ta\\x09b\n2.5\t-\t(empty)\n#close\tnow\n`;
    const { cells, plan, staged } = await stage(text, planZeek);
    expect(plan).toMatchObject({ header: { path: 'conn', fields: ['ts', 'uid', 'note'] } });
    expect(cells).toEqual([
      ['1.5', 'C1', 'a\tb'],
      ['2.5', null, ''],
    ]);
    expect(staged.problem).toBeNull();
  });
  it('follows a later header and rejects lines of the wrong width', async () => {
    const text = `${head}#fields\tts\tuid\n1\tA\n#fields\tuid\tts\nB\t2\n3\n`;
    const { cells, rejects } = await stage(text, planZeek);
    expect(cells).toEqual([
      ['1', 'A'],
      ['2', 'B'],
    ]);
    expect(rejects).toHaveLength(1);
  });
});
