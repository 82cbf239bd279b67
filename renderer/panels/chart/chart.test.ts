import { describe, expect, it } from 'vitest';
import { chartSpecSchema } from '../../../shared/chart';
import type { Place, PlacedAxis } from '../../../shared/chart/groups';
import { readPivot } from '../../../shared/chart/pivot';
import { filterSchema, type Source } from '../../../shared/filter';
import type { SourceColumn } from '../../../shared/protocol';
import { boxFilter, brushFilter, eventClause, placesFilter } from './clause';
import { cellAt, outside, rectOf } from './lattice';
import { firstSpec, missingOf, neededSpec, withMark } from './spec';

const HOUR = 3_600_000_000;

function column(name: string, role: SourceColumn['role'], type = 'VARCHAR'): SourceColumn {
  return { name, label: name, type, role, origin: '' };
}

const columns = [
  column('event_id', 'event', 'UBIGINT'),
  column('timestamp', 'time', 'TIMESTAMP'),
  column('event_domain', 'domain'),
  column('ot_value', 'number', 'DOUBLE'),
  column('event_severity', 'number', 'UTINYINT'),
];
const events: Source = { from: { kind: 'table', table: 'event_view' }, filter: { kind: 'and', of: [] } };

function place(value: Place['value'], end: number | null = null): Place {
  return { kind: value === null ? 'none' : 'value', value, end, label: String(value) };
}

const hours: PlacedAxis = {
  kind: 'time',
  field: 'timestamp',
  width: HOUR,
  places: [0, 1, 2, 3].map((at) => place(at * HOUR, (at + 1) * HOUR)),
};
const domains: PlacedAxis = {
  kind: 'value',
  field: 'event_domain',
  width: null,
  places: [
    place('ot'),
    place('security'),
    place(null),
    { kind: 'rest', value: '*', end: null, label: 'other' },
  ],
};

describe('a first chart', () => {
  it('is of rows over time, split by domain', () => {
    const spec = firstSpec(events, columns);
    expect(chartSpecSchema.safeParse(spec).success).toBe(true);
    expect([spec.mark, spec.x?.field, spec.colour?.field]).toEqual([
      'stacked-bar',
      'timestamp',
      'event_domain',
    ]);
    expect(firstSpec(events, [column('name', 'text')])).toMatchObject({ mark: 'bar', x: { field: 'name' } });
  });

  it.each(['bar', 'line', 'area', 'scatter', 'heat-map', 'pie', 'pivot'] as const)(
    'becomes a %s with all it needs, and back',
    (mark) => {
      const next = withMark(firstSpec(events, columns), mark, columns);
      expect(missingOf(next)).toBeNull();
      expect(chartSpecSchema.safeParse(neededSpec(next)).success).toBe(true);
      const back = withMark(next, 'stacked-bar', columns);
      expect(missingOf(back)).toBeNull();
      expect(back.x?.field).toBe('timestamp');
    },
  );
});

describe('a brush', () => {
  it('over neighbouring hours is one stretch of time; apart they are two', () => {
    const [a, b, , d] = hours.places;
    expect(placesFilter(hours, [a!, b!], columns, true)).toEqual({ kind: 'time', from: 0, to: 2 * HOUR });
    expect(placesFilter(hours, [a!, d!], columns, true)).toEqual({
      kind: 'or',
      of: [
        { kind: 'time', from: 0, to: HOUR },
        { kind: 'time', from: 3 * HOUR, to: 4 * HOUR },
      ],
    });
    expect(placesFilter(hours, [b!], columns, false)).toEqual({
      kind: 'and',
      of: [
        { kind: 'compare', field: 'timestamp', op: '>=', value: HOUR },
        { kind: 'compare', field: 'timestamp', op: '<', value: 2 * HOUR },
      ],
    });
  });

  it('knows none, and all the rest', () => {
    expect(placesFilter(domains, [domains.places[2]!], columns, true)).toEqual({
      kind: 'null',
      field: 'event_domain',
    });
    const rest = placesFilter(domains, [domains.places[3]!], columns, true);
    expect(rest).toEqual({
      kind: 'and',
      of: [
        { kind: 'not', of: { kind: 'in', field: 'event_domain', values: ['ot', 'security'] } },
        { kind: 'not', of: { kind: 'null', field: 'event_domain' } },
      ],
    });
  });

  it('compares numbers with numbers', () => {
    const severities: PlacedAxis = { ...domains, field: 'event_severity', places: [place('4')] };
    expect(placesFilter(severities, severities.places, columns, true)).toEqual({
      kind: 'in',
      field: 'event_severity',
      values: [4],
    });
  });

  it('filters events by what they are, and other rows by being among them', () => {
    const chosen = brushFilter(
      hours,
      domains,
      { x: [hours.places[1]!], rows: [domains.places[0]!] },
      columns,
      true,
    );
    expect(chosen).toMatchObject({ kind: 'and' });
    if (chosen === null) throw new Error('nothing chosen');
    expect(eventClause(events, chosen, 'event_id')).toEqual(chosen);
    const saved: Source = { from: { kind: 'saved', id: 'v1' }, filter: { kind: 'and', of: [] } };
    const member = eventClause(saved, chosen, 'event_id');
    expect(member).toEqual({
      kind: 'member',
      field: 'event_id',
      of: { from: saved.from, filter: chosen },
      column: 'event_id',
    });
    expect(filterSchema.safeParse(member).success).toBe(true);
    expect(eventClause(saved, chosen, null)).toBeNull();
    const narrowed: Source = { ...events, filter: { kind: 'words', text: 'pump' } };
    expect(eventClause(narrowed, chosen, null)).toEqual({ kind: 'and', of: [narrowed.filter, chosen] });
  });

  it('over a scatter plot is a box of both axes', () => {
    const x = { kind: 'time', field: 'timestamp', from: 0, to: HOUR, values: [] } as const;
    const y = { kind: 'number', field: 'ot_value', from: 0, to: 9, values: [] } as const;
    expect(boxFilter(x, y, { x: [10.4, 20.6], y: [1.5, 2.5] }, true)).toEqual({
      kind: 'and',
      of: [
        { kind: 'time', from: 10, to: 21 },
        {
          kind: 'and',
          of: [
            { kind: 'compare', field: 'ot_value', op: '>=', value: 1.5 },
            { kind: 'compare', field: 'ot_value', op: '<', value: 2.5 },
          ],
        },
      ],
    });
  });
});

describe('the lattice under the pointer', () => {
  const lattice = { plot: { left: 10, top: 0, width: 100, height: 50 }, columns: 10, rows: 1 };

  it('finds the cell, and stays inside at the edges', () => {
    expect(cellAt(lattice, 10, 5)).toEqual({ column: 0, row: 0 });
    expect(cellAt(lattice, 35, 5)).toEqual({ column: 2, row: 0 });
    expect(cellAt(lattice, 900, 5)).toEqual({ column: 9, row: 0 });
  });

  it('dims what is not chosen', () => {
    const chosen = Array.from({ length: 10 }, (_, at) => at === 3 || at === 4);
    expect(outside(lattice, chosen, 'x')).toEqual([
      { left: 10, top: 0, width: 30, height: 50 },
      { left: 60, top: 0, width: 50, height: 50 },
    ]);
    expect(rectOf(lattice, { from: { column: 4, row: 0 }, to: { column: 3, row: 0 } })).toEqual({
      left: 40,
      top: 0,
      width: 20,
      height: 50,
    });
  });
});

describe('a pivot', () => {
  const cells = [
    ['ot', 0, 3],
    ['ot', HOUR, 1],
    ['security', HOUR, 5],
    [null, 0, 2],
  ] as const;
  const names = ['row0', 'column0', 'value'];
  const spec = {
    ...firstSpec(events, columns),
    mark: 'pivot' as const,
    rows: [{ field: 'event_domain', time: null, width: null }],
    columns: [{ field: 'timestamp', time: 'hour' as const, width: null }],
  };
  const answer = {
    rows: {
      length: cells.length,
      value: (row: number, name: string) => cells[row]?.[names.indexOf(name)] ?? null,
    },
    buckets: { column0: 'hour' },
    rest: [],
    binned: false,
  };

  it('has rows by their sum, columns by their time, and sums that meet', () => {
    const pivot = readPivot(spec, answer, 'UTC');
    expect(pivot.rows.map(({ labels }) => labels[0])).toEqual(['security', 'ot', 'none']);
    expect(pivot.columns.map(({ labels }) => labels[0])).toEqual(['1970-01-01 00:00', '1970-01-01 01:00']);
    expect(pivot.cells).toEqual([
      [null, 5],
      [3, 1],
      [2, null],
    ]);
    expect(pivot.rowSums).toEqual([5, 4, 2]);
    expect(pivot.columnSums).toEqual([5, 6]);
    expect(pivot.sum).toBe(11);
  });

  it('has no sums of what cannot be added up', () => {
    const pivot = readPivot({ ...spec, measure: { kind: 'mean', field: 'ot_value' } }, answer, 'UTC');
    expect([pivot.rowSums, pivot.columnSums, pivot.sum]).toEqual([null, null, null]);
  });
});
