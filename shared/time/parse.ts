/** Times typed by people or written in ISO 8601, for the filter bar, the command line and readers in TypeScript. */
import { fail, type Outcome, succeed } from '../problem';
import {
  daysFromCivil,
  daysInMonth,
  isCivilDate,
  MICROS_PER_DAY,
  MICROS_PER_HOUR,
  MICROS_PER_MINUTE,
  MICROS_PER_SECOND,
  type Micros,
} from './civil';
import { type WallKind, wallToInstants } from './wall';
import { isZone } from './zone';

/** A written time, not yet placed in a zone. */
export interface WallTime {
  readonly wallUs: Micros;
  /** Nanoseconds beyond the microsecond, 0–999; finer digits are cut. */
  readonly remainderNs: number;
  /** Offset stated in the text, seconds east of UTC; null where it states none. */
  readonly offsetSeconds: number | null;
  /** Width of the smallest step the text writes, in microseconds; 0 is finer than a microsecond. */
  readonly precisionUs: number;
  /** Second 60: read as the second that follows, as POSIX does. */
  readonly leapSecond: boolean;
  /** 24:00:00: read as the midnight that ends the day (ISO 8601-1:2019/Amd 1 §4.3.8). */
  readonly endOfDay: boolean;
}

export interface Instant {
  readonly utcUs: Micros;
  readonly remainderNs: number;
  readonly precisionUs: number;
  readonly kind: WallKind;
  /** The other reading of an ambiguous or nonexistent wall time. */
  readonly otherUs: Micros | null;
}

const DATE = String.raw`(?<year>\d{4})(?:(?<dash>[-/])?(?<month>\d{2})(?:\k<dash>(?<day>\d{2}))|-(?<ordinal>\d{3}))`;
const CLOCK = String.raw`(?<hour>\d{2})(?:(?<colon>:)?(?<minute>\d{2})(?:\k<colon>(?<second>\d{2})(?:[.,](?<fraction>\d{1,18}))?)?)?`;
const OFFSET = String.raw`(?<utc>[Zz]|UTC|GMT)|(?<sign>[+\-−])(?<offsetHour>\d{2})(?::?(?<offsetMinute>\d{2})(?::?(?<offsetSecond>\d{2}))?)?`;
const WRITTEN = new RegExp(`^${DATE}(?:(?:[Tt_]| +)${CLOCK}(?: *(?:${OFFSET}))?)?$`);
const EPOCH = /^@(-?\d{1,12})(?:\.(\d{1,9}))?$/;

function refuse(text: string, why: string): Outcome<never> {
  return fail({
    code: 'time-unreadable',
    what: 'This is not a time that can be read',
    why,
    where: text.slice(0, 80),
    help: 'Write it as 2016-12-15 08:06:42.895706, with Z or +10:00 after it if it is not in the shown zone',
  });
}

type Groups = Readonly<Record<string, string | undefined>>;

function numberOf(text: string | undefined): number {
  return text === undefined ? 0 : Number(text);
}

function readDate(text: string, groups: Groups): Outcome<number> {
  const year = numberOf(groups.year);
  if (groups.ordinal !== undefined) {
    const ordinal = numberOf(groups.ordinal);
    const length = daysInMonth(year, 2) + 337;
    if (!isCivilDate(year, 1, 1) || ordinal < 1 || ordinal > length) {
      return refuse(text, 'the year has no such day');
    }
    return succeed(daysFromCivil(year, 1, 1) + ordinal - 1);
  }
  const month = numberOf(groups.month);
  const day = numberOf(groups.day);
  if (!isCivilDate(year, month, day)) return refuse(text, 'the calendar has no such date');
  return succeed(daysFromCivil(year, month, day));
}

function readOffset(groups: Groups): number | null {
  if (groups.utc !== undefined) return 0;
  if (groups.sign === undefined) return null;
  const size =
    numberOf(groups.offsetHour) * 3600 + numberOf(groups.offsetMinute) * 60 + numberOf(groups.offsetSecond);
  return groups.sign === '+' ? size : 0 - size;
}

function precisionOf(groups: Groups): number {
  if (groups.hour === undefined) return MICROS_PER_DAY;
  if (groups.minute === undefined) return MICROS_PER_HOUR;
  if (groups.second === undefined) return MICROS_PER_MINUTE;
  const digits = groups.fraction?.length ?? 0;
  return digits > 6 ? 0 : 10 ** (6 - digits);
}

/**
 * Reads an ISO 8601 time and its everyday variants: `2016-12-15`, `2016-350`, `20161215T080642Z`,
 * `2016-12-15 08:06:42,895706 +10:00`, `2016/12/15 08:06 UTC`. Years 1601–9999.
 */
export function parseWall(input: string): Outcome<WallTime> {
  const text = input.trim();
  const groups: Groups | undefined = WRITTEN.exec(text)?.groups;
  if (groups === undefined) return refuse(text, 'it is not written year first');
  const date = readDate(text, groups);
  if (!date.ok) return date;
  const hour = numberOf(groups.hour);
  const minute = numberOf(groups.minute);
  const second = numberOf(groups.second);
  const fraction = (groups.fraction ?? '').padEnd(9, '0').slice(0, 9);
  const endOfDay = hour === 24;
  if (hour > 24 || minute > 59 || second > 60) return refuse(text, 'the clock has no such time');
  if (endOfDay && (minute > 0 || second > 0 || Number(fraction) > 0)) {
    return refuse(text, 'nothing comes after 24:00:00');
  }
  const offsetSeconds = readOffset(groups);
  if (offsetSeconds !== null && Math.abs(offsetSeconds) >= 86_400)
    return refuse(text, 'no zone is that far away');
  if (numberOf(groups.offsetMinute) > 59) return refuse(text, 'an offset has at most 59 minutes');
  return succeed({
    wallUs:
      (date.value * 86_400 + hour * 3600 + minute * 60 + second) * MICROS_PER_SECOND +
      Number(fraction.slice(0, 6)),
    remainderNs: Number(fraction.slice(6)),
    offsetSeconds,
    precisionUs: precisionOf(groups),
    leapSecond: second === 60,
    endOfDay,
  });
}

/**
 * Reads a time as an instant: an offset or zone name in the text wins over `zone`; `@1481789202.895706` is seconds
 * since 1970. An ambiguous or nonexistent wall time gives its first reading and the other one beside it.
 */
export function parseInstant(input: string, zone: string): Outcome<Instant> {
  const text = input.trim();
  const epoch = EPOCH.exec(text);
  if (epoch !== null) return succeed(epochInstant(epoch[1] ?? '0', epoch[2] ?? ''));
  const named = /^(.*\d) +\[?([A-Za-z]+(?:\/[A-Za-z0-9_+\-/]+))\]?$/.exec(text);
  const zoneName = named?.[2] ?? zone;
  if (named !== null && !isZone(zoneName)) return refuse(text, `no time zone is called ${zoneName}`);
  const wall = parseWall(named?.[1] ?? text);
  if (!wall.ok) return wall;
  const { wallUs, remainderNs, offsetSeconds, precisionUs } = wall.value;
  if (offsetSeconds !== null) {
    const utcUs = wallUs - offsetSeconds * MICROS_PER_SECOND;
    return succeed({ utcUs, remainderNs, precisionUs, kind: 'unique', otherUs: null });
  }
  const reading = wallToInstants(zoneName, wallUs);
  return succeed({
    utcUs: reading.instants[0] ?? wallUs,
    remainderNs,
    precisionUs,
    kind: reading.kind,
    otherUs: reading.instants[1] ?? null,
  });
}

function epochInstant(seconds: string, fraction: string): Instant {
  const nanos = Number(fraction.padEnd(9, '0'));
  const signed = seconds.startsWith('-') ? 0 - nanos : nanos;
  const micro = Math.floor(signed / 1000);
  return {
    utcUs: Number(seconds) * MICROS_PER_SECOND + micro,
    remainderNs: signed - micro * 1000,
    precisionUs: fraction.length > 6 ? 0 : 10 ** (6 - fraction.length),
    kind: 'unique',
    otherUs: null,
  };
}

/** Half-open [fromUs, toUs). */
export interface TimeRange {
  readonly fromUs: Micros;
  readonly toUs: Micros;
}

/**
 * Reads a time as the whole stretch it names in a zone: `2016` the year, `2016-12` the month, `2016-12-15` the day,
 * `2016-12-15 08:06` the minute. A stretch that begins or ends in an overlap or gap takes the wider reading.
 */
export function parseTimeRange(input: string, zone: string): Outcome<TimeRange> {
  const text = input.trim();
  const coarse = /^(\d{4})(?:-(\d{2}))?$/.exec(text);
  if (coarse !== null) {
    const year = Number(coarse[1]);
    const month = Number(coarse[2] ?? '1');
    if (!isCivilDate(year, month, 1)) return refuse(text, 'the calendar has no such month');
    const wholeYear = coarse[2] === undefined;
    const endYear = wholeYear || month === 12 ? year + 1 : year;
    const endMonth = wholeYear ? 1 : (month % 12) + 1;
    return succeed(wallRange(daysFromCivil(year, month, 1), daysFromCivil(endYear, endMonth, 1), zone));
  }
  const instant = parseInstant(text, zone);
  if (!instant.ok) return instant;
  const { utcUs, otherUs, precisionUs } = instant.value;
  if (precisionUs === MICROS_PER_DAY) {
    const wall = parseWall(text);
    if (wall.ok) {
      const days = Math.round(wall.value.wallUs / MICROS_PER_DAY);
      return succeed(wallRange(days, days + 1, zone));
    }
  }
  const both = [utcUs, otherUs ?? utcUs];
  return succeed({ fromUs: Math.min(...both), toUs: Math.max(...both) + Math.max(precisionUs, 1) });
}

function wallRange(fromDays: number, toDays: number, zone: string): TimeRange {
  const from = wallToInstants(zone, fromDays * MICROS_PER_DAY).instants;
  const to = wallToInstants(zone, toDays * MICROS_PER_DAY).instants;
  return { fromUs: Math.min(...from), toUs: Math.max(...to) };
}
