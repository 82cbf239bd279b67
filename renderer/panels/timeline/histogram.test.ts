import { Float64, Int32, Table, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binBounds, binsFor, niceTop, OTHER, readHistogram, roundBins, totalsWithin } from './histogram';

function answer(rows: readonly (readonly [bin: number, key: string, count: number])[]) {
  const table = new Table({
    bin: vectorFromArray(
      rows.map(([bin]) => bin),
      new Int32(),
    ),
    key: vectorFromArray(
      rows.map(([, key]) => key),
      new Utf8(),
    ),
    count: vectorFromArray(
      rows.map(([, , count]) => count),
      new Float64(),
    ),
  });
  return { from: 0, to: 1000, undated: 3, arrow: tableToIPC(table, 'stream') };
}

describe('histogram', () => {
  it('of what passes a filter keeps its place within the whole case', () => {
    const narrow = { from: 500, to: 600, bins: 4, totals: Float64Array.of(1, 0, 2, 4) };
    expect([...totalsWithin(narrow, { from: 0, to: 1000 }, 10)]).toEqual([0, 0, 0, 0, 0, 7, 0, 0, 0, 0]);
    expect([...totalsWithin(narrow, { from: 500, to: 600 }, 4)]).toEqual([1, 0, 2, 4]);
    expect([...totalsWithin(narrow, { from: 0, to: 560 }, 2)]).toEqual([0, 1]);
  });

  it('puts bins into series by key, domains in their own order', () => {
    const read = readHistogram(
      answer([
        [0, 'network', 5],
        [0, 'operations', 1],
        [9, 'ot', 2],
      ]),
      10,
      'event_domain',
    );
    expect(read!.series.map(({ key }) => key)).toEqual(['operations', 'ot', 'network']);
    expect(read!.totals[0]).toBe(6);
    expect(read!.highest).toBe(6);
    expect(read!.total).toBe(8);
    expect(binBounds(read!, 9)).toEqual({ from: 900, to: 1000 });
  });

  it('draws at most seven keys, the rest together as other', () => {
    const rows = Array.from({ length: 20 }, (_, index) => [index % 10, `set${index}`, 20 - index] as const);
    const read = readHistogram(answer([...rows, [3, OTHER, 100]]), 10, 'event_dataset');
    expect(read!.series).toHaveLength(7);
    expect(read!.series.at(-1)!.key).toBe(OTHER);
    const all = rows.reduce((sum, [, , count]) => sum + count, 100);
    expect(read!.series.reduce((sum, { total }) => sum + total, 0)).toBe(all);
  });

  it('is nothing when nothing has a time', () => {
    expect(readHistogram({ ...answer([]), from: null, to: null }, 10, 'event_domain')).toBeNull();
  });

  it('asks for a bin every two pixels, within what the engine takes', () => {
    expect(binsFor(1400)).toBe(700);
    expect(binsFor(10)).toBe(20);
    expect(binsFor(100_000)).toBe(2000);
  });

  it('tops the axis with a round number whose half is round', () => {
    for (const [highest, top] of [
      [0, 1],
      [1, 1],
      [3, 4],
      [408, 500],
      [2480, 3000],
      [1e6, 1e6],
    ] as const) {
      expect(niceTop(highest)).toBe(top);
    }
  });
});

describe('round bins', () => {
  it('cover the stretch, begin on round times of the zone, and are not more than asked for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -2e15, max: 4e15 }),
        fc.integer({ min: 1, max: 3e14 }),
        fc.integer({ min: 20, max: 2000 }),
        fc.constantFrom(0, 37_800, -16_200),
        (from, length, most, offsetSeconds) => {
          const offset = offsetSeconds * 1_000_000;
          const round = roundBins(from, from + length, most, offset);
          const width = (round.to - round.from) / round.bins;
          expect(round.from).toBeLessThanOrEqual(from);
          expect(from - round.from).toBeLessThan(width);
          expect(round.to).toBeGreaterThanOrEqual(from + length);
          expect(round.to - from - length).toBeLessThan(width);
          expect(round.bins).toBeLessThanOrEqual(most);
          expect(Number.isInteger(width)).toBe(true);
          expect(Math.abs((round.from + offset) % width)).toBe(0);
        },
      ),
    );
  });

  it('are as wide as people count', () => {
    expect(roundBins(7, 3_600_000_007, 512, 0)).toEqual({ from: 0, to: 3_610_000_000, bins: 361 });
  });
});
