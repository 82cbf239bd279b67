/**
 * The field catalogue: every column of `event` and `point`, in order, with its SQL type and the names other
 * schemas give it. Tables, Parquet files, formats, filters and panels are all made from this list.
 */

export type SqlType =
  | 'VARCHAR'
  | 'BOOLEAN'
  | 'UTINYINT'
  | 'SMALLINT'
  | 'USMALLINT'
  | 'UINTEGER'
  | 'BIGINT'
  | 'UBIGINT'
  | 'DOUBLE'
  | 'TIMESTAMP';

export type FieldGroup = 'time' | 'event' | 'who' | 'network' | 'ot' | 'service' | 'provenance';

export interface Field {
  readonly name: string;
  readonly type: SqlType;
  readonly group: FieldGroup;
  /** Column title in the grid and inspector. */
  readonly label: string;
  readonly help: string;
  /** Elastic Common Schema name, where there is one. */
  readonly ecs?: string;
  /** Other names an analyst may type: Zeek, CIM, Timesketch. */
  readonly also?: readonly string[];
  /** Values of a closed list. */
  readonly values?: readonly string[];
  /** The first version of segments whose files have the column; absent for what all have. */
  readonly since?: number;
}

export const EVENT_DOMAINS = ['operations', 'security', 'service', 'ot', 'physical', 'network'] as const;
export type EventDomain = (typeof EVENT_DOMAINS)[number];

export const EVENT_CATEGORIES = [
  'api',
  'authentication',
  'configuration',
  'database',
  'driver',
  'email',
  'file',
  'host',
  'iam',
  'intrusion_detection',
  'library',
  'malware',
  'network',
  'package',
  'process',
  'registry',
  'session',
  'threat',
  'vulnerability',
  'web',
] as const;
export const EVENT_TYPES = [
  'access',
  'admin',
  'allowed',
  'change',
  'connection',
  'creation',
  'deletion',
  'denied',
  'end',
  'error',
  'group',
  'indicator',
  'info',
  'installation',
  'protocol',
  'start',
  'user',
] as const;
export const EVENT_OUTCOMES = ['success', 'failure', 'unknown'] as const;
export const OT_MESSAGES = ['request', 'response', 'exception', 'unsolicited'] as const;
export const OT_OPERATIONS = [
  'read',
  'write',
  'control',
  'program',
  'configure',
  'diagnose',
  'connect',
  'identify',
  'report',
] as const;

/** Bits of `time_flags`. */
export const TIME_FLAGS = {
  zoneAssumed: 1,
  yearAssumed: 2,
  ambiguous: 4,
  nonexistent: 8,
  dayMonthGuessed: 16,
  dateOnly: 32,
  /** Written as second 60; placed on the second after it. */
  leapSecond: 64,
} as const;

export const EVENT_FIELDS: readonly Field[] = [
  {
    name: 'event_id',
    type: 'UBIGINT',
    group: 'provenance',
    label: 'Event',
    help: 'Local number of the event: evidence_id × 2^36 + its place in the evidence, not always without gaps',
    ecs: 'event.id',
  },
  {
    name: 'evidence_id',
    type: 'UINTEGER',
    group: 'provenance',
    label: 'Evidence',
    help: 'The evidence the event was read from',
  },
  {
    name: 'record_number',
    type: 'UBIGINT',
    group: 'provenance',
    label: 'Record',
    help: 'Number of the record in the evidence, from 1',
    ecs: 'event.sequence',
    also: ['frame.number'],
  },
  {
    name: 'event_part',
    type: 'VARCHAR',
    group: 'provenance',
    label: 'Part',
    help: 'Which of the events of one record this is; empty where there is one',
  },
  {
    name: 'timestamp',
    type: 'TIMESTAMP',
    group: 'time',
    label: 'Time',
    help: 'UTC, after the clock model of the evidence; empty when the record is undated',
    ecs: '@timestamp',
    also: ['ts', 'time', 'datetime'],
  },
  {
    name: 'time_remainder_ns',
    type: 'SMALLINT',
    group: 'time',
    label: 'Nanoseconds',
    help: 'What microseconds cannot hold, 0–999',
  },
  {
    name: 'ended_at',
    type: 'TIMESTAMP',
    group: 'time',
    label: 'Ended',
    help: 'End of a span, UTC, after the clock model',
    ecs: 'event.end',
  },
  {
    name: 'recorded_at',
    type: 'TIMESTAMP',
    group: 'time',
    label: 'Recorded (UTC)',
    help: 'UTC as the source says it, before the clock model',
  },
  {
    name: 'recorded_wall',
    type: 'TIMESTAMP',
    group: 'time',
    label: 'Recorded (as written)',
    help: 'Wall time as written in the record',
  },
  {
    name: 'recorded_offset_minutes',
    type: 'SMALLINT',
    group: 'time',
    label: 'Offset',
    help: 'Offset from UTC stated by the record, in minutes; empty where it states none',
  },
  {
    name: 'recorded_text',
    type: 'VARCHAR',
    group: 'time',
    label: 'Unread time',
    help: 'The time as written, where it could not be read',
  },
  {
    name: 'time_flags',
    type: 'UTINYINT',
    group: 'time',
    label: 'Time flags',
    help: 'Bit set: 1 zone assumed, 2 year assumed, 4 ambiguous, 8 nonexistent, 16 day/month guessed, 32 date only',
  },
  {
    name: 'time_precision_us',
    type: 'BIGINT',
    group: 'time',
    label: 'Precision',
    help: 'Width of the smallest step the source can write, in microseconds; 0 is finer',
  },
  {
    name: 'timestamp_desc',
    type: 'VARCHAR',
    group: 'time',
    label: 'Time means',
    help: 'What kind of time it is: Logged, Opened, Captured',
    also: ['timestamp_desc'],
  },
  {
    name: 'event_domain',
    type: 'VARCHAR',
    group: 'event',
    label: 'Domain',
    help: 'operations, security, service, ot, physical or network',
    values: EVENT_DOMAINS,
  },
  {
    name: 'event_dataset',
    type: 'VARCHAR',
    group: 'event',
    label: 'Dataset',
    help: 'Source and log: zeek.conn, windows.security, pcap.modbus',
    ecs: 'event.dataset',
    also: ['sourcetype', 'data_type'],
  },
  {
    name: 'event_category',
    type: 'VARCHAR',
    group: 'event',
    label: 'Category',
    help: "ECS's list, or empty",
    ecs: 'event.category',
    values: EVENT_CATEGORIES,
  },
  {
    name: 'event_type',
    type: 'VARCHAR',
    group: 'event',
    label: 'Type',
    help: "ECS's list, or empty",
    ecs: 'event.type',
    values: EVENT_TYPES,
  },
  {
    name: 'event_action',
    type: 'VARCHAR',
    group: 'event',
    label: 'Action',
    help: 'What was done: logon, denied, write_single_register',
    ecs: 'event.action',
    also: ['action', 'func'],
  },
  {
    name: 'event_outcome',
    type: 'VARCHAR',
    group: 'event',
    label: 'Outcome',
    help: 'success, failure or unknown',
    ecs: 'event.outcome',
    values: EVENT_OUTCOMES,
  },
  {
    name: 'event_code',
    type: 'VARCHAR',
    group: 'event',
    label: 'Code',
    help: "The source's own code: EventID, signature id, message id",
    ecs: 'event.code',
    also: ['EventID'],
  },
  {
    name: 'event_severity',
    type: 'UTINYINT',
    group: 'event',
    label: 'Severity',
    help: '0 unknown, 1 informational, 2 low, 3 medium, 4 high, 5 critical, 6 fatal',
  },
  {
    name: 'event_duration',
    type: 'BIGINT',
    group: 'event',
    label: 'Duration',
    help: 'Nanoseconds',
    ecs: 'event.duration',
  },
  {
    name: 'span_id',
    type: 'VARCHAR',
    group: 'event',
    label: 'Span',
    help: 'What the start and the end of one logon, process, alarm or connection share: logon 0x5f3a2, process 4711',
    since: 2,
  },
  {
    name: 'message',
    type: 'VARCHAR',
    group: 'event',
    label: 'Message',
    help: 'One human line, always present',
    ecs: 'message',
    also: ['msg'],
  },
  {
    name: 'host_name',
    type: 'VARCHAR',
    group: 'who',
    label: 'Host',
    help: 'The machine the record is about',
    ecs: 'host.name',
    also: ['dvc', 'hostname', 'computer', 'computer_name'],
  },
  {
    name: 'observer_name',
    type: 'VARCHAR',
    group: 'who',
    label: 'Observer',
    help: 'Firewall, sensor or historian that wrote it',
    ecs: 'observer.name',
  },
  {
    name: 'user_name',
    type: 'VARCHAR',
    group: 'who',
    label: 'User',
    help: 'As written',
    ecs: 'user.name',
    also: ['user', 'username'],
  },
  {
    name: 'user_domain',
    type: 'VARCHAR',
    group: 'who',
    label: 'User domain',
    help: 'Domain or realm of the user',
    ecs: 'user.domain',
  },
  {
    name: 'process_name',
    type: 'VARCHAR',
    group: 'who',
    label: 'Process',
    help: 'Program or daemon',
    ecs: 'process.name',
  },
  {
    name: 'file_path',
    type: 'VARCHAR',
    group: 'who',
    label: 'File',
    help: 'File, project, firmware or block',
    ecs: 'file.path',
  },
  {
    name: 'source_ip',
    type: 'VARCHAR',
    group: 'network',
    label: 'Source',
    help: 'Who asked, or began the conversation; canonical text',
    ecs: 'source.ip',
    also: ['id.orig_h', 'src_ip', 'srcip', 'src', 'saddr', 'ip.src'],
  },
  {
    name: 'source_port',
    type: 'USMALLINT',
    group: 'network',
    label: 'Source port',
    help: '',
    ecs: 'source.port',
    also: ['id.orig_p', 'src_port', 'srcport', 'sport'],
  },
  {
    name: 'source_mac',
    type: 'VARCHAR',
    group: 'network',
    label: 'Source MAC',
    help: 'Lower case, colons',
    ecs: 'source.mac',
    also: ['src_mac', 'eth.src'],
  },
  {
    name: 'destination_ip',
    type: 'VARCHAR',
    group: 'network',
    label: 'Destination',
    help: 'Responder of the conversation, canonical text',
    ecs: 'destination.ip',
    also: ['id.resp_h', 'dest_ip', 'dst_ip', 'dstip', 'dst', 'dest', 'daddr', 'ip.dst'],
  },
  {
    name: 'destination_port',
    type: 'USMALLINT',
    group: 'network',
    label: 'Destination port',
    help: '',
    ecs: 'destination.port',
    also: ['id.resp_p', 'dest_port', 'dst_port', 'dstport', 'dport'],
  },
  {
    name: 'destination_mac',
    type: 'VARCHAR',
    group: 'network',
    label: 'Destination MAC',
    help: 'Lower case, colons',
    ecs: 'destination.mac',
    also: ['dst_mac', 'dest_mac', 'eth.dst'],
  },
  {
    name: 'network_transport',
    type: 'VARCHAR',
    group: 'network',
    label: 'Transport',
    help: 'tcp, udp, icmp, ethernet',
    ecs: 'network.transport',
    also: ['proto'],
  },
  {
    name: 'network_protocol',
    type: 'VARCHAR',
    group: 'network',
    label: 'Protocol',
    help: 'modbus, s7comm, dns, http, …',
    ecs: 'network.protocol',
    also: ['service', 'app'],
  },
  {
    name: 'network_bytes',
    type: 'UBIGINT',
    group: 'network',
    label: 'Bytes',
    help: 'Both directions',
    ecs: 'network.bytes',
  },
  {
    name: 'network_community_id',
    type: 'VARCHAR',
    group: 'network',
    label: 'Community ID',
    help: 'Community ID flow hash, version 1',
    ecs: 'network.community_id',
  },
  {
    name: 'network_direction_assumed',
    type: 'BOOLEAN',
    group: 'network',
    label: 'Direction assumed',
    help: 'True where no SYN showed who began',
  },
  {
    name: 'service_name',
    type: 'VARCHAR',
    group: 'service',
    label: 'Service',
    help: 'Business or technical service, CI or repository',
    ecs: 'service.name',
  },
  {
    name: 'ticket_id',
    type: 'VARCHAR',
    group: 'service',
    label: 'Ticket',
    help: 'Number of the incident, change or problem',
  },
  {
    name: 'ot_message',
    type: 'VARCHAR',
    group: 'ot',
    label: 'OT message',
    help: 'request, response, exception or unsolicited',
    values: OT_MESSAGES,
  },
  {
    name: 'ot_operation',
    type: 'VARCHAR',
    group: 'ot',
    label: 'OT operation',
    help: 'The same verbs for every protocol',
    values: OT_OPERATIONS,
    also: ['operation'],
  },
  {
    name: 'ot_function_code',
    type: 'UINTEGER',
    group: 'ot',
    label: 'Function code',
    help: 'Number of the function; its name is the action',
    also: ['modbus.func_code'],
  },
  {
    name: 'ot_unit_id',
    type: 'UINTEGER',
    group: 'ot',
    label: 'Unit',
    help: 'Modbus unit, DNP3 outstation, S7 rack/slot ("slave id")',
    also: ['unit', 'unit_id', 'slave id'],
  },
  {
    name: 'ot_object',
    type: 'VARCHAR',
    group: 'ot',
    label: 'Object',
    help: 'holding_register, coil, DB10, …',
  },
  {
    name: 'ot_address',
    type: 'BIGINT',
    group: 'ot',
    label: 'Address',
    help: 'First address, zero-based as on the wire; S7 in bits',
  },
  { name: 'ot_quantity', type: 'UINTEGER', group: 'ot', label: 'Quantity', help: '' },
  {
    name: 'ot_value',
    type: 'DOUBLE',
    group: 'ot',
    label: 'Value',
    help: 'Only when exactly one numeric value; all values are in point',
  },
  {
    name: 'ot_exception_code',
    type: 'UINTEGER',
    group: 'ot',
    label: 'Exception',
    help: 'Exception or error code; the outcome is then failure',
  },
  {
    name: 'ot_transaction_id',
    type: 'UINTEGER',
    group: 'ot',
    label: 'Transaction',
    help: 'Pairs request with response',
    also: ['trans_id', 'tid'],
  },
];

export const POINT_FIELDS: readonly Field[] = [
  {
    name: 'event_id',
    type: 'UBIGINT',
    group: 'provenance',
    label: 'Event',
    help: 'The event that read or wrote the value',
  },
  { name: 'evidence_id', type: 'UINTEGER', group: 'provenance', label: 'Evidence', help: '' },
  {
    name: 'ordinal',
    type: 'UINTEGER',
    group: 'provenance',
    label: 'Ordinal',
    help: 'Place in the event, from 0',
  },
  {
    name: 'point_name',
    type: 'VARCHAR',
    group: 'ot',
    label: 'Point',
    help: 'Historian or HMI tag, where there is one',
  },
  { name: 'ot_unit_id', type: 'UINTEGER', group: 'ot', label: 'Unit', help: '' },
  { name: 'ot_object', type: 'VARCHAR', group: 'ot', label: 'Object', help: '' },
  { name: 'ot_address', type: 'BIGINT', group: 'ot', label: 'Address', help: '' },
  { name: 'value', type: 'DOUBLE', group: 'ot', label: 'Value', help: '' },
  {
    name: 'value_text',
    type: 'VARCHAR',
    group: 'ot',
    label: 'Value (text)',
    help: 'Text values, and integers beyond 2^53',
  },
  {
    name: 'quality',
    type: 'VARCHAR',
    group: 'ot',
    label: 'Quality',
    help: 'good, bad, uncertain, or the source’s own word',
  },
  { name: 'timestamp', type: 'TIMESTAMP', group: 'time', label: 'Time', help: 'UTC, after the clock model' },
];

export const REJECT_FIELDS: readonly Field[] = [
  { name: 'evidence_id', type: 'UINTEGER', group: 'provenance', label: 'Evidence', help: '' },
  { name: 'record_number', type: 'UBIGINT', group: 'provenance', label: 'Record', help: '' },
  {
    name: 'byte_offset',
    type: 'UBIGINT',
    group: 'provenance',
    label: 'Offset',
    help: 'In the decompressed stream',
  },
  { name: 'byte_length', type: 'UBIGINT', group: 'provenance', label: 'Length', help: '' },
  {
    name: 'excerpt',
    type: 'VARCHAR',
    group: 'provenance',
    label: 'Excerpt',
    help: 'The first 400 characters',
  },
  { name: 'reason', type: 'VARCHAR', group: 'provenance', label: 'Reason', help: '' },
  { name: 'help', type: 'VARCHAR', group: 'provenance', label: 'What to do', help: '' },
];

const byName = new Map(EVENT_FIELDS.map((field) => [field.name, field]));

/** The event field of that name, or undefined. */
export function eventField(name: string): Field | undefined {
  return byName.get(name);
}
