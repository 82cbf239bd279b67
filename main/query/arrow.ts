/**
 * Rows of DuckDB as Arrow IPC stream bytes. What each SQL type becomes on the wire is decided here and nowhere else:
 * TIMESTAMP → Float64 microseconds since 1970 UTC (exact to 2^53, the year 2255); `event_id` → Utf8; other 64-bit
 * integers → Int64 or Uint64; smaller ones → Int32 or Uint32; DOUBLE → Float64; BOOLEAN → Bool; VARCHAR → Utf8.
 */
import {
  Field as ArrowField,
  Bool,
  type DataType,
  Float64,
  Int32,
  Int64,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  tableToIPC,
  Uint32,
  Uint64,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import type { Field, SqlType } from '../../shared/fields';
import type { Database } from '../store/database';
import { ident, join, type Sql, sql } from '../store/sql';
import { fieldExpression } from './marks';

export type Wire = 'utf8' | 'bool' | 'int32' | 'uint32' | 'int64' | 'uint64' | 'float64';

/** A column of an answer: its name and how it travels. */
export interface ArrowColumn {
  readonly name: string;
  readonly wire: Wire;
}

export const WIRE: Record<SqlType, Wire> = {
  VARCHAR: 'utf8',
  BOOLEAN: 'bool',
  UTINYINT: 'int32',
  SMALLINT: 'int32',
  USMALLINT: 'int32',
  UINTEGER: 'uint32',
  BIGINT: 'int64',
  UBIGINT: 'uint64',
  DOUBLE: 'float64',
  TIMESTAMP: 'float64',
};

const ARROW: Record<Wire, () => DataType> = {
  utf8: () => new Utf8(),
  bool: () => new Bool(),
  int32: () => new Int32(),
  uint32: () => new Uint32(),
  int64: () => new Int64(),
  uint64: () => new Uint64(),
  float64: () => new Float64(),
};

/** How a field of the catalogue travels. */
export function wireOf(field: Pick<Field, 'name' | 'type'>): ArrowColumn {
  return { name: field.name, wire: field.name === 'event_id' ? 'utf8' : WIRE[field.type] };
}

/** The field's column as an expression of its wire type; `from` is the table's alias. */
export function wireExpression(field: Field, from: Sql): Sql {
  return sql`${wireValue(field, fieldExpression(field, from))} AS ${ident(field.name)}`;
}

/** A value of a column in its wire type. */
export function wireValue(field: Pick<Field, 'name' | 'type'>, column: Sql): Sql {
  if (field.type === 'TIMESTAMP') return sql`CAST(epoch_us(${column}) AS DOUBLE)`;
  if (field.name === 'event_id') return sql`CAST(${column} AS VARCHAR)`;
  return column;
}

/** A SELECT list of fields in their wire types. */
export function wireList(fields: readonly Field[], from: Sql): Sql {
  return join(
    fields.map((field) => wireExpression(field, from)),
    ', ',
  );
}

/** Arrow IPC stream bytes of rows whose values already have their wire types, in the columns' order. */
export function toArrow(
  columns: readonly ArrowColumn[],
  rows: ReadonlyArray<readonly unknown[]>,
): Uint8Array<ArrayBuffer> {
  // By place and not by name: an object would lose `__proto__` and move names that are numbers.
  const vectors = columns.map(({ wire }, index) =>
    vectorFromArray(
      rows.map((row) => row[index] ?? null),
      ARROW[wire](),
    ),
  );
  const schema = new Schema(columns.map(({ name, wire }) => new ArrowField(name, ARROW[wire](), true)));
  const children = vectors.map((vector) => vector.data[0] ?? makeData({ type: new Utf8() }));
  const struct = makeData({ type: new Struct(schema.fields), length: rows.length, nullCount: 0, children });
  const table = new Table(schema, [new RecordBatch(schema, struct)]);
  // A copy of its own: Arrow's bytes may be a window on a larger buffer, all of which would cross to the page.
  return new Uint8Array(tableToIPC(table, 'stream'));
}

/** Rows of any of our tables as Arrow: `rest` is what follows the SELECT list, with the table named `alias`. */
export async function selectArrow(
  database: Database,
  fields: readonly Field[],
  alias: Sql,
  rest: Sql,
): Promise<{ readonly arrow: Uint8Array<ArrayBuffer>; readonly rows: number }> {
  const { rows } = await database.all(sql`SELECT ${wireList(fields, alias)} ${rest}`);
  return { arrow: toArrow(fields.map(wireOf), rows), rows: rows.length };
}
