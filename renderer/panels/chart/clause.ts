/** What a brush over a chart filters by: the places it covers as clauses, on the events themselves or by membership. Pure. */
import type { Place, PlacedAxis } from '../../../shared/chart/groups';
import type { ScatterAxis } from '../../../shared/chart/scatter';
import type { Filter, FilterValue, Source } from '../../../shared/filter';
import type { SourceColumn } from '../../../shared/protocol';

/** Places chosen on either axis; empty means all of it. */
export interface Brush {
  readonly x: readonly Place[];
  readonly rows: readonly Place[];
}

export const NO_BRUSH: Brush = { x: [], rows: [] };

export function isEmpty({ x, rows }: Brush): boolean {
  return x.length === 0 && rows.length === 0;
}

export function samePlace(one: Place, other: Place): boolean {
  return one.kind === other.kind && one.value === other.value;
}

function either(parts: readonly Filter[]): Filter {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'or', of: parts };
}

function all(parts: readonly Filter[]): Filter {
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'and', of: parts };
}

/** [from, to) of a field; the time of events has a clause of its own, which timelines know. */
export function rangeFilter(field: string, from: number, to: number, isEventTime: boolean): Filter {
  if (isEventTime) return { kind: 'time', from, to };
  return all([
    { kind: 'compare', field, op: '>=', value: from },
    { kind: 'compare', field, op: '<', value: to },
  ]);
}

/** The places as one clause on the axis' field; null when they cover nothing. */
export function placesFilter(
  axis: PlacedAxis,
  chosen: readonly Place[],
  columns: readonly SourceColumn[],
  isEvents: boolean,
): Filter | null {
  const { field } = axis;
  if (field === null || chosen.length === 0) return null;
  const parts: Filter[] = [];
  const isEventTime = isEvents && field === 'timestamp';
  const values: FilterValue[] = [];
  let run: { from: number; to: number } | null = null;
  for (const place of axis.places) {
    if (!chosen.some((one) => samePlace(one, place))) continue;
    if (place.kind === 'none') parts.push({ kind: 'null', field });
    else if (place.kind === 'rest') parts.push(restFilter(axis, columns));
    else if (place.end === null) values.push(filterValue(place, field, columns));
    else {
      const from = Number(place.value);
      if (run !== null && run.to === from) run = { from: run.from, to: place.end };
      else {
        if (run !== null) parts.push(rangeFilter(field, run.from, run.to, isEventTime));
        run = { from, to: place.end };
      }
    }
  }
  if (run !== null) parts.push(rangeFilter(field, run.from, run.to, isEventTime));
  if (values.length > 0) parts.unshift({ kind: 'in', field, values });
  return parts.length === 0 ? null : either(parts);
}

/** What is none of the values that stand on their own. */
function restFilter(axis: PlacedAxis, columns: readonly SourceColumn[]): Filter {
  const field = axis.field ?? '';
  const values = axis.places
    .filter(({ kind }) => kind === 'value')
    .map((place) => filterValue(place, field, columns));
  return all([
    { kind: 'not', of: { kind: 'in', field, values } },
    { kind: 'not', of: { kind: 'null', field } },
  ]);
}

/** Values of a chart are text; the filter takes numbers where the column holds them. */
function filterValue(place: Place, field: string, columns: readonly SourceColumn[]): FilterValue {
  const { value } = place;
  if (value === null) return '';
  const type = columns.find(({ name }) => name === field)?.type ?? 'VARCHAR';
  if (typeof value === 'string' && type === 'BOOLEAN') return value === 'true';
  if (typeof value === 'string' && type !== 'VARCHAR' && value.trim() !== '') {
    const number = Number(value);
    return Number.isFinite(number) && String(number) === value ? number : value;
  }
  return value;
}

export function brushFilter(
  x: PlacedAxis,
  rows: PlacedAxis,
  brush: Brush,
  columns: readonly SourceColumn[],
  isEvents: boolean,
): Filter | null {
  const parts = [
    placesFilter(x, brush.x, columns, isEvents),
    placesFilter(rows, brush.rows, columns, isEvents),
  ].filter((one): one is Filter => one !== null);
  return parts.length === 0 ? null : all(parts);
}

/** A rectangle of a scatter plot. */
export interface Box {
  readonly x: readonly [from: number, to: number];
  readonly y: readonly [from: number, to: number];
}

export function boxFilter(
  x: ScatterAxis | null,
  y: ScatterAxis | null,
  box: Box,
  isEvents: boolean,
): Filter | null {
  const side = (axis: ScatterAxis | null, [from, to]: readonly [number, number]): Filter[] => {
    if (axis === null) return [];
    if (axis.kind === 'value') {
      const values = axis.values.filter((value, at) => at >= from - 0.5 && at <= to + 0.5 && value !== null);
      return [{ kind: 'in', field: axis.field, values: values.filter((value) => value !== null) }];
    }
    const whole = axis.kind === 'time';
    const isEventTime = isEvents && axis.field === 'timestamp';
    return [
      rangeFilter(axis.field, whole ? Math.floor(from) : from, whole ? Math.ceil(to) : to, isEventTime),
    ];
  };
  const parts = [...side(x, box.x), ...side(y, box.y)];
  return parts.length === 0 ? null : all(parts);
}

/**
 * The clause other panels follow: on the events themselves where the chart is of events, else "is among the chosen
 * rows". Null where rows are no events.
 */
export function eventClause(source: Source, chosen: Filter, event: string | null): Filter | null {
  const own = source.filter.kind === 'and' && source.filter.of.length === 0 ? [] : [source.filter];
  const filter = all([...own, chosen]);
  if (source.from.kind === 'table' && source.from.table === 'event_view') return filter;
  if (event === null) return null;
  return { kind: 'member', field: 'event_id', of: { from: source.from, filter }, column: event };
}
