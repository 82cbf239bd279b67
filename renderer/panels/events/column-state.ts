/** Which columns are shown, in what order and width, and the sort: plain data that survives a restart. */
import { z } from 'zod';
import type { Sort } from '../../../shared/view';
import { DEFAULT_COLUMNS, GRID_COLUMNS, gridColumn } from './columns';

export const columnStateSchema = z.object({
  /** Every column id, shown or not. */
  order: z.array(z.string()),
  hidden: z.array(z.string()),
  widths: z.record(z.string(), z.number()),
  sort: z.array(z.object({ id: z.string(), descending: z.boolean() })),
});

export type ColumnState = z.infer<typeof columnStateSchema>;

const MAX_WIDTH = 2400;
const MAX_SORTS = 8;

/** Default columns first, the rest hidden in the catalogue's order, oldest event first. */
export const INITIAL_COLUMN_STATE: ColumnState = {
  order: [
    ...DEFAULT_COLUMNS,
    ...GRID_COLUMNS.map((column) => column.id).filter((id) => !DEFAULT_COLUMNS.includes(id)),
  ],
  hidden: GRID_COLUMNS.map((column) => column.id).filter((id) => !DEFAULT_COLUMNS.includes(id)),
  widths: {},
  sort: [{ id: 'timestamp', descending: false }],
};

/** Reads a saved state: unknown columns are forgotten, new ones come in hidden, nonsense gives the default. */
export function restoreColumnState(saved: unknown): ColumnState {
  const parsed = columnStateSchema.safeParse(saved);
  if (!parsed.success) return INITIAL_COLUMN_STATE;
  const order = [...new Set(parsed.data.order)].filter((id) => gridColumn(id) !== undefined);
  const fresh = INITIAL_COLUMN_STATE.order.filter((id) => !order.includes(id));
  const hidden = [...new Set([...parsed.data.hidden, ...fresh])].filter((id) => gridColumn(id) !== undefined);
  if (hidden.length >= GRID_COLUMNS.length) return INITIAL_COLUMN_STATE;
  const widths = Object.fromEntries(
    Object.entries(parsed.data.widths)
      .filter(([id]) => gridColumn(id) !== undefined)
      .map(([id, width]) => [id, clampWidth(id, width)]),
  );
  const sort = parsed.data.sort.filter((one) => gridColumn(one.id) !== undefined).slice(0, MAX_SORTS);
  return { order: [...order, ...fresh], hidden, widths, sort };
}

/** Ids of the columns shown, left to right. */
export function shownIds(state: ColumnState): readonly string[] {
  return state.order.filter((id) => !state.hidden.includes(id));
}

/** Shows or hides a column; the last one shown cannot be hidden. */
export function toggleColumn(state: ColumnState, id: string): ColumnState {
  if (state.hidden.includes(id)) return { ...state, hidden: state.hidden.filter((one) => one !== id) };
  if (shownIds(state).length <= 1) return state;
  return { ...state, hidden: [...state.hidden, id] };
}

/** Moves a shown column so that it stands at `place` among the shown ones. */
export function moveColumn(state: ColumnState, id: string, place: number): ColumnState {
  const shown = shownIds(state).filter((one) => one !== id);
  const to = Math.min(Math.max(0, place), shown.length);
  const next = [...shown.slice(0, to), id, ...shown.slice(to)];
  return { ...state, order: [...next, ...state.order.filter((one) => !next.includes(one))] };
}

export function clampWidth(id: string, width: number): number {
  const least = gridColumn(id)?.minWidth ?? 40;
  return Math.round(Math.min(MAX_WIDTH, Math.max(least, Number.isFinite(width) ? width : least)));
}

export function resizeColumn(state: ColumnState, id: string, width: number): ColumnState {
  return { ...state, widths: { ...state.widths, [id]: clampWidth(id, width) } };
}

/** Ascending, then descending, then off. With `add`, other sorts stay and this one keeps its rank. */
export function cycleSort(state: ColumnState, id: string, add: boolean): ColumnState {
  const current = state.sort.find((one) => one.id === id);
  const next = current === undefined ? { id, descending: false } : { id, descending: true };
  const off = current?.descending === true;
  if (!add) return { ...state, sort: off ? [] : [next] };
  if (off) return { ...state, sort: state.sort.filter((one) => one.id !== id) };
  if (current !== undefined) return { ...state, sort: state.sort.map((one) => (one.id === id ? next : one)) };
  return { ...state, sort: [...state.sort, next].slice(-MAX_SORTS) };
}

/** The sort as the engine takes it; none means the total order, oldest first. */
export function toSort(state: ColumnState): Sort {
  return state.sort.map((one) => ({
    field: gridColumn(one.id)?.sortField ?? one.id,
    descending: one.descending,
  }));
}

/** True when rows run in time order, so that jumping to a time and greying repeated dates make sense. */
export function isTimeOrdered(state: ColumnState): boolean {
  const first = state.sort[0];
  return first === undefined || first.id === 'timestamp';
}
