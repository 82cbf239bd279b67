/** Bars, stretches and shares as the ledger writes them. */
import { expect, it } from 'vitest';
import { barPath, coverageWords, stretchText } from './coverage';
import { shareText } from './duplicates-view';

it('draws one bar for neighbours of one height, and shows a single event', () => {
  expect(barPath([])).toBe('');
  expect(barPath([0, 0])).toBe('');
  expect(barPath([5, 5, 0, 5])).toBe('M0 16v-16h2v16zM3 16v-16h1v16z');
  expect(barPath([1_000_000, 1])).toMatch(/M1 16v-3\.2h1/);
});

it('says stretches in two units, and shares without rounding to none or all', () => {
  expect([7_000_000, 16 * 60_000_000, 90_061_000_000, 40_000, 3, 0].map(stretchText)).toEqual([
    '7 s',
    '16 min',
    '1 d 1 h',
    '40 ms',
    '3 µs',
    '0 µs',
  ]);
  expect([shareText(1, 1000), shareText(999, 1000), shareText(10, 10), shareText(1, 0)]).toEqual([
    '< 1 %',
    '> 99 %',
    '100 %',
    '·',
  ]);
  expect(coverageWords([0, 3])).toBe('events in 1 of 2 equal parts of the case’s time');
  expect(coverageWords(undefined)).toBe('no dated events');
});
