import { describe, expect, it } from 'vitest';
import { TIME_FLAGS } from '../../shared/fields';
import * as text from './event-text';

const at = Date.UTC(2016, 11, 15, 8, 6, 42) * 1000 + 895_706;

describe('times', () => {
  it('shows exactly the digits the source has', () => {
    const line = (step: number | null, flags = 0) =>
      text.timeLine(at, 'Australia/Brisbane', text.precisionOf(step, flags), 123);
    expect(line(1)).toBe('2016-12-15 18:06:42.895706');
    expect(line(0)).toBe('2016-12-15 18:06:42.895706123');
    expect(line(1000)).toBe('2016-12-15 18:06:42.895');
    expect(line(100_000)).toBe('2016-12-15 18:06:42.8');
    expect(line(1_000_000)).toBe('2016-12-15 18:06:42');
    expect(line(60_000_000)).toBe('2016-12-15 18:06');
    expect(line(1, TIME_FLAGS.dateOnly)).toBe('2016-12-15');
  });

  it('marks what is doubtful and says so in words', () => {
    const flags = TIME_FLAGS.zoneAssumed | TIME_FLAGS.ambiguous | TIME_FLAGS.yearAssumed;
    expect(text.timeMarks(flags, 0)).toBe('?y?z?');
    expect(text.timeMarks(0, 'day')).toBe('≈');
    expect(text.timeMarks(0, 6)).toBe('');
    expect(text.flagWords(flags, 0)).toHaveLength(3);
    expect(text.flagWords(0, 6)).toEqual([]);
  });
});

describe('values', () => {
  it('separates thousands and rounds sizes', () => {
    expect(text.countText(1204556)).toBe('1\u202f204\u202f556');
    expect(text.countText(999)).toBe('999');
    expect(text.sizeText(0)).toBe('0\u202fB');
    expect(text.sizeText(999_600)).toBe('1.00\u202fMB');
    expect(text.sizeText(56_300_000)).toBe('56.3\u202fMB');
  });

  it('brackets IPv6 addresses with a port', () => {
    expect(text.endpointText('10.0.0.1', 502, null)).toBe('10.0.0.1:502');
    expect(text.endpointText('fe80::1', 502, null)).toBe('[fe80::1]:502');
    expect(text.endpointText(null, null, '00:1b:1b:20:30:10')).toBe('00:1b:1b:20:30:10');
    expect(text.endpointText(null, null, null)).toBeNull();
  });

  it('never cuts a character in half', () => {
    expect(text.splitForEllipsis('abcdefghij', 3)).toEqual(['abcdefg', 'hij']);
    expect(text.splitForEllipsis('short', 3)).toEqual(['short', '']);
    const [head, tail] = text.splitForEllipsis('aaaaaa😀bb', 3);
    expect(head + tail).toBe('aaaaaa😀bb');
    expect(tail).toBe('😀bb');
  });
});
