/** What each kind of chart asks for, and a first chart for a source nobody has charted yet. Pure. */
import type { Axis, ChartMark, ChartSpec } from '../../../shared/chart';
import type { Source } from '../../../shared/filter';
import type { SourceColumn } from '../../../shared/protocol';
import { baseName } from '../../grid/result-cell';

export type Channel = 'x' | 'y' | 'colour' | 'size' | 'rows' | 'columns' | 'measure';

export const CHANNELS: Readonly<Record<ChartMark, readonly Channel[]>> = {
  bar: ['x', 'colour', 'measure'],
  'stacked-bar': ['x', 'colour', 'measure'],
  line: ['x', 'colour', 'measure'],
  area: ['x', 'colour', 'measure'],
  scatter: ['x', 'y', 'colour', 'size'],
  'heat-map': ['x', 'y', 'measure'],
  pie: ['x', 'measure'],
  pivot: ['rows', 'columns', 'measure'],
};

/** The field as an axis: times in buckets that suit their span, numbers and values as they are. */
export function axisOf(column: SourceColumn): Axis {
  return { field: column.name, time: column.role === 'time' ? 'auto' : null, width: null };
}

function find(columns: readonly SourceColumn[], ...names: readonly string[]): SourceColumn | undefined {
  return names.flatMap((name) => columns.find((column) => baseName(column.name) === name) ?? [])[0];
}

/** A field worth splitting by: few values, and telling. */
export function splitColumn(columns: readonly SourceColumn[]): SourceColumn | undefined {
  return find(columns, 'event_domain', 'event_dataset', 'event_action', 'zone', 'type', 'point_name');
}

export function firstSpec(source: Source, columns: readonly SourceColumn[]): ChartSpec {
  const time = find(columns, 'timestamp', 'started_at') ?? columns.find(({ role }) => role === 'time');
  const split = splitColumn(columns);
  const x = time ?? split ?? columns.find(({ role }) => role === 'text') ?? columns[0];
  const colour = time !== undefined && split !== undefined ? axisOf(split) : null;
  return {
    source,
    mark: time === undefined ? 'bar' : 'stacked-bar',
    x: x === undefined ? null : axisOf(x),
    y: null,
    colour,
    size: null,
    rows: [],
    columns: [],
    measure: { kind: 'count', field: null },
    top: 20,
  };
}

/** The same chart with another mark: what it newly needs is filled in, what it knows is kept. */
export function withMark(spec: ChartSpec, mark: ChartMark, columns: readonly SourceColumn[]): ChartSpec {
  const next: ChartSpec = { ...spec, mark };
  const split = splitColumn(columns);
  const other = spec.colour ?? (split === undefined ? null : axisOf(split));
  if (mark === 'heat-map') return { ...next, y: spec.y ?? other };
  if (mark === 'scatter') {
    const number = columns.find(({ role, name }) => role === 'number' && /value$|bytes$/.test(name));
    const any = number ?? columns.find(({ role }) => role === 'number');
    return { ...next, y: spec.y ?? (any === undefined ? other : axisOf(any)) };
  }
  if (mark === 'pie') {
    return { ...next, x: spec.x?.time === null ? spec.x : (other ?? spec.x) };
  }
  if (mark === 'pivot') {
    const rows =
      spec.rows.length > 0 ? spec.rows : other === null ? (spec.x === null ? [] : [spec.x]) : [other];
    if (spec.columns.length > 0) return { ...next, rows };
    const time = columns.find(({ role }) => role === 'time');
    const across =
      spec.x !== null && spec.x.field !== rows[0]?.field ? spec.x : time === undefined ? null : axisOf(time);
    return { ...next, rows, columns: across === null || across.field === rows[0]?.field ? [] : [across] };
  }
  if (spec.mark === 'pie' && spec.x !== null && spec.x.time === null) {
    const time = columns.find(({ role }) => role === 'time');
    if (time !== undefined) return { ...next, x: axisOf(time), colour: spec.colour ?? spec.x };
  }
  return next;
}

/** What the engine is asked for: nothing the mark does not show. */
export function neededSpec(spec: ChartSpec): ChartSpec {
  const channels = CHANNELS[spec.mark];
  const has = (channel: Channel): boolean => channels.includes(channel);
  return {
    ...spec,
    x: has('x') ? spec.x : null,
    y: has('y') ? spec.y : null,
    colour: has('colour') ? spec.colour : null,
    size: has('size') ? spec.size : null,
    rows: has('rows') ? spec.rows : [],
    columns: has('columns') ? spec.columns : [],
    measure: has('measure') ? spec.measure : { kind: 'count', field: null },
  };
}

/** What is still missing before the chart can be drawn; null when nothing is. */
export function missingOf(spec: ChartSpec): string | null {
  if (spec.mark === 'pivot') return spec.rows.length === 0 ? 'Choose what the rows are.' : null;
  if (spec.x === null) return 'Choose what runs along.';
  if ((spec.mark === 'heat-map' || spec.mark === 'scatter') && spec.y === null) return 'Choose what runs up.';
  if (
    spec.measure.kind !== 'count' &&
    spec.measure.field === null &&
    CHANNELS[spec.mark].includes('measure')
  ) {
    return 'Choose what is measured.';
  }
  return null;
}
