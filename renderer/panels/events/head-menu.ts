/** What a right click on a column head offers. */
import type { MenuEntry } from '../../ui/menu';
import { type ColumnState, moveColumn, shownIds, toggleColumn } from './column-state';
import { gridColumn } from './columns';

export function headMenu(
  state: ColumnState,
  id: string,
  place: number,
  set: (state: ColumnState) => void,
): readonly MenuEntry[] {
  const sorted = state.sort.find((one) => one.id === id);
  const last = shownIds(state).length - 1;
  const sortBy = (descending: boolean) => set({ ...state, sort: [{ id, descending }] });
  return [
    { kind: 'heading', label: gridColumn(id)?.title ?? id },
    {
      label: 'Sort ascending',
      keys: 'Enter',
      checked: sorted?.descending === false,
      run: () => sortBy(false),
    },
    { label: 'Sort descending', checked: sorted?.descending === true, run: () => sortBy(true) },
    {
      label: 'Then by this',
      keys: 'Shift+Enter',
      disabled: sorted !== undefined || state.sort.length === 0,
      run: () => set({ ...state, sort: [...state.sort, { id, descending: false }] }),
    },
    {
      label: 'No sort',
      disabled: sorted === undefined,
      run: () => set({ ...state, sort: state.sort.filter((one) => one.id !== id) }),
    },
    { kind: 'line' },
    {
      label: 'Move left',
      keys: 'Alt+←',
      disabled: place === 0,
      run: () => set(moveColumn(state, id, place - 1)),
    },
    {
      label: 'Move right',
      keys: 'Alt+→',
      disabled: place === last,
      run: () => set(moveColumn(state, id, place + 1)),
    },
    { label: 'Hide', keys: 'Delete', disabled: last === 0, run: () => set(toggleColumn(state, id)) },
  ];
}
