import { describe, expect, it } from 'vitest';
import { paceText } from './fold';

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
