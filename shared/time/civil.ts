/**
 * Civil dates without a platform clock: the proleptic Gregorian calendar (ISO 8601-1:2019 §4.2.1) as arithmetic on
 * whole days and microseconds. No zones here.
 */

/**
 * Microseconds since 1970-01-01T00:00:00 UTC (an instant) or since 1970-01-01T00:00:00 on the wall (a wall time).
 * Exact up to 2^53, that is from late 1684 to mid 2255; outside, whole milliseconds stay exact to the year 4253 and
 * whole seconds to 9999, while a finer fraction may be off by up to 32 µs.
 */
export type Micros = number;

export const MICROS_PER_SECOND = 1_000_000;
export const MICROS_PER_MINUTE = 60_000_000;
export const MICROS_PER_HOUR = 3_600_000_000;
export const MICROS_PER_DAY = 86_400_000_000;

/** Years this product reads: from the epoch of Windows file times to the last four-digit year. */
export const FIRST_YEAR = 1601;
export const LAST_YEAR = 9999;

export interface CivilDate {
  readonly year: number;
  /** 1–12. */
  readonly month: number;
  /** 1–31. */
  readonly day: number;
}

export interface CivilTime extends CivilDate {
  /** 0–23. */
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 0–999 999. */
  readonly micro: number;
}

export function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** True for a date of the calendar within the years this product reads. */
export function isCivilDate(year: number, month: number, day: number): boolean {
  return (
    year >= FIRST_YEAR &&
    year <= LAST_YEAR &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysInMonth(year, month)
  );
}

/** Days from 1970-01-01 to a date. The year is counted from March, so that the leap day is its last. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const marchMonth = month <= 2 ? month + 9 : month - 3;
  const century = Math.floor(marchYear / 100);
  const dayOfYear = Math.floor((153 * marchMonth + 2) / 5) + day - 1;
  const leapDays = Math.floor(marchYear / 4) - century + Math.floor(century / 4);
  return marchYear * 365 + leapDays + dayOfYear - 719_468;
}

/** The date that lies `days` days after 1970-01-01. */
export function civilFromDays(days: number): CivilDate {
  const sinceMarchZero = days + 719_468;
  const cycle = Math.floor(sinceMarchZero / 146_097);
  const dayOfCycle = sinceMarchZero - cycle * 146_097;
  const yearOfCycle = Math.floor(
    (dayOfCycle -
      Math.floor(dayOfCycle / 1460) +
      Math.floor(dayOfCycle / 36_524) -
      Math.floor(dayOfCycle / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfCycle - (365 * yearOfCycle + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  return {
    year: cycle * 400 + yearOfCycle + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1,
  };
}

/** Wall microseconds of a civil time; `hour` 24 and `second` 60 simply carry over. */
export function microsFromCivil(time: CivilTime): Micros {
  const days = daysFromCivil(time.year, time.month, time.day);
  return (days * 86_400 + time.hour * 3600 + time.minute * 60 + time.second) * MICROS_PER_SECOND + time.micro;
}

/** Splits microseconds into whole seconds (towards the past) and the rest, 0–999 999. */
export function splitMicros(micros: Micros): { readonly seconds: number; readonly micro: number } {
  let seconds = Math.floor(micros / MICROS_PER_SECOND);
  let micro = micros - seconds * MICROS_PER_SECOND;
  // The quotient is rounded to a double, so it can land one too high next to a whole second.
  if (micro < 0) {
    seconds -= 1;
    micro += MICROS_PER_SECOND;
  }
  return { seconds, micro };
}

/** The civil time of wall microseconds. */
export function civilFromMicros(wallUs: Micros): CivilTime {
  const { seconds, micro } = splitMicros(wallUs);
  const days = Math.floor(seconds / 86_400);
  const ofDay = seconds - days * 86_400;
  const { year, month, day } = civilFromDays(days);
  return {
    year,
    month,
    day,
    hour: Math.floor(ofDay / 3600),
    minute: Math.floor(ofDay / 60) % 60,
    second: ofDay % 60,
    micro,
  };
}

/** 0 = Sunday … 6 = Saturday, for days since 1970-01-01. */
export function dayOfWeek(days: number): number {
  return (((days + 4) % 7) + 7) % 7;
}
