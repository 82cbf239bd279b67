import { describe, expect, it } from 'vitest';
import { fitWidths } from './column-layout';
import { DEFAULT_COLUMNS, gridColumn } from './columns';
import type { ShownColumn } from './use-columns';

function shown(sized: readonly string[] = []): ShownColumn[] {
  return DEFAULT_COLUMNS.map((id) => {
    const column = gridColumn(id)!;
    return { column, width: column.width, sized: sized.includes(id), sorted: null, sortRank: null };
  });
}

const total = (columns: readonly ShownColumn[]) => columns.reduce((sum, one) => sum + one.width, 0);

const widthOf = (columns: readonly ShownColumn[], id: string) =>
  columns.find((one) => one.column.id === id)?.width;

describe('widths that suit the room', () => {
  it('shows every default column between two docks at 1440 px, with a message that can be read', () => {
    const fitted = fitWidths(shown(), 858);
    expect(total(fitted)).toBe(858);
    expect(widthOf(fitted, 'message')).toBe(252);
    // As many characters as two addresses without their ports.
    expect(widthOf(fitted, 'route')).toBe(204);
  });

  it('gives the message what others leave', () => {
    const wide = shown();
    const fitted = fitWidths(wide, 3000);
    expect(total(fitted)).toBe(3000);
    expect(widthOf(fitted, 'message')).toBe(420 + 3000 - total(wide));
    expect(widthOf(fitted, 'route')).toBe(widthOf(wide, 'route'));
    const others = total(wide) - 420;
    expect(widthOf(fitWidths(wide, others + 300), 'message')).toBe(300);
    expect(total(fitWidths(wide, others + 300))).toBe(others + 300);
    expect(widthOf(fitWidths(shown(['message']), 3000), 'message')).toBe(420);
    expect(fitWidths(wide, 0)).toBe(wide);
    const without = wide.filter(({ column }) => column.id !== 'message');
    expect(fitWidths(without, 3000)).toBe(without);
  });

  it('never touches a width the reader chose, and scrolls rather than crush', () => {
    const fitted = fitWidths(shown(['message']), 600);
    expect(fitted.find((one) => one.column.id === 'message')?.width).toBe(420);
    expect(fitted.every((one) => one.width >= 42)).toBe(true);
  });
});
