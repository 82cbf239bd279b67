import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as scroll from './virtual-scroll';

function extent(rowCount: number, over: Partial<scroll.Extent> = {}): scroll.Extent {
  return { rowCount, rowHeight: 24, viewport: 600, gap: null, ...over };
}

describe('scroll arithmetic', () => {
  it('is plain scrolling while the browser can hold the height', () => {
    const plain = extent(100_000);
    expect(scroll.isScaled(plain)).toBe(false);
    expect(scroll.canvasHeight(plain)).toBe(2_400_000);
    expect(scroll.toContent(1234, plain)).toBe(1234);
    expect(scroll.rowWindow(240, plain, 0)).toEqual({ first: 10, end: 36 });
  });

  for (const rowCount of [400_000, 5_000_000, 50_000_000]) {
    it(`reaches every row of ${rowCount}`, () => {
      const tall = extent(rowCount);
      expect(scroll.isScaled(tall)).toBe(true);
      expect(scroll.canvasHeight(tall)).toBe(scroll.CANVAS_CAP);
      const lastCanvas = scroll.canvasHeight(tall) - tall.viewport;
      expect(scroll.rowWindow(scroll.toContent(0, tall), tall, 0).first).toBe(0);
      expect(scroll.rowWindow(scroll.toContent(lastCanvas, tall), tall, 0).end).toBe(rowCount);
      for (const row of [0, 1, 777, rowCount >> 1, rowCount - 2, rowCount - 1]) {
        const top = scroll.reveal(row, 0, tall);
        const { first, end } = scroll.rowWindow(top, tall, 0);
        expect(first).toBeLessThanOrEqual(row);
        expect(end).toBeGreaterThan(row);
      }
    });
  }

  it('steps one row at a time through a scaled view without skipping', () => {
    const tall = extent(50_000_000);
    let top = scroll.rowTop(24_999_000, tall);
    for (let step = 0; step < 200; step += 1) {
      const row = scroll.rowAt(top, tall);
      top = scroll.clampTop(top + 24, tall);
      expect(scroll.rowAt(top, tall)).toBe(row + 1);
    }
  });

  it('turns short moves of a scaled canvas into as many pixels and long ones into a jump', () => {
    const tall = extent(5_000_000);
    expect(scroll.followScroll(1_000_000, 66_000, 66_100, tall)).toBe(1_000_100);
    expect(scroll.followScroll(1_000_000, 66_000, 4_000_000, tall)).toBe(scroll.toContent(4_000_000, tall));
    expect(scroll.followScroll(500, 100, 0, tall)).toBe(0);
  });

  it('keeps canvas and content position within a canvas pixel of each other', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000_000 }),
        fc.constantFrom(20, 24, 30),
        fc.integer({ min: 40, max: 3000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (rowCount, rowHeight, viewport, share) => {
          const any = extent(rowCount, { rowHeight, viewport });
          const top = scroll.clampTop(Math.floor(scroll.contentHeight(any) * share), any);
          const there = scroll.toContent(scroll.toCanvas(top, any), any);
          expect(Math.abs(there - top)).toBeLessThanOrEqual(1);
          const { first, end } = scroll.rowWindow(top, any, 3);
          expect(first).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(rowCount);
          expect(end - first).toBeLessThanOrEqual(Math.ceil(viewport / rowHeight) + 2 + 6);
        },
      ),
    );
  });

  it('makes room for an opened detail', () => {
    const open = extent(1000, { gap: { after: 10, height: 200 } });
    expect(scroll.contentHeight(open)).toBe(24_200);
    expect(scroll.rowTop(10, open)).toBe(240);
    expect(scroll.rowTop(11, open)).toBe(464);
    expect(scroll.rowAt(300, open)).toBe(10);
    expect(scroll.rowAt(464, open)).toBe(11);
    expect(scroll.reveal(10, 0, { ...open, viewport: 300 })).toBe(164);
  });

  it('has nothing to draw in an empty view', () => {
    const none = extent(0);
    expect(scroll.rowWindow(0, none, 10)).toEqual({ first: 0, end: 0 });
    expect(scroll.toContent(0, none)).toBe(0);
    expect(scroll.toCanvas(10, none)).toBe(0);
  });
});
