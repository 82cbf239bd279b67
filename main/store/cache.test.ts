import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CacheSegment, type Clocks, openCache, type WorkingCache } from './cache';
import { Database } from './database';
import { refreshEndpoints } from './endpoints';
import { makeSegment } from './segment-for-tests';
import { quoteText, sql, trusted } from './sql';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tl case ' [x] "));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function open(
  segments: readonly CacheSegment[],
  removed: number[] = [],
  clocks: Clocks = new Map(),
): Promise<WorkingCache> {
  const cache = await openCache({
    file: join(folder, 'cache', 'work.duckdb'),
    spill: join(folder, 'cache', 'spill'),
    jail: [folder],
    segments,
    removed: new Set(removed),
    clocks,
    memoryLimitMb: 400,
    threads: 1,
  });
  if (!cache.ok) throw new Error(cache.problem.why);
  return cache.value;
}

const make = (name: string, ...evidences: [number, number][]): Promise<CacheSegment> =>
  makeSegment(
    join(folder, 'facts'),
    name,
    evidences.map(([id, events]) => ({ id, events })),
  );

describe('working database', () => {
  test('is built from the segments, kept, and added to', async () => {
    const first = await make('000001', [1, 10], [2, 5]);
    const built = await open([first]);
    expect(built.rebuilt).toBe(true);
    expect(await built.countEvents()).toBe(15);
    const { rows } = await built.database.all(
      sql`SELECT name, dissectors::VARCHAR, first::VARCHAR, removed FROM evidence ORDER BY evidence_id`,
    );
    expect(rows[0]).toEqual(['1.log', "[a, 'b\\'']", '2026-01-01 00:00:00', false]);
    built.close();

    const second = await make('000002', [3, 7]);
    const again = await open([first, second]);
    expect(again.rebuilt).toBe(false);
    expect(await again.countEvents()).toBe(22);
    again.close();
  });

  test('is made anew when it does not match the facts', async () => {
    const first = await make('000001', [1, 10]);
    const second = await make('000002', [2, 10]);
    (await open([first, second])).close();
    const fewer = await open([second]);
    expect([fewer.rebuilt, await fewer.countEvents()]).toEqual([true, 10]);
    fewer.close();
    await writeFile(join(second.folder, 'segment.json'), '{}');
    const changed = await open([second]);
    expect(changed.rebuilt).toBe(true);
    changed.close();
    await writeFile(join(folder, 'cache', 'work.duckdb'), 'not a database at all');
    const mended = await open([first, second]);
    expect([mended.rebuilt, await mended.countEvents()]).toEqual([true, 20]);
    mended.close();
  });

  test('holds exactly what is not removed', async () => {
    const segments = [await make('000001', [1, 10], [2, 5]), await make('000002', [3, 7])];
    const cache = await open(segments);
    await cache.setWork({ removed: new Set([2, 3]), clocks: new Map() });
    expect(await cache.countEvents()).toBe(10);
    await cache.setWork({ removed: new Set([3]), clocks: new Map() });
    expect(await cache.countEvents()).toBe(15);
    const { rows } = await cache.database.all(sql`SELECT evidence_id FROM evidence WHERE removed`);
    expect(rows).toEqual([[3]]);
    cache.close();
    const again = await open(segments, [3]);
    expect([again.rebuilt, await again.countEvents()]).toEqual([false, 15]);
    again.close();
    const other = await open(segments, [1]);
    expect([other.rebuilt, await other.countEvents()]).toEqual([true, 12]);
    other.close();
  });

  test('event_view has exactly the rows of event, whoever claims an address', async () => {
    const cache = await open([await make('000001', [1, 1000])]);
    const db = cache.database;
    await db.run(
      trusted(
        `INSERT INTO asset (asset_id, name, purdue_level, evidence_id) VALUES ('a', 'PLC', 1, 9), ('b', 'HMI', 2, 9)`,
      ),
    );
    await db.run(
      trusted(
        `INSERT INTO asset_address (asset_id, ip, evidence_id) VALUES ('a', '10.0.0.1', 9), ('a', '10.0.0.1', 9), ('a', '10.0.0.2', 9), ('b', '10.0.0.2', 9)`,
      ),
    );
    await refreshEndpoints(db);
    const { rows } = await db.all(
      sql`SELECT count(*), count(DISTINCT event_id), count(source_asset), max(source_asset_candidates), any_value(source_asset) FROM event_view`,
    );
    expect(rows[0]).toEqual([1000n, 1000n, 4n, 2, 'PLC']);
    cache.close();
  });

  test('spans: an own end, and a start with the end that follows it', async () => {
    const cache = await open([]);
    await cache.database.run(
      trusted(`INSERT INTO event (event_id, evidence_id, record_number, "timestamp", ended_at, event_action, event_type) VALUES
      (1, 1, 1, '2026-01-01 00:00:01', NULL, 'attack', 'start'), (2, 1, 2, '2026-01-01 00:00:05', NULL, 'attack', 'end'),
      (3, 1, 3, '2026-01-01 00:00:06', NULL, 'attack', 'start'), (4, 1, 4, '2026-01-01 00:00:07', NULL, 'other', 'end'),
      (5, 1, 5, '2026-01-01 00:00:08', '2026-01-01 01:00:00', 'ticket', 'info')`),
    );
    const { rows } = await cache.database.all(
      sql`SELECT event_id::INTEGER, end_event_id::INTEGER, epoch(ended_at - started_at)::INTEGER FROM span ORDER BY 1`,
    );
    expect(rows).toEqual([
      [1, 2, 4],
      [5, null, 3592],
    ]);
    cache.close();
  });

  test('spans: a change that is going on is open, a start of anything else without an end is none', async () => {
    const cache = await open([]);
    await cache.database.run(
      trusted(`INSERT INTO event (event_id, evidence_id, record_number, "timestamp", event_category, event_type, ticket_id) VALUES
      (1, 1, 1, '2026-01-01 00:00:01', 'configuration', 'start', 'CHG1'), (2, 1, 2, '2026-01-01 00:00:05', 'configuration', 'start', NULL),
      (3, 1, 3, '2026-01-01 00:00:06', 'authentication', 'start', NULL), (4, 1, 4, '2026-01-01 00:00:07', 'configuration', 'info', 'CHG2')`),
    );
    const { rows } = await cache.database.all(sql`SELECT event_id::INTEGER, ended_at FROM span`);
    expect(rows).toEqual([[1, null]]);
    cache.close();
  });

  test('spans: of what overlaps, each end goes with the start of its own thing, or with none', async () => {
    const cache = await open([]);
    const rows = [
      // Two alarms of one kind, on different points.
      `(1, 1, '00:00:01', 'start', 'alarm', 'T3'), (2, 2, '00:00:02', 'start', 'alarm', 'T4')`,
      `(3, 3, '00:00:05', 'end', 'alarm', 'T3'), (4, 4, '00:00:09', 'end', 'alarm', 'T4')`,
      // Two sessions of one user that nothing tells apart, then one more; then one whose end is not there.
      `(5, 5, '01:00:00', 'start', 'session', NULL), (6, 6, '01:00:01', 'start', 'session', NULL)`,
      `(7, 7, '01:00:02', 'end', 'session', NULL), (8, 8, '01:00:03', 'end', 'session', NULL)`,
      `(9, 9, '02:00:00', 'start', 'session', NULL), (10, 10, '02:00:07', 'end', 'session', NULL)`,
      `(11, 11, '03:00:00', 'start', 'session', NULL), (12, 12, '04:00:00', 'start', 'session', NULL)`,
      `(13, 13, '04:00:08', 'end', 'session', NULL)`,
    ];
    await cache.database.run(
      trusted(`INSERT INTO event (event_id, evidence_id, record_number, "timestamp", event_action, event_type, ot_object)
        SELECT i, 1, n, CAST('2026-01-01 ' || t AS TIMESTAMP), a, k, o
        FROM (VALUES ${rows.join(', ')}) AS v(i, n, t, k, a, o)`),
    );
    const found = await cache.database.all(
      sql`SELECT event_id::INTEGER, end_event_id::INTEGER, epoch(ended_at - started_at)::INTEGER FROM span ORDER BY 1`,
    );
    expect(found.rows).toEqual([
      [1, 3, 4],
      [2, 4, 7],
      [9, 10, 7],
      [12, 13, 8],
    ]);
    cache.close();
  });

  test('spans: what has a name ends under it, whatever the records call start and end', async () => {
    const cache = await open([]);
    const rows = [
      // Two logons at once, the second shorter; the first is told as ended twice.
      `(1, 1, '00:00:01', 'start', 'logon', 'hmi1', 'logon 0x1')`,
      `(2, 1, '00:00:02', 'start', 'logon', 'hmi1', 'logon 0x2')`,
      `(3, 1, '00:00:05', 'end', 'logoff', 'hmi1', 'logon 0x2')`,
      `(4, 1, '00:00:08', 'end', 'logoff', 'hmi1', 'logon 0x1')`,
      `(5, 1, '00:00:09', 'end', 'session-closed', 'hmi1', 'logon 0x1')`,
      // The same name on another machine, and after a restart: the first of these has no end.
      `(6, 1, '00:00:03', 'start', 'logon', 'hmi2', 'logon 0x1')`,
      `(7, 1, '01:00:00', 'start', 'logon', 'hmi2', 'logon 0x1')`,
      `(8, 1, '01:00:30', 'end', 'logoff', 'hmi2', 'logon 0x1')`,
      // From one export to the next, whose first record is the last of the one before.
      `(9, 1, '02:00:00', 'start', 'logon', 'hmi1', 'logon 0x3')`,
      `(10, 2, '02:00:00', 'start', 'logon', 'hmi1', 'logon 0x3')`,
      `(11, 2, '02:00:40', 'end', 'logoff', 'hmi1', 'logon 0x3')`,
      // Where no record says which machine it is of, two exports may be of two machines.
      `(12, 1, '03:00:00', 'start', 'opened', NULL, 'session 7')`,
      `(13, 2, '03:00:50', 'end', 'closed', NULL, 'session 7')`,
      `(14, 1, '03:01:00', 'end', 'closed', NULL, 'session 7')`,
    ];
    await cache.database.run(
      trusted(`INSERT INTO event (event_id, evidence_id, record_number, "timestamp", event_action, event_type, host_name, span_id)
        SELECT i, e, i, CAST('2026-01-01 ' || t AS TIMESTAMP), a, k, h, s
        FROM (VALUES ${rows.join(', ')}) AS v(i, e, t, k, a, h, s)`),
    );
    const found = await cache.database.all(
      sql`SELECT event_id::INTEGER, end_event_id::INTEGER, epoch(ended_at - started_at)::INTEGER, span_id FROM span ORDER BY 1`,
    );
    expect(found.rows).toEqual([
      [1, 4, 7, 'logon 0x1'],
      [2, 3, 3, 'logon 0x2'],
      [7, 8, 30, 'logon 0x1'],
      [9, 11, 40, 'logon 0x3'],
      [12, 14, 60, 'session 7'],
    ]);
    cache.close();
  });

  test('spans: a logon is not ended by the logoff of another user under the same number', async () => {
    const cache = await open([]);
    const rows = [
      `(1, 1, 'start', 'authentication', 'alice', 'sshd 811')`,
      `(2, 2, 'end', 'authentication', 'bob', 'sshd 811')`,
      `(3, 3, 'start', 'authentication', 'CORP\\Carol', 'sshd 812')`,
      `(4, 4, 'end', 'authentication', 'carol@corp.example', 'sshd 812')`,
      `(5, 5, 'start', 'session', 'dave', 'sshd 813')`,
      `(6, 6, 'end', 'session', NULL, 'sshd 813')`,
      // What one user starts may run, and end, as another.
      `(7, 7, 'start', 'process', 'alice', 'process 9')`,
      `(8, 8, 'end', 'process', 'root', 'process 9')`,
      `(9, 9, 'start', 'authentication', 'CORP\\erin@corp.example', 'sshd 814')`,
      `(10, 10, 'end', 'authentication', 'erin', 'sshd 814')`,
    ];
    await cache.database.run(
      trusted(`INSERT INTO event (event_id, evidence_id, record_number, "timestamp", event_type, event_category, user_name, host_name, span_id)
        SELECT i, 1, i, TIMESTAMP '2026-01-01' + to_seconds(t), k, c, u, 'hmi1', s
        FROM (VALUES ${rows.join(', ')}) AS v(i, t, k, c, u, s)`),
    );
    const found = await cache.database.all(
      sql`SELECT event_id::INTEGER, end_event_id::INTEGER FROM span ORDER BY 1`,
    );
    expect(found.rows).toEqual([
      [3, 4],
      [5, 6],
      [7, 8],
      [9, 10],
    ]);
    cache.close();
  });

  test('segments from before a column was written stand beside those that have it', async () => {
    const now = await make('000001', [1, 3]);
    const before = await make('000002', [2, 2]);
    const file = quoteText(join(before.folder, 'event.parquet'));
    const database = await Database.open({ path: null, memoryLimitMb: 400, threads: 1, tempFolder: null });
    await database.run(trusted(`CREATE TABLE old AS SELECT * EXCLUDE (span_id) FROM read_parquet(${file})`));
    await database.run(trusted(`COPY old TO ${file} (FORMAT parquet)`));
    database.close();
    const cache = await open([now, { ...before, version: 1 }]);
    const { rows } = await cache.database.all(
      sql`SELECT evidence_id, count(*), count(span_id), count(message) FROM event GROUP BY 1 ORDER BY 1`,
    );
    expect(rows).toEqual([
      [1, 3n, 0n, 3n],
      [2, 2n, 0n, 2n],
    ]);
    cache.close();
  });

  test('is shut in: no file outside the case can be read', async () => {
    const cache = await open([await make('000001', [1, 1])]);
    await expect(cache.database.run(trusted(`SELECT * FROM read_text('/etc/passwd')`))).rejects.toThrow(
      /Permission/,
    );
    await expect(cache.database.run(trusted(`SET enable_external_access = true`))).rejects.toThrow();
    cache.close();
    expect(await readFile(join(folder, 'facts', '000001', 'segment.json'), 'utf8')).toContain('000001');
  });
});
