import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Cell } from '../../shared/cell';
import { type AnalystDatabase, openAnalystDatabase } from '../store/analyst';
import { makeSegment } from '../store/segment-for-tests';
import { ESCAPES } from './escapes-for-tests';
import { judge } from './gate';

let folder: string;
let facts: string;
let database: AnalystDatabase;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-gate-'));
  facts = join(folder, 'facts');
  mkdirSync(facts);
  const segment = await makeSegment(facts, '000001', [
    { id: 1, events: 20 },
    { id: 2, events: 5 },
  ]);
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  symlinkSync(join(folder, 'secret.txt'), join(facts, 'link.txt'));
  database = await openAnalystDatabase({
    facts,
    segments: [segment],
    removed: [2],
    evidence: segment.evidence,
    memoryLimitMb: 300,
    threads: 1,
    tempFolder: null,
  });
  await database.addRecords({
    evidenceId: 1,
    path: join(facts, '000001', 'record-1.parquet'),
    columns: ['line'],
  });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const verdict = async (text: string): Promise<string> => {
  const outcome = await judge(text, database.serialize);
  return outcome.ok ? 'let through' : outcome.problem.code;
};
const run = async (text: string): Promise<Cell[][]> => {
  expect(await verdict(text)).toBe('let through');
  const result = await database.stream(text);
  const rows: Cell[][] = [];
  for (let batch = await result.next(); batch.length > 0; batch = await result.next()) rows.push(...batch);
  return rows;
};

describe('gate', () => {
  test(`refuses ${ESCAPES.length} ways out`, async () => {
    expect(ESCAPES.length).toBeGreaterThanOrEqual(60);
    const through: string[] = [];
    for (const text of ESCAPES) if ((await verdict(text)) === 'let through') through.push(text);
    expect(through).toEqual([]);
  });

  test('and those that were let through would still fail: the database is shut in by itself', async () => {
    const reading = ESCAPES.filter(
      (text) =>
        /read_|'\/|"\/|COPY|ATTACH|INSTALL|LOAD|EXPORT|^SET |RESET/.test(text) &&
        !/enable_(log|prof)/.test(text),
    );
    expect(reading.length).toBeGreaterThan(25);
    const succeeded: string[] = [];
    for (const text of reading) {
      const result = await database.stream(text).then(
        (open) => open.next(),
        () => null,
      );
      if (result !== null && result.length > 0) succeeded.push(text);
    }
    // A CTE named like a file reads only itself; names of the allowed folder were not among the attempts.
    expect(succeeded.filter((text) => !text.startsWith('WITH "/etc/passwd"'))).toEqual([]);
  });

  test('lets through what analysts ask', async () => {
    expect(await run('SELECT count(*) FROM event')).toEqual([[20n]]);
    expect(await run('SELECT count(*) FROM event_view')).toEqual([[20n]]);
    expect(await run('FROM evidence SELECT evidence_id ORDER BY 1')).toEqual([[1], [2]]);
    expect(await run(`SELECT line FROM record_1 ORDER BY record_number LIMIT 1`)).toEqual([['line 0']]);
    expect(await run(`SELECT max("timestamp") FROM main.event`)).toEqual([['2026-01-01T00:00:19.000000Z']]);
    expect((await run('DESCRIBE event')).length).toBeGreaterThan(40);
    expect((await run('SHOW TABLES')).flat()).toContain('event_view');
    expect((await run('SUMMARIZE SELECT evidence_id FROM event')).length).toBe(1);
    expect(await run('VALUES (1), (2)')).toEqual([[1], [2]]);
    expect(await run('SELECT sum(i) FROM range(5) AS r(i)')).toEqual([[10n]]);
    expect(await run('SELECT unnest([1, 2])')).toEqual([[1], [2]]);
    expect(await run(`SELECT key FROM json_each('{"a": 1}')`)).toEqual([['a']]);
    expect(
      await run('WITH t AS (SELECT 7 AS x), u AS (SELECT x FROM t) SELECT * FROM t JOIN u USING (x)'),
    ).toEqual([[7]]);
    expect(
      await run(
        'WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT max(n) FROM r',
      ),
    ).toEqual([[3]]);
    expect(
      await run(
        `SELECT row_number() OVER (ORDER BY record_number), lag(message) OVER (ORDER BY record_number) FROM event LIMIT 1`,
      ),
    ).toEqual([[1n, null]]);
    expect(
      await run(
        `SELECT quantile_cont(record_number, 0.5), regexp_extract('a12', '\\d+'), date_trunc('day', TIMESTAMP '2026-01-02 03:04:05') FROM event`,
      ),
    ).toEqual([[10.5, '12', '2026-01-02T00:00:00.000000Z']]);
    expect(await run('SELECT [x * 2 FOR x IN [1, 2]]')).toEqual([[{ list: [2, 4] }]]);
  });

  test('says what is wrong', async () => {
    const typo = await judge('SELEC 1', database.serialize);
    expect(typo.ok ? null : [typo.problem.code, typo.problem.where]).toEqual(['query-wrong', 'character 1']);
    const stranger = await judge('SELECT * FROM firewall', database.serialize);
    expect(stranger.ok ? null : stranger.problem.help).toContain('event_view');
    const records = await judge('SELECT * FROM record_3, record_1', database.serialize);
    expect(records.ok && [...records.value.records].sort()).toEqual([1, 3]);
  });

  test('a name that is deep in a long query is found as well', async () => {
    const deep = `SELECT * FROM event WHERE message = '' ${"OR message = 'x' ".repeat(800)} OR message IN (SELECT content FROM read_text('/etc/passwd'))`;
    expect(await verdict(deep)).toBe('query-refused');
  });
});
