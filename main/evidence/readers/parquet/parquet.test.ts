/** Parquet as evidence: every type as text, formats for tables and for JSON, damage, and files that lie. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Database } from '../../../store/database';
import { ident, quoteText, type Sql, sql, trusted } from '../../../store/sql';
import { importSegment } from '../../import';
import { formatLibrary } from '../../library-of-formats';
import { previewFile } from '../../preview';

let folder: string;
let database: Database;
let imports = 0;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-parquet-'));
  database = await Database.open({ path: null, memoryLimitMb: 400, threads: 1, tempFolder: null });
});
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

async function write(name: string, select: string, options = ''): Promise<string> {
  const path = join(folder, name);
  await database.run(trusted(`COPY (${select}) TO ${quoteText(path)} (FORMAT parquet${options})`));
  return path;
}

async function importOne(path: string) {
  const stagingFolder = join(folder, `staging-${imports++}`);
  mkdirSync(stagingFolder);
  const { segment } = await importSegment(
    {
      jobId: 'test',
      stagingFolder,
      files: [{ evidenceId: 1, path, name: '', options: {} }],
      known: [],
      copy: false,
      memoryLimitMb: 512,
      threads: 1,
      importerVersion: 'test',
    },
    formatLibrary,
    { progress: () => undefined, signal: new AbortController().signal, now: () => new Date(0) },
  );
  const entry = segment.evidences[0];
  if (!entry) throw new Error('no entry');
  const parquet = (name: string): Sql => trusted(`read_parquet(${quoteText(join(stagingFolder, name))})`);
  return { entry, parquet };
}

describe('Parquet', () => {
  test('every type as text, rows by number; brackets in a name are no pattern', async () => {
    const path = await write(
      'types[1]*.parquet',
      `SELECT 9007199254740993::BIGINT AS id, TIMESTAMP '2026-03-04 05:06:07.25' AS "When",
        TIMESTAMPTZ '2026-03-04 05:06:07+00' AS instant, make_timestamp_ns(1772600767123456789) AS fine,
        DATE '2026-03-04' AS day, 1.5::DOUBLE AS real, 12.30::DECIMAL(10, 2) AS money, true AS yes,
        {'a': 1, 'b': ['x', NULL]} AS nested, [1, 2] AS list, MAP {'k': 'v'} AS map, 'abc'::BLOB AS text,
        '\\xFF\\x01'::BLOB AS bytes, '' AS empty, NULL::VARCHAR AS nothing
       UNION ALL SELECT 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'x', 'y'`,
    );
    const { entry, parquet } = await importOne(path);
    expect(entry.row).toMatchObject({ status: 'loaded', records: 2, loaded: 2, format: 'generic-delimited' });
    expect(entry.encoding).toBeNull();
    const rows = await database.all(sql`SELECT * FROM ${parquet('record-0.parquet')} ORDER BY record_number`);
    expect(rows.names.slice(4)).toEqual(entry.recordColumns);
    expect(rows.rows[0]?.slice(1)).toEqual([
      1n,
      0n,
      0n,
      '9007199254740993',
      '2026-03-04 05:06:07.25',
      '2026-03-04 05:06:07Z',
      '2026-03-04 05:06:07.123456789',
      '2026-03-04',
      '1.5',
      '12.30',
      'true',
      '{"a":1,"b":["x",null]}',
      '[1,2]',
      '{"k":"v"}',
      'abc',
      '\\xFF\\x01',
      null,
      null,
    ]);
    expect(rows.rows[1]?.slice(1, 5)).toEqual([2n, 1n, 0n, '2']);
    expect(entry.row.first).toBe('2026-03-04T05:06:07.250000Z');
  });

  test('a column that is called like the numbers of rows is a column', async () => {
    const path = await write(
      'numbered.parquet',
      `SELECT 'r' || (999 - i) AS "File_Row_Number", TIMESTAMP '2026-03-04 05:06:07' AS "When" FROM range(1000) r(i)`,
      ', ROW_GROUP_SIZE 200',
    );
    const { entry, parquet } = await importOne(path);
    expect(entry.row).toMatchObject({ status: 'loaded', records: 1000, loaded: 1000 });
    const kept = await database.all(
      sql`SELECT bool_and("File_Row_Number" = 'r' || (1000 - record_number)), max(record_number)
        FROM ${parquet('record-0.parquet')}`,
    );
    expect(kept.rows).toEqual([[true, 1000n]]);
  });

  test('formats of tables and of nested JSON recognise their columns', async () => {
    const table = await write(
      'jira.parquet',
      `SELECT 'Pump ' || i AS "Summary", 'OPS-' || i AS "Issue key", 'Open' AS "Status", 'High' AS "Priority",
        TIMESTAMP '2026-03-04 05:06:07' AS "Created" FROM range(20) r(i)`,
    );
    expect((await importOne(table)).entry.row).toMatchObject({
      format: 'jira-issue-export',
      loaded: 20,
      undated: 0,
    });
    const format = formatLibrary.formats.find(({ id }) => id === 'aws-cloudtrail');
    const sample = format?.samples[0]?.line ?? JSON.stringify(format?.samples[0]?.json);
    await database.run(sql`CREATE OR REPLACE TABLE trail AS SELECT ${sample}::JSON AS j FROM range(5)`);
    const keys = await database.all(trusted('SELECT unnest(json_keys(j)) FROM trail LIMIT 100'));
    const columns = [...new Set(keys.rows.map(([key]) => String(key)))].map(
      (key) =>
        `json_transform(j->${quoteText(key)}, json_structure(${quoteText(JSON.stringify(JSON.parse(sample)[key]))})) AS ${ident(key).text}`,
    );
    const nested = await write('trail.parquet', `SELECT ${columns.join(', ')} FROM trail`);
    expect((await importOne(nested)).entry.row).toMatchObject({
      format: 'aws-cloudtrail',
      loaded: 5,
      undated: 0,
    });
  });

  test('a damaged group of rows costs its rows; a cut file is told', async () => {
    const path = await write(
      'whole.parquet',
      `SELECT i AS id, 'text ' || i AS message FROM range(10000) r(i)`,
      ', ROW_GROUP_SIZE 2048',
    );
    const bytes = readFileSync(path);
    for (let at = 0; at < 300; at++) bytes[40_000 + at] = (bytes[40_000 + at] ?? 0) ^ 0x5a;
    writeFileSync(join(folder, 'damaged.parquet'), bytes);
    const { row } = (await importOne(join(folder, 'damaged.parquet'))).entry;
    expect(row.status).toBe('partial');
    expect(row).toMatchObject({ records: 10_000, rejected: 2048, loaded: 10_000 - 2048 });
    writeFileSync(join(folder, 'cut.parquet'), bytes.subarray(0, 30_000));
    const cut = await importOne(join(folder, 'cut.parquet'));
    expect(cut.entry.row).toMatchObject({
      status: 'failed',
      records: 0,
      problem: { code: 'parquet-damaged' },
    });
    expect(cut.entry.row.sha256).not.toBeNull();
    writeFileSync(join(folder, 'packed.parquet.gz'), gzipSync(readFileSync(path)));
    const packed = await importOne(join(folder, 'packed.parquet.gz'));
    expect(packed.entry.row.problem?.what).toContain('not read yet');
  });

  test('bytes changed at random never throw and always add up', async () => {
    const whole = readFileSync(
      await write('small.parquet', `SELECT i AS id, 'm' || i AS message FROM range(50) r(i)`),
    );
    for (let at = 4; at < whole.length; at += 89) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ 0xa5;
      writeFileSync(join(folder, 'changed.parquet'), bytes);
      const { row } = (await importOne(join(folder, 'changed.parquet'))).entry;
      expect(row.records).toBe(row.loaded + row.rejected + row.skipped);
      if (row.status === 'failed') expect(row.problem).not.toBeNull();
    }
  });

  test('the preview shows its first rows', async () => {
    const path = await write('look.parquet', `SELECT 'a' AS one, NULL::VARCHAR AS two, 3 AS three`);
    const preview = await previewFile(database, formatLibrary, { path, name: 'look.parquet' }, {});
    expect(preview.ok && preview.value).toMatchObject({ encoding: '', columns: ['one', 'two', 'three'] });
    expect(preview.ok && preview.value.records[0]).toMatchObject({ raw: 'a | 3', cells: ['a', null, '3'] });
  });
});
