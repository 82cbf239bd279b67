/** The brushed range: made, moved and resized by pointer or by keys. Pure; what it does to the filter is the view's. */
import type { TimeWindow } from '../../state/time-window';
import { roundTimeAt, roundUnit, type TimeScale, timeAt, xOf } from './time-scale';

/** What a press of the pointer took hold of. */
export type Grip =
  | { readonly kind: 'new'; readonly anchor: number }
  | { readonly kind: 'from' | 'to'; readonly other: number }
  | { readonly kind: 'move'; readonly offset: number; readonly width: number };

const EDGE_REACH = 5;
/** Less than this is a click. */
export const CLICK_PX = 4;

export function gripAt(scale: TimeScale, brush: TimeWindow | null, x: number): Grip {
  if (brush !== null) {
    const left = xOf(scale, brush.from);
    const right = xOf(scale, brush.to);
    if (Math.abs(x - left) <= EDGE_REACH) return { kind: 'from', other: brush.to };
    if (Math.abs(x - right) <= EDGE_REACH) return { kind: 'to', other: brush.from };
    if (x > left && x < right) {
      return { kind: 'move', offset: timeAt(scale, x) - brush.from, width: brush.to - brush.from };
    }
  }
  return { kind: 'new', anchor: roundTimeAt(scale, x) };
}

/** The brush while the pointer is at `x`. */
export function dragTo(scale: TimeScale, grip: Grip, x: number): TimeWindow {
  const time = roundTimeAt(scale, Math.max(0, Math.min(x, scale.width)));
  switch (grip.kind) {
    case 'new':
      return ordered(grip.anchor, time);
    case 'from':
    case 'to':
      return ordered(grip.other, time);
    case 'move': {
      const from = roundTimeAt(scale, xOf(scale, timeAt(scale, x) - grip.offset));
      return { from, to: from + grip.width };
    }
  }
}

/** Half-open and never empty. */
function ordered(one: number, other: number): TimeWindow {
  const from = Math.min(one, other);
  return { from, to: Math.max(one, other, from + 1) };
}

/** Cursor for a place, so that the hand knows what a press would do. */
export function cursorAt(scale: TimeScale, brush: TimeWindow | null, x: number): string {
  const { kind } = gripAt(scale, brush, x);
  if (kind === 'from' || kind === 'to') return 'ew-resize';
  return kind === 'move' ? 'grab' : 'crosshair';
}

export type BrushKey = 'left' | 'right' | 'shrink' | 'grow' | 'grow-left' | 'shrink-left';

/** One step of a key: about a fiftieth of what is shown, a round length. */
function stepOf(scale: TimeScale): number {
  const unit = roundUnit(scale);
  return Math.max(unit, Math.round((scale.to - scale.from) / 50 / unit) * unit);
}

/** The brush after a key; without one, the middle fifth of what is shown. */
export function stepBrush(scale: TimeScale, brush: TimeWindow | null, key: BrushKey): TimeWindow {
  const step = stepOf(scale);
  if (brush === null) {
    const middle = scale.width / 2;
    return { from: roundTimeAt(scale, middle * 0.8), to: roundTimeAt(scale, middle * 1.2) };
  }
  const { from, to } = brush;
  switch (key) {
    case 'left':
      return { from: from - step, to: to - step };
    case 'right':
      return { from: from + step, to: to + step };
    case 'grow':
      return { from, to: to + step };
    case 'shrink':
      return { from, to: Math.max(from + 1, to - step) };
    case 'grow-left':
      return { from: from - step, to };
    case 'shrink-left':
      return { from: Math.min(to - 1, from + step), to };
  }
}
