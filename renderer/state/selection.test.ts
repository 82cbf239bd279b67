import { describe, expect, it } from 'vitest';
import { createSelection } from './selection';

describe('selection', () => {
  it('remembers that the filter leaves its event out until another is selected', () => {
    const selection = createSelection();
    const { select, judge } = selection.getState();
    select('7', 10, 'events');
    judge('7', true);
    expect(selection.getState().outside).toBe(true);
    select('7', 10, 'timeline');
    expect(selection.getState().outside).toBe(true);
    select('8', 20, 'events');
    expect(selection.getState().outside).toBe(false);
  });

  it('takes no word about an event that is no longer selected', () => {
    const selection = createSelection();
    const { select, judge, clearSelection } = selection.getState();
    select('8', 20, 'events');
    judge('7', true);
    expect(selection.getState().outside).toBe(false);
    judge('8', true);
    clearSelection();
    expect(selection.getState()).toMatchObject({ selected: null, outside: false });
  });
});
