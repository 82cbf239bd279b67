/** Instants to pixels and back. Pure; offsets are taken from the start first, so that no microsecond is lost. */

import type { TimeScale } from '../../../shared/time-ticks';

export type { TimeScale } from '../../../shared/time-ticks';

export function xOf(scale: TimeScale, us: number): number {
  return ((us - scale.from) / (scale.to - scale.from)) * scale.width;
}

export function timeAt(scale: TimeScale, x: number): number {
  return Math.round(scale.from + (x / scale.width) * (scale.to - scale.from));
}

const UNITS: readonly number[] = [
  1,
  10,
  100,
  1000,
  10_000,
  100_000,
  ...[1, 10, 60, 300, 600].map((seconds) => seconds * 1_000_000),
];

/** The coarsest round length of time (up to ten minutes) that is finer than a pixel. */
export function roundUnit(scale: TimeScale): number {
  return UNITS.findLast((one) => one <= perPixel(scale)) ?? 1;
}

/** The instant at a pixel, on a round time. */
export function roundTimeAt(scale: TimeScale, x: number): number {
  const unit = roundUnit(scale);
  return Math.round(timeAt(scale, x) / unit) * unit;
}

/** Microseconds one pixel stands for. */
export function perPixel(scale: TimeScale): number {
  return (scale.to - scale.from) / scale.width;
}
