import { describe, expect, it } from 'vitest';
import type { Filter } from '../../../shared/filter';
import type { MenuEntry } from '../../ui/menu';
import { cellMenu, factFilter } from './cell-menu';

const user = { field: 'user_name', label: 'User', value: 'k.moreau', shown: 'k.moreau' };
const port = { field: 'destination_port', label: 'Destination port', value: 502, shown: '502' };

function open(facts: readonly (typeof user | typeof port)[], time: number | null, rows = 1) {
  const added: Filter[] = [];
  const none = () => undefined;
  const entries = cellMenu(
    { facts, time, rows },
    {
      filterTo: (filter) => added.push(filter),
      find: none,
      showInTimeline: none,
      copyCell: none,
      copyRows: none,
      openRow: none,
    },
  );
  const run = (list: readonly MenuEntry[], label: string): void => {
    for (const entry of list) {
      if (entry.kind === 'submenu') run(entry.entries, label);
      else if (entry.kind !== 'line' && entry.kind !== 'heading' && entry.label === label) entry.run();
    }
  };
  const labels = entries.flatMap((entry) => ('label' in entry ? entry.label : []));
  return { added, labels, run: (label: string) => run(entries, label) };
}

describe('menu of a cell', () => {
  it('filters to and out by the value under the pointer', () => {
    const menu = open([user], 5);
    menu.run('Filter to k.moreau');
    menu.run('Filter out k.moreau');
    expect(menu.added).toEqual([factFilter(user), { kind: 'not', of: factFilter(user) }]);
  });

  it('asks which of several values is meant', () => {
    const menu = open([user, port], 5);
    menu.run('Destination port 502');
    expect(menu.added[0]).toEqual({ kind: 'in', field: 'destination_port', values: [502] });
  });

  it('bounds the time on either side, keeping the row itself', () => {
    const menu = open([], 1000);
    menu.run('From this time on');
    menu.run('Until this time');
    const [from, until] = menu.added;
    expect(from).toMatchObject({ kind: 'time', from: 1000 });
    expect(until).toMatchObject({ kind: 'time', to: 1001 });
  });

  it('offers no time for an undated row, and says how many rows it copies', () => {
    const menu = open([user], null, 12);
    expect(menu.labels.some((label) => label.includes('time'))).toBe(false);
    expect(menu.labels).toContain('Copy 12 rows');
  });
});
