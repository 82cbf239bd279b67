/** The columns the grid can show: every event field, plus "source → destination", which joins six of them. */
import { EVENT_FIELDS, eventField, type Field, type FieldGroup } from '../../../shared/fields';
import { MARK_FIELDS, viewField } from '../../../shared/view-fields';

export type ColumnKind = 'time' | 'domain' | 'severity' | 'route' | 'number' | 'mono' | 'text';

export interface GridColumn {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  readonly group: FieldGroup;
  readonly kind: ColumnKind;
  /** Event columns a page must hold to draw it. */
  readonly needs: readonly string[];
  /** Event field a click on the header sorts by. */
  readonly sortField: string;
  /** Event fields its filter box looks in. */
  readonly filterFields: readonly string[];
  readonly width: number;
  readonly minWidth: number;
}

/** Fetched with every page, whatever is shown: identity, time with its flags, and what colours a row. */
export const ALWAYS_NEEDED = [
  'event_id',
  'evidence_id',
  'record_number',
  'timestamp',
  'time_remainder_ns',
  'time_flags',
  'time_precision_us',
  'recorded_text',
  'recorded_wall',
  'recorded_offset_minutes',
  'event_domain',
  'event_dataset',
  'event_severity',
  'starred',
  'tags',
  'note',
] as const;

export const DEFAULT_COLUMNS: readonly string[] = [
  'timestamp',
  'event_domain',
  'event_dataset',
  'host_name',
  'route',
  'user_name',
  'message',
];

const WIDTHS: Readonly<Record<string, number>> = {
  timestamp: 222,
  ended_at: 196,
  recorded_at: 196,
  recorded_wall: 196,
  event_domain: 96,
  event_dataset: 132,
  event_severity: 92,
  event_action: 148,
  host_name: 124,
  user_name: 104,
  message: 420,
  file_path: 240,
  process_name: 132,
  network_community_id: 240,
};

const MONO = new Set([
  'source_ip',
  'source_mac',
  'destination_ip',
  'destination_mac',
  'network_community_id',
  'recorded_text',
  'file_path',
  'event_code',
  'ticket_id',
  'ot_object',
]);

const route: GridColumn = {
  id: 'route',
  title: 'Source → destination',
  help: 'Who began the conversation and with whom: address and port, else hardware address',
  group: 'network',
  kind: 'route',
  needs: [
    'source_ip',
    'source_port',
    'source_mac',
    'destination_ip',
    'destination_port',
    'destination_mac',
    'network_direction_assumed',
  ],
  sortField: 'source_ip',
  filterFields: ['source_ip', 'destination_ip', 'source_mac', 'destination_mac'],
  width: 292,
  minWidth: 120,
};

function kindOf(field: Field): ColumnKind {
  if (field.name === 'event_domain') return 'domain';
  if (field.name === 'event_severity') return 'severity';
  if (field.type === 'TIMESTAMP') return 'time';
  if (field.type !== 'VARCHAR' && field.type !== 'BOOLEAN') return 'number';
  return MONO.has(field.name) ? 'mono' : 'text';
}

function defaultWidth(field: Field): number {
  const set = WIDTHS[field.name];
  if (set !== undefined) return set;
  return Math.max(field.type === 'VARCHAR' ? 112 : 84, 28 + field.label.length * 8);
}

function columnOf(field: Field): GridColumn {
  return {
    id: field.name,
    title: field.label,
    help: field.help,
    group: field.group,
    kind: kindOf(field),
    needs: [field.name],
    sortField: field.name,
    filterFields: [field.name],
    width: defaultWidth(field),
    minWidth: 40,
  };
}

/** Every column, in the catalogue's order; `route` stands before the fields it is made of. */
const FIELDS: readonly Field[] = [...EVENT_FIELDS, ...MARK_FIELDS];
export const GRID_COLUMNS: readonly GridColumn[] = FIELDS.flatMap((field) =>
  field.name === 'source_ip' ? [route, columnOf(field)] : [columnOf(field)],
);

const byId = new Map(GRID_COLUMNS.map((column) => [column.id, column]));

export function gridColumn(id: string): GridColumn | undefined {
  return byId.get(id);
}

/** Event columns a page needs for the columns shown, in a fixed order so that equal sets compare equal. */
export function neededFields(shown: readonly GridColumn[]): readonly string[] {
  const needed = new Set<string>(ALWAYS_NEEDED);
  for (const column of shown) for (const field of column.needs) needed.add(field);
  return FIELDS.filter((field) => needed.has(field.name)).map((field) => field.name);
}

export const GROUP_TITLES: Readonly<Record<FieldGroup, string>> = {
  time: 'Time',
  event: 'Event',
  who: 'Who and where',
  network: 'Network',
  ot: 'Operational technology',
  service: 'Service management',
  provenance: 'Where it came from',
};

/** Title of an event field for menus: "Source", "OT operation". */
export function fieldTitle(name: string): string {
  return eventField(name)?.label ?? viewField(name)?.label ?? name;
}
