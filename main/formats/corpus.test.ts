/** Shipped formats on real evidence, where it is there: whole files through the compiled SQL, against known figures. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { corpusFolder } from '../dev/corpus-folder';
import { type Compiled, compile } from '../evidence/normalise/compile';
import { stageRows } from '../evidence/normalise/stage-sample';
import { Database } from '../store/database';
import { quoteText, trusted } from '../store/sql';
import { findFormat, shippedFormats } from './index';

const corpus = corpusFolder();
let database: Database;
beforeAll(async () => {
  database = await Database.open({ path: null, memoryLimitMb: 1024, threads: 2, tempFolder: null });
});
afterAll(() => {
  database.close();
});

interface Choice {
  readonly zone?: string;
  readonly year?: number;
  readonly fileTimeUs?: number;
}

async function compiled(id: string, kind: 'lines' | 'delimited', columns: readonly string[], choice: Choice) {
  const format = findFormat(shippedFormats().formats, id);
  if (!format.ok) throw new Error(format.problem.what);
  const outcome = await compile(database, format.value, {
    evidenceId: 1,
    kind,
    columns,
    meta: {},
    zone: choice.zone ?? null,
    year: choice.year ?? null,
    fileTimeUs: choice.fileTimeUs ?? Date.UTC(2020, 0, 1) * 1000,
    mapping: null,
  });
  if (!outcome.ok) throw new Error(outcome.problem.why);
  return outcome.value;
}

async function lines(path: string, id: string, choice: Choice): Promise<Compiled> {
  const rows = readFileSync(join(corpus ?? '', path), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => [line.replace(/\r$/, '')]);
  await stageRows(database, 'record', { kind: 'lines', columns: [], meta: {}, rows });
  return compiled(id, 'lines', [], choice);
}

/** Staged by DuckDB's own reader: our splitter has its own tests. */
async function table(path: string, id: string, choice: Choice): Promise<Compiled> {
  const file = join(corpus ?? '', path);
  const header = (readFileSync(file, 'utf8').split('\n')[0] ?? '').trim().replaceAll('"', '').split(',');
  const cells = header.map((_, index) => `c${index}: 'VARCHAR'`).join(', ');
  await database.run(
    trusted(
      `CREATE OR REPLACE TABLE record AS SELECT (row_number() OVER ())::UBIGINT AS record_number, 0::UBIGINT AS byte_offset, 0::UBIGINT AS byte_length, * FROM read_csv(${quoteText(file)}, header = true, auto_detect = false, delim = ',', quote = '"', escape = '"', columns = {${cells}})`,
    ),
  );
  return compiled(id, 'delimited', header, choice);
}

async function rows(text: string): Promise<ReadonlyArray<readonly string[]>> {
  const result = await database.all(trusted(text));
  return result.rows.map((row) => row.map((cell) => (cell === null ? '' : String(cell))));
}

async function count(sql: string): Promise<number> {
  return Number((await rows(`SELECT count(*) FROM (${sql})`))[0]?.[0]);
}

describe.skipIf(corpus === null)('formats on the corpus', () => {
  test('the attack script log under Brisbane time', async () => {
    const path = '20-case-qut-s7/attack_log/Attack_script_log.log';
    const { events, rejects, timeZoneSource } = await lines(path, 'attack-script-log', {
      zone: 'Australia/Brisbane',
    });
    expect(timeZoneSource).toBe('asked');
    expect(await count(rejects.text)).toBe(0);
    expect(await count(events.text)).toBe(128);
    const first = await rows(
      `SELECT event_type, min(timestamp) FROM (${events.text}) WHERE event_action = 'ChangeUpperThreshold' GROUP BY 1 ORDER BY 1 DESC`,
    );
    expect(first).toEqual([
      ['start', '2016-12-15 08:06:42.895706'],
      ['end', '2016-12-15 08:06:45.946284'],
    ]);
  });

  test('the HMI tag log: the fine clock refines the written second', async () => {
    const path = '20-case-qut-s7/hmi_log/Master_Log0.csv';
    const { events, points, rejects, notes } = await table(path, 'wincc-tag-log', {
      zone: 'Australia/Brisbane',
    });
    expect(notes).toEqual([]);
    expect(await count(rejects.text)).toBe(0);
    const [[n, dated, first, last, coarse]] = (await rows(
      `SELECT count(*), count(timestamp), min(timestamp), max(timestamp), count(*) FILTER (time_precision_us <> 1000) FROM (${events.text})`,
    )) as [string[]];
    expect([n, dated, coarse]).toEqual(['52560', '52560', '0']);
    // 42719692001.9676 and 42720073532.4884 micro-days since 1899-12-30, ten hours ahead of UTC, reckoned by hand.
    expect([first, last]).toEqual(['2016-12-15 06:36:28.97', '2016-12-15 15:45:53.207']);
    const values = await rows(
      `SELECT count(*), count(DISTINCT point_name), count(*) FILTER (value IS NULL), count(*) FILTER (quality = 'good') FROM (${points?.text ?? ''})`,
    );
    expect(values[0]?.slice(0, 3)).toEqual(['52560', expect.any(String), '0']);
  });

  test('incidents: a span and its points, day first by the file itself', async () => {
    // Counts and earliest times as Python's csv and datetime give them.
    const path = '06-itsm-devops/servicenow/incident_event_log.csv';
    const { events, rejects, notes } = await table(path, 'servicenow-incident', { zone: 'UTC' });
    expect(notes).toEqual([]);
    expect(await count(rejects.text)).toBe(0);
    const parts = await rows(
      `SELECT event_part, count(*), count(timestamp), min(timestamp), bit_or(time_flags) FROM (${events.text}) GROUP BY 1 ORDER BY 1`,
    );
    expect(parts).toEqual([
      ['', '5998', '5998', '2016-02-29 01:16:00', '0'],
      ['closed', '5998', '5998', '2016-02-29 17:47:00', '0'],
      ['resolved', '5939', '5939', '2016-02-29 09:04:00', '0'],
      ['updated', '5998', '5998', '2016-02-29 01:23:00', '0'],
    ]);
  });

  test.each([
    ['05-logs/loghub/OpenSSH_2k.log', 'linux-auth', 2000],
    ['05-logs/loghub/Linux_2k.log', 'syslog-rfc3164', 2000],
    ['05-logs/lnav/logfile_syslog_fr.0', 'syslog-rfc3164', 1],
    ['05-logs/beats-oss/system/auth/auth-ubuntu1204.log', 'linux-auth', 1000],
    ['05-logs/beats-oss/system/auth/secure-rhel7.log', 'linux-auth', 1000],
  ])('%s as %s', async (path, id, records) => {
    const { events, rejects, yearSource } = await lines(path, id, { zone: 'UTC' });
    expect(await rows(rejects.text)).toEqual([]);
    const [[n, dated, late]] = (await rows(
      `SELECT count(*), count(timestamp), count(*) FILTER (timestamp > TIMESTAMP '2020-01-02') FROM (${events.text})`,
    )) as [string[]];
    expect([n, dated, late]).toEqual([String(records), String(records), '0']);
    expect(yearSource).toBe('file time');
  });
});
