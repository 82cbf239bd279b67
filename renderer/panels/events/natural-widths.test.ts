import { describe, expect, it } from 'vitest';
import type { ArrowRows, Cell } from '../../ui/arrow-rows';
import { gridColumn } from './columns';
import { naturalWidth, sampleOffsets } from './natural-widths';

function rowsOf(column: string, values: readonly Cell[]): ArrowRows {
  const value = (row: number, name: string): Cell => (name === column ? (values[row] ?? null) : null);
  return {
    length: values.length,
    columns: [column],
    value,
    text: (row, name) => {
      const cell = value(row, name);
      return cell === null ? null : String(cell);
    },
    number: () => null,
  };
}

describe('natural widths', () => {
  it('gives an empty column no more than its title', () => {
    const column = gridColumn('host_name')!;
    const empty = naturalWidth(column, [rowsOf('host_name', [null, null, null])], 'UTC');
    expect(empty).toBeLessThan(48);
    const full = naturalWidth(column, [rowsOf('host_name', Array(10).fill('KC-SCADA-01'))], 'UTC');
    expect(full).toBeGreaterThan(75);
  });

  it('does not widen a column for its few longest values', () => {
    const column = gridColumn('user_name')!;
    const values = [...Array(95).fill('ops'), ...Array(5).fill('a very long service account name indeed')];
    expect(naturalWidth(column, [rowsOf('user_name', values)], 'UTC')).toBeLessThan(60);
  });

  it('looks all over a view', () => {
    expect(sampleOffsets(0, 5, 40)).toEqual([]);
    expect(sampleOffsets(150, 5, 40)).toEqual([0]);
    expect(sampleOffsets(1_000_040, 5, 40)).toEqual([0, 250_000, 500_000, 750_000, 1_000_000]);
  });
});
