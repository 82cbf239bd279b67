/** What a right click on a cell offers. Pure: the view gives the acts, this gives their words and order. */
import type { Filter } from '../../../shared/filter';
import type { MenuEntry } from '../../ui/menu';
import type { CellFact } from './cell-text';

export interface CellMenuActs {
  readonly filterTo: (filter: Filter) => void;
  readonly find: (text: string) => void;
  readonly showInTimeline: () => void;
  readonly copyCell: () => void;
  readonly copyRows: () => void;
  readonly openRow: () => void;
}

export interface CellMenuState {
  readonly facts: readonly CellFact[];
  /** Time of the row, microseconds; null when undated. */
  readonly time: number | null;
  /** Rows that "copy rows" takes. */
  readonly rows: number;
}

/** The clause that keeps rows with the fact. */
export function factFilter(fact: Pick<CellFact, 'field' | 'value'>): Filter {
  return fact.value === null
    ? { kind: 'null', field: fact.field }
    : { kind: 'in', field: fact.field, values: [fact.value] };
}

/** Beyond any instant a source can write. */
const FOREVER = 253_402_300_800_000_000;

export function cellMenu(state: CellMenuState, acts: CellMenuActs): readonly MenuEntry[] {
  const { facts, time } = state;
  const keep = (fact: CellFact, label: string): MenuEntry => ({
    label,
    run: () => acts.filterTo(factFilter(fact)),
  });
  const drop = (fact: CellFact, label: string): MenuEntry => ({
    label,
    run: () => acts.filterTo({ kind: 'not', of: factFilter(fact) }),
  });
  const entries: MenuEntry[] = [];
  const [only] = facts;
  if (facts.length === 1 && only !== undefined) {
    entries.push(keep(only, `Filter to ${only.shown}`), drop(only, `Filter out ${only.shown}`));
  } else if (facts.length > 1) {
    const name = (fact: CellFact) => `${fact.label} ${fact.shown}`;
    entries.push(
      { kind: 'submenu', label: 'Filter to', entries: facts.map((fact) => keep(fact, name(fact))) },
      { kind: 'submenu', label: 'Filter out', entries: facts.map((fact) => drop(fact, name(fact))) },
    );
  }
  const first = facts[0];
  if (first !== undefined && first.value !== null && first.value !== '') {
    const text = String(first.value);
    entries.push({ label: `Find ${first.shown} everywhere`, run: () => acts.find(text) });
  }
  if (entries.length > 0) entries.push({ kind: 'line' });
  if (time !== null) {
    entries.push(
      { label: 'Show in timeline', run: acts.showInTimeline },
      { label: 'From this time on', run: () => acts.filterTo({ kind: 'time', from: time, to: FOREVER }) },
      { label: 'Until this time', run: () => acts.filterTo({ kind: 'time', from: -FOREVER, to: time + 1 }) },
      { kind: 'line' },
    );
  }
  entries.push(
    { label: 'Open the row', keys: 'Enter', run: acts.openRow },
    { label: 'Copy cell', keys: 'Ctrl+Shift+C', run: acts.copyCell },
    {
      label: state.rows === 1 ? 'Copy row' : `Copy ${state.rows} rows`,
      keys: 'Ctrl+C',
      run: acts.copyRows,
    },
  );
  return entries;
}
