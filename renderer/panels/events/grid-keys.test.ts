import { describe, expect, it } from 'vitest';
import { gridAction, type KeyPress } from './grid-keys';

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  key,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...held,
});

describe('keys of the grid', () => {
  it('close a row with Escape and leave Shift+Escape, which maximises, to the window', () => {
    expect(gridAction(press('Escape'))).toEqual({ kind: 'close' });
    expect(gridAction(press('Escape', { shiftKey: true }))).toBeNull();
  });
});
