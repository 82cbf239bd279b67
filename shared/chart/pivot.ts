/** A pivot table: groups of rows against groups of columns, with sums where they mean something. Pure. */
import type { Axis, ChartSpec } from '../chart';
import { bucketLabel } from './buckets';
import { type Answer, type GroupValue, isAdditive, valueLabel } from './groups';

export interface PivotHead {
  /** One label for each axis. */
  readonly labels: readonly string[];
  readonly values: readonly GroupValue[];
}

export interface Pivot {
  readonly rows: readonly PivotHead[];
  readonly columns: readonly PivotHead[];
  /** By row, then column. */
  readonly cells: readonly (readonly (number | null)[])[];
  /** Null where the measure cannot be added up. */
  readonly rowSums: readonly number[] | null;
  readonly columnSums: readonly number[] | null;
  readonly sum: number | null;
  /** Rows and columns there would be without a limit. */
  readonly allRows: number;
  readonly allColumns: number;
}

export const MOST_PIVOT_ROWS = 500;
export const MOST_PIVOT_COLUMNS = 60;

export function readPivot(spec: ChartSpec, answer: Answer, zone: string): Pivot {
  const rows = new Map<string, { values: GroupValue[]; total: number }>();
  const columns = new Map<string, { values: GroupValue[]; total: number }>();
  const cells = new Map<string, number>();
  for (let row = 0; row < answer.rows.length; row += 1) {
    const value = Number(answer.rows.value(row, 'value') ?? Number.NaN);
    if (Number.isNaN(value)) continue;
    const down = spec.rows.map((_, at) => answer.rows.value(row, `row${at}`));
    const across = spec.columns.map((_, at) => answer.rows.value(row, `column${at}`));
    const rowKey = count(rows, down, value);
    const columnKey = count(columns, across, value);
    const key = `${rowKey}\n${columnKey}`;
    cells.set(key, (cells.get(key) ?? 0) + value);
  }
  const down = ordered(rows, spec.rows).slice(0, MOST_PIVOT_ROWS);
  const across = ordered(columns, spec.columns).slice(0, MOST_PIVOT_COLUMNS);
  const table = down.map(([rowKey]) => across.map(([key]) => cells.get(`${rowKey}\n${key}`) ?? null));
  const adds = isAdditive(spec);
  const sumOf = (values: readonly (number | null)[]): number =>
    values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  const rowSums = table.map(sumOf);
  return {
    rows: down.map(([, { values }]) => head(values, spec.rows, 'row', answer, zone)),
    columns: across.map(([, { values }]) => head(values, spec.columns, 'column', answer, zone)),
    cells: table,
    rowSums: adds ? rowSums : null,
    columnSums: adds ? across.map((_, at) => sumOf(table.map((row) => row[at] ?? null))) : null,
    sum: adds ? sumOf(rowSums) : null,
    allRows: rows.size,
    allColumns: columns.size,
  };
}

type Found = Map<string, { values: GroupValue[]; total: number }>;

function count(found: Found, values: GroupValue[], amount: number): string {
  const key = JSON.stringify(values);
  const was = found.get(key);
  if (was === undefined) found.set(key, { values, total: amount });
  else was.total += amount;
  return key;
}

/** Times and numbers ascend; values go by their total, the greatest first; nothing comes last. */
function ordered(
  found: Found,
  axes: readonly Axis[],
): readonly [string, { values: GroupValue[]; total: number }][] {
  return [...found].sort(([, one], [, other]) => {
    for (const [at, axis] of axes.entries()) {
      const [left, right] = [one.values[at] ?? null, other.values[at] ?? null];
      if (left === right) continue;
      if (left === null || right === null) return left === null ? 1 : -1;
      if (axis.time !== null || axis.width !== null) return Number(left) - Number(right);
      if (axes.length > 1) return String(left) < String(right) ? -1 : 1;
    }
    return other.total - one.total;
  });
}

function head(
  values: readonly GroupValue[],
  axes: readonly Axis[],
  column: 'row' | 'column',
  answer: Answer,
  zone: string,
): PivotHead {
  const labels = values.map((value, at) => {
    const axis = axes[at];
    if (axis === undefined || value === null) return 'none';
    const bucket = answer.buckets[`${column}${at}`];
    if (axis.time !== null && typeof value === 'number') return bucketLabel(value, bucket ?? 1, zone);
    if (answer.rest.includes(`${column}${at}`) && value === '*') return 'other';
    return valueLabel(axis.field, value);
  });
  return { labels, values };
}
