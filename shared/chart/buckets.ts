/** Time buckets of a chart's axis in the display zone: their ends, the empty ones between, how they read. Pure. */

import {
  civilFromDays,
  daysFromCivil,
  formatInstant,
  MICROS_PER_DAY,
  MICROS_PER_HOUR,
  MICROS_PER_MINUTE,
  MICROS_PER_SECOND,
  offsetAt,
  wallToInstants,
} from '../time';
import type { Tick, TimeScale } from '../time-ticks';
import { timeBar } from '../time-ticks';

/** Microseconds, or a calendar unit of the zone. */
export type BucketWidth = number | string;

const FIXED: Readonly<Record<string, number>> = {
  second: MICROS_PER_SECOND,
  minute: MICROS_PER_MINUTE,
  hour: MICROS_PER_HOUR,
};

/** Start of the bucket after the one that starts at `us`. */
export function nextBucket(us: number, width: BucketWidth, zone: string): number {
  const fixed = typeof width === 'number' ? width : FIXED[width];
  if (fixed !== undefined) return us + fixed;
  const wall = us + offsetAt(zone, us) * MICROS_PER_SECOND;
  const days = Math.floor(wall / MICROS_PER_DAY);
  const { year, month } = civilFromDays(days);
  const next =
    width === 'year'
      ? daysFromCivil(year + 1, 1, 1)
      : width === 'month'
        ? daysFromCivil(month === 12 ? year + 1 : year, month === 12 ? 1 : month + 1, 1)
        : days + (width === 'week' ? 7 : 1);
  const after = wallToInstants(zone, next * MICROS_PER_DAY).instants[0];
  return after !== undefined && after > us ? after : us + MICROS_PER_DAY;
}

/** Beyond this many places an axis is no picture any more. */
export const MOST_PLACES = 2000;

/**
 * The starts given and every empty bucket between them, ascending; null where they would be more than can be drawn.
 */
export function fillBuckets(
  starts: readonly number[],
  width: BucketWidth,
  zone: string,
): readonly number[] | null {
  const present = [...new Set(starts)].sort((one, other) => one - other);
  const filled: number[] = [];
  for (const [index, start] of present.entries()) {
    filled.push(start);
    const until = present[index + 1] ?? start;
    for (let at = nextBucket(start, width, zone); at < until; at = nextBucket(at, width, zone)) {
      filled.push(at);
      if (filled.length > MOST_PLACES) return null;
    }
  }
  return filled.length > MOST_PLACES ? null : filled;
}

/** A bucket by its start, no finer than it is wide: `2026-03-16 18:05`. */
export function bucketLabel(us: number, width: BucketWidth, zone: string): string {
  if (width === 'year') return formatInstant(us, zone, 'day').slice(0, 4);
  if (width === 'month') return formatInstant(us, zone, 'day').slice(0, 7);
  if (width === 'day' || width === 'week') return formatInstant(us, zone, 'day');
  const fixed = typeof width === 'number' ? width : (FIXED[width] ?? 1);
  if (fixed % MICROS_PER_DAY === 0) return formatInstant(us, zone, 'day');
  if (fixed % MICROS_PER_MINUTE === 0) return formatInstant(us, zone, 'minute');
  return formatInstant(us, zone, fixed % MICROS_PER_SECOND === 0 ? 0 : 6);
}

/** The width in words: `5 min`, `day`. */
export function widthWords(width: BucketWidth): string {
  if (typeof width !== 'number') return width;
  const units: readonly (readonly [number, string])[] = [
    [MICROS_PER_DAY, 'd'],
    [MICROS_PER_HOUR, 'h'],
    [MICROS_PER_MINUTE, 'min'],
    [MICROS_PER_SECOND, 's'],
    [1000, 'ms'],
  ];
  const found = units.find(([size]) => width >= size && width % size === 0);
  return found === undefined ? `${width} µs` : `${width / found[0]} ${found[1]}`;
}

/**
 * Labels under buckets, by place: round times of the zone about `spacing` px apart, with the date in a second line
 * where it changes.
 */
export function bucketTicks(
  starts: readonly number[],
  end: number,
  width: number,
  zone: string,
): ReadonlyMap<number, string> {
  const [first] = starts;
  const labels = new Map<number, string>();
  if (first === undefined || end <= first || width <= 0) return labels;
  const scale: TimeScale = { from: first, to: end, width };
  const bar = timeBar(scale, zone, 76);
  const placeOf = (us: number): number => starts.findLastIndex((start) => start <= us);
  const dates = new Map<number, string>();
  for (const tick of bar.context) keepFirst(dates, placeOf(tick.us), tick);
  for (const tick of bar.ticks) keepFirst(labels, placeOf(tick.us), tick);
  let said = '';
  for (const place of [...labels.keys()].sort((one, other) => one - other)) {
    const date = [...dates].findLast(([at]) => at <= place)?.[1] ?? '';
    if (date !== said) labels.set(place, `${labels.get(place) ?? ''}\n${date}`);
    said = date;
  }
  return labels;
}

function keepFirst(map: Map<number, string>, place: number, tick: Tick): void {
  if (place >= 0 && !map.has(place)) map.set(place, tick.label);
}
