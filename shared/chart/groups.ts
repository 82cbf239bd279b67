/** The groups of a chart as the database counted them, put in order: what is drawn, listed and brushed. Pure. */

import { type Axis, type ChartSpec, REST } from '../chart';
import { EVENT_DOMAINS } from '../fields';
import { SEVERITY_FIELD, SEVERITY_NAMES } from '../filter/names';
import { type BucketWidth, bucketLabel, fillBuckets, MOST_PLACES, nextBucket } from './buckets';
import { isDomainField } from './theme';

export type GroupValue = string | number | boolean | null;

/** The answer's table: columns `x`, `y`, `colour`, `value`, `row0`, …; times in microseconds. */
export interface ChartRows {
  readonly length: number;
  readonly value: (row: number, column: string) => GroupValue;
}

export interface Answer {
  readonly rows: ChartRows;
  readonly buckets: Readonly<Record<string, BucketWidth>>;
  /** Axes whose rarer values were counted as one. */
  readonly rest: readonly string[];
  readonly binned: boolean;
}

/** One place on an axis: a bucket, a range of numbers or a value; or what has none, or all the rest. */
export interface Place {
  readonly kind: 'value' | 'none' | 'rest';
  readonly value: GroupValue;
  /** End of a bucket or range, not part of it; null where the place is a value. */
  readonly end: number | null;
  readonly label: string;
}

export interface PlacedAxis {
  readonly kind: 'time' | 'number' | 'value';
  readonly field: string | null;
  readonly width: BucketWidth | null;
  readonly places: readonly Place[];
}

export interface Groups {
  readonly x: PlacedAxis;
  /** Series of the chart, or the rows of a heat map. */
  readonly rows: PlacedAxis;
  /** By row, then by place on x; null where there is no group. */
  readonly values: readonly (readonly (number | null)[])[];
  readonly sum: number;
  readonly highest: number;
  /** More places than can be drawn: a wider bucket is needed. */
  readonly tooMany: boolean;
  /** Series that are not drawn, because their measure cannot be added up to one of the rest. */
  readonly leftOut: number;
}

export const MOST_SERIES = 7;

const PLAIN: PlacedAxis = {
  kind: 'value',
  field: null,
  width: null,
  places: [{ kind: 'value', value: null, end: null, label: 'all' }],
};

/** True when groups can be added up to one. */
export function isAdditive(spec: ChartSpec): boolean {
  return spec.measure.kind === 'count' || spec.measure.kind === 'sum';
}

/** How a value of a field reads on an axis. */
export function valueLabel(field: string, value: GroupValue): string {
  if (value === null) return 'none';
  if (value === '') return '""';
  const isSeverity = field === SEVERITY_FIELD || field.endsWith(`.${SEVERITY_FIELD}`);
  return isSeverity ? (SEVERITY_NAMES[Number(value)] ?? String(value)) : String(value);
}

export function readGroups(spec: ChartSpec, answer: Answer, zone: string): Groups {
  const across = spec.mark === 'heat-map' ? spec.y : spec.colour;
  const acrossColumn = spec.mark === 'heat-map' ? 'y' : 'colour';
  const cells = collect(answer.rows, spec.x === null ? null : 'x', across === null ? null : acrossColumn);
  const x = placeAxis(spec.x, 'x', cells.x, answer, zone);
  const drawn = spec.mark === 'heat-map' ? Number.POSITIVE_INFINITY : MOST_SERIES;
  const rows = placeAxis(across, acrossColumn, cells.across, answer, zone);
  if (x === null || rows === null) return nothing(true);
  const limited = limitRows(rows, drawn, isAdditive(spec));
  const xAt = new Map(x.places.map((place, index) => [keyOf(place), index]));
  const rowAt = new Map(rows.places.map((place, index) => [keyOf(place), limited.at[index] ?? -1]));
  const values = limited.places.map(() => new Array<number | null>(x.places.length).fill(null));
  let sum = 0;
  for (const cell of cells.all) {
    const at = xAt.get(keyOf(asPlace(cell.x, x, answer.rest.includes('x'))));
    const row = rowAt.get(keyOf(asPlace(cell.across, rows, answer.rest.includes(acrossColumn))));
    const line = row === undefined ? undefined : values[row];
    if (line === undefined || at === undefined) continue;
    line[at] = (line[at] ?? 0) + cell.value;
    sum += cell.value;
  }
  return {
    x,
    rows: { ...rows, places: limited.places },
    values,
    sum,
    highest: values.flat().reduce<number>((most, value) => Math.max(most, value ?? 0), 0),
    tooMany: false,
    leftOut: limited.leftOut,
  };
}

function nothing(tooMany: boolean): Groups {
  const none = { ...PLAIN, places: [] };
  return { x: none, rows: none, values: [], sum: 0, highest: 0, tooMany, leftOut: 0 };
}

interface Cell {
  readonly x: GroupValue;
  readonly across: GroupValue;
  readonly value: number;
}

interface Collected {
  readonly all: readonly Cell[];
  /** Values of each axis with their totals. */
  readonly x: ReadonlyMap<GroupValue, number>;
  readonly across: ReadonlyMap<GroupValue, number>;
}

function collect(rows: ChartRows, xColumn: string | null, acrossColumn: string | null): Collected {
  const all: Cell[] = [];
  const x = new Map<GroupValue, number>();
  const across = new Map<GroupValue, number>();
  for (let row = 0; row < rows.length; row += 1) {
    const value = Number(rows.value(row, 'value') ?? Number.NaN);
    if (Number.isNaN(value)) continue;
    const cell = {
      x: xColumn === null ? null : rows.value(row, xColumn),
      across: acrossColumn === null ? null : rows.value(row, acrossColumn),
      value,
    };
    all.push(cell);
    x.set(cell.x, (x.get(cell.x) ?? 0) + value);
    across.set(cell.across, (across.get(cell.across) ?? 0) + value);
  }
  return { all, x, across };
}

/** The axis with its places in order; null when they are too many to draw. */
function placeAxis(
  axis: Axis | null,
  column: string,
  totals: ReadonlyMap<GroupValue, number>,
  answer: Answer,
  zone: string,
): PlacedAxis | null {
  if (axis === null) return PLAIN;
  const hasRest = answer.rest.includes(column);
  if (axis.time !== null || axis.width !== null) return placeRanges(axis, column, totals, answer, zone);
  const values = [...totals.keys()].filter((value) => value !== null && !(hasRest && value === REST));
  const places: Place[] = orderValues(axis.field, values, totals).map((value) => ({
    kind: 'value',
    value,
    end: null,
    label: valueLabel(axis.field, value),
  }));
  if (totals.has(null)) places.push(NONE);
  if (hasRest && totals.has(REST)) places.push(OTHERS);
  return { kind: 'value', field: axis.field, width: null, places };
}

const NONE: Place = { kind: 'none', value: null, end: null, label: 'none' };
const OTHERS: Place = { kind: 'rest', value: REST, end: null, label: 'other' };

/** Buckets of time and ranges of numbers, with the empty ones between. */
function placeRanges(
  axis: Axis,
  column: string,
  totals: ReadonlyMap<GroupValue, number>,
  answer: Answer,
  zone: string,
): PlacedAxis | null {
  const isTime = axis.time !== null;
  const width = answer.buckets[column] ?? axis.width ?? (axis.time === 'auto' ? 'day' : (axis.time ?? 1));
  const starts = [...totals.keys()].filter((value): value is number => typeof value === 'number');
  const filled = isTime ? fillBuckets(starts, width, zone) : fillNumbers(starts, Number(width));
  if (filled === null) return null;
  const places: Place[] = filled.map((start, index) => {
    const end = isTime ? (filled[index + 1] ?? nextBucket(start, width, zone)) : start + Number(width);
    const label = isTime
      ? bucketLabel(start, width, zone)
      : `${roundText(start)} – ${roundText(start + Number(width))}`;
    return { kind: 'value', value: start, end, label };
  });
  if (totals.has(null)) places.push({ ...NONE, label: isTime ? 'no time' : 'none' });
  return { kind: isTime ? 'time' : 'number', field: axis.field, width, places };
}

function fillNumbers(starts: readonly number[], width: number): readonly number[] | null {
  const sorted = [...starts].sort((one, other) => one - other);
  const [first] = sorted;
  const last = sorted.at(-1);
  if (first === undefined || last === undefined) return [];
  const places = Math.round((last - first) / width) + 1;
  if (places > MOST_PLACES) return null;
  // Counted from the first, so that no rounding adds up.
  const filled = Array.from({ length: places }, (_, index) => first + index * width);
  return filled.map((at) => sorted.find((start) => Math.abs(start - at) < width / 2) ?? at);
}

function roundText(value: number): string {
  return String(Number(value.toPrecision(12)));
}

const DOMAINS: readonly string[] = EVENT_DOMAINS;

/** Domains keep their places; severities ascend; other values by their total, the greatest first. */
function orderValues(
  field: string,
  values: readonly GroupValue[],
  totals: ReadonlyMap<GroupValue, number>,
): readonly GroupValue[] {
  const bySize = (one: GroupValue, other: GroupValue): number =>
    (totals.get(other) ?? 0) - (totals.get(one) ?? 0) || (String(one) < String(other) ? -1 : 1);
  if (isDomainField(field)) {
    const rank = (value: GroupValue): number => {
      const at = DOMAINS.indexOf(String(value));
      return at < 0 ? DOMAINS.length : at;
    };
    return [...values].sort((one, other) => rank(one) - rank(other) || bySize(one, other));
  }
  if (field.endsWith(SEVERITY_FIELD)) {
    return [...values].sort((one, other) => Number(one) - Number(other));
  }
  return [...values].sort(bySize);
}

/** At most `most` rows: the rest together as one where that has a meaning, else left out and told. */
function limitRows(
  axis: PlacedAxis,
  most: number,
  additive: boolean,
): { readonly places: readonly Place[]; readonly at: readonly number[]; readonly leftOut: number } {
  const { places } = axis;
  const own = places.filter(({ kind }) => kind !== 'rest');
  if (own.length <= most && (additive || own.length === places.length)) {
    return { places, at: places.map((_, index) => index), leftOut: 0 };
  }
  const kept = own.slice(0, own.length > most ? most - (additive ? 1 : 0) : most);
  const at = places.map((place) => {
    const index = kept.indexOf(place);
    if (index >= 0) return index;
    return additive ? kept.length : -1;
  });
  return {
    places: additive ? [...kept, OTHERS] : kept,
    at,
    leftOut: additive ? 0 : places.length - kept.length,
  };
}

function keyOf({ kind, value }: Place): string {
  return kind === 'value' ? JSON.stringify(value) : kind;
}

function asPlace(value: GroupValue, axis: PlacedAxis, hasRest: boolean): Place {
  if (axis.field === null) return axis.places[0] ?? NONE;
  if (value === null) return NONE;
  if (hasRest && value === REST && axis.kind === 'value') return OTHERS;
  return { kind: 'value', value, end: null, label: '' };
}
