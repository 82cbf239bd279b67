/** What a right click (or the menu key) offers on a cell or a head of a result. Pure: the grid gives the acts. */
import type { Filter } from '../../shared/filter';
import type { SourceColumn } from '../../shared/protocol';
import type { Cell } from '../ui/arrow-rows';
import type { MenuEntry } from '../ui/menu';
import { cellText, shortText, valueFilter } from './result-cell';

export interface ResultActs {
  /** Absent where the rows cannot be filtered any further. */
  readonly onFilter?: (filter: Filter) => void;
  readonly onSort: (descending: boolean) => void;
  readonly onHide: () => void;
  readonly onWiden: (by: number) => void;
  readonly showEvent: (() => void) | null;
  readonly showTime: ((us: number) => void) | null;
  readonly copyCell: () => void;
  readonly copyRow: () => void;
}

export function columnMenu(column: SourceColumn, acts: ResultActs): readonly MenuEntry[] {
  const narrow = column.label.length > 24 ? `${column.label.slice(0, 22)}…` : column.label;
  const entries: MenuEntry[] = [
    { label: `Sort ascending by ${narrow}`, run: () => acts.onSort(false) },
    { label: `Sort descending by ${narrow}`, run: () => acts.onSort(true) },
    { label: 'Wider', keys: 'Shift+→', run: () => acts.onWiden(40) },
    { label: 'Narrower', keys: 'Shift+←', run: () => acts.onWiden(-40) },
    { label: `Hide ${narrow}`, run: acts.onHide },
  ];
  return entries;
}

export function cellMenu(
  column: SourceColumn,
  value: Cell,
  zone: string,
  acts: ResultActs,
): readonly MenuEntry[] {
  const entries: MenuEntry[] = [];
  const { onFilter } = acts;
  const shown = shortText(cellText(column, value, zone));
  if (onFilter !== undefined) {
    const keep = valueFilter(column, value);
    entries.push(
      { label: `Filter to ${shown}`, run: () => onFilter(keep) },
      { label: `Filter out ${shown}`, run: () => onFilter({ kind: 'not', of: keep }) },
    );
    if (typeof value === 'number' && ['time', 'wall', 'number'].includes(column.role)) {
      const field = column.name;
      entries.push(
        { label: `From ${shown} on`, run: () => onFilter({ kind: 'compare', field, op: '>=', value }) },
        { label: `Up to ${shown}`, run: () => onFilter({ kind: 'compare', field, op: '<=', value }) },
      );
    }
    entries.push({ kind: 'line' });
  }
  const { showEvent, showTime } = acts;
  if (showEvent !== null) entries.push({ label: 'Show the event', keys: 'Enter', run: showEvent });
  if (showTime !== null && column.role === 'time' && typeof value === 'number') {
    entries.push({ label: 'Show in timeline', run: () => showTime(value) });
  }
  entries.push(
    { label: 'Copy cell', keys: 'Ctrl+Shift+C', run: acts.copyCell },
    { label: 'Copy row', keys: 'Ctrl+C', run: acts.copyRow },
    { kind: 'line' },
    { kind: 'submenu', label: `Column ${column.label}`, entries: columnMenu(column, acts) },
  );
  return entries;
}
