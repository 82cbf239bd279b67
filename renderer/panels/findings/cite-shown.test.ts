import { describe, expect, it } from 'vitest';
import { citeShown, whyNotShown } from './cite-shown';

describe('citing what is shown', () => {
  it('is offered only where a filter leaves something out and something passes', () => {
    expect(whyNotShown(7, true)).toBeNull();
    expect(whyNotShown(12_401, false)).toBe('filter them first');
    expect(whyNotShown(0, true)).toBe('none is shown');
  });

  it('says how many', () => {
    expect(citeShown(1)).toBe('the one event shown');
    expect(citeShown(7)).toBe('all 7 events shown');
    expect(citeShown(0)).toBe('the events shown');
  });
});
