/** Short names of event fields for filter text, and how any name an analyst may type is understood. */
import { EVENT_FIELDS, eventField, type Field } from '../fields';
import { ASSET_FIELDS, MARK_FIELDS, viewField } from '../view-fields';

const SHORT: Readonly<Record<string, string>> = {
  timestamp: 'time',
  ended_at: 'ended',
  recorded_at: 'recorded',
  evidence_id: 'evidence',
  record_number: 'record',
  event_domain: 'domain',
  event_dataset: 'dataset',
  event_category: 'category',
  event_type: 'type',
  event_action: 'action',
  event_outcome: 'outcome',
  event_code: 'code',
  event_severity: 'severity',
  event_duration: 'duration',
  host_name: 'host',
  observer_name: 'observer',
  user_name: 'user',
  process_name: 'process',
  file_path: 'file',
  source_ip: 'source',
  source_port: 'source.port',
  source_mac: 'source.mac',
  destination_ip: 'destination',
  destination_port: 'destination.port',
  destination_mac: 'destination.mac',
  network_transport: 'transport',
  network_protocol: 'protocol',
  network_bytes: 'bytes',
  service_name: 'service',
  ticket_id: 'ticket',
};

/** The name a field has in filter text: `domain` for `event_domain`. Unknown names stay as they are. */
export function shortName(field: string): string {
  return Object.hasOwn(SHORT, field) ? (SHORT[field] ?? field) : field;
}

const byName = new Map<string, Field>();
// Later entries never take a name from earlier ones: our own names, then short ones, then those of other schemas.
for (const field of EVENT_FIELDS) byName.set(field.name, field);
for (const field of EVENT_FIELDS) claim(shortName(field.name), field);
for (const field of EVENT_FIELDS) claim(field.ecs ?? '', field);
for (const field of EVENT_FIELDS) for (const name of field.also ?? []) claim(name, field);
for (const field of [...ASSET_FIELDS, ...MARK_FIELDS]) claim(field.name, field);

function claim(name: string, field: Field): void {
  const key = name.toLowerCase();
  if (key !== '' && !byName.has(key)) byName.set(key, field);
}

/** The field an analyst means: our name, the short one, ECS, Zeek or another schema's; case does not matter. */
export function resolveField(name: string): Field | undefined {
  return byName.get(name) ?? byName.get(name.toLowerCase());
}

/** Short names of all fields, in the catalogue's order, for completion. */
export const SHORT_NAMES: readonly string[] = EVENT_FIELDS.map(({ name }) => shortName(name));

/** Known names that begin like the one given, else that share a word with it; at most three, for "did you mean". */
export function similarNames(name: string): readonly string[] {
  const lower = name.toLowerCase();
  const like = SHORT_NAMES.filter((one) => one.toLowerCase().includes(lower.slice(0, 3)));
  if (like.length > 0) return like.slice(0, 3);
  const words = lower.split(/[^a-z]+/).filter((word) => word.length >= 3);
  return SHORT_NAMES.filter((one) => one.split(/[._]/).some((word) => words.includes(word))).slice(0, 3);
}

export type ValueKind = 'text' | 'number' | 'boolean' | 'time';

/** What values of a field look like in text. Unknown fields take text. */
export function valueKind(name: string): ValueKind {
  const type = (eventField(name) ?? viewField(name))?.type;
  if (type === 'TIMESTAMP') return 'time';
  if (type === 'BOOLEAN') return 'boolean';
  return type === undefined || type === 'VARCHAR' ? 'text' : 'number';
}

export const SEVERITY_FIELD = 'event_severity';
/** By number; a severity may be written either way. */
export const SEVERITY_NAMES: readonly string[] = [
  'unknown',
  'informational',
  'low',
  'medium',
  'high',
  'critical',
  'fatal',
];
export const ADDRESS_NAMES: readonly string[] = ['source_ip', 'destination_ip'];
