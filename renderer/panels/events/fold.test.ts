import { describe, expect, it } from 'vitest';
import { changesText, paceText } from './fold';

describe('the pace of polling', () => {
  it('is told in three digits', () => {
    expect([250, 1_000_000, 100_312, 999_871, 60_004_000].map(paceText)).toEqual([
      '250 µs',
      '1 s',
      '0.1 s',
      '1 s',
      '1 min',
    ]);
  });
});

describe('what changed inside a run', () => {
  it('is told of answers alone, with the ends of single values', () => {
    expect(changesText(null, null, null)).toBe(null);
    expect(changesText(0, 4, 4)).toBe(null);
    expect(changesText(1, null, null)).toBe('1 change');
    expect(changesText(37, 4.1, 7.200000047683716)).toBe('37 changes, 4.1–7.2');
  });
});
