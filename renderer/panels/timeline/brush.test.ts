import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dragTo, gripAt, stepBrush } from './brush';

const MINUTE = 60_000_000;
/** A minute a pixel. */
const scale = { from: 0, to: 1000 * MINUTE, width: 1000 };
const brush = { from: 200 * MINUTE, to: 400 * MINUTE };

describe('brush', () => {
  it('is drawn in either direction, on round times', () => {
    const grip = gripAt(scale, null, 300);
    expect(dragTo(scale, grip, 100.4)).toEqual({ from: 100 * MINUTE, to: 300 * MINUTE });
    expect(dragTo(scale, grip, 500)).toEqual({ from: 300 * MINUTE, to: 500 * MINUTE });
  });

  it('is taken at an edge to be resized, inside to be moved, outside to be made anew', () => {
    expect(gripAt(scale, brush, 202).kind).toBe('from');
    expect(gripAt(scale, brush, 397).kind).toBe('to');
    expect(gripAt(scale, brush, 300).kind).toBe('move');
    expect(gripAt(scale, brush, 600).kind).toBe('new');
    expect(dragTo(scale, gripAt(scale, brush, 400), 350)).toEqual({ ...brush, to: 350 * MINUTE });
    expect(dragTo(scale, gripAt(scale, brush, 400), 150)).toEqual({ from: 150 * MINUTE, to: 200 * MINUTE });
    expect(dragTo(scale, gripAt(scale, brush, 300), 310)).toEqual({
      from: 210 * MINUTE,
      to: 410 * MINUTE,
    });
  });

  it('begins in the middle with the first key and moves by round steps', () => {
    const first = stepBrush(scale, null, 'right');
    expect(first).toEqual({ from: 400 * MINUTE, to: 600 * MINUTE });
    expect(stepBrush(scale, first, 'left')).toEqual({ from: 380 * MINUTE, to: 580 * MINUTE });
    expect(stepBrush(scale, first, 'grow')).toEqual({ from: 400 * MINUTE, to: 620 * MINUTE });
  });

  it('is never empty, whatever the keys', () => {
    const keys = fc.array(
      fc.constantFrom('left', 'right', 'shrink', 'grow', 'grow-left', 'shrink-left' as const),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(keys, (all) => {
        let now = stepBrush(scale, null, 'right');
        for (const key of all) now = stepBrush(scale, now, key as 'left');
        expect(now.to).toBeGreaterThan(now.from);
      }),
    );
  });
});
