/** Civil arithmetic: against the platform's own proleptic calendar and against itself. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  civilFromDays,
  civilFromMicros,
  dayOfWeek,
  daysFromCivil,
  isCivilDate,
  microsFromCivil,
  splitMicros,
} from '../time';

const firstDay = daysFromCivil(1601, 1, 1);
const lastDay = daysFromCivil(9999, 12, 31);

describe('civil dates', () => {
  test('known days', () => {
    expect(daysFromCivil(1970, 1, 1)).toBe(0);
    expect(firstDay).toBe(-134_774);
    expect(daysFromCivil(1904, 1, 1)).toBe(-24_107);
    expect(lastDay).toBe(2_932_896);
    expect(civilFromDays(daysFromCivil(2000, 2, 29))).toEqual({ year: 2000, month: 2, day: 29 });
    expect(isCivilDate(1900, 2, 29)).toBe(false);
    expect(isCivilDate(2000, 2, 29)).toBe(true);
    expect(dayOfWeek(daysFromCivil(2016, 12, 15))).toBe(4);
    expect(dayOfWeek(daysFromCivil(1601, 1, 1))).toBe(1);
  });

  test('every day of 1601–9999 is the platform’s day, and back', () => {
    for (let days = firstDay; days <= lastDay; days += 1) {
      const date = civilFromDays(days);
      const platform = new Date(days * 86_400_000);
      if (
        date.year !== platform.getUTCFullYear() ||
        date.month !== platform.getUTCMonth() + 1 ||
        date.day !== platform.getUTCDate() ||
        daysFromCivil(date.year, date.month, date.day) !== days ||
        dayOfWeek(days) !== platform.getUTCDay()
      ) {
        expect.fail(`day ${days} became ${JSON.stringify(date)}`);
      }
    }
  });

  test('microseconds split and join without loss where they are exact', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (micros) => {
        const { seconds, micro } = splitMicros(micros);
        expect(BigInt(seconds) * 1_000_000n + BigInt(micro)).toBe(BigInt(micros));
        expect(micro).toBeGreaterThanOrEqual(0);
        expect(micro).toBeLessThan(1_000_000);
        expect(microsFromCivil(civilFromMicros(micros))).toBe(micros);
      }),
      { numRuns: 20_000, seed: 1 },
    );
  });

  test('the last microsecond of a second is not rounded up', () => {
    for (const seconds of [9_007_199_253, -9_007_199_254, 8_999_999_999]) {
      expect(splitMicros(seconds * 1_000_000 + 999_999)).toEqual({ seconds, micro: 999_999 });
    }
  });
});
