/**
 * Generic formats: which name is the time, the message, the host … from the analyst's mapping, or by a guess that
 * says so in a note. Makes an ordinary format out of it, which is compiled like any other.
 */
import type { ImportOptions } from '../../../shared/evidence';
import { eventField } from '../../../shared/fields';
import type { Format, Value } from '../../formats/format';
import type { Database } from '../../store/database';
import { trusted } from '../../store/sql';
import type { CompileContext } from './compile-context';
import { guessPoorTime, guessTime, type TimeGuess, timeOfGuess, withClock } from './guess-time';
import { plainTitle } from './record-sql';

export interface Shaped {
  readonly format: Format;
  readonly notes: readonly string[];
  /** Which column was taken for what, where nobody said: what an analyst sees first and may correct. */
  readonly guessed?: NonNullable<ImportOptions['mapping']>;
}

/** Titles that mean a field, without case and punctuation; only those that can hardly mean anything else. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  message: [
    'message',
    'msg',
    'text',
    'description',
    'shortdescription',
    'summary',
    'note',
    'event',
    'details',
    'info',
  ],
  host_name: [
    'host',
    'hostname',
    'computer',
    'computername',
    'machine',
    'device',
    'devicename',
    'server',
    'workstation',
  ],
  user_name: ['user', 'username', 'account', 'accountname', 'login', 'userid', 'operator'],
  process_name: ['process', 'processname', 'program', 'app', 'application', 'daemon'],
  source_ip: ['sourceip', 'srcip', 'src', 'sourceaddress', 'clientip', 'idorigh', 'remoteip', 'ipsrc'],
  source_port: ['sourceport', 'srcport', 'sport', 'idorigp'],
  destination_ip: [
    'destinationip',
    'dstip',
    'destip',
    'dst',
    'destinationaddress',
    'serverip',
    'idresph',
    'ipdst',
  ],
  destination_port: ['destinationport', 'dstport', 'destport', 'dport', 'idrespp'],
  event_action: ['action', 'eventaction', 'activity', 'operation'],
  event_code: ['eventid', 'code', 'eventcode', 'messageid'],
  event_severity: ['severity', 'level', 'loglevel'],
  file_path: ['file', 'filepath', 'filename', 'path'],
  ticket_id: ['ticket', 'ticketid', 'incident', 'incidentid', 'caseid'],
  service_name: ['service', 'servicename'],
};
const SEVERITY: Value = {
  first: [
    {
      from: 'severity word',
      as: 'lower',
      map: {
        trace: 1,
        debug: 1,
        info: 1,
        informational: 1,
        information: 1,
        notice: 2,
        low: 2,
        warn: 3,
        warning: 3,
        medium: 3,
        moderate: 3,
        err: 4,
        error: 4,
        high: 4,
        crit: 5,
        critical: 5,
        alert: 5,
        fatal: 6,
        emerg: 6,
        emergency: 6,
        panic: 6,
      },
    },
  ],
};
/** Names tried for a time in JSON; nested ones as JSON pointers. */
const MOST_NAMES = 60;
/** A line that begins with something like a time; the guess then says which form reads it. */
const LINE_STARTS: readonly string[] = [
  '^\\[?(?P<time>\\d{4}[-/]\\d\\d[-/]\\d\\d[T ]\\d\\d:\\d\\d(?::\\d\\d)?(?:[.,]\\d+)?(?: ?(?:Z|UTC|GMT|[+-]\\d\\d:?\\d\\d))?)\\]?[\\s:|-]*(?P<text>(?s:.*))$',
  '^\\[?(?P<time>\\d{1,2}[-/.]\\d{1,2}[-/.]\\d{2,4},? \\d{1,2}:\\d\\d(?::\\d\\d)?(?:[.,]\\d+)?(?: ?[AaPp][Mm])?)\\]?[\\s:|-]*(?P<text>(?s:.*))$',
  '^(?:<\\d{1,3}>)?\\[?(?P<time>(?:[^\\s\\d,]{3,4},? )?[^\\s\\d]{3,9} {1,2}\\d{1,2},?(?: \\d{4})? \\d\\d:\\d\\d:\\d\\d(?:[.,]\\d+)?(?: \\d{4})?)\\]?[\\s:|-]*(?P<text>(?s:.*))$',
  '^\\[?(?P<time>\\d{1,2}[-/ ][^\\s\\d/-]{3,9}[-/ ]\\d{4}[: ]\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d+)?(?: ?[+-]\\d{4})?)\\]?[\\s:|-]*(?P<text>(?s:.*))$',
  '^\\[?(?P<time>\\d{10}(?:\\.\\d+)?|\\d{13}|\\d{16})\\]?[\\s:|-]+(?P<text>(?s:.*))$',
];

async function jsonNames(database: Database): Promise<readonly string[]> {
  const keys = (path: string): string => `json_keys(c0${path})`;
  const table = await database.all(
    trusted(
      `SELECT DISTINCT unnest(TRY(${keys('')})) AS k FROM (SELECT c0 FROM record LIMIT 200) ORDER BY k LIMIT ${MOST_NAMES}`,
    ),
  );
  return table.rows.map(([key]) => String(key));
}

async function namesOf(database: Database, context: CompileContext): Promise<readonly string[]> {
  if (context.kind === 'json') return jsonNames(database);
  return context.columns.filter((column) => column !== '');
}

function valueFor(field: string, name: string): Value {
  if (field === 'event_severity' && typeof SEVERITY === 'object') {
    const [word] = SEVERITY.first ?? [];
    return { first: [{ from: name, as: 'integer' }, typeof word === 'object' ? { ...word, from: name } : 0] };
  }
  if (field.endsWith('_ip')) return { from: name, as: 'ip' };
  if (field.endsWith('_mac')) return { from: name, as: 'mac' };
  if (field.endsWith('_port')) return { from: name, as: 'port' };
  return { from: name };
}

function guessFields(names: readonly string[], time: string | null): Record<string, Value> {
  const fields: Record<string, Value> = {};
  const used = new Set(time === null ? [] : [time]);
  for (const [field, synonyms] of Object.entries(SYNONYMS)) {
    for (const synonym of synonyms) {
      const name = names.find((one) => !used.has(one) && plainTitle(one) === synonym);
      if (name === undefined) continue;
      used.add(name);
      fields[field] = valueFor(field, name);
      break;
    }
  }
  return fields;
}

/** Names that a format uses only after shaping must be extracted from JSON; values tell the reader which. */
function withTime(format: Format, guess: TimeGuess | null, fields: Record<string, Value>): Format {
  const desc = guess === null ? {} : { timestamp_desc: guess.name };
  const { values, time } = guess === null ? { values: {}, time: undefined } : timeOfGuess(guess);
  return {
    ...format,
    generic: false,
    values: { ...format.values, ...values },
    ...(time === undefined ? {} : { time }),
    fields: { ...format.fields, ...desc, ...fields },
  };
}

async function shapeLines(database: Database, format: Format, context: CompileContext): Promise<Shaped> {
  const selects = LINE_STARTS.map(
    (pattern) => `count(*) FILTER (WHERE regexp_matches(c0, '${pattern.replaceAll("'", "''")}'))`,
  );
  const table = await database.all(
    trusted(`SELECT ${selects.join(', ')} FROM (SELECT c0 FROM record LIMIT 200)`),
  );
  const counts = (table.rows[0] ?? []).map(Number);
  const most = Math.max(0, ...counts);
  const start = LINE_STARTS[counts.indexOf(most)];
  if (most === 0 || start === undefined) {
    return {
      format: {
        ...format,
        generic: false,
        match: {},
        fields: {
          ...format.fields,
          message: { from: 'line' },
          ...(context.mapping === null ? {} : { event_domain: context.mapping.domain }),
        },
      },
      notes: ['No time was found at the start of its lines; the events are undated.'],
    };
  }
  // Lines that do not begin with a time are still lines: their time is empty.
  const pattern = `${start.slice(0, -1)}$|^(?P<rest>(?s:.*))$`;
  const lined = { ...format, match: { pattern } };
  const { mapping } = context;
  const guess =
    mapping === null || mapping.timeForm === null
      ? await guessTime(database, lined, context, ['time'])
      : { name: 'time', form: mapping.timeForm };
  const shaped = withTime(lined, guess, {
    timestamp_desc: 'Logged',
    message: { first: [{ from: 'text' }, { from: 'rest' }, { from: 'time' }] },
    ...(mapping === null ? {} : { event_domain: mapping.domain }),
  });
  return {
    format: shaped,
    notes:
      guess === null
        ? ['No time was read at the start of its lines; the events are undated.']
        : [`The time was guessed: at the start of each line, form ${guess.form}.`],
  };
}

/** The ordinary format a generic one stands for, given this evidence. */
export async function shapeGeneric(
  database: Database,
  format: Format,
  context: CompileContext,
): Promise<Shaped> {
  if (context.kind === 'lines') return shapeLines(database, format, context);
  const { mapping } = context;
  if (mapping !== null) {
    const fields: Record<string, Value> = { event_domain: mapping.domain };
    for (const [field, name] of Object.entries(mapping.fields)) {
      if (eventField(field) !== undefined && name !== '') fields[field] = valueFor(field, name);
    }
    const { time, timeForm } = mapping;
    if (time === null) return { format: withTime(format, null, fields), notes: [] };
    const found =
      timeForm === null ? await guessTime(database, format, context, [time]) : { name: time, form: timeForm };
    const guess =
      found && (await withClock(database, format, context, await namesOf(database, context), found));
    const notes = guess === null ? [`${time} could not be read as a time in any known form.`] : [];
    if (guess?.clock !== undefined) notes.push(clockNote(guess));
    return { format: withTime(format, guess ?? { name: time, form: 'iso' }, fields), notes };
  }
  const names = await namesOf(database, context);
  const read = await guessTime(database, format, context, names);
  const good = read && (await withClock(database, format, context, names, read));
  const poor = good === null ? await guessPoorTime(database, format, context, names) : null;
  const guess = good ?? poor;
  const fields = guessFields(names, guess?.name ?? null);
  const shaped = withTime(format, guess, fields);
  const sources = Object.entries(fields).map(([field, value]) => [field, nameOf(value)] as const);
  const found = sources.map(([field, name]) => `${field} from ${name}`);
  return {
    format: shaped,
    guessed: {
      time: guess?.name ?? null,
      timeForm: null,
      domain: String(format.fields?.event_domain ?? 'operations'),
      fields: Object.fromEntries(sources),
    },
    notes: [
      timeNote(good, poor),
      ...(found.length === 0 ? [] : [`Fields were guessed: ${found.join(', ')}.`]),
    ],
  };
}

function clockNote({ name, clock, form }: TimeGuess): string {
  return `The time was guessed: ${name} with ${clock}, form ${form}.`;
}

function timeNote(good: TimeGuess | null, poor: { name: string; share: number } | null): string {
  if (good?.clock !== undefined) return clockNote(good);
  if (good !== null) return `The time was guessed: ${good.name}, form ${good.form}.`;
  if (poor === null) return 'No column reads as a time; the events are undated.';
  const how = poor.share > 0 ? 'most of it does not read' : 'nothing in it reads';
  return `${poor.name} is named like a time, but ${how} as one in any known form; such events are undated and keep the text as written.`;
}

function nameOf(value: Value): string {
  if (typeof value !== 'object') return String(value);
  const [first] = value.first ?? [];
  const from = value.from ?? (typeof first === 'object' ? first.from : undefined);
  return typeof from === 'string' ? from : '';
}
