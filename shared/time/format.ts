/** Instants as text: fast enough for a grid that draws thousands of cells, and the same text everywhere. */
import { civilFromDays, MICROS_PER_DAY, MICROS_PER_SECOND, type Micros, splitMicros } from './civil';
import { offsetAt, zoneTransitions } from './zone';

/** Digits after the second; `minute` and `day` stop earlier. */
export type TimeDigits = 'day' | 'minute' | 0 | 3 | 6 | 9;

/** A stretch of time over which a zone keeps one offset, so that neighbouring cells need no look-up. */
interface Stretch {
  readonly fromUs: Micros;
  readonly toUs: Micros;
  readonly offsetSeconds: number;
}

/** How far ahead of an instant one look-up searches for the next change of offset. */
const STRETCH = 200 * MICROS_PER_DAY;
const stretches = new Map<string, Stretch>();
const dayTexts = new Map<number, string>();

function offsetNear(zone: string, utcUs: Micros): number {
  const known = stretches.get(zone);
  if (known !== undefined && utcUs >= known.fromUs && utcUs < known.toUs) return known.offsetSeconds;
  const next = zoneTransitions(zone, utcUs + 1, utcUs + STRETCH)[0];
  const offsetSeconds = offsetAt(zone, utcUs);
  stretches.set(zone, { fromUs: utcUs, toUs: next?.atUs ?? utcUs + STRETCH, offsetSeconds });
  return offsetSeconds;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : `${value}`;
}

function dayText(days: number): string {
  const known = dayTexts.get(days);
  if (known !== undefined) return known;
  if (dayTexts.size > 4096) dayTexts.clear();
  const { year, month, day } = civilFromDays(days);
  const sign = year < 0 ? '-' : '';
  const text = `${sign}${String(Math.abs(year)).padStart(4, '0')}-${two(month)}-${two(day)}`;
  dayTexts.set(days, text);
  return text;
}

function wallText(
  utcUs: Micros,
  offsetSeconds: number,
  digits: TimeDigits,
  between: string,
  remainderNs: number,
): string {
  const split = splitMicros(utcUs);
  const wall = split.seconds + offsetSeconds;
  const days = Math.floor(wall / 86_400);
  const date = dayText(days);
  if (digits === 'day') return date;
  const ofDay = wall - days * 86_400;
  const minutes = `${date}${between}${two(Math.floor(ofDay / 3600))}:${two(Math.floor(ofDay / 60) % 60)}`;
  if (digits === 'minute') return minutes;
  const seconds = `${minutes}:${two(ofDay % 60)}`;
  if (digits === 0) return seconds;
  const micro = String(split.micro).padStart(6, '0');
  if (digits === 3) return `${seconds}.${micro.slice(0, 3)}`;
  if (digits === 6) return `${seconds}.${micro}`;
  return `${seconds}.${micro}${String(remainderNs).padStart(3, '0')}`;
}

/**
 * An instant as the wall shows it in a zone, `2016-12-15 18:06:42.895706`, cut (never rounded) to `digits`.
 * `remainderNs` (0–999) only shows with 9 digits. Throws on a name `isZone` refuses.
 */
export function formatInstant(utcUs: Micros, zone: string, digits: TimeDigits = 6, remainderNs = 0): string {
  return wallText(utcUs, offsetNear(zone, utcUs), digits, ' ', remainderNs);
}

/** An instant in UTC as ISO 8601, `2016-12-15T08:06:42.895706Z`: the form of every JSON output. */
export function isoInstant(utcUs: Micros, digits: TimeDigits = 6, remainderNs = 0): string {
  const text = wallText(utcUs, 0, digits, 'T', remainderNs);
  return digits === 'day' ? text : `${text}Z`;
}

/** A wall time, no zone, `2016-12-15 18:06:42.895706`. */
export function formatWall(wallUs: Micros, digits: TimeDigits = 6, remainderNs = 0): string {
  return wallText(wallUs, 0, digits, ' ', remainderNs);
}

/** An offset as people write it: `+10:00`, `-03:30`, and `+00:17:30` for local mean times. */
export function formatOffset(offsetSeconds: number): string {
  const size = Math.abs(offsetSeconds);
  const text = `${offsetSeconds < 0 ? '-' : '+'}${two(Math.floor(size / 3600))}:${two(Math.floor(size / 60) % 60)}`;
  return size % 60 === 0 ? text : `${text}:${two(size % 60)}`;
}

/** A zone with the offset it has at an instant, `Australia/Brisbane +10:00`; UTC and fixed offsets stand alone. */
export function zoneLabel(zone: string, utcUs: Micros): string {
  if (zone === 'UTC' || /^[+-]/.test(zone)) return zone;
  return `${zone} ${formatOffset(offsetNear(zone, utcUs))}`;
}

const DURATION_UNITS: ReadonlyArray<readonly [name: string, micros: number]> = [
  ['d', MICROS_PER_DAY],
  ['h', 3600 * MICROS_PER_SECOND],
  ['min', 60 * MICROS_PER_SECOND],
];

/** A length of time in words, exact to the digit given: `1 d 2 h`, `6 min 12 s`, `3.050578 s`, `250 µs`. */
export function formatDuration(micros: Micros): string {
  if (micros < 0) return `-${formatDuration(0 - micros)}`;
  if (micros < 1000) return `${micros} µs`;
  const parts: string[] = [];
  let rest = micros;
  for (const [name, size] of DURATION_UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${name}`);
  }
  const { seconds, micro } = splitMicros(rest);
  const fraction = String(micro).padStart(6, '0').replace(/0+$/, '');
  if (rest > 0) parts.push(`${seconds}${fraction === '' ? '' : `.${fraction}`} s`);
  return parts.join(' ');
}
