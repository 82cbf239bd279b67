/** A chart in words: names of its axes and what it measures, for titles, tooltips and screen readers. Pure. */
import type { Axis, ChartSpec, Measure } from '../chart';
import { type BucketWidth, widthWords } from './buckets';

/** What a source says of its columns; more may be known. */
export interface NamedColumn {
  readonly name: string;
  readonly label: string;
}

export interface ChartLabels {
  readonly x: string;
  readonly y: string;
  readonly colour: string;
  readonly size: string;
  readonly measure: string;
  /** Axes of a pivot, in order. */
  readonly rows: readonly string[];
  readonly columns: readonly string[];
}

const MEASURE_WORDS: Readonly<Record<Measure['kind'], string>> = {
  count: 'rows',
  'count-distinct': 'different',
  sum: 'sum of',
  mean: 'mean of',
  median: 'median of',
  min: 'least',
  max: 'greatest',
};

export function measureWords({ kind, field }: Measure, labelOf: (field: string) => string): string {
  return field === null || kind === 'count'
    ? MEASURE_WORDS.count
    : `${MEASURE_WORDS[kind]} ${labelOf(field)}`;
}

/** Labels of a chart's axes from the columns of its source. */
export function chartLabels(spec: ChartSpec, columns: readonly NamedColumn[]): ChartLabels {
  const labelOf = (field: string): string => columns.find(({ name }) => name === field)?.label ?? field;
  const axis = (one: Axis | null): string => (one === null ? '' : labelOf(one.field));
  return {
    x: axis(spec.x),
    y: axis(spec.y),
    colour: axis(spec.colour),
    size: spec.size === null ? '' : labelOf(spec.size),
    measure: measureWords(spec.measure, labelOf),
    rows: spec.rows.map(axis),
    columns: spec.columns.map(axis),
  };
}

export const MARK_WORDS: Readonly<Record<ChartSpec['mark'], string>> = {
  bar: 'Bars',
  'stacked-bar': 'Stacked bars',
  line: 'Lines',
  area: 'Areas',
  scatter: 'Scatter',
  'heat-map': 'Heat map',
  pie: 'Pie',
  pivot: 'Pivot table',
};

/** `Stacked bars: rows by Time (5 min), split by Domain`. */
export function describeChart(
  spec: ChartSpec,
  labels: ChartLabels,
  buckets: Readonly<Record<string, BucketWidth>> = {},
): string {
  const width = (axis: string): string => {
    const bucket = buckets[axis];
    return bucket === undefined ? '' : ` (${widthWords(bucket)})`;
  };
  const mark = MARK_WORDS[spec.mark];
  if (spec.mark === 'scatter') {
    const coloured = spec.colour === null ? '' : `, coloured by ${labels.colour}`;
    return `${mark}: ${labels.y} against ${labels.x}${coloured}`;
  }
  if (spec.mark === 'pivot') {
    const across = labels.columns.length > 0 ? `, across ${labels.columns.join(' and ')}` : '';
    return `${mark}: ${labels.measure} by ${labels.rows.join(' and ')}${across}`;
  }
  const by = [labels.x === '' ? null : `${labels.x}${width('x')}`];
  if (spec.mark === 'heat-map') by.push(labels.y === '' ? null : `${labels.y}${width('y')}`);
  const split = spec.colour === null || spec.mark === 'heat-map' ? '' : `, split by ${labels.colour}`;
  const axes = by.filter((one) => one !== null).join(' and ');
  return `${mark}: ${labels.measure}${axes === '' ? '' : ` by ${axes}`}${split}`;
}

const THIN_SPACE = '\u202f';

const SHORT: readonly (readonly [number, string])[] = [
  [1e15, 'P'],
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
];

/** An amount beside an axis: from ten millions on in millions, milliards and so on. */
export function axisAmount(value: number): string {
  if (Math.abs(value) < 1e7) return amountText(value);
  const [size, sign] = SHORT.find(([least]) => Math.abs(value) >= least) ?? [1, ''];
  return `${amountText(value / size)}${THIN_SPACE}${sign}`;
}

/** A measured value: whole numbers with thin spaces, others to four significant digits. */
export function amountText(value: number | null): string {
  if (value === null) return '';
  const whole = Number.isInteger(value);
  const text = whole ? String(value) : String(Number(value.toPrecision(4)));
  if (text.includes('e')) return text;
  const [head = '', tail] = text.split('.');
  const spaced = head.replace(/\B(?=(\d{3})+(?!\d))/g, THIN_SPACE);
  return tail === undefined ? spaced : `${spaced}.${tail}`;
}
