import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { timeBar } from './time-ticks';

const HOUR = 3_600_000_000;
const at = (...parts: [number, number, number, number?, number?]) => Date.UTC(...parts) * 1000;

describe('time bar', () => {
  it('stands on round hours of the display zone', () => {
    const from = at(2016, 11, 15, 8, 7);
    const bar = timeBar({ from, to: from + 12 * HOUR, width: 900 }, 'Australia/Brisbane');
    expect(bar.ticks.map(({ label }) => label).slice(0, 3)).toEqual(['20:00', '22:00', '00:00']);
    expect(bar.context.map(({ label }) => label)).toEqual(['2016-12-15 Thu', '2016-12-16 Fri']);
  });

  it('counts on correctly over a change of the offset', () => {
    // New York leaves daylight saving time on 2026-11-01 at 06:00 UTC; 01:00 comes twice.
    const bar = timeBar(
      { from: at(2026, 10, 1, 4), to: at(2026, 10, 1, 10), width: 600 },
      'America/New_York',
    );
    expect(bar.ticks.map(({ label }) => label)).toEqual(['00:00', '01:00', '02:00', '03:00', '04:00']);
    const [, one, two] = bar.ticks;
    expect(two!.us - one!.us).toBe(2 * HOUR);
  });

  it('names fractions of a second when zoomed in, and the minute they stand in', () => {
    const from = at(2016, 11, 15, 8, 6) + 45_941_000;
    const bar = timeBar({ from, to: from + 5000, width: 900 }, 'UTC');
    expect(bar.ticks[0]!.label).toMatch(/^45\.94\d+$/);
    expect(bar.context[0]!.label).toBe('2016-12-15 08:06');
  });

  it('says where a year or a minute begins inside the stretch', () => {
    const days = timeBar({ from: at(2025, 11, 31, 21), to: at(2026, 0, 12), width: 700 }, 'UTC');
    expect(days.context).toEqual([
      { us: at(2025, 11, 31, 21), label: '2025' },
      { us: at(2026, 0, 1), label: '2026' },
    ]);
    const from = at(2016, 11, 15, 8, 6) + 59_000_000;
    const seconds = timeBar({ from, to: from + 2_000_000, width: 900 }, 'UTC');
    expect(seconds.context.map(({ label }) => label)).toEqual(['2016-12-15 08:06', '2016-12-15 08:07']);
  });

  it('steps by months and years when zoomed out', () => {
    const bar = timeBar({ from: at(2010, 3, 7), to: at(2026, 3, 7), width: 900 }, 'UTC');
    expect(bar.ticks[0]!.label).toBe('2012');
    const months = timeBar({ from: at(2026, 0, 7), to: at(2026, 8, 7), width: 900 }, 'UTC');
    expect(months.ticks[0]!.label).toBe('2026-02');
  });

  it('keeps ticks inside, in order and at least the spacing apart, at any zoom', () => {
    const zones = fc.constantFrom('UTC', 'Australia/Brisbane', 'America/New_York', 'Asia/Kathmandu');
    const span = fc.double({ min: 1.3, max: 15.7, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer({ min: at(1971, 0, 1), max: at(2060, 0, 1) }),
        span,
        zones,
        (from, power, zone) => {
          const scale = { from, to: from + Math.round(10 ** power), width: 800 };
          const { ticks } = timeBar(scale, zone);
          expect(ticks.length).toBeLessThanOrEqual(12);
          for (const [index, { us }] of ticks.entries()) {
            expect(us).toBeGreaterThanOrEqual(scale.from);
            expect(us).toBeLessThan(scale.to);
            if (index > 0) expect(us).toBeGreaterThan(ticks[index - 1]!.us);
          }
        },
      ),
    );
  });
});
