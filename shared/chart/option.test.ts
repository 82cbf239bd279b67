import * as echarts from 'echarts';
import { describe, expect, it } from 'vitest';
import type { ChartMark, ChartSpec } from '../chart';
import { EVERYTHING } from '../filter';
import type { Answer, ChartRows, GroupValue } from './groups';
import { readGroups } from './groups';
import { type ChartInput, chartPicture } from './option';
import { placeTip } from './series';
import { LIGHT_CHART } from './theme';
import { chartLabels, describeChart } from './words';

const HOUR = 3_600_000_000;
const START = Date.UTC(2026, 2, 16, 10) * 1000;

function table(columns: readonly string[], cells: readonly (readonly GroupValue[])[]): ChartRows {
  return { length: cells.length, value: (row, column) => cells[row]?.[columns.indexOf(column)] ?? null };
}

function spec(mark: ChartMark, more: Partial<ChartSpec> = {}): ChartSpec {
  return {
    source: { from: { kind: 'table', table: 'event_view' }, filter: EVERYTHING },
    mark,
    x: { field: 'timestamp', time: 'hour', width: null },
    y: null,
    colour: { field: 'event_domain', time: null, width: null },
    size: null,
    rows: [],
    columns: [],
    measure: { kind: 'count', field: null },
    top: 20,
    ...more,
  };
}

const columns = [
  { name: 'timestamp', label: 'Time' },
  { name: 'event_domain', label: 'Domain' },
  { name: 'host_name', label: 'Host' },
];

const hours: Answer = {
  rows: table(
    ['x', 'colour', 'value'],
    [
      [START + 3 * HOUR, 'ot', 4],
      [START, 'ot', 10],
      [START, 'security', 7],
      [null, 'service', 2],
    ],
  ),
  buckets: { x: 'hour' },
  rest: [],
  binned: false,
};

function input(of: ChartSpec, answer: Answer, zone = 'Australia/Brisbane'): ChartInput {
  return {
    spec: of,
    answer,
    labels: chartLabels(of, columns),
    theme: LIGHT_CHART,
    zone,
    width: 800,
    height: 360,
    tooltip: true,
    legend: true,
  };
}

function svgOf(of: ChartInput): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: of.width, height: of.height });
  chart.setOption(chartPicture(of).option);
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}

describe('groups', () => {
  it('fill the empty buckets between, keep domains in their order and set what has no time last', () => {
    const groups = readGroups(spec('stacked-bar'), hours, 'UTC');
    expect(groups.x.places.map(({ label }) => label)).toEqual([
      '2026-03-16 10:00',
      '2026-03-16 11:00',
      '2026-03-16 12:00',
      '2026-03-16 13:00',
      'no time',
    ]);
    expect(groups.rows.places.map(({ label }) => label)).toEqual(['security', 'service', 'ot']);
    expect(groups.values).toEqual([
      [7, null, null, null, null],
      [null, null, null, null, 2],
      [10, null, null, 4, null],
    ]);
    expect(groups.sum).toBe(23);
    expect(groups.x.places[3]?.end).toBe(START + 4 * HOUR);
  });

  it('step over a change of the offset by the calendar', () => {
    // Adelaide puts its clocks back on 2026-04-05: that day has 25 hours.
    const first = Date.UTC(2026, 3, 3, 13, 30) * 1000;
    const last = Date.UTC(2026, 3, 6, 14, 30) * 1000;
    const answer: Answer = {
      ...hours,
      buckets: { x: 'day' },
      rows: table(
        ['x', 'value'],
        [
          [first, 1],
          [last, 1],
        ],
      ),
    };
    const by = { field: 'timestamp', time: 'day', width: null } as const;
    const groups = readGroups(spec('bar', { x: by, colour: null }), answer, 'Australia/Adelaide');
    expect(groups.x.places.map(({ label }) => label)).toEqual([
      '2026-04-04',
      '2026-04-05',
      '2026-04-06',
      '2026-04-07',
    ]);
    expect(groups.x.places.map(({ value, end }) => (Number(end) - Number(value)) / HOUR)).toEqual([
      24, 25, 24, 24,
    ]);
  });

  it('say so when there would be more places than can be drawn', () => {
    const answer: Answer = {
      ...hours,
      rows: table(
        ['x', 'value'],
        [
          [START, 1],
          [START + 9000 * HOUR, 1],
        ],
      ),
    };
    expect(readGroups(spec('bar', { colour: null }), answer, 'UTC').tooMany).toBe(true);
  });

  it('count what lies beyond seven series as one, or leave it out where it cannot be added up', () => {
    const by = { field: 'host_name', time: null, width: null };
    const rows = table(
      ['x', 'colour', 'value'],
      Array.from({ length: 10 }, (_, index): GroupValue[] => [START, `h${index}`, 100 - index]),
    );
    const answer: Answer = { ...hours, rows };
    const counted = readGroups(spec('line', { colour: by }), answer, 'UTC');
    expect(counted.rows.places).toHaveLength(7);
    expect(counted.rows.places[6]?.label).toBe('other');
    expect(counted.sum).toBe(955);
    const mean = { kind: 'mean', field: 'ot_value' } as const;
    const measured = readGroups(spec('line', { colour: by, measure: mean }), answer, 'UTC');
    expect(measured.rows.places.map(({ label }) => label)).toEqual(
      Array.from({ length: 7 }, (_, index) => `h${index}`),
    );
    expect(measured.leftOut).toBe(3);
  });

  it('know the rest by its sign only on axes that have one', () => {
    const by = { field: 'host_name', time: null, width: null };
    const rows = table(
      ['x', 'value'],
      [
        ['*', 5],
        ['plc', 3],
      ],
    );
    const rest = readGroups(spec('bar', { x: by, colour: null }), { ...hours, rows, rest: ['x'] }, 'UTC');
    expect(rest.x.places.map(({ label, kind }) => [label, kind])).toEqual([
      ['plc', 'value'],
      ['other', 'rest'],
    ]);
    const star = readGroups(spec('bar', { x: by, colour: null }), { ...hours, rows }, 'UTC');
    expect(star.x.places.map(({ label, kind }) => [label, kind])).toEqual([
      ['*', 'value'],
      ['plc', 'value'],
    ]);
  });
});

describe('pictures', () => {
  const by = { field: 'host_name', time: null, width: null };
  const hosts: Answer = {
    ...hours,
    buckets: {},
    rows: table(
      ['x', 'value'],
      [
        ['scada-01', 12],
        ['<b>{evil|host}</b>', 5],
        [null, 1],
      ],
    ),
  };
  const grid: Answer = {
    ...hours,
    rows: table(
      ['x', 'y', 'value'],
      [
        [START, 'scada-01', 900],
        [START + HOUR, 'plc', 1],
      ],
    ),
  };
  const points: Answer = {
    ...hours,
    buckets: {},
    rows: table(
      ['x', 'y', 'colour', 'size'],
      [
        [START, 4.5, 'ot', 1],
        [START + HOUR, 9, 'network', 30],
      ],
    ),
  };
  const pictures: readonly (readonly [string, ChartSpec, Answer])[] = [
    ['bar over time', spec('bar'), hours],
    ['stacked-bar', spec('stacked-bar'), hours],
    ['line', spec('line'), hours],
    ['area', spec('area'), hours],
    ['bar over values', spec('bar', { x: by, colour: null }), hosts],
    ['pie', spec('pie', { x: by, colour: null }), hosts],
    ['heat-map', spec('heat-map', { y: by, colour: null }), grid],
    [
      'scatter',
      spec('scatter', { y: { field: 'ot_value', time: null, width: null }, size: 'network_bytes' }),
      points,
    ],
  ];

  it.each(pictures)(
    '%s draws without markup, numbers that are none, or a name of the machine',
    (_, of, answer) => {
      const svg = svgOf(input(of, answer));
      expect(svg).toMatch(/^<svg/);
      expect(svg).not.toMatch(/NaN|undefined|<script|foreignObject|<b>/);
      expect(svg.length).toBeGreaterThan(500);
    },
  );

  it('name the zone on every axis of time, and start bars at zero', () => {
    const svg = svgOf(input(spec('stacked-bar'), hours));
    expect(svg).toContain('Time (Australia/Brisbane +10:00)');
    expect(svg).toContain('20:00');
    const { option } = chartPicture(input(spec('stacked-bar'), hours));
    const axis = option.yAxis as { readonly min: (range: { min: number }) => number };
    expect(axis.min({ min: 5 })).toBe(0);
    expect(axis.min({ min: -3 })).toBe(-3);
  });

  it('names lines at their ends where the names stand clear, else in a legend', () => {
    const ends = (ot: number, security: number): Answer => ({
      ...hours,
      rows: table(
        ['x', 'colour', 'value'],
        [
          [START, 'ot', 10],
          [START + HOUR, 'ot', ot],
          [START + HOUR, 'security', security],
        ],
      ),
    });
    const apart = chartPicture(input(spec('line'), ends(9, 2))).option;
    expect(apart).not.toHaveProperty('legend');
    expect(apart.series).toMatchObject([{ endLabel: { show: true } }, { endLabel: { show: true } }]);
    const together = chartPicture(input(spec('line'), ends(0, 0.1))).option;
    expect(together).toHaveProperty('legend');
    expect(JSON.stringify(together.series)).not.toContain('endLabel');
  });

  it('never show evidence as HTML or as a style of rich text', () => {
    const picture = chartPicture(input(spec('bar', { x: by, colour: null }), hosts));
    expect(picture.option.tooltip).toMatchObject({ renderMode: 'richText' });
    expect(placeTip(picture.groups!, 1, 'rows')).not.toContain('{');
    expect(picture.along).toBe('y');
  });

  it('tell domains apart by shape and pattern as well as by hue', () => {
    const { option } = chartPicture(input(spec('stacked-bar'), hours));
    const series = option.series as { readonly itemStyle: { color: string; decal?: unknown } }[];
    expect(series.map(({ itemStyle }) => itemStyle.color)).toEqual([
      LIGHT_CHART.domains.security,
      LIGHT_CHART.domains.service,
      LIGHT_CHART.domains.ot,
    ]);
    expect(new Set(series.map(({ itemStyle }) => JSON.stringify(itemStyle.decal))).size).toBe(3);
  });

  it('are told in words', () => {
    const of = spec('stacked-bar');
    expect(describeChart(of, chartLabels(of, columns), { x: 300_000_000 })).toBe(
      'Stacked bars: rows by Time (5 min), split by Domain',
    );
  });
});
