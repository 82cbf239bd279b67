/** Columns an event has beside its own: the assets its addresses resolve to, and the analyst's marks. */
import type { Field } from './fields';

function side(name: 'source' | 'destination', label: string): readonly Field[] {
  const field = (end: string, type: Field['type'], title: string, help: string): Field => ({
    name: `${name}_${end}`,
    type,
    group: 'network',
    label: `${label} ${title}`,
    help,
  });
  return [
    field(
      'asset_id',
      'VARCHAR',
      'asset number',
      'The asset of the inventory, where exactly one claims the address',
    ),
    field('asset', 'VARCHAR', 'asset', 'Name of the asset at the time of the event'),
    field('zone', 'VARCHAR', 'zone', "The asset's zone, else the one whose network holds the address"),
    field('purdue_level', 'DOUBLE', 'level', 'Purdue level; 3.5 is the DMZ between plant and office'),
    field('asset_candidates', 'UINTEGER', 'claimants', 'How many assets claim the address at that time'),
  ];
}

/** What `event_view` has after the columns of `event`, in order. */
export const ASSET_FIELDS: readonly Field[] = [
  ...side('source', 'Source'),
  ...side('destination', 'Destination'),
  { name: 'conduit', type: 'VARCHAR', group: 'network', label: 'Conduit', help: 'Not known yet' },
  {
    name: 'level_distance',
    type: 'DOUBLE',
    group: 'network',
    label: 'Level distance',
    help: 'How far apart the Purdue levels of both sides are',
  },
];

/** The analyst's marks as columns of an event. */
export const MARK_FIELDS: readonly Field[] = [
  {
    name: 'starred',
    type: 'BOOLEAN',
    group: 'event',
    label: 'Starred',
    help: 'True where the event has a star',
  },
  { name: 'tags', type: 'VARCHAR', group: 'event', label: 'Tags', help: 'In order, with commas between' },
  { name: 'note', type: 'VARCHAR', group: 'event', label: 'Note', help: 'What was noted on the event' },
];

const byName = new Map([...ASSET_FIELDS, ...MARK_FIELDS].map((field) => [field.name, field]));

/** The field of that name that an event has beside its own, or undefined. */
export function viewField(name: string): Field | undefined {
  return byName.get(name);
}
