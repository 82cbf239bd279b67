import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Places } from './places';

it('gives back what it was given, over many blocks', () => {
  const gap = fc.oneof(fc.nat(300), fc.nat(2 ** 40));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(gap, gap), { maxLength: 50 }),
      fc.integer({ min: 1, max: 400 }),
      (some, times) => {
        const places = new Places();
        const given: [number, number][] = [];
        let at = 0;
        for (let time = 0; time < times; time++) {
          for (const [before, length] of some) {
            const offset = at + before;
            if (offset + length >= 2 ** 52) return;
            places.add(offset, length);
            given.push([offset, length]);
            at = offset + length;
          }
        }
        const reader = places.read();
        const found: [number, number][] = [];
        while (reader.next()) found.push([reader.offset, reader.length]);
        expect(found).toEqual(given);
        expect(places.count).toBe(given.length);
      },
    ),
    { numRuns: 30 },
  );
});

it('takes no record that begins before the last one ends', () => {
  const places = new Places();
  places.add(5, 5);
  expect(() => places.add(9, 1)).toThrow(RangeError);
});
