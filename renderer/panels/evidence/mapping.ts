/** The mapping step for records of unknown meaning: guesses which source column feeds which event field. */

import type { ImportOptions, Preview } from '../../../shared/evidence';
import { EVENT_FIELDS, type Field } from '../../../shared/fields';

export type Mapping = NonNullable<ImportOptions['mapping']>;

/** Fields a column can be mapped to: the source's facts, not what the import itself works out. */
export const MAPPABLE_FIELDS: readonly Field[] = EVENT_FIELDS.filter(
  (field) =>
    (field.group !== 'time' && field.group !== 'provenance' && field.name !== 'event_domain') ||
    field.name === 'ended_at' ||
    field.name === 'timestamp_desc',
);

/** Column names that mean a field in exports of many makers, beside the catalogue's own names. */
const ALIASES: Readonly<Record<string, readonly string[]>> = {
  host_name: ['host', 'hostname', 'computer', 'computername', 'machine', 'device', 'node', 'system'],
  observer_name: ['sensor', 'firewall', 'observer', 'logger', 'reporter'],
  user_name: ['user', 'username', 'account', 'accountname', 'login', 'operator', 'openedby', 'actor'],
  source_ip: [
    'src',
    'srcip',
    'source',
    'sourceip',
    'sourceaddress',
    'client',
    'clientip',
    'srcaddr',
    'fromip',
  ],
  source_port: ['srcport', 'sourceport', 'sport', 'clientport'],
  destination_ip: [
    'dst',
    'dest',
    'dstip',
    'destip',
    'destination',
    'destinationip',
    'server',
    'serverip',
    'dstaddr',
    'toip',
  ],
  destination_port: ['dstport', 'destport', 'destinationport', 'dport', 'serverport'],
  source_mac: ['srcmac', 'sourcemac', 'smac'],
  destination_mac: ['dstmac', 'destmac', 'destinationmac', 'dmac'],
  message: [
    'message',
    'msg',
    'description',
    'shortdescription',
    'text',
    'summary',
    'details',
    'event',
    'alarmtext',
  ],
  event_action: ['action', 'activity', 'operation', 'eventtype', 'eventname', 'verb', 'method'],
  event_code: ['eventid', 'code', 'signatureid', 'sid', 'ruleid', 'messageid', 'alarmid', 'alarmnumber'],
  event_outcome: ['outcome', 'result', 'status'],
  event_dataset: ['sourcetype', 'dataset', 'datatype'],
  process_name: ['process', 'program', 'application', 'app', 'service', 'image'],
  file_path: ['file', 'path', 'filename', 'filepath'],
  network_transport: ['proto', 'transport', 'protocol'],
  network_bytes: ['bytes', 'totalbytes'],
  ticket_id: ['ticket', 'number', 'incident', 'change', 'ticketid', 'caseid'],
  service_name: ['businessservice', 'ci', 'cmdbci', 'configurationitem', 'repository'],
  ot_object: ['object', 'tag', 'point'],
  ot_address: ['register', 'address'],
};

const TIME_NAMES =
  /^(@?timestamp|time|date|datetime|ts|when|created|opened|started|start|begin|occurred|received|logged|eventtime|timecreated|createdat|openedat|localtime|utctime|timegenerated|timestring|timems)$/;
const TIME_PART = /(time|date|stamp|_at$|when)/i;

function plain(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9@]/g, '');
}

const fieldByAlias = new Map<string, string>();
for (const field of MAPPABLE_FIELDS) {
  for (const name of [field.name, field.label, field.ecs ?? '', ...(field.also ?? [])]) {
    if (name !== '' && !fieldByAlias.has(plain(name))) fieldByAlias.set(plain(name), field.name);
  }
}
for (const [field, names] of Object.entries(ALIASES)) {
  for (const name of names) if (!fieldByAlias.has(name)) fieldByAlias.set(name, field);
}

/** The column most likely to hold the time: a name that says so, else one that hints at it. */
export function guessTimeColumn(columns: readonly string[]): string | null {
  return (
    columns.find((column) => TIME_NAMES.test(plain(column))) ??
    columns.find((column) => TIME_PART.test(column)) ??
    null
  );
}

/** A first mapping to correct: one column per field, the first whose name is known wins. */
export function guessMapping(columns: readonly string[]): Mapping {
  const time = guessTimeColumn(columns);
  const fields: Record<string, string> = {};
  for (const column of columns) {
    if (column === time) continue;
    const field = fieldByAlias.get(plain(column));
    if (field !== undefined && fields[field] === undefined) fields[field] = column;
  }
  return { time, timeForm: null, domain: 'operations', fields };
}

/** Field a column feeds under a mapping, or null. */
export function fieldOf(mapping: Mapping, column: string): string | null {
  return Object.entries(mapping.fields).find(([, source]) => source === column)?.[0] ?? null;
}

/** Feeds a field from a column, or from none; a field has one column and a column one field. */
export function mapColumn(mapping: Mapping, column: string, field: string | null): Mapping {
  const kept = Object.entries(mapping.fields).filter(([name, source]) => source !== column && name !== field);
  return {
    ...mapping,
    fields: Object.fromEntries(field === null ? kept : [...kept, [field, column]]),
  };
}

/** What still stands between this mapping and a useful timeline, in words; empty when nothing does. */
export function mappingAdvice(mapping: Mapping): readonly string[] {
  const advice: string[] = [];
  if (mapping.time === null) advice.push('No time column: every event will be undated.');
  if (mapping.fields.message === undefined) {
    advice.push('No message column: the message will list the other columns.');
  }
  return advice;
}

/** The same of lines, which have no columns: what becomes of those that begin with no time; empty when all do. */
export function linesAdvice(records: Preview['records']): readonly string[] {
  const events = records.filter(({ event }) => event !== null);
  const undated = events.filter(({ event }) => (event?.timestamp ?? null) === null);
  if (undated.length === 0) return [];
  return [
    undated.length === events.length
      ? 'No line shown begins with a time that is read: such events stay undated.'
      : 'Lines that begin with no time are events too: they stay undated.',
  ];
}
