/** Ticks of a time axis: on round wall-clock times of the display zone, also across changes of its offset. Pure. */
import {
  civilFromDays,
  dayOfWeek,
  daysFromCivil,
  formatInstant,
  MICROS_PER_DAY,
  MICROS_PER_HOUR,
  MICROS_PER_MINUTE,
  MICROS_PER_SECOND,
  offsetAt,
  wallToInstants,
} from './time';

/** A stretch of time over a width. */
export interface TimeScale {
  /** Microseconds since 1970 UTC. */
  readonly from: number;
  readonly to: number;
  /** Pixels the stretch covers. */
  readonly width: number;
}

export interface Tick {
  readonly us: number;
  readonly label: string;
}

export interface TimeBar {
  readonly ticks: readonly Tick[];
  /** Dates (or minutes, when zoomed in that far) the ticks stand in; the first is pinned to the left edge. */
  readonly context: readonly Tick[];
}

const SMALL = [1, 2, 5, 10, 20, 50, 100, 200, 500].flatMap((step) => [step, step * 1000]);
const STEPS: readonly number[] = [
  ...SMALL,
  ...[1, 2, 5, 10, 15, 30].map((step) => step * MICROS_PER_SECOND),
  ...[1, 2, 5, 10, 15, 30].map((step) => step * MICROS_PER_MINUTE),
  ...[1, 2, 3, 6, 12].map((step) => step * MICROS_PER_HOUR),
  ...[1, 2, 7, 14].map((step) => step * MICROS_PER_DAY),
].sort((one, other) => one - other);
/** Beyond two weeks, steps of whole months. */
const MONTHS: readonly number[] = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200];
const MONTH = 30.44 * MICROS_PER_DAY;
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const MOST = 200;

/** Ticks about `spacing` px apart, never closer. */
export function timeBar(scale: TimeScale, zone: string, spacing = 84): TimeBar {
  const least = ((scale.to - scale.from) / scale.width) * spacing;
  const step = STEPS.find((one) => one >= least);
  if (step === undefined) return monthBar(scale, zone, least);
  const ticks = wallTicks(scale, zone, step).map((us) => ({ us, label: labelOf(us, zone, step) }));
  if (step >= MICROS_PER_DAY) {
    const years = newYears(scale, zone).map((us) => ({ us, label: yearOf(us, zone) }));
    return { ticks, context: [{ us: scale.from, label: yearOf(scale.from, zone) }, ...years] };
  }
  // From a second on the ticks name the minute themselves.
  if (step < MICROS_PER_SECOND) {
    const minuteLabel = (us: number): Tick => ({ us, label: formatInstant(us, zone, 'minute') });
    const minutes = wallTicks(scale, zone, MICROS_PER_MINUTE).map(minuteLabel);
    return { ticks, context: [minuteLabel(scale.from), ...minutes] };
  }
  const days = wallTicks(scale, zone, MICROS_PER_DAY).map((us) => ({ us, label: dateLabel(us, zone) }));
  return { ticks, context: [{ us: scale.from, label: dateLabel(scale.from, zone) }, ...days] };
}

function labelOf(us: number, zone: string, step: number): string {
  if (step >= MICROS_PER_DAY) return formatInstant(us, zone, 'day').slice(5);
  const text = formatInstant(us, zone, 6);
  if (step >= MICROS_PER_MINUTE) return text.slice(11, 16);
  if (step >= MICROS_PER_SECOND) return text.slice(11, 19);
  return text.slice(17, step >= 1000 ? 23 : 26);
}

function dateLabel(us: number, zone: string): string {
  const days = Math.floor((us + offsetAt(zone, us) * MICROS_PER_SECOND) / MICROS_PER_DAY);
  return `${formatInstant(us, zone, 'day')} ${WEEKDAYS[dayOfWeek(days)] ?? ''}`;
}

/** Where years begin in the stretch. */
function newYears(scale: TimeScale, zone: string): readonly number[] {
  const found: number[] = [];
  for (let year = Number(yearOf(scale.from, zone)) + 1; found.length < MOST; year += 1) {
    const us = instantOf(zone, daysFromCivil(year, 1, 1) * MICROS_PER_DAY, MICROS_PER_DAY);
    if (!(us < scale.to)) break;
    if (us > scale.from) found.push(us);
  }
  return found;
}

function yearOf(us: number, zone: string): string {
  return formatInstant(us, zone, 'day').slice(0, 4);
}

/** Instants in the stretch whose wall clock is a multiple of the step. */
function wallTicks(scale: TimeScale, zone: string, step: number): readonly number[] {
  const wall = scale.from + offsetAt(zone, scale.from) * MICROS_PER_SECOND;
  const found: number[] = [];
  // Weeks begin on Monday; 1970-01-01 was a Thursday.
  const shift = step === 7 * MICROS_PER_DAY || step === 14 * MICROS_PER_DAY ? 4 * MICROS_PER_DAY : 0;
  for (let at = Math.ceil((wall - shift) / step) * step + shift; found.length < MOST; at += step) {
    const us = instantOf(zone, at, step);
    if (us >= scale.to) break;
    if (us >= scale.from && us > (found.at(-1) ?? Number.NEGATIVE_INFINITY)) found.push(us);
  }
  return found;
}

/** Below an hour offsets do not matter to alignment; from there on the zone decides. */
function instantOf(zone: string, wallUs: number, step: number): number {
  if (step < MICROS_PER_HOUR) return wallUs - offsetAt(zone, wallUs) * MICROS_PER_SECOND;
  return wallToInstants(zone, wallUs).instants[0] ?? wallUs;
}

function monthBar(scale: TimeScale, zone: string, least: number): TimeBar {
  const months = MONTHS.find((one) => one * MONTH >= least) ?? 1200;
  const wall = scale.from + offsetAt(zone, scale.from) * MICROS_PER_SECOND;
  const { year, month } = civilFromDays(Math.floor(wall / MICROS_PER_DAY));
  const ticks: Tick[] = [];
  for (
    let index = Math.floor((year * 12 + month - 1) / months) * months;
    ticks.length < MOST;
    index += months
  ) {
    const at = daysFromCivil(Math.floor(index / 12), (index % 12) + 1, 1) * MICROS_PER_DAY;
    const us = instantOf(zone, at, MICROS_PER_DAY);
    if (us >= scale.to) break;
    const text = formatInstant(us, zone, 'day');
    if (us >= scale.from) ticks.push({ us, label: months >= 12 ? text.slice(0, 4) : text.slice(0, 7) });
  }
  return { ticks, context: [] };
}
