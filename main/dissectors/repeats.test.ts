/** What is found was made of exactly these bytes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Repeat, Repeats } from './repeats';

const bytesOf = fc.uint8Array({ minLength: 0, maxLength: 6, max: 2 });

describe('bytes that come again', () => {
  test('the last are found, others are not', () => {
    const repeat = new Repeat<string>();
    const first = Uint8Array.of(9, 1, 2, 3);
    expect(repeat.find(first, 1, 4)).toBe(null);
    expect(repeat.keep(first, 1, 4, 'first')).toBe('first');
    expect(repeat.find(Uint8Array.of(1, 2, 3, 4), 0, 3)).toBe('first');
    expect(repeat.find(Uint8Array.of(1, 2, 3, 4), 0, 4)).toBe(null);
    first[2] = 7;
    expect(repeat.find(first, 1, 4)).toBe(null);
    expect(repeat.find(Uint8Array.of(1, 2, 3), 0, 3)).toBe('first');
  });

  test('whatever is found among many was made of the same bytes', () => {
    fc.assert(
      fc.property(fc.array(bytesOf, { maxLength: 200 }), (all) => {
        const repeats = new Repeats<string>();
        for (const bytes of all) {
          const found = repeats.find(bytes, 0, bytes.length);
          const made = [...bytes].join(' ');
          if (found === null) repeats.keep(bytes, 0, bytes.length, made);
          else expect(found).toBe(made);
          expect(repeats.find(bytes, 0, bytes.length)).toBe(made);
        }
      }),
    );
  });

  test('long ones are not kept', () => {
    const repeats = new Repeats<string>();
    const long = new Uint8Array(513);
    repeats.keep(long, 0, long.length, 'long');
    expect(repeats.find(long, 0, long.length)).toBe(null);
  });
});
