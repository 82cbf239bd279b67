/** The rows of `event`, `point`, `reject` and `record` as views over a capture's narrow tables. */
import { EVENT_FIELDS, type Field, POINT_FIELDS, REJECT_FIELDS } from '../../../../shared/fields';
import type { Database } from '../../../store/database';
import { join, quoteIdent, type Sql, sql, trusted } from '../../../store/sql';
import { TABLES } from './tables';

const ORDINALS = 2 ** 36;

/** The record columns of a packet, after evidence_id, record_number, byte_offset and byte_length. */
export const RECORD_COLUMNS = [
  'time',
  'interface',
  'link',
  'length',
  'captured_length',
  'protocols',
  'vlan',
  'source',
  'source_port',
  'destination',
  'destination_port',
  'tcp_flags',
  'note',
] as const;

/**
 * Makes (or replaces) the four views for this evidence. Every row carries its number, so writing them out needs no
 * sort; they come nearly in order (messages before flows), but a join may turn rows of one batch round.
 */
export async function createViews(database: Database, evidenceId: number, messages: number): Promise<void> {
  const event = sql`${messageRows(evidenceId)} UNION ALL ${flowRows(evidenceId, messages)}`;
  await database.run(sql`CREATE OR REPLACE VIEW event AS ${event}`);
  await database.run(sql`CREATE OR REPLACE VIEW point AS ${pointRows(evidenceId)}`);
  await database.run(sql`CREATE OR REPLACE VIEW reject AS ${rejectRows(evidenceId)}`);
  await database.run(sql`CREATE OR REPLACE VIEW record AS ${recordRows(evidenceId)}`);
}

/** A select list of the fields in their order and types; what is not given is NULL. Expressions are our own. */
function list(fields: readonly Field[], expressions: Readonly<Record<string, string>>): Sql {
  for (const name of Object.keys(expressions)) {
    if (!fields.some((field) => field.name === name)) throw new Error(`no field "${name}"`);
  }
  const columns = fields.map(({ name, type }) =>
    trusted(`CAST(${expressions[name] ?? 'NULL'} AS ${type}) AS ${quoteIdent(name)}`),
  );
  return join(columns, ', ');
}

function messageRows(evidenceId: number): Sql {
  const expressions = {
    event_id: `${evidenceId * ORDINALS} + m.ordinal`,
    evidence_id: String(evidenceId),
    record_number: 'm.record_number',
    event_part: 'part.value',
    timestamp: 'm.time',
    time_remainder_ns: 'm.remainder',
    recorded_at: 'm.time',
    recorded_wall: 'm.time',
    recorded_offset_minutes: '0',
    time_flags: '0',
    time_precision_us: 'm.precision',
    timestamp_desc: "'Captured'",
    event_domain: 'domain.value',
    event_dataset: 'dataset.value',
    event_category: "'network'",
    event_type: "'protocol'",
    event_action: '"action".value',
    event_outcome: 'outcome.value',
    message: 'coalesce(said.value, m.message)',
    file_path: 'm.file',
    user_name: 'm."user"',
    host_name: 'm.host',
    source_ip: 'f.source_ip',
    source_port: 'f.source_port',
    source_mac: 'f.source_mac',
    destination_ip: 'f.destination_ip',
    destination_port: 'f.destination_port',
    destination_mac: 'f.destination_mac',
    network_transport: 'f.transport',
    network_protocol: 'protocol.value',
    network_community_id: 'f.community_id',
    network_direction_assumed: 'f.assumed',
    ot_message: 'kind.value',
    ot_operation: '"operation".value',
    ot_function_code: 'm.function_code',
    ot_unit_id: 'm.unit',
    ot_object: '"object".value',
    ot_address: 'm.address',
    ot_quantity: 'm.quantity',
    ot_value: 'm.value',
    ot_exception_code: 'm.exception',
    ot_transaction_id: 'm.transaction',
  };
  const words = [
    'part',
    'domain',
    'dataset',
    'protocol',
    'action',
    'outcome',
    'kind',
    'operation',
    'object',
    'said',
  ];
  const joins = words.map((word) => joinWord(word, 'm')).join(' ');
  return sql`SELECT ${list(EVENT_FIELDS, expressions)}
    FROM ${trusted(TABLES.message)} m JOIN ${trusted(TABLES.flow)} f ON f.number = m.flow ${trusted(joins)}`;
}

function joinWord(column: string, table: string): string {
  const name = quoteIdent(column);
  return `LEFT JOIN ${TABLES.text} ${name} ON ${name}.code = ${table}.${name}`;
}

function flowRows(evidenceId: number, messages: number): Sql {
  const expressions = {
    event_id: `${evidenceId * ORDINALS + messages} + f.place`,
    evidence_id: String(evidenceId),
    record_number: 'f.record_number',
    event_part: "'flow'",
    timestamp: 'f.time',
    time_remainder_ns: 'f.remainder',
    ended_at: 'f.ended',
    recorded_at: 'f.time',
    recorded_wall: 'f.time',
    recorded_offset_minutes: '0',
    time_flags: '0',
    time_precision_us: 'f.precision',
    timestamp_desc: "'First packet'",
    event_domain: "'network'",
    event_dataset: "'pcap.flow'",
    event_category: "'network'",
    event_type: "'connection'",
    event_action: 'f.action',
    event_outcome: 'f.outcome',
    event_duration: '(epoch_us(f.ended) - epoch_us(f.time)) * 1000',
    message: 'f.message',
    source_ip: 'f.source_ip',
    source_port: 'f.source_port',
    source_mac: 'f.source_mac',
    destination_ip: 'f.destination_ip',
    destination_port: 'f.destination_port',
    destination_mac: 'f.destination_mac',
    network_transport: 'f.transport',
    network_protocol: 'f.protocol',
    network_bytes: 'f.bytes',
    network_community_id: 'f.community_id',
    network_direction_assumed: 'f.assumed',
  };
  return sql`SELECT ${list(EVENT_FIELDS, expressions)} FROM ${trusted(TABLES.flow)} f`;
}

/** Runs unrolled to one row a value. */
function pointRows(evidenceId: number): Sql {
  const expressions = {
    event_id: `${evidenceId * ORDINALS} + p.event`,
    evidence_id: String(evidenceId),
    ordinal: 'p.first + p.place',
    ot_unit_id: 'p.unit',
    ot_object: '"object".value',
    ot_address: 'p.address + p.place * p.stride',
    value: 'CASE WHEN isnan(p.number) THEN NULL ELSE p.number END',
    value_text: 'p.value_text',
    quality: 'quality.value',
    timestamp: 'p.time',
  };
  const runs = `SELECT *, unnest(numbers) AS number, generate_subscripts(numbers, 1) - 1 AS place FROM ${TABLES.point}`;
  const from = `FROM (${runs}) p ${joinWord('object', 'p')} ${joinWord('quality', 'p')}`;
  return sql`SELECT ${list(POINT_FIELDS, expressions)} ${trusted(from)}`;
}

function rejectRows(evidenceId: number): Sql {
  const expressions = {
    evidence_id: String(evidenceId),
    record_number: 'record_number',
    byte_offset: 'byte_offset',
    byte_length: 'byte_length',
    excerpt: 'excerpt',
    reason: 'reason',
    help: 'help',
  };
  return sql`SELECT ${list(REJECT_FIELDS, expressions)} FROM ${trusted(TABLES.reject)}`;
}

/** All VARCHAR after the four keys, as with every other evidence. */
function recordRows(evidenceId: number): Sql {
  const end = (column: string, other: string): string =>
    `CASE WHEN (p.traits & 1 = 1) = f.source_is_a THEN ${column} ELSE ${other} END`;
  const source = end('coalesce(f.source_ip, f.source_mac)', 'coalesce(f.destination_ip, f.destination_mac)');
  const destination = end(
    'coalesce(f.destination_ip, f.destination_mac)',
    'coalesce(f.source_ip, f.source_mac)',
  );
  const columns: Readonly<Record<(typeof RECORD_COLUMNS)[number], string>> = {
    time: "strftime(p.time, '%Y-%m-%dT%H:%M:%S.%f') || CASE WHEN p.remainder > 0 THEN lpad(p.remainder::VARCHAR, 3, '0') ELSE '' END || 'Z'",
    interface: 'p.interface',
    link: 'i.link',
    length: 'p.length',
    captured_length: 'p.captured',
    protocols: "nullif(path.value, '')",
    vlan: 'f.vlan',
    source,
    source_port: end('f.source_port', 'f.destination_port'),
    destination,
    destination_port: end('f.destination_port', 'f.source_port'),
    tcp_flags: 'nullif((p.traits >> 1) & 255, 0)',
    note: 'note.value',
  };
  const own = RECORD_COLUMNS.map((name) =>
    trusted(`CAST(${columns[name]} AS VARCHAR) AS ${quoteIdent(name)}`),
  );
  const joins = [
    `LEFT JOIN ${TABLES.flow} f ON f.number = p.flow`,
    `LEFT JOIN ${TABLES.interface} i ON i.number = p.interface`,
    `LEFT JOIN ${TABLES.text} path ON path.code = p.traits >> 9`,
    joinWord('note', 'p'),
  ].join(' ');
  return sql`SELECT CAST(${trusted(String(evidenceId))} AS UINTEGER) AS evidence_id, p.record_number, p.byte_offset,
    p.byte_length, ${join(own, ', ')} FROM ${trusted(TABLES.packet)} p ${trusted(joins)}`;
}
