/** Years for times that are written without one, as in RFC 3164 syslog. */
import {
  civilFromMicros,
  daysFromCivil,
  isCivilDate,
  MICROS_PER_DAY,
  MICROS_PER_SECOND,
  type Micros,
} from './civil';

/** A time of the year. `secondOfDay` may hold a fraction. */
export interface YearlessTime {
  readonly month: number;
  readonly day: number;
  readonly secondOfDay: number;
}

/**
 * The year that puts a year-less wall time nearest to a reference (the file's own time, the end of the collection),
 * but no more than a day after it: a log does not foretell, yet its clock and zone may differ from the file's.
 * Null when no year within eight has that date (29 February needs up to eight, around 1900 and 2100).
 */
export function nearestYear(time: YearlessTime, referenceUs: Micros): number | null {
  const latest = referenceUs + MICROS_PER_DAY;
  const { year } = civilFromMicros(referenceUs);
  for (let candidate = year + 1; candidate >= year - 8; candidate -= 1) {
    if (!isCivilDate(candidate, time.month, time.day)) continue;
    const days = daysFromCivil(candidate, time.month, time.day);
    if (days * MICROS_PER_DAY + time.secondOfDay * MICROS_PER_SECOND <= latest) return candidate;
  }
  return null;
}
