/** The rows of `event`, `point`, `reject` and `record` as views over a capture's narrow tables. */
import { EVENT_FIELDS, type Field, POINT_FIELDS, REJECT_FIELDS } from '../../../../shared/fields';
import type { Database } from '../../../store/database';
import type { FilledColumn } from '../../../store/parquet-fill';
import { canFill, type SameValue } from '../../../store/parquet-pages';
import { join, quoteIdent, quoteText, type Sql, sql, trusted } from '../../../store/sql';
import { TABLES } from './tables';
import { OWN_WORDS, type Texts, textsOfEndedFlows } from './texts';

export const ORDINALS = 2 ** 36;

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
 * Makes (or replaces) the four views for this evidence; `messages`: how many there are, null where the flows are not
 * among the events. Every row carries its number, so writing them out needs no
 * sort; they come nearly in order (messages before flows), but a join may turn rows of one batch round.
 */
export async function createViews(
  database: Database,
  evidenceId: number,
  messages: number | null,
  texts: Texts,
): Promise<void> {
  const said = messageRows(evidenceId, texts);
  const event = messages === null ? said : sql`${said} UNION ALL ${flowRows(evidenceId, messages, texts)}`;
  await database.run(sql`CREATE OR REPLACE VIEW event AS ${event}`);
  await database.run(sql`CREATE OR REPLACE VIEW point AS ${pointRows(evidenceId, texts)}`);
  await database.run(sql`CREATE OR REPLACE VIEW reject AS ${rejectRows(evidenceId)}`);
  await database.run(sql`CREATE OR REPLACE VIEW record AS ${recordRows(evidenceId, texts)}`);
}

/** Makes (or replaces) the view `event` with the flows alone. */
export async function createFlowView(
  database: Database,
  evidenceId: number,
  messages: number,
  texts: Texts,
): Promise<void> {
  await database.run(sql`CREATE OR REPLACE VIEW event AS ${flowRows(evidenceId, messages, texts)}`);
}

/** An expression of ours, or what is the same in every row; its type where it is not the field's own. */
type Expression =
  | string
  | { readonly text: string; readonly type: string }
  | { readonly same: SameValue; readonly type?: string };
type Expressions = Readonly<Record<string, Expression>>;

/** A select list of the fields in their order and types; what is not given is NULL. */
function list(fields: readonly Field[], expressions: Expressions): Sql {
  for (const name of Object.keys(expressions)) {
    if (!fields.some((field) => field.name === name)) throw new Error(`no field "${name}"`);
  }
  const columns = fields.map(({ name, type }) => {
    const expression = expressions[name] ?? 'NULL';
    const value = typeof expression === 'string' ? { text: expression, type } : expression;
    const text = 'same' in value ? literal(value.same) : value.text;
    return trusted(`CAST(${text} AS ${value.type ?? type}) AS ${quoteIdent(name)}`);
  });
  return join(columns, ', ');
}

function literal(value: SameValue): string {
  if (value === null) return 'NULL';
  return typeof value === 'string' ? quoteText(value) : String(value);
}

/** The fields as columns of a file, with what is the same in all of its rows. */
function filled(fields: readonly Field[], expressions: Expressions): readonly FilledColumn[] {
  return fields.map(({ name, type }) => {
    const expression = expressions[name] ?? { same: null };
    const same = typeof expression === 'object' && 'same' in expression ? expression.same : undefined;
    return { name, type, same: same !== undefined && canFill(type, same) ? same : undefined };
  });
}

/** Columns of files with one kind of rows of an evidence. */
export function messageColumns(evidenceId: number): readonly FilledColumn[] {
  return filled(EVENT_FIELDS, messageExpressions(evidenceId, textsOfEndedFlows()));
}

export function flowColumns(evidenceId: number): readonly FilledColumn[] {
  return filled(EVENT_FIELDS, flowExpressions(evidenceId, 0, textsOfEndedFlows()));
}

export function pointColumns(evidenceId: number): readonly FilledColumn[] {
  return filled(POINT_FIELDS, pointExpressions(evidenceId, textsOfEndedFlows()));
}

/** The views' own word as one of the capture's. */
function own({ types }: Texts, word: string): Expression {
  if (!OWN_WORDS.includes(word)) throw new Error(`"${word}" is not among the words`);
  return { same: word, type: types.word };
}

/** An end of the flow, or the other one where the message was asked for by the flow's destination. */
export function endOf(name: string, flow: string, isTurned: string | null): string {
  if (isTurned === null) return `${flow}.${name}`;
  const [side, what] = name.split('_');
  const other = side === 'source' ? 'destination' : 'source';
  return `CASE WHEN ${isTurned} THEN ${flow}.${other}_${what} ELSE ${flow}.${name} END`;
}

/** What is the same for messages and flows, so that both have one type. */
function flowTexts({ types }: Texts, isTurned: string | null): Record<string, Expression> {
  const ends = ['source_ip', 'source_mac', 'destination_ip', 'destination_mac'];
  return {
    ...Object.fromEntries(ends.map((name) => [name, { text: endOf(name, 'f', isTurned), type: types.end }])),
    source_port: endOf('source_port', 'f', isTurned),
    destination_port: endOf('destination_port', 'f', isTurned),
    network_transport: { text: 'f.transport', type: types.word },
    network_community_id: { text: 'f.community_id', type: types.community },
    network_direction_assumed: 'f.assumed',
  };
}

function messageExpressions(evidenceId: number, texts: Texts): Expressions {
  const { types } = texts;
  const word = (name: string): Expression => ({ text: `${quoteIdent(name)}.value`, type: types.word });
  // Few enough to be an ENUM, all lines are among the words.
  const said = types.message === 'VARCHAR' ? 'coalesce(said.value, m.message)' : 'said.value';
  return {
    ...flowTexts(texts, 'm.asked_by_a <> f.source_is_a'),
    event_id: `${evidenceId * ORDINALS} + m.ordinal`,
    evidence_id: { same: evidenceId },
    record_number: 'm.record_number',
    event_part: word('part'),
    timestamp: 'm.time',
    time_remainder_ns: 'm.remainder',
    recorded_at: 'm.time',
    recorded_wall: 'm.time',
    recorded_offset_minutes: { same: 0 },
    time_flags: { same: 0 },
    time_precision_us: 'm.precision',
    timestamp_desc: own(texts, 'Captured'),
    event_domain: word('domain'),
    event_dataset: word('dataset'),
    event_category: own(texts, 'network'),
    event_type: own(texts, 'protocol'),
    event_action: word('action'),
    event_outcome: word('outcome'),
    message: { text: said, type: types.message },
    file_path: 'm.file',
    user_name: 'm."user"',
    host_name: 'm.host',
    network_protocol: word('protocol'),
    ot_message: word('kind'),
    ot_operation: word('operation'),
    ot_function_code: 'm.function_code',
    ot_unit_id: 'm.unit',
    ot_object: { text: '"object".value', type: types.object },
    ot_address: 'm.address',
    ot_quantity: 'm.quantity',
    ot_value: 'm.value',
    ot_exception_code: 'm.exception',
    ot_transaction_id: 'm.transaction',
  };
}

function messageRows(evidenceId: number, texts: Texts): Sql {
  const words = ['part', 'domain', 'dataset', 'protocol', 'action', 'outcome', 'kind', 'operation'];
  const joins = [
    ...words.map((name) => joinText(texts.word, name, 'm')),
    joinText(texts.object, 'object', 'm'),
    joinText(texts.said, 'said', 'm'),
  ].join(' ');
  return sql`SELECT ${list(EVENT_FIELDS, messageExpressions(evidenceId, texts))}
    FROM ${trusted(TABLES.message)} m JOIN ${trusted(texts.flow)} f ON f.number = m.flow ${trusted(joins)}`;
}

function joinText(texts: string, column: string, table: string): string {
  const name = quoteIdent(column);
  return `LEFT JOIN ${texts} ${name} ON ${name}.code = ${table}.${name}`;
}

function flowExpressions(evidenceId: number, messages: number, texts: Texts): Expressions {
  const { types } = texts;
  const word = (text: string): Expression => ({ text, type: types.word });
  const none = (type: string): Expression => ({ same: null, type });
  return {
    ...flowTexts(texts, null),
    event_id: `${evidenceId * ORDINALS + messages} + f.place`,
    evidence_id: { same: evidenceId },
    record_number: 'f.record_number',
    event_part: own(texts, 'flow'),
    timestamp: 'f.time',
    time_remainder_ns: 'f.remainder',
    ended_at: 'f.ended',
    recorded_at: 'f.time',
    recorded_wall: 'f.time',
    recorded_offset_minutes: { same: 0 },
    time_flags: { same: 0 },
    time_precision_us: 'f.precision',
    timestamp_desc: own(texts, 'First packet'),
    event_domain: own(texts, 'network'),
    event_dataset: own(texts, 'pcap.flow'),
    event_category: own(texts, 'network'),
    event_type: own(texts, 'connection'),
    event_action: word('f.action'),
    event_outcome: word('f.outcome'),
    event_duration: '(epoch_us(f.ended) - epoch_us(f.time)) * 1000',
    message: { text: 'f.message', type: types.message },
    network_protocol: word('f.protocol'),
    network_bytes: 'f.bytes',
    ot_message: none(types.word),
    ot_operation: none(types.word),
    ot_object: none(types.object),
  };
}

function flowRows(evidenceId: number, messages: number, texts: Texts): Sql {
  const expressions = flowExpressions(evidenceId, messages, texts);
  return sql`SELECT ${list(EVENT_FIELDS, expressions)} FROM ${trusted(texts.flow)} f`;
}

function pointExpressions(evidenceId: number, { types }: Texts): Expressions {
  return {
    event_id: `${evidenceId * ORDINALS} + p.event`,
    evidence_id: { same: evidenceId },
    ordinal: 'p.first + p.place',
    ot_unit_id: 'p.unit',
    ot_object: { text: '"object".value', type: types.object },
    ot_address: 'p.address + p.place * p.stride',
    value: 'CASE WHEN isnan(p.number) THEN NULL ELSE p.number END',
    value_text: 'p.value_text',
    quality: { text: 'quality.value', type: types.word },
    timestamp: 'p.time',
  };
}

/** Runs unrolled to one row a value. */
function pointRows(evidenceId: number, texts: Texts): Sql {
  const runs = `SELECT *, unnest(numbers) AS number, generate_subscripts(numbers, 1) - 1 AS place FROM ${TABLES.point}`;
  const names = `LEFT JOIN ${texts.object} "object" ON "object".code = p."object" + p.place * p.object_step`;
  const from = `FROM (${runs}) p ${names} ${joinText(texts.word, 'quality', 'p')}`;
  return sql`SELECT ${list(POINT_FIELDS, pointExpressions(evidenceId, texts))} ${trusted(from)}`;
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

/** All text after the four keys, as with every other evidence. */
function recordRows(evidenceId: number, texts: Texts): Sql {
  const end = (column: string, other: string): string =>
    `CASE WHEN (p.traits & 1 = 1) = f.source_is_a THEN f.${column} ELSE f.${other} END`;
  const time = "p.time, '%Y-%m-%dT%H:%M:%S.%f";
  const interfaces = texts.number('p.interface', 'n_interface');
  const length = texts.number('p.length', 'n_length');
  const captured = texts.number('p.captured', 'n_captured');
  const flags = texts.number('nullif((p.traits >> 1) & 255, 0)', 'n_flags');
  const columns: Readonly<Record<(typeof RECORD_COLUMNS)[number], string>> = {
    time: `CASE WHEN p.remainder > 0 THEN strftime(${time}') || lpad(p.remainder::VARCHAR, 3, '0') || 'Z' ELSE strftime(${time}Z') END`,
    interface: interfaces.text,
    link: 'i.link',
    length: length.text,
    captured_length: captured.text,
    protocols: 'path.value',
    vlan: 'f.vlan_text',
    source: end('source', 'destination'),
    source_port: end('source_port_text', 'destination_port_text'),
    destination: end('destination', 'source'),
    destination_port: end('destination_port_text', 'source_port_text'),
    tcp_flags: flags.text,
    note: 'note.value',
  };
  const columnList = RECORD_COLUMNS.map((name) => trusted(`${columns[name]} AS ${quoteIdent(name)}`));
  const joins = [
    `LEFT JOIN ${texts.flow} f ON f.number = p.flow`,
    `LEFT JOIN ${TABLES.interface} i ON i.number = p.interface`,
    `LEFT JOIN ${texts.word} path ON path.code = p.traits >> 9 AND path.value <> ''`,
    joinText(texts.word, 'note', 'p'),
    ...[interfaces, length, captured, flags].map((number) => number.join),
  ].join(' ');
  return sql`SELECT CAST(${trusted(String(evidenceId))} AS UINTEGER) AS evidence_id, p.record_number, p.byte_offset,
    p.byte_length, ${join(columnList, ', ')} FROM ${trusted(TABLES.packet)} p ${trusted(joins)}`;
}
