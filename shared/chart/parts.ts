/** Parts every chart shares: type, tooltip, legend, axes and the room they take. Pure. */

import { zoneLabel } from '../time';
import { bucketTicks } from './buckets';
import type { Groups, PlacedAxis } from './groups';
import type { ChartInput, Plot } from './option';
import type { ChartTheme } from './theme';
import { amountText, axisAmount } from './words';

export type Part = Readonly<Record<string, unknown>>;

/** About how wide a character of a label is, px. */
export const CHARACTER = 6.4;
/** Digits all are as wide. */
const DIGIT = 7;
export const LABEL_SIZE = 11;
const LONGEST_LABEL = 28;

/** What every option begins with. */
export function baseOption({ theme, tooltip }: ChartInput, trigger: 'axis' | 'item'): Part {
  return {
    animation: false,
    backgroundColor: 'transparent',
    textStyle: { fontFamily: theme.font, fontSize: LABEL_SIZE, color: theme.label },
    ...(tooltip ? { tooltip: tooltipPart(theme, trigger) } : {}),
  };
}

function tooltipPart(theme: ChartTheme, trigger: 'axis' | 'item'): Part {
  return {
    // Never HTML: what is shown comes from evidence.
    renderMode: 'richText',
    trigger,
    triggerOn: 'none',
    confine: true,
    transitionDuration: 0,
    backgroundColor: theme.raised,
    borderColor: theme.lineStrong,
    borderWidth: 1,
    padding: [6, 8],
    textStyle: { color: theme.text, fontSize: 12, lineHeight: 18, fontFamily: theme.font },
    axisPointer: {
      type: 'shadow',
      shadowStyle: { color: theme.lineStrong, opacity: 0.18 },
      animation: false,
    },
  };
}

/** One line above the plot with every series' mark and name. */
export function legendPart(theme: ChartTheme, names: readonly { name: string; icon: string }[]): Part {
  return {
    type: 'plain',
    selectedMode: false,
    left: 0,
    top: 0,
    padding: [2, 0],
    itemGap: 14,
    itemWidth: 12,
    itemHeight: 9,
    textStyle: { color: theme.label, fontSize: LABEL_SIZE },
    data: names,
  };
}

/** Rows of a legend of these names in a picture of this width. */
export function legendRows(names: readonly string[], width: number): number {
  let rows = 1;
  let used = 0;
  for (const name of names) {
    const wide = cut(name).length * CHARACTER + 32;
    if (used > 0 && used + wide > width) {
      rows += 1;
      used = 0;
    }
    used += wide;
  }
  return rows;
}

/** A label short enough for an axis or a legend; its middle gives way. */
export function cut(text: string, most = LONGEST_LABEL): string {
  if (text.length <= most) return text;
  const tail = Math.floor((most - 1) / 3);
  return `${text.slice(0, most - 1 - tail)}…${text.slice(text.length - tail)}`;
}

/** Pixels the labels of places need beside the plot. */
export function labelRoom(axis: PlacedAxis, most: number): number {
  const longest = axis.places.reduce((width, { label }) => Math.max(width, cut(label).length), 0);
  return Math.min(most, Math.ceil(longest * DIGIT) + 12);
}

/** An axis of places, along the bottom or down the side. */
export function placesPart(
  input: ChartInput,
  axis: PlacedAxis,
  name: string,
  plot: Plot,
  along: 'x' | 'y',
): Part {
  const { theme } = input;
  const room = along === 'x' ? plot.width : plot.height;
  const each = room / Math.max(1, axis.places.length);
  const ticks = along === 'x' ? labelledPlaces(input, axis, room) : everyNth(axis, each, 15);
  return {
    type: 'category',
    data: axis.places.map((_, index) => String(index)),
    inverse: along === 'y',
    name:
      along === 'x' ? cut(axisName(input, axis, name), Math.max(8, Math.floor(plot.width / CHARACTER))) : '',
    nameLocation: 'middle',
    nameGap: nameGap([...ticks.values()]),
    nameTextStyle: { color: theme.label, fontSize: LABEL_SIZE },
    axisLabel: {
      color: theme.label,
      fontSize: LABEL_SIZE,
      lineHeight: 14,
      interval: (index: number) => ticks.has(index),
      formatter: (_: string, index: number) => ticks.get(index) ?? '',
      hideOverlap: axis.kind !== 'time',
    },
    axisTick: {
      show: along === 'x',
      interval: (index: number) => ticks.has(index),
      lineStyle: { color: theme.lineStrong },
    },
    axisLine: { lineStyle: { color: theme.lineStrong } },
    splitLine: { show: false },
  };
}

/** Room between axis and name: as many lines as the labels have. */
function nameGap(labels: readonly string[]): number {
  return labels.some((label) => label.includes('\n')) ? 34 : 21;
}

/** Room below the plot for labels and name. */
export const FOOT = 52;

/** The zone stands on every axis of time. */
export function axisName({ zone }: ChartInput, axis: PlacedAxis, name: string): string {
  if (axis.kind !== 'time') return name;
  const last = axis.places.findLast(({ value }) => typeof value === 'number')?.value;
  return `${name} (${zoneLabel(zone, typeof last === 'number' ? last : 0)})`;
}

function labelledPlaces({ zone }: ChartInput, axis: PlacedAxis, width: number): ReadonlyMap<number, string> {
  const each = width / Math.max(1, axis.places.length);
  if (axis.kind !== 'time') {
    const longest = axis.places.reduce((most, { label }) => Math.max(most, cut(label, 16).length), 1);
    return everyNth(axis, each, longest * CHARACTER + 10, 16);
  }
  const dated = axis.places.filter(({ kind }) => kind === 'value');
  const starts = dated.map(({ value }) => Number(value));
  const end = dated.at(-1)?.end ?? 0;
  const ticks = new Map(bucketTicks(starts, end, each * dated.length, zone));
  // Too few places for a round time between them: each says its own.
  if (ticks.size === 0 || each > 110) for (const [at, { label }] of dated.entries()) ticks.set(at, label);
  for (const [at, { kind, label }] of axis.places.entries()) if (kind !== 'value') ticks.set(at, label);
  return ticks;
}

function everyNth(
  axis: PlacedAxis,
  each: number,
  needed: number,
  most = LONGEST_LABEL,
): ReadonlyMap<number, string> {
  const step = Math.max(1, Math.ceil(needed / Math.max(each, 0.01)));
  const shown = axis.places.map(({ label }, index) => [index, cut(label, most)] as const);
  return new Map(shown.filter(([index]) => index % step === 0));
}

/** An axis of amounts, from zero. */
export function amountPart(
  input: ChartInput,
  name: string,
  groups: Groups,
  along: 'x' | 'y',
  room: number,
): Part {
  const { theme } = input;
  const isWhole = groups.values.every((row) =>
    row.every((value) => value === null || Number.isInteger(value)),
  );
  return {
    type: 'value',
    min: (range: { readonly min: number }) => Math.min(0, range.min),
    ...(isWhole ? { minInterval: 1 } : {}),
    splitNumber: Math.max(2, Math.min(6, Math.floor(room / (along === 'x' ? 90 : 44)))),
    name,
    nameLocation: 'end',
    nameGap: 13,
    nameTextStyle: { color: theme.label, fontSize: LABEL_SIZE, align: along === 'x' ? 'left' : 'right' },
    axisLabel: { color: theme.label, fontSize: LABEL_SIZE, formatter: axisAmount, hideOverlap: true },
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { lineStyle: { color: theme.line, width: 1 } },
  };
}

/** Lines of a tooltip: a heading, then names with amounts, the greatest first. */
export function tipText(head: string, lines: readonly (readonly [name: string, amount: number])[]): string {
  const sorted = [...lines].sort(([, one], [, other]) => other - one);
  const shown = sorted.slice(0, 12).map(([name, amount]) => `${cut(name, 40)}  ${amountText(amount)}`);
  const more = sorted.length > 12 ? [`and ${sorted.length - 12} more`] : [];
  return [head, ...shown, ...more].map(escapeRich).join('\n');
}

/** Rich text knows `{style|text}`; braces of evidence must not begin one. */
function escapeRich(text: string): string {
  return text.replaceAll('{', '\uff5b').replaceAll('}', '\uff5d');
}
