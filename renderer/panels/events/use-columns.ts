/** Column state through TanStack Table: it orders, sizes, shows and sorts columns; rows never enter it. */
import {
  columnOrderingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  createColumnHelper,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table';
import { useMemo } from 'react';
import type { ColumnState } from './column-state';
import { GRID_COLUMNS, type GridColumn, gridColumn } from './columns';

/** A column as drawn. */
export interface ShownColumn {
  readonly column: GridColumn;
  readonly width: number;
  /** True when the reader chose the width. */
  readonly sized: boolean;
  readonly sorted: 'ascending' | 'descending' | null;
  /** Rank among several sorts from 1, or null when it is the only one or none. */
  readonly sortRank: number | null;
}

const features = tableFeatures({
  columnOrderingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  rowSortingFeature,
});

type NoRow = Record<string, never>;

const NO_ROWS: NoRow[] = [];
const helper = createColumnHelper<typeof features, NoRow>();
const columnDefs = helper.columns(
  GRID_COLUMNS.map((column) =>
    helper.display({ id: column.id, size: column.width, minSize: column.minWidth, maxSize: 2400 }),
  ),
);

/** The columns to draw, left to right, with width and sort. */
export function useShownColumns(state: ColumnState): readonly ShownColumn[] {
  const tableState = useMemo(
    () => ({
      columnOrder: [...state.order],
      columnVisibility: Object.fromEntries(state.order.map((id) => [id, !state.hidden.includes(id)])),
      columnSizing: state.widths,
      sorting: state.sort.map((one) => ({ id: one.id, desc: one.descending })),
    }),
    [state],
  );
  const table = useTable({
    features,
    columns: columnDefs,
    data: NO_ROWS,
    state: tableState,
    manualSorting: true,
  });
  const several = state.sort.length > 1;
  const visible = table.getVisibleLeafColumns();
  const key = visible.map((column) => `${column.id}:${column.getSize()}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the table object is stable, `key` and `state.sort` are what changes in it.
  return useMemo(
    () =>
      visible.flatMap((one) => {
        const column = gridColumn(one.id);
        const at = state.sort.findIndex((sort) => sort.id === one.id);
        const sort = state.sort[at];
        if (column === undefined) return [];
        return {
          column,
          width: one.getSize(),
          sized: state.widths[one.id] !== undefined,
          sorted: sort === undefined ? null : sort.descending ? 'descending' : 'ascending',
          sortRank: several && at >= 0 ? at + 1 : null,
        };
      }),
    [key, state.sort, state.widths],
  );
}
