/** The lists of the panel: a source each, the columns that are looked at first, and what a row filters events to. Pure. */
import type { Filter, Source, SourceTable } from '../../../shared/filter';
import type { Sort } from '../../../shared/view';
import type { Cell } from '../../ui/arrow-rows';

export interface AssetList {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  readonly source: Source;
  readonly columns: readonly string[];
  readonly sort: Sort;
  readonly empty: string;
}

const EVERYTHING: Filter = { kind: 'and', of: [] };

function from(table: SourceTable, filter: Filter = EVERYTHING): Source {
  return { from: { kind: 'table', table }, filter };
}

const ASSET_COLUMNS = [
  'name',
  'type',
  'zone',
  'purdue_level',
  'addresses',
  'manufacturer',
  'model',
  'firmware_version',
  'events_as_source',
  'events_as_destination',
  'first_seen',
  'last_seen',
  'sources',
  'conflicts',
  'seen_on_the_wire',
  'wire_differs',
];
const ADDRESS_COLUMNS = [
  'address',
  'names',
  'zone',
  'events_as_source',
  'events_as_destination',
  'protocols',
  'ports',
  'first_seen',
  'last_seen',
];

export const LISTS: readonly AssetList[] = [
  {
    id: 'inventory',
    title: 'Inventory',
    help: 'Every asset of the inventories, where each fact came from, and how often it was seen',
    source: from('asset_view'),
    columns: ASSET_COLUMNS,
    sort: [{ field: 'name', descending: false }],
    empty: 'No inventory yet. Import one (CSV with names and addresses) and its assets stand here.',
  },
  {
    id: 'wire',
    title: 'On the wire',
    help: 'Machines by what captures show of them: names, makers, models and roles, and where an inventory says otherwise',
    source: from('wire_view'),
    columns: [
      'address',
      'asset',
      'names',
      'roles',
      'vendor',
      'type',
      'model',
      'firmware',
      'serial',
      'mac',
      'differs',
      'told_by',
      'first_seen',
      'last_seen',
    ],
    sort: [{ field: 'engineering_acts', descending: true }],
    empty: 'No capture has told anything of a machine yet.',
  },
  {
    id: 'facts',
    title: 'Facts',
    help: 'Each fact from the wire by itself: which address had which name when, who told it, in which packet',
    source: from('asset_fact_view'),
    columns: [
      'address',
      'asset',
      'fact',
      'value',
      'told_by',
      'times',
      'first_seen',
      'last_seen',
      'evidence',
      'record_number',
    ],
    sort: [
      { field: 'address', descending: false },
      { field: 'fact', descending: false },
    ],
    empty: 'No capture has told anything of a machine yet.',
  },
  {
    id: 'unlisted',
    title: 'Seen, not listed',
    help: 'Addresses in events that no inventory lists: whose are they?',
    source: from('address_view', { kind: 'in', field: 'in_inventory', values: [false] }),
    columns: ADDRESS_COLUMNS,
    sort: [{ field: 'events_as_source', descending: true }],
    empty: 'Every address seen is in an inventory.',
  },
  {
    id: 'unseen',
    title: 'Listed, not seen',
    help: 'Assets of the inventories that no event shows',
    source: from('asset_view', { kind: 'in', field: 'seen', values: [false] }),
    columns: ['name', 'type', 'zone', 'purdue_level', 'addresses', 'manufacturer', 'model', 'sources'],
    sort: [{ field: 'name', descending: false }],
    empty: 'Every asset listed was seen.',
  },
  {
    id: 'addresses',
    title: 'All addresses',
    help: 'Every address in events, and the asset it stands for',
    source: from('address_view'),
    columns: ['address', 'asset', ...ADDRESS_COLUMNS.slice(1), 'candidates'],
    sort: [{ field: 'events_as_source', descending: true }],
    empty: 'No event has an address yet.',
  },
];

/** Columns a page holds beyond those shown: what rows are told by. */
export const KEYS = ['asset_id', 'address', 'kind'];

/** The events of a row's asset or address, on either side; null where the row names neither. */
export function eventsOf(cell: (name: string) => Cell | undefined): Filter | null {
  const address = cell('address');
  if (typeof address === 'string') {
    const end = cell('kind') === 'mac' ? 'mac' : 'ip';
    return either([`source_${end}`, `destination_${end}`], address);
  }
  const asset = cell('asset_id');
  return typeof asset === 'string' ? either(['source_asset_id', 'destination_asset_id'], asset) : null;
}

function either(fields: readonly string[], value: string): Filter {
  return { kind: 'or', of: fields.map((field): Filter => ({ kind: 'in', field, values: [value] })) };
}
