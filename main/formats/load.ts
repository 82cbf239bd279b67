/** Reads one format from YAML and checks it; what is wrong comes back as a Problem that names file and place. */
import { isAlias, parseDocument, visit } from 'yaml';
import { eventField, type Field } from '../../shared/fields';
import { fail, type Outcome, succeed } from '../../shared/problem';
import { checkNames } from './check-names';
import { type Format, formatSchema, type Value } from './format';
import { ADDRESS_COLUMNS, ASSET_COLUMNS, ZONE_COLUMNS } from './inventory';
import { lendCases, type Mapping, mapping, takeOver } from './like';

/** A definition is a page or two; more is not one. */
const MAX_CHARACTERS = 200_000;

/** Columns that come from the record and its time, never from `fields`. */
const OWN_COLUMNS = new Set([
  'event_id',
  'evidence_id',
  'record_number',
  'event_part',
  'timestamp',
  'time_remainder_ns',
  'ended_at',
  'recorded_at',
  'recorded_wall',
  'recorded_offset_minutes',
  'recorded_text',
  'time_flags',
  'time_precision_us',
]);

/** What every event must say. */
export const NEEDED_FIELDS = ['event_domain', 'event_dataset', 'timestamp_desc', 'message'] as const;

const INTEGER_LIMITS: Readonly<Record<string, readonly [number, number]>> = {
  UTINYINT: [0, 255],
  SMALLINT: [-32_768, 32_767],
  USMALLINT: [0, 65_535],
  UINTEGER: [0, 4_294_967_295],
  BIGINT: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  UBIGINT: [0, Number.MAX_SAFE_INTEGER],
};

const TYPE_OF_CONVERSION: Readonly<Record<string, 'text' | 'number' | 'boolean'>> = {
  lower: 'text',
  upper: 'text',
  ip: 'text',
  mac: 'text',
  list: 'text',
  file_name: 'text',
  plain_text: 'text',
  escaped_text: 'text',
  boolean: 'boolean',
};

function refuse(name: string, why: string, where?: string): Outcome<never> {
  return fail({
    code: 'format-invalid',
    what: `The format ${name} cannot be used`,
    why,
    where: where === undefined || where === '' ? name : `${name}: ${where}`,
    help: 'Correct the definition; how one is written stands at the top of main/formats/format.ts',
  });
}

/** Whether a constant fits a column, else why not. */
function constantProblem(value: string | number | boolean, field: Field): string | null {
  if (field.values !== undefined && !field.values.includes(String(value))) {
    return `${field.name} takes ${field.values.join(', ')}; not ${value}`;
  }
  const limits = INTEGER_LIMITS[field.type];
  if (limits !== undefined) {
    const number = Number(value);
    const fits = typeof value !== 'boolean' && Number.isInteger(number);
    return fits && number >= limits[0] && number <= limits[1]
      ? null
      : `${field.name} takes whole numbers; not ${value}`;
  }
  if (field.type === 'BOOLEAN' && typeof value !== 'boolean')
    return `${field.name} takes true or false; not ${value}`;
  if (field.type === 'DOUBLE' && typeof value !== 'number')
    return `${field.name} takes numbers; not ${value}`;
  return null;
}

function valueProblem(value: Value, field: Field): string | null {
  if (typeof value !== 'object') return constantProblem(value, field);
  const results = [
    ...Object.values(value.map ?? {}),
    ...(value.default === undefined ? [] : [value.default]),
  ];
  for (const result of results) {
    const problem = constantProblem(result, field);
    if (problem !== null) return problem;
  }
  const nested = [
    ...(value.first ?? []),
    ...(value.cases ?? []).map((one) => one.give),
    ...(value.else === undefined ? [] : [value.else]),
  ];
  if (value.map === undefined) {
    for (const one of nested) {
      const problem = valueProblem(one, field);
      if (problem !== null) return problem;
    }
  }
  const given =
    value.as === undefined || value.map !== undefined
      ? undefined
      : (TYPE_OF_CONVERSION[value.as] ?? 'number');
  const wanted = field.type === 'VARCHAR' ? 'text' : field.type === 'BOOLEAN' ? 'boolean' : 'number';
  if (given !== undefined && value.as !== 'text' && wanted !== 'text' && given !== wanted) {
    return `${field.name} is ${field.type}; as: ${value.as} gives ${given}`;
  }
  return null;
}

function fieldsProblem(fields: Readonly<Record<string, Value>>, where: string): string | null {
  for (const [name, value] of Object.entries(fields)) {
    const field = eventField(name);
    if (field === undefined) return `${where}.${name}: there is no such event field`;
    if (OWN_COLUMNS.has(name)) return `${where}.${name}: is set by time, ended and the record itself`;
    const problem = valueProblem(value, field);
    if (problem !== null) return `${where}.${name}: ${problem}`;
  }
  return null;
}

function inventoryProblem(
  fields: Readonly<Record<string, Value>>,
  columns: readonly string[],
  where: string,
): string | null {
  const unknown = Object.keys(fields).find((name) => !columns.includes(name));
  return unknown === undefined ? null : `${where}.${unknown}: takes ${columns.join(', ')}`;
}

function shapeProblem(format: Format): string | null {
  const { read, match, generic } = format;
  if (!generic && read.kind === 'lines' && match.pattern === undefined) return 'match: lines need a pattern';
  if (!generic && read.kind === 'delimited' && (match.columns ?? []).length === 0)
    return 'match: name columns';
  if (!generic && read.kind === 'json' && match.when === undefined) return 'match: JSON needs when';
  if (!generic && read.kind === 'xml' && (read.roots.length === 0 || read.element === null))
    return 'read: XML needs roots and element';
  const parts = format.events ?? [];
  if (new Set(parts.map((one) => one.part)).size !== parts.length) return 'events: two have the same part';
  for (const needed of NEEDED_FIELDS) {
    if (format.events === undefined && !generic && format.fields[needed] === undefined) {
      return `fields: ${needed} is needed`;
    }
    const lacks = parts.find(
      (one) => one.fields[needed] === undefined && format.fields[needed] === undefined,
    );
    if (lacks !== undefined) return `events.${lacks.part}: ${needed} is needed`;
  }
  return null;
}

function contentProblem(format: Format): string | null {
  const checks = [
    shapeProblem(format),
    fieldsProblem(format.fields, 'fields'),
    ...format.cases.map((one, index) => fieldsProblem(one.fields, `cases.${index}`)),
    ...(format.events ?? []).map((one) => fieldsProblem(one.fields, `events.${one.part}`)),
    inventoryProblem(format.asset ?? {}, ASSET_COLUMNS, 'asset'),
    ...format.addresses.map((one) => inventoryProblem(one, ADDRESS_COLUMNS, 'addresses')),
    ...format.zones.map((one) => inventoryProblem(one, ZONE_COLUMNS, 'zones')),
    checkNames(format),
  ];
  return checks.find((problem) => problem !== null) ?? null;
}

/** A definition's text with the format it is, as the build reads those that ship. */
export interface ReadBefore {
  readonly text: string;
  readonly format: Format;
}

/** The definition of that id, for those that are `like` it or take its cases. */
export type FormatTexts = (id: string) => string | ReadBefore | null;

/** Loads one definition. `name` is its file name, for messages. */
export function loadFormat(
  text: string | ReadBefore,
  name: string,
  others: FormatTexts = () => null,
): Outcome<Format> {
  if (typeof text !== 'string') return succeed(text.format);
  const read = readYaml(text, name);
  if (!read.ok) return read;
  let given = read.value;
  const { like, also } = mapping(given);
  if (like !== undefined) {
    const base = readOther(like, name, 'like', others);
    if (!base.ok) return base;
    given = takeOver(mapping(given), base.value);
  }
  if (also !== undefined) {
    const base = readOther(also, name, 'also', others);
    if (!base.ok) return base;
    const lent = lendCases(mapping(given), base.value);
    if (lent === null) return refuse(name, `${String(also)} does not say which records it lends`, 'also');
    given = lent;
  }
  const parsed = formatSchema.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return refuse(name, issue?.message ?? 'not a format', issue?.path.join('.'));
  }
  const problem = contentProblem(parsed.data);
  return problem === null ? succeed(parsed.data) : refuse(name, problem);
}

/** The definition another one stands on, as its YAML gives it; that one stands on none itself. */
function readOther(id: unknown, name: string, key: string, others: FormatTexts): Outcome<Mapping> {
  const other = typeof id === 'string' ? others(id) : null;
  if (other === null) return refuse(name, `there is no format ${String(id)}`, key);
  const base = readYaml(typeof other === 'string' ? other : other.text, name);
  if (!base.ok) return base;
  const given = mapping(base.value);
  if (given['like'] !== undefined || given['also'] !== undefined)
    return refuse(name, `${String(id)} stands on another itself`, key);
  return succeed(given);
}

function readYaml(text: string, name: string): Outcome<unknown> {
  if (text.length > MAX_CHARACTERS) return refuse(name, `it is longer than ${MAX_CHARACTERS} characters`);
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = document.errors;
  if (error !== undefined)
    return refuse(name, error.message.split('\n')[0] ?? 'not YAML', `line ${error.linePos?.[0].line ?? '?'}`);
  let hasAlias = false;
  visit(document, (_, node) => {
    hasAlias ||= isAlias(node);
  });
  return hasAlias ? refuse(name, 'YAML aliases are not read') : succeed(document.toJS());
}
