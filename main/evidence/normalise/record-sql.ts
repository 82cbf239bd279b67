/**
 * From a staged record to names: what each name of a format stands for in SQL, its derived values, and whether the
 * record has the shape the format asks for. Every other statement of an import stands on these layers.
 */
import type { Format, StagedKind } from '../../formats/format';
import { conditionNames, formatNames, valueNames } from '../../formats/names';
import { captureOnly, patternGroups, splitTail } from '../../formats/pattern';
import { quoteText } from '../../store/sql';
import { conditionSql, type Resolve } from './condition-sql';
import type { Typed } from './convert-sql';
import { type Expression, type Layer, Layers } from './layers';
import { openScope, valueSql } from './value-sql';

/** What is known of a staged evidence before its records are looked at. */
export interface Staged {
  readonly kind: StagedKind;
  /** delimited, zeek: titles of c0, c1, …; else empty. */
  readonly columns: readonly string[];
  /** Header words of the file: `path` of Zeek. */
  readonly meta: Readonly<Record<string, string>>;
}

export interface RecordPlan {
  readonly layers: Layers;
  /** Column names of derived values and cells; null for a name the record does not have. */
  readonly resolve: Resolve;
  /** Column that is true for a record of this format; null when every record is. */
  readonly fits: string | null;
  /** Column that is false when the record itself is broken (JSON that is none). */
  readonly isWhole: string | null;
  /** Column that is true for a line around the records; null where a format has none. */
  readonly isSkipped: string | null;
}

/** Titles are compared without case, blanks and punctuation where they do not match as written. */
export function plainTitle(title: string): string {
  return title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

/** Index of the column a name stands for, or -1. */
export function columnIndex(columns: readonly string[], name: string): number {
  const exact = columns.indexOf(name);
  if (exact >= 0) return exact;
  const plain = plainTitle(name);
  return plain === '' ? -1 : columns.findIndex((title) => plainTitle(title) === plain);
}

function nulled(text: Expression, nulls: readonly string[]): Expression {
  if (nulls.length === 0) return `nullif(${text}, '')`;
  const words = ['', ...nulls].map(quoteText).join(', ');
  return `CASE WHEN ${text} NOT IN (${words}) THEN ${text} END`;
}

/** JSON pointer of a name: a bare name is a top-level key as written. */
export function jsonPointer(name: string): string {
  return name.startsWith('/') ? name : `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** A pattern at work: its struct of g1, …, with g0 (the whole match) where asked for, and where each name is found in it. */
export interface Captures {
  readonly struct: Expression;
  /** The names of its entries: patterns of one shape give structs of one type. */
  readonly shape: string;
  /** Text of a group, given the column that holds the struct; null for a name the pattern does not capture. */
  readonly group: (found: string, name: string) => Expression | null;
}

/** RE2 reads a pattern in one pass where it has four groups at most: the whole match is taken where it is needed. */
export function captures(
  text: Expression,
  pattern: string,
  isUsed: (name: string) => boolean,
  take: 'groups and whole' | 'groups' = 'groups and whole',
): Captures {
  const split = splitTail(pattern);
  const lean = captureOnly(split?.head ?? pattern, isUsed);
  const places = new Map<string, string>();
  patternGroups(lean).forEach((group, index) => {
    if (group !== null) places.set(group, `g${index + 1}`);
  });
  const isWhole = take === 'groups and whole' || split !== null || places.size === 0;
  const names = [...(isWhole ? ['g0'] : []), ...places.values()].map(quoteText).join(', ');
  return {
    shape: names,
    struct: `regexp_extract(${text}, ${quoteText(isWhole ? `(${lean})` : lean)}, [${names}])`,
    group: (found, name) => {
      if (name === split?.tail) return `substr(${text}, length(${found}.g0) + 1)`;
      const place = places.get(name);
      return place === undefined ? null : `${found}.${place}`;
    },
  };
}

interface Raw {
  readonly resolve: Resolve;
  readonly isWhole: string | null;
}

function readLines(format: Format, layers: Layers): Raw {
  const matchLayer = layers.open();
  const nameLayer = layers.open();
  const { nulls } = format.read;
  const line: Typed = { sql: 'c0', type: 'VARCHAR' };
  if (format.match.pattern === undefined) {
    return { resolve: (name) => (name === 'line' ? line : null), isWhole: null };
  }
  const used = formatNames(format);
  const { struct, group } = captures('c0', format.match.pattern, (name) => used.has(name));
  const found = matchLayer.add(struct);
  return {
    resolve: (name) => {
      const text = group(found, name);
      if (text !== null) return { sql: nameLayer.add(nulled(text, nulls)), type: 'VARCHAR' };
      return name === 'line' ? line : null;
    },
    isWhole: nameLayer.add(`${found}.g0 <> ''`),
  };
}

function readJson(format: Format, layers: Layers): Raw {
  const extractLayer = layers.open();
  const nameLayer = layers.open();
  const own = new Set(Object.keys(format.values));
  const names = [...formatNames(format)].filter((name) => !own.has(name));
  const paths = names.map((name) => quoteText(jsonPointer(name))).join(', ');
  // One parse for all names; what is no JSON gives NULL for the list as a whole.
  const cells = extractLayer.add(`TRY(json_extract_string(c0, [${paths === '' ? `'/'` : paths}]))`);
  const places = new Map(names.map((name, index) => [name, index + 1]));
  return {
    resolve: (name) => {
      const place = places.get(name);
      if (place === undefined) return null;
      return { sql: nameLayer.add(nulled(`${cells}[${place}]`, format.read.nulls)), type: 'VARCHAR' };
    },
    isWhole: nameLayer.add(`${cells} IS NOT NULL`),
  };
}

function readCells(format: Format, staged: Staged, layers: Layers): Raw {
  const nameLayer = layers.open();
  return {
    resolve: (name) => {
      const index = columnIndex(staged.columns, name);
      if (index < 0) return null;
      return { sql: nameLayer.add(nulled(`c${index}`, format.read.nulls)), type: 'VARCHAR' };
    },
    isWhole: null,
  };
}

type Pairs = NonNullable<Format['pairs']>;

/**
 * Text that its writer escaped as `written` tells (RE2 of the signs after a backslash), undone by `whole`. Where a
 * backslash stands before any other sign, the writer escaped no backslashes (`PLANT\jmiller`, `\\server\share`): there
 * only the signs `marked`, which would end the value, lose theirs.
 */
function undone(text: Expression, written: string, whole: Expression, marked: string): Expression {
  const isWritten = `regexp_full_match(${text}, ${quoteText(`(?:[^\\\\]|\\\\${written})*`)})`;
  const others = `regexp_replace(${text}, ${quoteText(`\\\\(${marked})`)}, '\\1', 'g')`;
  return `CASE WHEN NOT contains(${text}, '\\') THEN ${text} WHEN ${isWritten} THEN ${whole} ELSE ${others} END`;
}

/** Between the quotes of a quoted pair `\"` and `\\` are undone, and `\]` (RFC 5424 §6.3.3). */
function withoutSigns(text: Expression): Expression {
  const whole = `regexp_replace(${text}, '\\\\(.)', '\\1', 'g')`;
  return undone(text, '["\\\\\\]]', whole, '["\\]]');
}

/** As Go and JSON write a string (RFC 8259 §7); what is no such string, by its signs. */
function withoutWords(text: Expression): Expression {
  const decoded = `TRY(json_extract_string(concat('"', ${text}, '"'), '$'))`;
  return `CASE WHEN contains(${text}, '\\') THEN coalesce(${decoded}, ${withoutSigns(text)}) ELSE ${text} END`;
}

/** A value of the Common Event Format: `\\`, `\=`, `\n`, `\r`, and `\|`, which only its header needs. */
function withoutSpaced(text: Expression): Expression {
  // A doubled backslash becomes a sign that no text holds, so that it is not read again with what follows it.
  const kept = `replace(${text}, '\\\\', chr(31))`;
  const lines = `replace(replace(${kept}, '\\n', chr(10)), '\\r', chr(13))`;
  const whole = `replace(regexp_replace(${lines}, '\\\\(.)', '\\1', 'g'), chr(31), '\\')`;
  return undone(text, '[\\\\=|nr]', whole, '[=|]');
}

const ESCAPED_VALUE = '"(?:[^"\\\\]|\\\\.)*"';
const PLAIN_VALUE = '"[^"]*"|"[^"]*$|[^\\s]*';
/** A quoted value, with the sign behind it: a backslash before its last quote is part of it where nothing else ends it. */
const ESCAPED_VALUES = {
  signs: `${ESCAPED_VALUE}(?:[\\s,;\\]]|$)|"[^"]*"(?:[\\s,;\\]]|$)|${ESCAPED_VALUE}|"(?:[^"\\\\]|\\\\.)*$|[^\\s]*`,
  words: `${ESCAPED_VALUE}|[^\\s]*`,
  none: PLAIN_VALUE,
};
const ENDS = [' ', ',', ';', ']', '\t', '\n', '\r', '\f'].map((sign) => quoteText(`"${sign}`)).join(', ');

interface KeyValueLists {
  readonly keys: Expression;
  readonly values: Expression;
}

/** Few records hold a backslash: the others are asked for none. What is done to values is planned once, for their list. */
function quotedPairs(source: Expression, escapes: Pairs['escapes']): KeyValueLists {
  const all = (shape: string, group: number): Expression =>
    `regexp_extract_all(${source}, ${quoteText(`[,;]?([^\\s="]+)=(${shape})`)}, ${group})`;
  const escaped = ESCAPED_VALUES[escapes];
  const undo = { signs: withoutSigns, words: withoutWords, none: (text: Expression) => text }[escapes];
  const closed = `CASE WHEN NOT starts_with(v, '"') THEN v WHEN ends_with(v, '"') THEN left(v, greatest(length(v) - 1, 1)) WHEN right(v, 2) IN (${ENDS}) THEN left(v, greatest(length(v) - 2, 1)) ELSE v END`;
  const opened = `CASE WHEN starts_with(v, '"') THEN ${undo('substr(v, 2)')} ELSE v END`;
  const whole = `list_transform(list_transform(${all(escaped, 2)}, lambda v: ${closed}), lambda v: ${opened})`;
  const plain = `list_transform(${all(PLAIN_VALUE, 2)}, lambda v: CASE WHEN starts_with(v, '"') THEN replace(v, '"', '') ELSE v END)`;
  const either = (hard: Expression, easy: Expression): Expression =>
    `CASE WHEN contains(${source}, '\\') THEN ${hard} ELSE ${easy} END`;
  return { keys: either(all(escaped, 1), all(PLAIN_VALUE, 1)), values: either(whole, plain) };
}

/** Quotes are signs like others where the next key, or a delimiter, ends a value; LEEF, cut by one, knows no escapes. */
function spacedPairs(source: Expression, items: Expression, hasEscapes: boolean): KeyValueLists {
  const all = (value: Expression): Expression => `list_transform(${items}, lambda p: ${value})`;
  const value = `split_part(p, chr(30), 2)`;
  const values = hasEscapes
    ? `CASE WHEN contains(${source}, '\\') THEN ${all(withoutSpaced(value))} ELSE ${all(value)} END`
    : all(value);
  return { keys: all(`split_part(p, chr(30), 1)`), values };
}

/** The same cut by a delimiter that the record states; relays that made blanks of tabs leave none. */
function delimitedPairs(source: Expression, spaced: Expression, stated: Expression | undefined): Expression {
  const given = stated ?? 'CAST(NULL AS VARCHAR)';
  const hex = `regexp_extract(${given}, '^0?[xX]([0-9A-Fa-f]{2})$', 1)`;
  const sign = `CASE WHEN coalesce(${given}, '') = '' THEN chr(9) WHEN ${hex} <> '' THEN decode(unhex(${hex})) ELSE ${given} END`;
  const items = `string_split(${source}, ${sign})`;
  const pair = `regexp_replace(p, '^\\s*([^=]*?)\\s*=', chr(31) || '\\1' || chr(30))`;
  const joined = `array_to_string(list_transform(${items}, lambda p: ${pair}), '')`;
  return `CASE WHEN contains(${source}, ${sign}) THEN ${joined} ELSE ${spaced} END`;
}

function readPairs(pairs: Pairs, below: Resolve, layers: Layers): Resolve {
  const splitLayer = layers.open();
  const listLayer = layers.open();
  const placeLayer = layers.open();
  const valueLayer = layers.open();
  const source = below(pairs.from)?.sql ?? 'CAST(NULL AS VARCHAR)';
  let lists: KeyValueLists;
  if (pairs.style === 'quoted') {
    lists = quotedPairs(source, pairs.escapes);
  } else {
    const spaced = `regexp_replace(${source}, '(?:^|\\s+|\\t)([^\\s="|\\\\]+)=', chr(31) || '\\1' || chr(30), 'g')`;
    const cut = pairs.by === undefined ? spaced : delimitedPairs(source, spaced, below(pairs.by)?.sql);
    lists = spacedPairs(source, splitLayer.add(`string_split(${cut}, chr(31))`), pairs.by === undefined);
  }
  const keys = listLayer.add(lists.keys);
  const values = listLayer.add(lists.values);
  return (name) => {
    const known = below(name);
    if (known !== null) return known;
    const found = placeLayer.add(`${values}[list_position(${keys}, ${quoteText(name)})]`);
    return { sql: valueLayer.add(`nullif(${found}, '')`), type: 'VARCHAR' };
  };
}

/** Values in rounds: each round needs only names and values of the rounds before. */
function valueRounds(format: Format): ReadonlyArray<ReadonlyArray<string>> {
  const round = new Map<string, number>();
  for (const [name, value] of Object.entries(format.values)) {
    const below = valueNames(value).map((used) => round.get(used) ?? -1);
    round.set(name, Math.max(-1, ...below) + 1);
  }
  const rounds: string[][] = [];
  for (const [name, index] of round) {
    rounds[index] ??= [];
    rounds[index]?.push(name);
  }
  return rounds;
}

/** What of a format tells whether a record is its own: a plan of this is far smaller, and the rest goes unread. */
export function matchOnly(format: Format): Format {
  const needed = new Set([
    ...(format.match.when === undefined ? [] : conditionNames(format.match.when)),
    ...(format.evident === undefined ? [] : conditionNames(format.evident.when)),
  ]);
  for (const name of needed) {
    const value = format.values[name];
    if (value !== undefined) for (const used of valueNames(value)) needed.add(used);
  }
  const values = Object.fromEntries(Object.entries(format.values).filter(([name]) => needed.has(name)));
  const { time: _time, ended: _ended, events: _events, asset: _asset, ...rest } = format;
  return { ...rest, values, fields: {}, cases: [], points: [], addresses: [], zones: [] };
}

/** Reads the records of `base` (a table or parenthesised SELECT of the staging contract) as a format names them. */
export function planRecords(format: Format, staged: Staged, base: string): RecordPlan {
  const layers = new Layers(base);
  const raw =
    staged.kind === 'lines'
      ? readLines(format, layers)
      : staged.kind === 'json'
        ? readJson(format, layers)
        : readCells(format, staged, layers);
  const named = format.pairs === undefined ? raw.resolve : readPairs(format.pairs, raw.resolve, layers);
  const derived = new Map<string, Typed>();
  const resolve: Resolve = (name) => derived.get(name) ?? named(name);
  for (const names of valueRounds(format)) {
    const scope = openScope(layers, resolve, staged.meta);
    const top: Layer = layers.open();
    const made = names.map((name): readonly [string, Typed] => {
      const value = valueSql(format.values[name] ?? '', scope);
      return [name, { sql: top.add(value.sql), type: value.type }];
    });
    for (const [name, value] of made) derived.set(name, value);
  }
  const checks = layers.open();
  const parts = [
    ...(raw.isWhole === null ? [] : [raw.isWhole]),
    ...(format.match.when === undefined ? [] : [conditionSql(format.match.when, resolve)]),
  ];
  const fits = parts.length === 0 ? null : checks.add(`(${parts.join(' AND ')})`);
  const { skips } = format.match;
  const isSkipped =
    skips === undefined || fits === null || staged.kind !== 'lines'
      ? null
      : layers.open().add(`NOT ${fits} AND regexp_matches(c0, ${quoteText(skips)})`);
  return { layers, resolve, fits, isWhole: raw.isWhole, isSkipped };
}
