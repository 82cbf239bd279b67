/** How one event's values read, the same in the grid, the inspector and the ledger. Pure text, no drawing. */
import { TIME_FLAGS } from '../../shared/fields';
import { formatInstant, formatWall, parseInstant } from '../../shared/time';

/** Digits after the second a source can write, from the width of its smallest step; `null` = not known. */
export type Precision = 'day' | 'minute' | number;

const DAY_US = 86_400_000_000;
const MINUTE_US = 60_000_000;
const SECOND_US = 1_000_000;

/** Precision of a time for its step in microseconds (0 = finer than one) and its flags. */
export function precisionOf(stepUs: number | null, flags: number): Precision {
  if ((flags & TIME_FLAGS.dateOnly) !== 0) return 'day';
  if (stepUs === null) return 6;
  if (stepUs >= DAY_US) return 'day';
  if (stepUs >= MINUTE_US) return 'minute';
  if (stepUs >= SECOND_US) return 0;
  if (stepUs < 1) return 9;
  return 6 - Math.floor(Math.log10(stepUs));
}

/** A time split where the eye aligns it: date, clock, and the digits after the decimal point. */
export interface TimeParts {
  readonly date: string;
  readonly clock: string;
  /** With its point; empty where the source has no fractions. */
  readonly fraction: string;
}

function cut(text: string, precision: Precision): TimeParts {
  const date = text.slice(0, 10);
  if (precision === 'day') return { date, clock: '', fraction: '' };
  if (precision === 'minute') return { date, clock: text.slice(11, 16), fraction: '' };
  const fraction = precision === 0 ? '' : text.slice(19, 20 + precision);
  return { date, clock: text.slice(11, 19), fraction };
}

/** An instant in a zone with exactly the digits its source has. */
export function timeParts(us: number, zone: string, precision: Precision, remainderNs: number): TimeParts {
  return cut(formatInstant(us, zone, 9, remainderNs), precision);
}

/** The same in one line. */
export function timeLine(us: number, zone: string, precision: Precision, remainderNs: number): string {
  const { date, clock, fraction } = timeParts(us, zone, precision, remainderNs);
  return clock === '' ? date : `${date} ${clock}${fraction}`;
}

/** A wall time as written, with the digits its source has. */
export function wallLine(us: number, precision: Precision, remainderNs = 0): string {
  const { date, clock, fraction } = cut(formatWall(us, 9, remainderNs), precision);
  return clock === '' ? date : `${date} ${clock}${fraction}`;
}

/** Microseconds of a time field, whichever form it crossed in; null when there is none. */
export function fieldMicros(value: string | number | boolean | null | undefined): number | null {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value === '') return null;
  const read = parseInstant(value, 'UTC');
  return read.ok ? read.value.utcUs : null;
}

/** The mark beside a time: `≈` coarser than a second, `?` more than one reading, `y?` `z?` year or zone assumed. */
export function timeMarks(flags: number, precision: Precision): string {
  let marks = precision === 'day' || precision === 'minute' ? '≈' : '';
  const doubtful =
    TIME_FLAGS.ambiguous | TIME_FLAGS.nonexistent | TIME_FLAGS.dayMonthGuessed | TIME_FLAGS.leapSecond;
  if ((flags & doubtful) !== 0) marks += '?';
  if ((flags & TIME_FLAGS.yearAssumed) !== 0) marks += 'y?';
  if ((flags & TIME_FLAGS.zoneAssumed) !== 0) marks += 'z?';
  return marks;
}

/** What the flags mean, one sentence each; empty for a time the source states in full. */
export function flagWords(flags: number, precision: Precision): readonly string[] {
  const words: string[] = [];
  if (precision === 'day') words.push('Only the date is recorded');
  if (precision === 'minute') words.push('Only recorded to the minute');
  if ((flags & TIME_FLAGS.zoneAssumed) !== 0) words.push('Zone assumed: the record states none');
  if ((flags & TIME_FLAGS.yearAssumed) !== 0) words.push('Year assumed: the record states none');
  if ((flags & TIME_FLAGS.ambiguous) !== 0) {
    words.push('Ambiguous: clocks were put back, this wall time came twice');
  }
  if ((flags & TIME_FLAGS.nonexistent) !== 0) {
    words.push('Nonexistent: clocks were put forward over this wall time');
  }
  if ((flags & TIME_FLAGS.dayMonthGuessed) !== 0) words.push('Day and month could be the other way round');
  if ((flags & TIME_FLAGS.leapSecond) !== 0) words.push('Leap second: written as second 60, shown one later');
  return words;
}

export const SEVERITY_WORDS = [
  'unknown',
  'informational',
  'low',
  'medium',
  'high',
  'critical',
  'fatal',
] as const;

export function severityWord(severity: number | null): string {
  return severity === null ? '' : (SEVERITY_WORDS[severity] ?? String(severity));
}

/** How a row's severity is drawn: grey, normal, bold, amber bar, red bar. */
export type SeverityLevel = 'quiet' | 'normal' | 'bold' | 'warn' | 'bad';

export function severityLevel(severity: number | null): SeverityLevel {
  if (severity === null || severity <= 1) return 'quiet';
  if (severity === 2) return 'normal';
  if (severity === 3) return 'bold';
  return severity === 4 ? 'warn' : 'bad';
}

const THIN_SPACE = '\u202f';

/** A count with narrow spaces between thousands, `1 204 556`. */
export function countText(value: number): string {
  return String(Math.trunc(value)).replace(/\B(?=(\d{3})+(?!\d))/g, THIN_SPACE);
}

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** A size in decimal units, three significant digits: `1.24 MB`. */
export function sizeText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)}${THIN_SPACE}${UNITS[unit] ?? ''}`;
}

/** `1 record`, `3 records`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}

/** An address with its port: `10.0.0.1:502`, `[fe80::1]:502`. */
export function endpointText(ip: string | null, port: number | null, mac: string | null): string | null {
  if (ip === null) return mac;
  if (port === null) return ip;
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;
}

/** Where to cut a text for an ellipsis in its middle: all but the last `tail` characters may shrink. */
export function splitForEllipsis(text: string, tail: number): readonly [head: string, tail: string] {
  if (text.length <= tail * 2) return [text, ''];
  let at = text.length - tail;
  const code = text.charCodeAt(at);
  // Never between the two halves of a surrogate pair.
  if (code >= 0xdc00 && code <= 0xdfff) at -= 1;
  return [text.slice(0, at), text.slice(at)];
}
