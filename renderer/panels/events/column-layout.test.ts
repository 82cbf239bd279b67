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

describe('widths on a narrow screen', () => {
  it('shows every default column between two docks at 1440 px', () => {
    expect(total(fitWidths(shown(), 880))).toBeLessThanOrEqual(888);
  });

  it('leaves widths alone where there is room', () => {
    const wide = shown();
    expect(fitWidths(wide, 3000)).toBe(wide);
    expect(fitWidths(wide, 0)).toBe(wide);
  });

  it('never touches a width the reader chose, and scrolls rather than crush', () => {
    const fitted = fitWidths(shown(['message']), 600);
    expect(fitted.find((one) => one.column.id === 'message')?.width).toBe(420);
    expect(fitted.every((one) => one.width >= 50)).toBe(true);
  });
});
