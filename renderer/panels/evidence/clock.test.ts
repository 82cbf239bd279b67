import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as clock from './clock';

describe('clock of an evidence', () => {
  it('reads offsets as people write them', () => {
    const cases: readonly (readonly [string, number | null])[] = [
      ['+00:06:12', 372_000_000],
      ['6:12', 372_000_000],
      ['372', 372_000_000],
      ['6 min 12 s', 372_000_000],
      ['-1:30.5', -90_500_000],
      ['−0.25 s', -250_000],
      ['1 d 2 h', 93_600_000_000],
      ['', null],
      ['soon', null],
      ['+', null],
    ];
    for (const [text, us] of cases) expect(clock.parseOffset(text), text).toBe(us);
  });

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: -9e12, max: 9e12 }), (us) => {
        expect(clock.parseOffset(clock.offsetText(us))).toBe(us);
      }),
    );
  });

  it('finds the recorded time behind a corrected one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e9, max: 1e9 }),
        fc.integer({ min: -500, max: 500 }),
        fc.integer({ min: 1.7e15, max: 1.8e15 }),
        fc.integer({ min: 0, max: 1e12 }),
        (offsetUs, driftPpm, referenceAtUs, later) => {
          const model = { zone: null, offsetUs, driftPpm, referenceAtUs, reason: '' };
          const recorded = referenceAtUs + later;
          const corrected = recorded + clock.shiftAt(model, recorded);
          expect(Math.abs(clock.recordedAt(model, corrected) - recorded)).toBeLessThanOrEqual(2);
        },
      ),
    );
  });

  it('says how the clock goes', () => {
    const model = {
      zone: null,
      offsetUs: 372_000_000,
      driftPpm: clock.driftPpm(1.2),
      referenceAtUs: 0,
      reason: '',
    };
    expect(clock.clockLine(model)).toBe('6 min 12 s slow, drifting 1.2 s a day');
    expect(clock.clockWords(-2_000_000)).toBe('2 s fast');
  });
});
