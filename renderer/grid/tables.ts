/** What an analyst may take rows from, in words: the tables of the case and the views saved in it. */
import type { SavedView } from '../../shared/case';
import type { From, SourceTable } from '../../shared/filter';

/** In the order of a menu; what they hold. */
export const TABLE_CHOICES: readonly (readonly [table: SourceTable, title: string])[] = [
  ['event_view', 'Events'],
  ['span', 'Spans (logons, changes…)'],
  ['point', 'Points (process values)'],
  ['asset_view', 'Assets'],
  ['asset_address', 'Addresses by inventory'],
  ['address_view', 'Addresses seen or known'],
  ['wire_view', 'Machines on the wire'],
  ['asset_fact_view', 'Facts from the wire'],
  ['asset', 'Assets by inventory'],
  ['zone', 'Zones and networks'],
  ['evidence', 'Evidence'],
  ['reject', 'Rejected records'],
];

/** `table:event_view`, `saved:v1`: one text for one choice. */
export function fromKey(from: From): string {
  if (from.kind === 'table') return `table:${from.table}`;
  return from.kind === 'saved' ? `saved:${from.id}` : from.kind;
}

export function fromOfKey(key: string): From | null {
  const [kind, ...rest] = key.split(':');
  const name = rest.join(':');
  if (kind === 'saved') return { kind: 'saved', id: name };
  const table = TABLE_CHOICES.find(([one]) => one === name)?.[0];
  return kind === 'table' && table !== undefined ? { kind: 'table', table } : null;
}

/** What rows of it are called, in the singular of a heading: `Events`, `Alarms in no change`. */
export function fromTitle(from: From, views: readonly SavedView[]): string {
  switch (from.kind) {
    case 'table':
      return TABLE_CHOICES.find(([table]) => table === from.table)?.[1].replace(/ \(.*/, '') ?? from.table;
    case 'saved':
      return views.find(({ id }) => id === from.id)?.name ?? 'a view that was removed';
    case 'join':
      return `${fromTitle(from.join.left.from, views)} joined to ${fromTitle(from.join.right.from, views)}`;
    case 'sql':
      return 'Query';
  }
}
