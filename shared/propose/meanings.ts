/** What pieces of a line may mean, judged by their looks, their neighbours and the names that makers give them. */
import { EVENT_FIELDS, type Field } from '../fields';
import { shapeOf } from './shapes';
import type { Means, Slot } from './template';

const NOTHING: Means = { to: 'nothing' };

/** Set by the time, by the format itself, or from a closed list that a text rarely fits. */
const NOT_BY_HAND = new Set([
  'event_domain',
  'event_dataset',
  'timestamp_desc',
  'event_duration',
  'ended_at',
]);

/** Fields a piece of text can be put into. */
export const NAMEABLE_FIELDS: readonly Field[] = EVENT_FIELDS.filter(
  ({ name, group, values, type }) =>
    group !== 'provenance' &&
    group !== 'time' &&
    values === undefined &&
    type !== 'BOOLEAN' &&
    !NOT_BY_HAND.has(name),
);

const nameable = new Set(NAMEABLE_FIELDS.map(({ name }) => name));

/** Names of many makers; plain lower-case letters and digits. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  source_ip: ['src', 'srcip', 'source', 'sourceip', 'srcaddr', 'client', 'clientip', 'from', 'saddr'],
  source_port: ['srcport', 'spt', 'sport', 'sourceport'],
  destination_ip: [
    'dst',
    'dest',
    'dstip',
    'destination',
    'destinationip',
    'dstaddr',
    'server',
    'to',
    'daddr',
  ],
  destination_port: ['dstport', 'dpt', 'dport', 'destport', 'destinationport'],
  source_mac: ['srcmac', 'smac', 'mac'],
  destination_mac: ['dstmac', 'dmac'],
  user_name: ['user', 'usr', 'username', 'account', 'login', 'operator', 'suser', 'uid'],
  host_name: ['host', 'hostname', 'computer', 'device', 'node', 'machine', 'dvchost'],
  process_name: [
    'process',
    'program',
    'app',
    'application',
    'proc',
    'daemon',
    'logger',
    'module',
    'component',
  ],
  event_action: ['action', 'act', 'operation', 'event', 'eventtype', 'verb', 'method', 'cmd', 'command'],
  event_code: ['code', 'eventid', 'id', 'msgid', 'alarmid'],
  event_severity: ['level', 'severity', 'sev', 'lvl', 'priority', 'loglevel'],
  message: ['msg', 'message', 'text', 'description', 'reason', 'details'],
  file_path: ['file', 'path', 'filename'],
  network_transport: ['proto', 'protocol', 'transport'],
  network_bytes: ['bytes', 'totalbytes', 'len', 'length'],
  ticket_id: ['ticket', 'incident', 'change', 'number'],
  service_name: ['service', 'ci'],
  ot_object: ['tag', 'point', 'object', 'item'],
  ot_value: ['value', 'val'],
};

const byAlias = new Map<string, string>();
for (const { name, ecs, also } of NAMEABLE_FIELDS) {
  for (const one of [name, ecs ?? '', ...(also ?? [])]) if (one !== '') byAlias.set(plain(one), name);
}
for (const [field, names] of Object.entries(ALIASES)) {
  for (const name of names) if (!byAlias.has(name) && nameable.has(field)) byAlias.set(name, field);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

/** What a key of key=value pairs means; `taken` keeps a field from being fed twice. */
export function suggestKey(key: string, taken: Set<string>): Means {
  const field = byAlias.get(plain(key));
  if (field === undefined || taken.has(field)) return NOTHING;
  taken.add(field);
  return { to: 'field', field };
}

const LEVELS = new Set(
  'TRACE DEBUG INFO INFORMATION NOTICE WARN WARNING ERR ERROR CRIT CRITICAL ALERT EMERG FATAL SEVERE'.split(
    ' ',
  ),
);

interface Found extends Omit<Slot, 'means'> {
  readonly texts: readonly string[];
}

/** Meanings for the pieces before `end`; those behind are part of the rest. */
export function suggestMeanings(slots: readonly Found[], end: number): readonly Slot[] {
  const taken = new Set<string>();
  let hasTime = false;
  const take = (field: string): Means => {
    if (taken.has(field)) return NOTHING;
    taken.add(field);
    return { to: 'field', field };
  };
  const meaningOf = (slot: Found, at: number): Means => {
    const shape = shapeOf(slot.kind);
    const before = slots[at - 1];
    const next = slots[at + 1];
    if (shape?.form !== undefined || shape?.half !== undefined) {
      const completes =
        shape.half === 'clock' && before !== undefined && shapeOf(before.kind)?.half === 'date';
      const begins = shape.half === 'date' && next !== undefined && shapeOf(next.kind)?.half === 'clock';
      if (completes) return { to: 'time' };
      if (hasTime || (shape.half !== undefined && !begins)) return NOTHING;
      hasTime = true;
      return { to: 'time' };
    }
    const named = slot.before.endsWith('=') ? byAlias.get(plain(before?.example ?? '')) : undefined;
    if (named !== undefined) return take(named);
    if (slot.kind === 'ip' || slot.kind === 'ip6')
      return take(taken.has('source_ip') ? 'destination_ip' : 'source_ip');
    if (slot.kind === 'mac') return take(taken.has('source_mac') ? 'destination_mac' : 'source_mac');
    if (slot.kind === 'number' && slot.before === ':' && before?.kind === 'ip')
      return take(taken.has('destination_ip') ? 'destination_port' : 'source_port');
    if (slot.texts.every((text) => LEVELS.has(text.toUpperCase()))) return take('event_severity');
    if (slot.kind === 'quoted') return take('message');
    const isHead = slot.kind === 'word' && before !== undefined && shapeOf(before.kind)?.form !== undefined;
    // A name behind the time, with a daemon behind it: syslog's own order.
    if (isHead && /^[:[]/.test(slots[at + 2]?.before ?? '')) return take('host_name');
    if (slot.kind === 'word' && /^(?:\[|:)/.test(next?.before ?? '') && at > 0) return take('process_name');
    return NOTHING;
  };
  return slots.map((slot, at) => {
    const { before, kind, example } = slot;
    return { before, kind, example, means: at < end ? meaningOf(slot, at) : NOTHING };
  });
}
