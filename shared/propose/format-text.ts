/** The YAML of a format made of a template: the same text a person would write, with its own sample lines. */
import { EVENT_FIELDS } from '../fields';
import { shapeOf } from './shapes';
import { behind, insideStops, type Means, type Slot, slotsOf, type Template, wordStops } from './template';

export interface FormatHead {
  /** Lower-case words joined by `-`; also the data set of its events. */
  readonly id: string;
  readonly title: string;
  readonly domain: string;
  readonly reference: string;
}

export interface FormatSample {
  readonly line: string;
  readonly options: { readonly zone?: string; readonly year?: number };
  /** What the record became, without what follows by itself; null: not told. */
  readonly event: Readonly<Record<string, string | number | boolean | null>> | null;
}

const SEVERITIES: Readonly<Record<string, number>> = {
  TRACE: 1,
  DEBUG: 1,
  INFO: 1,
  INFORMATION: 1,
  NOTICE: 1,
  WARN: 3,
  WARNING: 3,
  ERR: 4,
  ERROR: 4,
  SEVERE: 4,
  ALERT: 5,
  CRIT: 5,
  CRITICAL: 5,
  EMERG: 6,
  FATAL: 6,
};

const CAPTURED = /^[a-z][a-z0-9_]{0,40}$/;
/** Tried in order where nothing says how a time is written. */
export const ANY_TIME = ['iso', 'date', 'syslog', 'epoch'];
/** Set beside every field: what an event has by itself needs no expectation. */
const DERIVED = new Set([
  'evidence_id',
  'event_id',
  'record_number',
  'event_part',
  'recorded_at',
  'recorded_wall',
  'recorded_offset_minutes',
  'time_precision_us',
]);

/** `Pump house PLC` → `pump-house-plc`; never empty. */
export function idOf(title: string): string {
  const words = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60)
    .replace(/-+$/, '');
  return words === '' ? 'own-format' : words;
}

/** What is wrong with an id somebody typed, in words; null when nothing is. */
export function idProblem(id: string): string | null {
  const isFit = /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(id);
  return isFit ? null : 'Its id takes lower-case letters, digits and single hyphens.';
}

/** A name that a pattern can capture by: `Tank level` → `tank_level`; empty where nothing is left. */
export function ownName(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[_0-9]+|_+$/g, '')
    .slice(0, 40);
  return CAPTURED.test(name) ? name : '';
}

/** Names by slot in force: what the format captures them by; null for those it does not keep. */
export function captureNames(slots: readonly Slot[], pairs: boolean): ReadonlyArray<string | null> {
  const times = slots.filter(({ means }) => means.to === 'time').length;
  const used = new Set<string>();
  let time = 0;
  return slots.map(({ means, kind }) => {
    let wanted: string | null = null;
    if (means.to === 'time') {
      time += 1;
      wanted = times === 1 ? 'time' : `time_${time}`;
    } else if (means.to === 'field') wanted = means.field;
    else if (means.to === 'own') wanted = ownName(means.name) || null;
    else if (kind === 'rest' && pairs) wanted = 'rest';
    if (wanted === null) return null;
    let name = wanted;
    for (let count = 2; used.has(name); count += 1) name = `${wanted}_${count}`;
    used.add(name);
    return name;
  });
}

/** RE2 of the template. */
export function patternOf(template: Template): string {
  const slots = slotsOf(template);
  const names = captureNames(slots, template.pairs !== null);
  let pattern = '^';
  for (const [index, slot] of slots.entries()) {
    const name = names[index] ?? null;
    const body = bodyOf(slot, behind(template, slots, index));
    const group = name === null ? (body.includes('|') ? `(?:${body})` : body) : `(?P<${name}>${body})`;
    pattern +=
      literal(slot.before) + (slot.kind === 'quoted' && slot.means.to !== 'fixed' ? `"${group}"` : group);
  }
  return `${pattern}${template.restFrom === null ? literal(template.after) : ''}$`;
}

function bodyOf(slot: Slot, next: string): string {
  if (slot.means.to === 'fixed') return literal(slot.example);
  const shape = shapeOf(slot.kind);
  if (shape) return shape.expression.source.replaceAll('\\/', '/');
  if (slot.kind === 'rest') return '(?s:.*)';
  if (slot.kind === 'quoted') return '(?:[^"\\\\]|\\\\.)*';
  if (slot.kind === 'inside') return `[^${escaped(insideStops(slot))}]*`;
  const stop = wordStops(next);
  return `[^\\s${stop === '' ? '' : escaped(stop)}]+`;
}

/** A literal as RE2; any run of blanks stands for any other. */
function literal(text: string): string {
  return text.replace(/[ \t]+|[^ \t]/g, (part) => (part.trim() === '' ? '[ \\t]+' : escaped(part)));
}

function escaped(character: string): string {
  return [...character].map((one) => (/[A-Za-z0-9]/.test(one) || one > '\u007e' ? one : `\\${one}`)).join('');
}

/** The whole definition. */
export function formatYaml(
  template: Template,
  head: FormatHead,
  samples: readonly FormatSample[],
  refused: string,
): string {
  const slots = slotsOf(template);
  const names = captureNames(slots, template.pairs !== null);
  const named = slots.map((slot, index) => ({ slot, name: names[index] ?? null }));
  const rest = named.at(-1);
  const lines = [
    `id: ${head.id}`,
    `title: ${quote(head.title)}`,
    `reference: ${quote(head.reference)}`,
    `read: { kind: lines${template.indented ? ', indented: true' : ''} }`,
    'match:',
    `  pattern: ${quote(patternOf(template))}`,
    ...(template.pairs === null || rest?.name == null ? [] : [`pairs: { from: ${rest.name} }`]),
    ...timeLines(named),
    'fields:',
    '  timestamp_desc: Logged',
    `  event_domain: ${head.domain}`,
    `  event_dataset: ${quote(head.id)}`,
    ...fieldLines(named, template),
    'samples:',
    ...samples.flatMap(sampleLines),
    'refuses:',
    `  - ${quote(refused)}`,
  ];
  return `${lines.join('\n')}\n`;
}

interface Named {
  readonly slot: Slot;
  readonly name: string | null;
}

function timeLines(named: readonly Named[]): string[] {
  const times = named.filter(({ slot }) => slot.means.to === 'time');
  const [first] = times;
  if (first === undefined) return [];
  if (times.length > 1) {
    const form = times.map(({ slot }) => shapeOf(slot.kind)?.form).find((one) => one !== undefined) ?? 'iso';
    return [`time: { join: [${times.map(({ name }) => name).join(', ')}], form: ${quote(form)} }`];
  }
  const form = shapeOf(first.slot.kind)?.form;
  return [
    `time: { from: ${first.name}, form: ${form === undefined ? `[${ANY_TIME.join(', ')}]` : quote(form)} }`,
  ];
}

function fieldLines(named: readonly Named[], template: Template): string[] {
  const lines: string[] = [];
  const own: string[] = [];
  const given = new Set<string>();
  const add = (means: Means, from: string | null, isNumber: boolean): void => {
    if (from === null) return;
    if (means.to === 'own' && ownName(means.name) !== '') own.push(from);
    if (means.to !== 'field' || means.field === 'message' || given.has(means.field)) return;
    given.add(means.field);
    lines.push(`  ${means.field}: ${valueText(means.field, from, isNumber)}`);
  };
  for (const { slot, name } of named) add(slot.means, name, slot.kind === 'number');
  for (const { key, means } of template.pairs ?? []) add(means, key, false);
  const message =
    named.find(({ slot }) => slot.means.to === 'field' && slot.means.field === 'message')?.name ??
    template.pairs?.find(({ means }) => means.to === 'field' && means.field === 'message')?.key ??
    'line';
  const beside = message === 'line' ? [] : own.filter((name) => CAPTURED.test(name));
  lines.push(
    beside.length === 0
      ? `  message: { from: ${quote(message)} }`
      : `  message: { text: ${quote(`{${message}}${beside.map((name) => `[, ${name} {${name}}]`).join('')}`)} }`,
  );
  return lines;
}

function valueText(field: string, from: string, isNumber: boolean): string {
  const name = quote(from);
  if (field === 'event_severity' && !isNumber) {
    return severityWord(from);
  }
  const as = conversion(field);
  return as === null ? `{ from: ${name} }` : `{ from: ${name}, as: ${as} }`;
}

/** A level by its word. */
export function severityWord(from: string): string {
  const map = Object.entries(SEVERITIES).map(([word, severity]) => `${word}: ${severity}`);
  return `{ from: ${quote(from)}, as: upper, map: { ${map.join(', ')} } }`;
}

/** How text becomes what the field holds; null where it is text. */
export function conversion(field: string): string | null {
  if (field.endsWith('_ip')) return 'ip';
  if (field.endsWith('_mac')) return 'mac';
  if (field.endsWith('_port')) return 'port';
  const type = EVENT_FIELDS.find(({ name }) => name === field)?.type;
  if (type === 'DOUBLE') return 'number';
  if (type === 'BOOLEAN') return 'boolean';
  return type === 'VARCHAR' || type === undefined ? null : 'integer';
}

function sampleLines({ line, options, event }: FormatSample): string[] {
  return [`  - line: ${quote(line)}`, ...sampleRest(options, event)];
}

/** What stands below a sample's record: the choices it was read with, and its event. */
export function sampleRest({ zone, year }: FormatSample['options'], event: FormatSample['event']): string[] {
  const chosen = [
    ...(zone === undefined ? [] : [`zone: ${quote(zone)}`]),
    ...(year === undefined ? [] : [`year: ${year}`]),
  ];
  const told = Object.entries(event ?? {}).filter(
    ([name, value]) =>
      value !== null && !DERIVED.has(name) && !(value === 0 && /^time_(?:flags|remainder_ns)$/.test(name)),
  );
  return [
    ...(chosen.length === 0 ? [] : [`    options: { ${chosen.join(', ')} }`]),
    ...(told.length === 0 ? [] : ['    event:']),
    ...told.map(
      ([name, value]) => `      ${name}: ${typeof value === 'string' ? quote(value) : String(value)}`,
    ),
  ];
}

/** A YAML scalar that is text, whatever it looks like. */
export function quote(text: string): string {
  // Only within double quotes does YAML know how to write what cannot be seen.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are meant.
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]/.test(text))
    return JSON.stringify(text);
  return `'${text.replaceAll("'", "''")}'`;
}
