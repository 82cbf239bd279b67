/** Axes of a chart as expressions to group by, and their values back into what the window draws. */
import type { Axis } from '../../../shared/chart';
import { fail, type Outcome, type Problem, succeed } from '../../../shared/problem';
import { MICROS_PER_SECOND, offsetAt } from '../../../shared/time';
import { type Sql, sql, trusted } from '../../store/sql';
import { columnName, findColumn, type Need, type Relation } from '../sources/relation';
import { noColumn } from '../sources/sources';
import { type CalendarUnit, calendarNumber, calendarStart, floorBy } from './calendar';

export interface PlacedAxis {
  /** `x`, `colour`, `row0` … */
  readonly name: string;
  readonly axis: Axis;
  readonly index: number;
  readonly kind: 'time' | 'number' | 'value';
  /** Microseconds or a calendar unit; null for values. */
  readonly bucket: number | CalendarUnit | null;
  /** What rows are grouped by, over `s`. */
  key(need: Pick<Need, 'readable'>): Sql;
  /** A group's key as the answer has it. */
  back(key: unknown): number | string | null;
}

const SECOND = MICROS_PER_SECOND;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const FIXED = { second: SECOND, minute: MINUTE, hour: HOUR } as const;
/** Buckets `auto` aims at, and the widths it chooses from; beyond half a day it goes by the calendar. */
const MOST_AUTO = 200;
const STEPS: readonly (number | CalendarUnit)[] = [
  ...[1, 10, 100, 1000, 10_000, 100_000],
  ...[1, 2, 5, 10, 15, 30].map((step) => step * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((step) => step * MINUTE),
  ...[1, 2, 3, 6, 12].map((step) => step * HOUR),
  'day',
  'week',
  'month',
  'year',
];
const ABOUT: Record<CalendarUnit, number> = {
  day: 24 * HOUR,
  week: 7 * 24 * HOUR,
  month: 30 * 24 * HOUR,
  year: 365 * 24 * HOUR,
};

/** The span of times an axis covers, in microseconds; null where it has none. */
export type Span = { readonly from: number; readonly to: number } | null;

export function placeAxis(
  name: string,
  axis: Axis,
  relation: Relation,
  zone: string,
  span: Span,
): Outcome<PlacedAxis> {
  const index = findColumn(relation, axis.field);
  const column = index === null ? undefined : relation.columns[index];
  if (index === null || !column) return fail(noColumn(axis.field));
  const { type } = column.column;
  const at = (need: Pick<Need, 'readable'>): Sql => sql`s.${columnName(relation, index, need)}`;
  const micros = (need: Pick<Need, 'readable'>): Sql => sql`epoch_us(${at(need)})`;
  if (axis.time !== null) {
    if (type !== 'TIMESTAMP') return fail(noTime(column.label));
    const bucket =
      axis.time === 'auto' ? autoBucket(span) : isFixed(axis.time) ? FIXED[axis.time] : axis.time;
    if (typeof bucket === 'number') {
      // Round in the display zone, as far as one offset serves the whole span.
      const shift = span ? (offsetAt(zone, span.from) * SECOND) % bucket : 0;
      return succeed({
        name,
        axis,
        index,
        kind: 'time',
        bucket,
        key: (need) => floorBy(sql`(${micros(need)} + ${trusted(String(shift))})`, bucket),
        back: (key) => (key === null ? null : Number(key) * bucket - shift),
      });
    }
    const { from, to } = span ?? { from: 0, to: 0 };
    return succeed({
      name,
      axis,
      index,
      kind: 'time',
      bucket,
      key: (need) => calendarNumber(micros(need), bucket, zone, from, to),
      back: (key) => (key === null ? null : calendarStart(Number(key), bucket, zone)),
    });
  }
  if (axis.width !== null) {
    if (type === 'VARCHAR' || type === 'BOOLEAN' || type === 'TIMESTAMP') return fail(noNumber(column.label));
    const { width } = axis;
    return succeed({
      name,
      axis,
      index,
      kind: 'number',
      bucket: width,
      key: (need) => numberKey(at(need), type === 'DOUBLE', width),
      back: (key) => (key === null ? null : Number(key) * width),
    });
  }
  return succeed({
    name,
    axis,
    index,
    kind: 'value',
    bucket: null,
    key: (need) =>
      type === 'TIMESTAMP' ? sql`CAST(${micros(need)} AS VARCHAR)` : sql`CAST(${at(need)} AS VARCHAR)`,
    back: (key) => (key === null || key === undefined ? null : String(key)),
  });
}

/** Number of the range of a width; the quotient of reals is set right where rounding put it into a neighbour. */
function numberKey(value: Sql, isReal: boolean, width: number): Sql {
  if (!isReal && Number.isSafeInteger(width)) {
    const whole = sql`CAST(${value} AS HUGEINT)`;
    const by = trusted(`CAST(${width} AS HUGEINT)`);
    return sql`((${whole} - ((${whole} % ${by}) + ${by}) % ${by}) // ${by})`;
  }
  const real = sql`CAST(${value} AS DOUBLE)`;
  const by = sql`CAST(${String(width)} AS DOUBLE)`;
  const guess = sql`floor(${real} / ${by})`;
  return sql`CASE WHEN NOT isfinite(${real}) THEN NULL WHEN (${guess} + 1) * ${by} <= ${real} THEN ${guess} + 1
    WHEN ${guess} * ${by} > ${real} THEN ${guess} - 1 ELSE ${guess} END`;
}

function isFixed(unit: string): unit is keyof typeof FIXED {
  return unit in FIXED;
}

function autoBucket(span: Span): number | CalendarUnit {
  if (!span) return 'day';
  const length = span.to - span.from;
  return (
    STEPS.find((step) => length / (typeof step === 'number' ? step : ABOUT[step]) <= MOST_AUTO) ?? 'year'
  );
}

function noTime(label: string): Problem {
  return {
    code: 'chart-no-time',
    what: `“${label}” is no time, so it has no time buckets.`,
    help: 'Group it by its values.',
  };
}

function noNumber(label: string): Problem {
  return {
    code: 'chart-no-number',
    what: `“${label}” is no number, so it has no ranges.`,
    help: 'Group it by its values.',
  };
}
