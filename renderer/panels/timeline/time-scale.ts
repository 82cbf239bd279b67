/** Instants to pixels and back. Pure; offsets are taken from the start first, so that no microsecond is lost. */

export interface TimeScale {
  readonly from: number;
  readonly to: number;
  /** Pixels the stretch covers. */
  readonly width: number;
}

export function xOf(scale: TimeScale, us: number): number {
  return ((us - scale.from) / (scale.to - scale.from)) * scale.width;
}

export function timeAt(scale: TimeScale, x: number): number {
  return Math.round(scale.from + (x / scale.width) * (scale.to - scale.from));
}

/** Microseconds one pixel stands for. */
export function perPixel(scale: TimeScale): number {
  return (scale.to - scale.from) / scale.width;
}
