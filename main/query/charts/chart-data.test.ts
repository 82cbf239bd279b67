import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Axis, ChartSpec } from '../../../shared/chart';
import { EVERYTHING, type Filter } from '../../../shared/filter';
import { hasPython, type MadeEvent } from '../made-for-tests';
import { type MadeSources, madeSources, rowsOf, value } from '../sources/case-for-tests';
import { chartData } from './chart-data';

const START = Date.UTC(2026, 2, 20) * 1000;
const HOUR = 3_600_000_000;
/** Across both changes of the clocks of Berlin in 2026, every 97 minutes and some. */
const events: MadeEvent[] = Array.from({ length: 6000 }, (_, at) => ({
  event_id: at,
  evidence_id: 1,
  record_number: at,
  timestamp: at % 40 === 7 ? null : START + Math.floor(at * 0.97 * HOUR) + at,
  event_dataset: at % 11 === 0 ? null : `set ${(at * at) % 23}`,
  event_domain: ['ot', 'security', 'service'][at % 3] ?? null,
  user_name: at % 5 === 0 ? '*' : `user ${at % 60}`,
  network_bytes: at % 4 === 0 ? null : at * 3,
  ot_value: at % 6 === 0 ? null : ((at % 200) - 100) / 10,
  message: `event ${at}`,
}));

let made: MadeSources;
beforeAll(async () => {
  made = await madeSources(events);
});
afterAll(() => made.views.close());

const axis = (field: string, more: Partial<Axis> = {}): Axis => ({ field, time: null, width: null, ...more });
const spec = (more: Partial<ChartSpec>): ChartSpec => ({
  source: { from: { kind: 'table', table: 'event_view' }, filter: EVERYTHING },
  mark: 'bar',
  x: null,
  y: null,
  colour: null,
  size: null,
  rows: [],
  columns: [],
  measure: { kind: 'count', field: null },
  top: 10,
  ...more,
});
const ask = async (chart: ChartSpec, zone = 'Europe/Berlin', filter: Filter | null = null) =>
  value(await chartData(made.sources, { spec: chart, events: filter, zone }));

const anyAxis = fc.constantFrom(
  axis('timestamp', { time: 'auto' }),
  axis('timestamp', { time: 'hour' }),
  axis('timestamp', { time: 'day' }),
  axis('timestamp', { time: 'week' }),
  axis('timestamp', { time: 'month' }),
  axis('timestamp', { time: 'year' }),
  axis('event_dataset'),
  axis('event_domain'),
  axis('user_name'),
  axis('network_bytes', { width: 700 }),
  axis('ot_value', { width: 0.1 }),
);

describe('charts', () => {
  test('sums equal counts, whatever the axes, the zone and the filter', async () => {
    const anyFilter: fc.Arbitrary<Filter | null> = fc.constantFrom<Filter | null>(
      null,
      { kind: 'in', field: 'event_domain', values: ['ot'] },
      { kind: 'time', from: START + 500 * HOUR, to: START + 900 * HOUR },
    );
    await fc.assert(
      fc.asyncProperty(
        anyAxis,
        fc.option(anyAxis),
        fc.integer({ min: 1, max: 30 }),
        fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu', '-03:30'),
        anyFilter,
        async (x, colour, top, zone, filter) => {
          const answer = await ask(spec({ x, colour, top }), zone, filter);
          const rows = rowsOf(answer.arrow);
          const sum = rows.reduce((all, row) => all + Number(row.at(-1)), 0);
          const expected = events.filter((event) => {
            if (filter?.kind === 'in') return event.event_domain === 'ot';
            const time = Number(event.timestamp ?? Number.NaN);
            return filter?.kind === 'time' ? time >= filter.from && time < filter.to : true;
          }).length;
          expect([sum, answer.rows, answer.left]).toEqual([expected, expected, []]);
          expect(new Set(rows.map((row) => JSON.stringify(row.slice(0, -1)))).size).toBe(rows.length);
        },
      ),
      { numRuns: 60, seed: 3 },
    );
  }, 240_000);

  test('rarer values are one group, and a value that is called like it is not taken for it', async () => {
    const answer = await ask(spec({ x: axis('user_name'), top: 4 }));
    const rows = rowsOf(answer.arrow);
    expect(answer.rest).toEqual(['x']);
    expect(rows.length).toBe(5);
    expect(rows.filter(([name]) => name === '*').length).toBe(1);
    const all = await ask(spec({ x: axis('user_name'), top: 200 }));
    expect(all.rest).toEqual([]);
    expect(rowsOf(all.arrow)).toContainEqual(['*', 1200]);
  });

  test('measures are those of the rows, and rows without a measure are told', async () => {
    const mean = await ask(
      spec({ x: axis('event_domain'), measure: { kind: 'mean', field: 'network_bytes' } }),
    );
    expect(mean.left).toEqual([{ rows: 1500, why: 'Bytes is empty' }]);
    for (const kind of ['sum', 'mean', 'median', 'min', 'max', 'count-distinct'] as const) {
      const answer = await ask(spec({ x: axis('event_domain'), measure: { kind, field: 'network_bytes' } }));
      for (const [domain, found] of rowsOf(answer.arrow)) {
        const values = events
          .filter((event) => event.event_domain === domain && event.network_bytes !== null)
          .map((event) => Number(event.network_bytes))
          .sort((a, b) => a - b);
        const sum = values.reduce((all, one) => all + one, 0);
        const middle =
          ((values[Math.floor((values.length - 1) / 2)] ?? 0) +
            (values[Math.ceil((values.length - 1) / 2)] ?? 0)) /
          2;
        const expected = {
          sum,
          mean: sum / values.length,
          median: middle,
          min: values[0],
          max: values.at(-1),
          'count-distinct': new Set(values).size,
        };
        expect(found).toBeCloseTo(expected[kind] ?? Number.NaN, 9);
      }
    }
    const text = await chartData(made.sources, {
      spec: spec({ x: axis('event_domain'), measure: { kind: 'sum', field: 'message' } }),
      events: null,
      zone: 'UTC',
    });
    expect(text.ok ? '' : text.problem.code).toBe('chart-no-number');
  });

  test('ranges of a tenth begin where they say', async () => {
    const answer = await ask(
      spec({ x: axis('ot_value', { width: 0.1 }), measure: { kind: 'max', field: 'ot_value' } }),
    );
    for (const [start, most] of rowsOf(answer.arrow)) {
      if (start === null || most === null) continue;
      expect(Number(most)).toBeGreaterThanOrEqual(Number(start));
      expect(Number(most)).toBeLessThan(Number(start) + 0.1 + 1e-9);
    }
  });

  test.skipIf(!hasPython())(
    'calendar buckets are those of python’s zoneinfo',
    async () => {
      const zones = ['Europe/Berlin', 'America/St_Johns', 'Asia/Beirut', 'Pacific/Apia', 'America/Havana'];
      for (const zone of zones) {
        for (const time of ['day', 'week', 'month', 'year'] as const) {
          const answer = await ask(spec({ x: axis('timestamp', { time }) }), zone);
          const found = rowsOf(answer.arrow).map(([start, count]) => [start, count]);
          expect([zone, time, found]).toEqual([zone, time, pythonBuckets(zone, time)]);
          expect(answer.buckets).toEqual({ x: time });
        }
      }
    },
    60_000,
  );

  test('a scatter of few rows is its rows, of many a grid of counts', async () => {
    const some = await ask(
      spec({
        mark: 'scatter',
        x: axis('timestamp'),
        y: axis('network_bytes'),
        colour: axis('event_domain'),
        size: 'ot_value',
      }),
    );
    expect(some.binned).toBe(false);
    expect(rowsOf(some.arrow).length).toBe(some.rows);
    expect(some.rows + (some.left[0]?.rows ?? 0)).toBe(6000);
    const many = await madeSources(
      Array.from({ length: 21_000 }, (_, at) => ({
        event_id: at,
        evidence_id: 1,
        record_number: at,
        timestamp: START + at * 977,
        network_bytes: at % 997,
      })),
    );
    const grid = value(
      await chartData(many.sources, {
        spec: spec({ mark: 'scatter', x: axis('timestamp'), y: axis('network_bytes') }),
        events: null,
        zone: 'UTC',
      }),
    );
    expect(grid.binned).toBe(true);
    expect(rowsOf(grid.arrow).reduce((sum, row) => sum + Number(row[2]), 0)).toBe(21_000);
    await many.views.close();
  });

  test('a pivot groups by rows and columns; a chart without axes is one number', async () => {
    const pivot = await ask(
      spec({
        mark: 'pivot',
        rows: [axis('event_domain'), axis('event_dataset')],
        columns: [axis('timestamp', { time: 'month' })],
        top: 500,
      }),
    );
    expect(rowsOf(pivot.arrow).reduce((sum, row) => sum + Number(row.at(-1)), 0)).toBe(6000);
    expect(rowsOf((await ask(spec({}))).arrow)).toEqual([[6000]]);
  });
});

function pythonBuckets(zone: string, unit: string): [number | null, number][] {
  const times = events.map(({ timestamp }) => timestamp ?? null);
  const program = `
import sys, json, collections, zoneinfo
from datetime import datetime, timedelta, timezone
given = json.load(sys.stdin); zone = zoneinfo.ZoneInfo(given['zone']); unit = given['unit']
epoch = datetime(1970, 1, 1, tzinfo=timezone.utc)
counts = collections.Counter()
for us in given['times']:
    if us is None: counts[None] += 1; continue
    d = (epoch + timedelta(microseconds=us)).astimezone(zone).date()
    if unit == 'week': d -= timedelta(days=d.weekday())
    if unit in ('month', 'year'): d = d.replace(day=1)
    if unit == 'year': d = d.replace(month=1)
    start = datetime(d.year, d.month, d.day, tzinfo=zone)
    counts[int((start - epoch).total_seconds()) * 1000000] += 1
print(json.dumps(sorted(counts.items(), key=lambda kv: (kv[0] is None, kv[0] or 0))))
`;
  const answer = execFileSync('python3', ['-c', program], {
    input: JSON.stringify({ zone, unit, times }),
    encoding: 'utf8',
  });
  return JSON.parse(answer);
}
