/** Scatter plots: one mark a row, or a grid of counts where the rows are too many. Pure. */

import type { Axis, ChartSpec } from '../chart';
import { formatInstant, zoneLabel } from '../time';
import { timeBar } from '../time-ticks';
import { type Answer, type GroupValue, MOST_SERIES, valueLabel } from './groups';
import type { ChartInput, ChartPicture, Plot } from './option';
import { baseOption, CHARACTER, cut, FOOT, legendPart, legendRows, type Part, tipText } from './parts';
import { mix, plainLook, quietLook, type SeriesLook, seriesLook } from './theme';
import { amountText, axisAmount } from './words';

type Drawn = Pick<ChartPicture, 'option' | 'plot' | 'along' | 'leastHeight'>;

export interface ScatterAxis {
  readonly kind: 'time' | 'number' | 'value';
  readonly field: string;
  /** Of times and numbers. */
  readonly from: number;
  readonly to: number;
  /** Of values, in order. */
  readonly values: readonly GroupValue[];
}

export interface ScatterData {
  readonly x: ScatterAxis | null;
  readonly y: ScatterAxis | null;
  /** Values of colour, the most frequent first; `null` for none. Empty where there is no colour. */
  readonly colours: readonly GroupValue[];
  readonly points: readonly {
    readonly x: number;
    readonly y: number;
    readonly colour: number;
    readonly size: number;
    readonly count: number;
  }[];
  readonly binned: boolean;
}

export function readScatter(spec: ChartSpec, answer: Answer): ScatterData {
  const { rows } = answer;
  const x = readAxis(spec.x, 'x', answer);
  const y = readAxis(spec.y, 'y', answer);
  const counted = new Map<GroupValue, number>();
  const points: ScatterData['points'][number][] = [];
  const colourAt = new Map<GroupValue, number>();
  if (spec.colour !== null && !answer.binned) {
    for (let row = 0; row < rows.length; row += 1) {
      const value = rows.value(row, 'colour');
      counted.set(value, (counted.get(value) ?? 0) + 1);
    }
  }
  const colours = [...counted].sort(([, one], [, other]) => other - one).map(([value]) => value);
  for (const [index, value] of colours.entries()) colourAt.set(value, Math.min(index, MOST_SERIES));
  for (let row = 0; row < rows.length; row += 1) {
    const at = placeOn(x, rows.value(row, 'x'));
    const up = placeOn(y, rows.value(row, 'y'));
    if (at === null || up === null) continue;
    points.push({
      x: at,
      y: up,
      colour: colourAt.get(rows.value(row, 'colour')) ?? 0,
      size: Number(rows.value(row, 'size') ?? 0),
      count: answer.binned ? Number(rows.value(row, 'value') ?? 0) : 1,
    });
  }
  return { x, y, colours, points, binned: answer.binned };
}

function readAxis(axis: Axis | null, column: string, { rows }: Answer): ScatterAxis | null {
  if (axis === null) return null;
  const found = new Map<GroupValue, number>();
  let numeric = true;
  let from = Number.POSITIVE_INFINITY;
  let to = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < rows.length; row += 1) {
    const value = rows.value(row, column);
    if (value === null) continue;
    if (typeof value === 'number') {
      from = Math.min(from, value);
      to = Math.max(to, value);
    } else numeric = false;
    found.set(value, (found.get(value) ?? 0) + 1);
  }
  if (axis.time !== null) return { kind: 'time', field: axis.field, from, to, values: [] };
  if (numeric) return { kind: 'number', field: axis.field, from, to, values: [] };
  const values = [...found].sort(([, one], [, other]) => other - one).map(([value]) => value);
  return { kind: 'value', field: axis.field, from: 0, to: values.length, values };
}

function placeOn(axis: ScatterAxis | null, value: GroupValue): number | null {
  if (axis === null || value === null) return null;
  if (axis.kind !== 'value') return typeof value === 'number' ? value : null;
  const at = axis.values.indexOf(value);
  return at < 0 ? null : at;
}

export function scatterOption(input: ChartInput, data: ScatterData): Drawn {
  const { labels, width, height, theme, spec } = input;
  const names = colourNames(spec, data);
  const legendHeight = input.legend && names.length > 0 ? legendRows(names, width) * 18 + 6 : 0;
  const left = Math.min(width * 0.35, widestLabel(data.y) + 14);
  const top = legendHeight + 22;
  const plot: Plot = {
    left: Math.round(left),
    top,
    width: Math.max(1, Math.round(width - left - 20)),
    height: Math.max(1, height - top - FOOT),
  };
  const looks = names.map((_, index) => lookOf(input, data, index));
  const biggest = data.points.reduce((most, { size }) => Math.max(most, size), 0);
  const most = data.points.reduce((highest, { count }) => Math.max(highest, count), 1);
  const series = (looks.length === 0 ? [plainLook(theme)] : looks).map((look, index): Part => {
    const own = data.points.filter(({ colour }) => looks.length === 0 || colour === index);
    return {
      type: 'scatter',
      name: names[index] ?? '',
      symbol: data.binned ? 'rect' : look.symbol,
      data: own.map(({ x, y, size, count }) => [x, y, size, count]),
      symbolSize: ([, , size = 0]: readonly number[]) =>
        spec.size === null || biggest <= 0 ? 6 : 4 + 16 * Math.sqrt(Math.max(0, size) / biggest),
      itemStyle: data.binned
        ? {
            color: ({ value }: { readonly value: readonly number[] }) =>
              mix(theme.accent, theme.ground, 0.2 + 0.8 * (Math.log1p(value[3] ?? 0) / Math.log1p(most))),
          }
        : { color: look.colour, opacity: 0.75 },
      emphasis: { disabled: true },
    };
  });
  const option: Record<string, unknown> = {
    ...baseOption(input, 'item'),
    grid: { ...plot, containLabel: false, outerBoundsMode: 'none' },
    xAxis: axisPart(input, data.x, labels.x, plot.width, 'x'),
    yAxis: axisPart(input, data.y, labels.y, plot.height, 'y'),
    ...(legendHeight > 0
      ? {
          legend: legendPart(
            theme,
            names.map((name, at) => ({ name, icon: looks[at]?.symbol ?? 'circle' })),
          ),
        }
      : {}),
    series,
  };
  if (input.tooltip && typeof option.tooltip === 'object') {
    option.tooltip = { ...option.tooltip, formatter: (found: unknown) => pointTip(input, data, found) };
  }
  return { option, plot, along: 'x', leastHeight: 200 };
}

function colourNames(spec: ChartSpec, data: ScatterData): readonly string[] {
  const { colour } = spec;
  if (colour === null || data.binned) return [];
  const own = data.colours.slice(0, MOST_SERIES).map((value) => cut(valueLabel(colour.field, value)));
  return data.colours.length > MOST_SERIES ? [...own, 'other'] : own;
}

function lookOf({ spec, theme }: ChartInput, data: ScatterData, index: number): SeriesLook {
  const value = data.colours[index];
  if (index >= MOST_SERIES || value === null || value === undefined) return quietLook(theme);
  return seriesLook(theme, spec.colour?.field ?? null, value, index);
}

function widestLabel(axis: ScatterAxis | null): number {
  if (axis === null) return 0;
  if (axis.kind === 'time') return 16 * CHARACTER;
  if (axis.kind === 'number')
    return Math.max(axisAmount(axis.from).length, axisAmount(axis.to).length, 5) * CHARACTER;
  return Math.max(3, ...axis.values.slice(0, 200).map((value) => cut(String(value)).length)) * CHARACTER;
}

function axisPart(
  input: ChartInput,
  axis: ScatterAxis | null,
  name: string,
  room: number,
  along: 'x' | 'y',
): Part {
  const { theme, zone } = input;
  const common = {
    name: axis?.kind === 'time' ? `${name} (${zoneLabel(zone, axis.to)})` : name,
    nameLocation: along === 'x' ? 'middle' : 'end',
    nameGap: along === 'x' ? (axis?.kind === 'time' ? 34 : 24) : 13,
    nameTextStyle: { color: theme.label, fontSize: 11, ...(along === 'y' ? { align: 'left' } : {}) },
    axisLine: { lineStyle: { color: theme.lineStrong } },
    splitLine: { lineStyle: { color: theme.line } },
  };
  const label = { color: theme.label, fontSize: 11, lineHeight: 14, hideOverlap: true };
  if (axis === null || axis.kind === 'value') {
    const values = axis?.values ?? [];
    return {
      ...common,
      type: 'category',
      data: values.map((_, index) => String(index)),
      axisLabel: {
        ...label,
        formatter: (_: string, index: number) => cut(valueLabel(axis?.field ?? '', values[index] ?? null)),
      },
    };
  }
  const { from, to } = axisBounds(axis);
  if (axis.kind === 'number') {
    const ends = { showMinLabel: false, showMaxLabel: false };
    return {
      ...common,
      type: 'value',
      min: from,
      max: to,
      axisLabel: { ...label, ...ends, formatter: axisAmount },
    };
  }
  const bar = timeBar({ from, to, width: room }, zone, along === 'x' ? 76 : 30);
  const ticks = new Map(bar.ticks.map(({ us, label: text }) => [us, text]));
  for (const { us, label: date } of bar.context) {
    const at = bar.ticks.find((tick) => tick.us >= us)?.us;
    if (at !== undefined) ticks.set(at, `${bar.ticks.find((tick) => tick.us === at)?.label ?? ''}\n${date}`);
  }
  const customValues = [...ticks.keys()];
  return {
    ...common,
    type: 'value',
    min: from,
    max: to,
    axisTick: { customValues, lineStyle: { color: theme.lineStrong } },
    axisLabel: { ...label, customValues, formatter: (us: number) => ticks.get(us) ?? '' },
    splitLine: { show: false },
  };
}

/** Ends of an axis of times or numbers, a little wider than its points. */
export function axisBounds(axis: ScatterAxis): { readonly from: number; readonly to: number } {
  if (axis.kind === 'value') return { from: -0.5, to: axis.values.length - 0.5 };
  const least = axis.kind === 'time' ? 1 : Math.abs(axis.to) * 0.01 || 1;
  const spread = Math.max(axis.to - axis.from, least);
  return { from: axis.from - spread * 0.02, to: axis.to + spread * 0.02 };
}

function pointTip({ labels, zone, spec }: ChartInput, data: ScatterData, found: unknown): string {
  const value: unknown = typeof found === 'object' && found !== null && 'value' in found ? found.value : null;
  if (!Array.isArray(value)) return '';
  const [x = 0, y = 0, size = 0, count = 1] = value.map(Number);
  const text = (axis: ScatterAxis | null, at: number): string => {
    if (axis === null) return '';
    if (axis.kind === 'time') return formatInstant(at, zone, 6);
    return axis.kind === 'number' ? amountText(at) : valueLabel(axis.field, axis.values[at] ?? null);
  };
  const lines: (readonly [string, number])[] = [];
  if (data.binned) lines.push(['rows', count]);
  if (spec.size !== null && !data.binned) lines.push([labels.size, size]);
  return tipText(`${labels.x} ${text(data.x, x)}\n${labels.y} ${text(data.y, y)}`, lines);
}
