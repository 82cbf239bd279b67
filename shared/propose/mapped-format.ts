/** The YAML of a format made of a mapping: a table's or JSON's columns that an analyst said the meaning of, kept. */
import type { ImportOptions } from '../evidence';
import { eventField } from '../fields';
import {
  ANY_TIME,
  conversion,
  type FormatHead,
  type FormatSample,
  quote,
  sampleRest,
  severityWord,
} from './format-text';

export type MappedKind = 'delimited' | 'json';

/** A record that the mapping was made on. */
export interface MappedRecord {
  /** By column; null where it says nothing. */
  readonly cells: ReadonlyArray<string | null>;
  readonly raw: string;
  readonly event: FormatSample['event'];
}

export interface Mapped {
  readonly kind: MappedKind;
  readonly columns: readonly string[];
  readonly mapping: NonNullable<ImportOptions['mapping']>;
  readonly records: readonly MappedRecord[];
}

const MOST_SAMPLES = 3;
const MOST_SAMPLE_CHARACTERS = 3000;
/** Columns told in a message that none was chosen for. */
const MOST_TOLD = 12;
const UNTITLED = /^column_\d+$/;
/** The whole of a JSON record beside its keys. */
const WHOLE = 'record';

/** What is missing for such a format to know files of its kind again, in words; null when nothing is. */
export function mappedProblem({ kind, columns, mapping, records }: Mapped): string | null {
  if (kind === 'json' && commonKeys({ columns, records }).length === 0)
    return 'These records have no key in common, by which files like this one could be known.';
  if (
    kind === 'delimited' &&
    isUntitled(columns) &&
    (mapping.time === null || !timeShape(columns, mapping.time, records))
  )
    return 'A table without titles is known by its time column: choose it first.';
  return null;
}

/** The whole definition. Samples are those of `records` that were read. */
export function mappedYaml(mapped: Mapped, head: FormatHead, options: FormatSample['options']): string {
  const { kind, columns, mapping } = mapped;
  const lines = [
    `id: ${head.id}`,
    `title: ${quote(head.title)}`,
    `reference: ${quote(head.reference)}`,
    ...(kind === 'json' ? jsonHead(mapped) : tableHead(mapped)),
    ...timeLines(mapping),
    'fields:',
    `  timestamp_desc: ${mapping.time === null ? 'Recorded' : quote(mapping.time)}`,
    `  event_domain: ${mapping.domain}`,
    `  event_dataset: ${quote(head.id)}`,
    ...fieldLines(mapping),
    `  message: ${messageOf(columns, mapping, kind)}`,
    'samples:',
    ...sampleLines(mapped, options),
    'refuses:',
    kind === 'json'
      ? `  - '{"broken": '`
      : `  - { ${quote(isUntitled(columns) ? 'column_1' : 'Another table')}: 'x' }`,
  ];
  return `${lines.join('\n')}\n`;
}

/** Recognised by all its titles; without any, by its width and by what its time looks like. */
function tableHead({ columns, mapping, records }: Mapped): string[] {
  if (!isUntitled(columns)) {
    const titles = [...new Set(columns)].filter((column) => !UNTITLED.test(column));
    return ['read: { kind: delimited }', 'match:', `  columns: [${titles.map(quote).join(', ')}]`];
  }
  const shape = timeShape(columns, mapping.time, records) ?? '.';
  const titles = columns.map(quote).join(', ');
  return [
    `read: { kind: delimited, columns: [${titles}] }`,
    'match:',
    `  columns: [${titles}]`,
    `  when: { ${quote(mapping.time ?? '')}: { matches: ${quote(shape)} } }`,
  ];
}

/** Recognised by the keys that every record has; a record is read where those that were given a meaning are there. */
function jsonHead(mapped: Mapped): string[] {
  const common = commonKeys(mapped);
  const { time, fields } = mapped.mapping;
  const used = new Set([time, ...Object.values(fields)]);
  const meant = common.filter((key) => used.has(key));
  const needed = meant.length > 0 ? meant : common.slice(0, 1);
  const there = (keys: readonly string[]): string =>
    keys.map((key) => `${quote(key)}: { exists: true }`).join(', ');
  return [
    "read: { kind: json, envelope: '*' }",
    `match: { when: { ${there(needed)} } }`,
    `evident: { when: { ${there(common)} }, share: 0.5 }`,
  ];
}

/** Keys that say something in every record. */
function commonKeys({ columns, records }: Pick<Mapped, 'columns' | 'records'>): string[] {
  return columns.filter(
    (column, at) =>
      column !== WHOLE &&
      records.length > 0 &&
      records.every(({ cells }) => cells[at] !== null && cells[at] !== undefined && cells[at] !== ''),
  );
}

function isUntitled(columns: readonly string[]): boolean {
  return columns.every((column) => UNTITLED.test(column));
}

/** RE2 of what the first time looks like: digits for digits, letters for letters, blanks and signs as they are. */
function timeShape(
  columns: readonly string[],
  time: string | null,
  records: readonly MappedRecord[],
): string | null {
  const at = time === null ? -1 : columns.indexOf(time);
  const example = records.map(({ cells }) => cells[at]?.trim() ?? '').find((cell) => cell !== '');
  if (example === undefined) return null;
  const shape = example.replace(/\d+|[A-Za-z]+|./gsu, (part) => {
    if (/^\d/.test(part)) return '\\d+';
    if (/^[A-Za-z]/.test(part)) return '[A-Za-z]+';
    return /^[ -~]$/.test(part) && part !== ' ' ? `\\${part}` : '.';
  });
  return `^\\s*${shape}\\s*$`;
}

function timeLines({ time, timeForm, fields }: Mapped['mapping']): string[] {
  const form = timeForm === null ? `[${ANY_TIME.join(', ')}]` : quote(timeForm);
  const ended = fields['ended_at'];
  return [
    ...(time === null ? [] : [`time: { from: ${quote(time)}, form: ${form} }`]),
    ...(ended === undefined ? [] : [`ended: { from: ${quote(ended)}, form: ${form} }`]),
  ];
}

function fieldLines({ fields }: Mapped['mapping']): string[] {
  return Object.entries(fields).flatMap(([field, from]) => {
    const own = ['message', 'timestamp_desc', 'event_domain', 'event_dataset', 'ended_at'];
    if (eventField(field) === undefined || own.includes(field)) return [];
    const as = conversion(field);
    if (field === 'event_severity')
      return [`  ${field}: { first: [{ from: ${quote(from)}, as: integer }, ${severityWord(from)}] }`];
    return [`  ${field}: { from: ${quote(from)}${as === null ? '' : `, as: ${as}`} }`];
  });
}

/** The column chosen for it, else what the columns without a meaning hold. */
function messageOf(columns: readonly string[], mapping: Mapped['mapping'], kind: MappedKind): string {
  const chosen = mapping.fields['message'];
  if (chosen !== undefined) return `{ from: ${quote(chosen)} }`;
  const used = new Set([mapping.time, ...Object.values(mapping.fields)]);
  const tellable = columns.filter((column) => column !== WHOLE && !column.includes('}'));
  const free = tellable.filter((column) => !used.has(column));
  const told = (free.length > 0 ? free : tellable).slice(0, MOST_TOLD);
  const parts = told.map((column, at) => {
    const title = kind === 'json' ? `${column.replace(/[[\]{\\]/g, '')} ` : '';
    return `[${at === 0 ? '' : kind === 'json' ? ', ' : ' | '}${title}{${column}}]`;
  });
  return `{ text: ${quote(parts.join(''))}, default: '' }`;
}

function sampleLines({ kind, columns, records }: Mapped, options: FormatSample['options']): string[] {
  const read = records.filter(({ event, raw }) => event !== null && raw.length < MOST_SAMPLE_CHARACTERS);
  const given = read.length > 0 ? read : records.slice(0, 1);
  return given.slice(0, MOST_SAMPLES).flatMap(({ cells, raw, event }) => {
    const pairs = [...new Set(columns)].map((column) => {
      const cell = cells[columns.indexOf(column)];
      return `${quote(column)}: ${cell === null || cell === undefined ? 'null' : quote(cell)}`;
    });
    const shown = kind === 'json' ? `  - line: ${quote(raw)}` : `  - record: { ${pairs.join(', ')} }`;
    return [shown, ...sampleRest(options, event)];
  });
}
