import { describe, expect, it } from 'vitest';
import { agoText, middle } from './recent';

const now = Date.UTC(2026, 10, 21, 12);

describe('start page words', () => {
  it('says how long ago', () => {
    const ago = (minutes: number) => agoText(now - minutes * 60_000, now);
    expect([0, 12, 200, 26 * 60, 5 * 24 * 60, 90 * 24 * 60].map(ago)).toEqual([
      'just now',
      '12 min ago',
      '3 h ago',
      'yesterday',
      '5 days ago',
      '2026-08-23',
    ]);
  });

  it('keeps both ends of a long path', () => {
    expect(middle('/short', 20)).toBe('/short');
    const cut = middle('/a/very/long/path/to/a/case/of/an/investigation', 24);
    expect(cut).toHaveLength(24);
    expect(cut.startsWith('/a')).toBe(true);
    expect(cut.endsWith('investigation')).toBe(true);
  });
});
