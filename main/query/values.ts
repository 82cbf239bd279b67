/**
 * Values of a filter as SQL of the field's own type, so that DuckDB compares without casting the column and skips
 * blocks by their bounds. Values are bound as text and cast: exact for every 64-bit integer.
 */
import type { SqlType } from '../../shared/fields';
import type { FilterValue } from '../../shared/filter';
import { join, type Sql, sql, trusted } from '../store/sql';

/** All that is asked of a field or column here. */
export interface Typed {
  readonly type: SqlType;
}

interface Range {
  readonly least: bigint;
  readonly most: bigint;
}

const INTEGER_RANGES: Partial<Record<SqlType, Range>> = {
  UTINYINT: { least: 0n, most: 255n },
  SMALLINT: { least: -32768n, most: 32767n },
  USMALLINT: { least: 0n, most: 65535n },
  UINTEGER: { least: 0n, most: 4294967295n },
  BIGINT: { least: -(2n ** 63n), most: 2n ** 63n - 1n },
  UBIGINT: { least: 0n, most: 2n ** 64n - 1n },
};

/** What DuckDB's TIMESTAMP surely holds, in microseconds; some 291,000 years either way. */
const TIME_RANGE: Range = { least: -9_200_000_000_000_000_000n, most: 9_200_000_000_000_000_000n };

/** Lists longer than this are bound as one JSON value and joined, not spelled out. */
const SPELLED_OUT = 100;

const INTEGER_TEXT = /^-?\d{1,30}$/;
const NUMBER_TEXT = /^-?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,3})?$/i;

/** The range of a field that holds whole numbers or times; undefined for text, booleans and DOUBLE. */
export function wholeRange(field: Typed): Range | undefined {
  return field.type === 'TIMESTAMP' ? TIME_RANGE : INTEGER_RANGES[field.type];
}

/** `CAST($n AS type)`, or the instant for times; the value must lie in the field's range. */
export function wholeValue(field: Typed, value: bigint): Sql {
  const text = value.toString();
  if (field.type === 'TIMESTAMP') return sql`make_timestamp(CAST(${text} AS BIGINT))`;
  return sql`CAST(${text} AS ${trusted(field.type)})`;
}

/**
 * The values a field can equal, as canonical text; values it never can (out of range, fractions of an integer) are
 * left out. Null when a value is not of the field's kind at all: `abc` for a port.
 */
export function canonicalValues(field: Typed, values: readonly FilterValue[]): string[] | null {
  const texts: string[] = [];
  for (const value of values) {
    const text = canonicalValue(field, value);
    if (text === null) return null;
    if (text !== undefined) texts.push(text);
  }
  return [...new Set(texts)];
}

/** Undefined: of the right kind, but nothing can equal it. Null: of the wrong kind. */
function canonicalValue(field: Typed, value: FilterValue): string | null | undefined {
  if (field.type === 'VARCHAR') {
    const text = String(value);
    // A lone surrogate is no text that UTF-8 could hold.
    return /\p{Surrogate}/u.test(text) ? undefined : text;
  }
  if (field.type === 'BOOLEAN') {
    const text = String(value).toLowerCase();
    return text === 'true' || text === 'false' ? text : null;
  }
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  if (!NUMBER_TEXT.test(text)) return null;
  const range = wholeRange(field);
  if (range === undefined) return String(Number(text));
  const whole = wholeNumber(text);
  if (whole === null || whole < range.least || whole > range.most) return undefined;
  return whole.toString();
}

function wholeNumber(text: string): bigint | null {
  if (INTEGER_TEXT.test(text)) return BigInt(text);
  const number = Number(text);
  return Number.isInteger(number) ? BigInt(number) : null;
}

/** `expression` equals one of the canonical values; `expression` must have the field's type. */
export function oneOf(field: Typed, expression: Sql, texts: readonly string[]): Sql {
  if (texts.length === 0) return trusted('false');
  if (texts.length > SPELLED_OUT) {
    const given = sql`SELECT unnest(CAST(CAST(${JSON.stringify(texts)} AS JSON) AS VARCHAR[])) AS v`;
    return sql`${expression} IN (SELECT ${castText(field, trusted('v'))} FROM (${given}))`;
  }
  const list = join(
    texts.map((text) => castText(field, sql`${text}`)),
    ', ',
  );
  return sql`${expression} IN (${list})`;
}

function castText(field: Typed, text: Sql): Sql {
  if (field.type === 'TIMESTAMP') return sql`make_timestamp(CAST(${text} AS BIGINT))`;
  return sql`CAST(${text} AS ${trusted(field.type)})`;
}
