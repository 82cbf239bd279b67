import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVENT_FIELDS, POINT_FIELDS, TIME_FLAGS } from '../../shared/fields';
import { type CacheSegment, type Clocks, openCache, type WorkingCache } from './cache';
import type { EvidenceClock } from './clock';
import { Database } from './database';
import { quoteText, sql, trusted } from './sql';

const ZONES = [
  'Australia/Sydney',
  'America/New_York',
  'Europe/Berlin',
  'Asia/Kathmandu',
  'Africa/Casablanca',
  'UTC',
];
const HOUR = 3_600_000_000;

/** Wall times around changes of clocks, and far from them. */
const WALLS: number[] = [];
for (const zone of [
  '2026-04-05T02',
  '2026-10-04T02',
  '2026-03-08T02',
  '2026-11-01T01',
  '2026-03-29T02',
  '2026-10-25T02',
]) {
  for (let quarter = -6; quarter <= 6; quarter += 1)
    WALLS.push(Date.parse(`${zone}:00:00Z`) * 1000 + quarter * 900_000_000 + 7);
}
for (let month = 0; month < 12; month += 1) WALLS.push(Date.UTC(2026, month, 15, month) * 1000);

const hasPython = (() => {
  try {
    execFileSync('python3', ['-c', 'import zoneinfo; zoneinfo.ZoneInfo("Australia/Sydney")'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
})();

/** Earlier of two instants, the offset before a gap; and which of it was. Python's fold says both. */
const ORACLE = `
import json, sys, datetime as d, zoneinfo
epoch = d.datetime(1970, 1, 1); us = d.timedelta(microseconds=1); utc = d.timezone.utc
out = []
for zone, wall in json.load(sys.stdin):
    w = epoch + wall * us
    z = zoneinfo.ZoneInfo(zone)
    one, two = w.replace(tzinfo=z, fold=0), w.replace(tzinfo=z, fold=1)
    at = (one.astimezone(utc).replace(tzinfo=None) - epoch) // us
    exists = one.astimezone(utc).astimezone(z).replace(tzinfo=None) == w
    flag = 0 if one.utcoffset() == two.utcoffset() else 4 if exists else 8
    out.append([at, flag])
print(json.dumps(out))`;

let folder: string;
let segment: CacheSegment;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'throughline-clock-'));
  segment = await makeClocked(join(folder, 'case', 'facts', '000001'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Evidence 1 was read as UTC for want of a zone, 2 states its offset, 3 was read in New York; each with its points. */
async function makeClocked(place: string): Promise<CacheSegment> {
  await mkdir(place, { recursive: true });
  const database = await Database.open({ path: null, memoryLimitMb: 400, threads: 1, tempFolder: null });
  const read = await newYork();
  const rows = [1, 2, 3].flatMap((evidence) =>
    WALLS.map((wall, index) => {
      const at = evidence === 3 ? (read[index] ?? wall) : wall;
      const flags = evidence === 1 ? TIME_FLAGS.zoneAssumed | TIME_FLAGS.yearAssumed : 0;
      return `(${evidence}, ${index}, ${wall}, ${at}, ${evidence === 2 ? 0 : 'NULL'}, ${flags})`;
    }),
  );
  const given = new Map([
    ['event_id', '(e::UBIGINT << 36) + i'],
    ['evidence_id', 'e'],
    ['record_number', 'i + 1'],
    ['timestamp', 'make_timestamp(inst::BIGINT)'],
    ['recorded_at', 'make_timestamp(inst::BIGINT)'],
    ['recorded_wall', 'make_timestamp(wall::BIGINT)'],
    ['recorded_offset_minutes', 'o'],
    ['time_flags', 'f'],
    ['ended_at', `make_timestamp(inst::BIGINT + ${5 * HOUR})`],
    ['event_duration', `${5 * HOUR}::BIGINT * 1000`],
    ['event_domain', "'ot'"],
    ['message', "'m'"],
  ]);
  const columns = EVENT_FIELDS.map(
    ({ name, type }) => `(${given.get(name) ?? 'NULL'})::${type} AS "${name}"`,
  );
  const from = `(VALUES ${rows.join(', ')}) AS v(e, i, wall, inst, o, f)`;
  const copy = (select: string, file: string): Promise<void> =>
    database.run(trusted(`COPY (${select}) TO ${quoteText(join(place, file))} (FORMAT parquet)`));
  await copy(`SELECT ${columns.join(', ')} FROM ${from}`, 'event.parquet');
  const points = POINT_FIELDS.map(
    ({ name, type }) => `(${name === 'ordinal' ? '0' : (given.get(name) ?? 'NULL')})::${type} AS "${name}"`,
  );
  await copy(`SELECT ${points.join(', ')} FROM ${from}`, 'point.parquet');
  database.close();
  await writeFile(join(place, 'segment.json'), '{}');
  const evidence = [1, 2, 3].map((id) => ({ evidence_id: id, name: `${id}.log`, dissectors: [] }));
  return { name: '000001', folder: place, version: 2, evidence, evidenceIds: [1, 2, 3] };
}

async function newYork(): Promise<number[]> {
  const { wallToInstants } = await import('../../shared/time');
  return WALLS.map((wall) => wallToInstants('America/New_York', wall).instants[0] ?? wall);
}

let made = 0;
async function openWith(clocks: Clocks, file?: string): Promise<WorkingCache> {
  made += 1;
  const cache = await openCache({
    file: file ?? join(folder, 'case', `cache-${made}.duckdb`),
    spill: join(folder, 'spill'),
    jail: [folder],
    segments: [segment],
    removed: new Set(),
    clocks,
    memoryLimitMb: 400,
    threads: 1,
  });
  if (!cache.ok) throw new Error(cache.problem.why);
  return cache.value;
}

async function contents(cache: WorkingCache): Promise<unknown> {
  const events =
    await cache.database.all(sql`SELECT evidence_id, record_number::INTEGER, epoch_us("timestamp")::DOUBLE,
    epoch_us(ended_at)::DOUBLE, epoch_us(recorded_at)::DOUBLE, epoch_us(recorded_wall)::DOUBLE, time_flags,
    event_duration::DOUBLE FROM event ORDER BY event_id`);
  const points = await cache.database.all(
    sql`SELECT event_id::DOUBLE, epoch_us("timestamp")::DOUBLE FROM point ORDER BY event_id`,
  );
  const ledger =
    await cache.database.all(sql`SELECT evidence_id, time_zone, clock_offset_us::DOUBLE, clock_drift_ppm,
    clock_reference_at::VARCHAR, "first"::VARCHAR, "last"::VARCHAR FROM evidence ORDER BY evidence_id`);
  return { events: events.rows, points: points.rows, ledger: ledger.rows };
}

function clock(
  evidenceId: number,
  given: Partial<EvidenceClock> & { to?: string | null },
): [number, EvidenceClock] {
  const { to = null, offsetUs = 0, driftPpm = 0, referenceAtUs = 0 } = given;
  const from = evidenceId === 3 ? 'America/New_York' : 'UTC';
  const takes = evidenceId !== 2 && to !== null;
  const zone = takes ? { to, from, assumed: evidenceId === 1, endIsDuration: false } : null;
  return [evidenceId, { evidenceId, offsetUs, driftPpm, referenceAtUs, zone }];
}

describe('clocks', () => {
  test.skipIf(!hasPython)(
    'read wall times under another zone as python zoneinfo does, gaps and overlaps flagged',
    async () => {
      const asked = ZONES.flatMap((zone) => WALLS.flatMap((wall) => [[zone, wall] as const]));
      const answer: [number, number][] = JSON.parse(
        execFileSync('python3', ['-c', ORACLE], { input: JSON.stringify(asked), encoding: 'utf8' }),
      );
      for (const [index, to] of ZONES.entries()) {
        const cache = await openWith(new Map([clock(1, { to }), clock(2, { to }), clock(3, { to })]));
        const expected = answer.slice(index * WALLS.length, (index + 1) * WALLS.length);
        for (const evidence of [1, 3]) {
          const { rows } =
            await cache.database.all(sql`SELECT epoch_us("timestamp")::DOUBLE, (time_flags & 13)::INTEGER,
          epoch_us(recorded_wall)::DOUBLE, (time_flags & 2)::INTEGER FROM event
          WHERE evidence_id = ${evidence} ORDER BY record_number`);
          const kept = evidence === 1 ? TIME_FLAGS.yearAssumed : 0;
          expect(rows).toEqual(expected.map(([at, flag], row) => [at, flag, WALLS[row], kept]));
          const points = await cache.database.all(
            sql`SELECT epoch_us("timestamp")::DOUBLE FROM point WHERE evidence_id = ${evidence} ORDER BY event_id`,
          );
          expect(points.rows.flat()).toEqual(expected.map(([at]) => at));
        }
        const stated = await cache.database.all(
          sql`SELECT epoch_us("timestamp")::DOUBLE FROM event WHERE evidence_id = 2 ORDER BY record_number`,
        );
        expect(stated.rows.flat()).toEqual(WALLS);
        cache.close();
      }
    },
    60_000,
  );

  test('an end is read anew as its start is, and what lies between follows', async () => {
    const cache = await openWith(new Map([clock(1, { to: 'Europe/Berlin' })]));
    // 2026-03-28T23:30:00.000007 begins, five hours of wall time later the clock has been put forward.
    const wall = Date.UTC(2026, 2, 29, 0, 30) * 1000 + 7;
    const { rows } =
      await cache.database.all(sql`SELECT epoch_us("timestamp")::DOUBLE, epoch_us(ended_at)::DOUBLE,
      event_duration::DOUBLE FROM event WHERE evidence_id = 1 AND recorded_wall = make_timestamp(CAST(${String(wall)} AS BIGINT))`);
    expect(rows[0]).toEqual([wall - HOUR, wall + 5 * HOUR - 2 * HOUR, 4 * HOUR * 1000]);
    cache.close();
  });

  test('offset and drift move time, end and points; the recorded time stays', async () => {
    const setting = { offsetUs: -90_000_000, driftPpm: 12.5, referenceAtUs: Date.UTC(2026, 0, 1) * 1000 };
    const cache = await openWith(new Map([clock(2, setting)]));
    const move = (at: number): number =>
      at - 90_000_000 + Math.round((12.5 * (at - setting.referenceAtUs)) / 1e6);
    const { rows } =
      await cache.database.all(sql`SELECT epoch_us(e."timestamp")::DOUBLE, epoch_us(e.ended_at)::DOUBLE,
      epoch_us(p."timestamp")::DOUBLE, epoch_us(e.recorded_at)::DOUBLE FROM event AS e JOIN point AS p USING (event_id)
      WHERE e.evidence_id = 2 ORDER BY e.record_number`);
    for (const [index, row] of rows.entries()) {
      const at = WALLS[index] ?? 0;
      expect(Math.abs(Number(row[0]) - move(at))).toBeLessThanOrEqual(1);
      expect(Math.abs(Number(row[1]) - move(at + 5 * HOUR))).toBeLessThanOrEqual(1);
      expect([row[2], row[3]]).toEqual([row[0], at]);
    }
    cache.close();
  });

  test('any sequence of changes and undos leaves what a fresh computation gives, and opens again without one', async () => {
    const setting = fc.record({
      to: fc.constantFrom(null, ...ZONES),
      offsetUs: fc.integer({ min: -1e10, max: 1e10 }),
      driftPpm: fc.constantFrom(0, -3.25, 80),
      referenceAtUs: fc.constant(Date.UTC(2026, 5, 1) * 1000),
    });
    const step = fc.oneof(
      fc.record({ kind: fc.constant('set' as const), id: fc.integer({ min: 1, max: 3 }), setting }),
      fc.record({ kind: fc.constant('reset' as const), id: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ kind: fc.constant('undo' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        made += 1;
        const file = join(folder, 'case', `steps-${made}.duckdb`);
        const cache = await openWith(new Map(), file);
        const history: Clocks[] = [new Map()];
        for (const one of steps) {
          const now = new Map(history.at(-1));
          if (one.kind === 'undo') {
            if (history.length > 1) history.pop();
          } else {
            if (one.kind === 'set') now.set(...clock(one.id, one.setting));
            else now.delete(one.id);
            history.push(now);
          }
          await cache.setWork({ removed: new Set(), clocks: history.at(-1) ?? new Map() });
        }
        const last = history.at(-1) ?? new Map();
        const fresh = await openWith(last);
        const expected = await contents(fresh);
        fresh.close();
        const found = await contents(cache);
        cache.close();
        const again = await openWith(last, file);
        const reopened = again.rebuilt;
        again.close();
        expect(found).toEqual(expected);
        expect(reopened).toBe(false);
      }),
      { numRuns: 8, seed: 3 },
    );
  }, 240_000);
});
