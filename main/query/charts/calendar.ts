/**
 * Days of a zone in SQL without DuckDB's own zones: an instant becomes the number of its local day by the offsets
 * `shared/time` knows, and the day becomes an instant again in the answer.
 */
import {
  daysFromCivil,
  MICROS_PER_DAY,
  MICROS_PER_SECOND,
  offsetAt,
  wallToInstants,
  zoneTransitions,
} from '../../../shared/time';
import { type Sql, sql, trusted } from '../../store/sql';

export type CalendarUnit = 'day' | 'week' | 'month' | 'year';

/** Beyond this span the zone's last known offsets are carried on: year 1600 to 2500. */
const FIRST = -11_676_096_000_000_000;
const LAST = 16_725_225_600_000_000;

/** Number of the local day, week, month or year of `micros`, for instants within [from, to]. */
export function calendarNumber(micros: Sql, unit: CalendarUnit, zone: string, from: number, to: number): Sql {
  const day = floorBy(sql`(${micros} + ${offsets(micros, zone, from, to)})`, MICROS_PER_DAY);
  if (unit === 'day') return day;
  // Weeks begin on Monday; 1970-01-01 was a Thursday.
  if (unit === 'week') return floorBy(sql`(${day} + 3)`, 7);
  const date = sql`(DATE '1970-01-01' + CAST(${day} AS INTEGER))`;
  return unit === 'year' ? sql`year(${date})` : sql`(year(${date}) * 12 + month(${date}) - 1)`;
}

/** First instant of that local day, week, month or year. */
export function calendarStart(number: number, unit: CalendarUnit, zone: string): number {
  const day =
    unit === 'day'
      ? number
      : unit === 'week'
        ? number * 7 - 3
        : unit === 'year'
          ? daysFromCivil(number, 1, 1)
          : daysFromCivil(Math.floor(number / 12), (((number % 12) + 12) % 12) + 1, 1);
  return wallToInstants(zone, day * MICROS_PER_DAY).instants[0] ?? day * MICROS_PER_DAY;
}

/** Whole division towards the past; `value` is a whole number. */
export function floorBy(value: Sql, width: number): Sql {
  const by = trusted(`CAST(${width} AS BIGINT)`);
  return sql`((${value} - ((${value} % ${by}) + ${by}) % ${by}) // ${by})`;
}

/** Microseconds to add to an instant to get the wall time its day is told by. */
function offsets(micros: Sql, zone: string, from: number, to: number): Sql {
  const start = Math.max(FIRST, Math.min(LAST, from));
  const end = Math.max(FIRST, Math.min(LAST, to));
  const parts: Sql[] = [];
  for (const change of zoneTransitions(zone, start, end + 1)) {
    const before = change.offsetBeforeSeconds * MICROS_PER_SECOND;
    const after = change.offsetAfterSeconds * MICROS_PER_SECOND;
    const dayBefore = Math.floor((change.atUs - 1 + before) / MICROS_PER_DAY);
    const isBack = dayBefore > Math.floor((change.atUs + after) / MICROS_PER_DAY);
    // Clocks put back over midnight: the new day goes on, so that every day is one stretch of time.
    const at = isBack ? dayBefore * MICROS_PER_DAY - after : change.atUs;
    parts.push(sql` WHEN ${micros} < ${trusted(String(at))} THEN ${trusted(String(before))}`);
  }
  const last = trusted(`CAST(${offsetAt(zone, end) * MICROS_PER_SECOND} AS BIGINT)`);
  if (parts.length === 0) return last;
  const cases = parts.reduce((all, part) => sql`${all}${part}`, trusted('CASE'));
  return sql`${cases} ELSE ${last} END`;
}
