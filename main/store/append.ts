/**
 * Columnar appender: typed arrays of one chunk's rows, handed to DuckDB a chunk at a time. Made for rows that come
 * from JavaScript by the million; one call per value of the row, no objects, no BigInt.
 */
import duckdb from '@duckdb/node-bindings';
import type { Database } from './database';
import { join, quoteIdent, type Sql, sql, trusted } from './sql';

const ROWS = 2048;
/** `duckdb_string_t`: 16 bytes, a 32-bit length and up to 12 bytes of text inline (DuckDB C API). */
const STRING_WORDS = 4;
const INLINE = 12;
const TWO_32 = 4294967296;

const encoder = new TextEncoder();

/** Validity bits of a chunk: 0 is NULL. */
class Validity {
  readonly bits = new Uint8Array(ROWS / 8);

  set(row: number): void {
    this.bits[row >> 3] = (this.bits[row >> 3] ?? 0) | (1 << (row & 7));
  }

  /** Bits of the rows that are not NaN; returns how many are. */
  mark(values: Float64Array, rows: number): number {
    const { bits } = this;
    bits.fill(0);
    let nulls = 0;
    for (let row = 0; row < rows; row++) {
      if (Number.isNaN(values[row])) nulls++;
      else bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7));
    }
    return nulls;
  }

  write(vector: duckdb.Vector): void {
    duckdb.vector_ensure_validity_writable(vector);
    duckdb.copy_data_to_vector_validity(vector, 0, this.bits.buffer, 0, ROWS / 8);
  }
}

/** How a column's numbers lie in DuckDB's vector: an array that fits, or null for the 64-bit integers. */
type Packed = Uint8Array | Uint16Array | Int16Array | Uint32Array | Float64Array | null;

/**
 * Numbers of any column type, set from safe integers or floats. A row not set is NULL, and so is NaN. All columns hold
 * floats until the chunk is written: one kind of array keeps `set` a single store wherever it is called from.
 */
export class NumberColumn {
  private readonly values = new Float64Array(ROWS).fill(Number.NaN);
  private readonly validity = new Validity();
  private readonly packed: Packed;
  private readonly halves: Uint32Array<ArrayBuffer> | null;

  constructor(packed: Packed) {
    this.packed = packed;
    this.halves = packed === null ? new Uint32Array(ROWS * 2) : null;
  }

  set(row: number, value: number): void {
    this.values[row] = value;
  }

  /** @internal */
  write(vector: duckdb.Vector, rows: number): void {
    const { values, packed, halves, validity } = this;
    const nulls = validity.mark(values, rows);
    if (nulls < rows) {
      const buffer = halves === null ? packed?.buffer : halves.buffer;
      const bytes = halves === null ? (packed?.BYTES_PER_ELEMENT ?? 0) : 8;
      if (halves === null) packed?.set(values.subarray(0, rows));
      else split(values, halves, rows);
      if (buffer instanceof ArrayBuffer) duckdb.copy_data_to_vector(vector, 0, buffer, 0, rows * bytes);
    }
    if (nulls > 0) validity.write(vector);
    this.clear(rows);
  }

  /** @internal */
  clear(rows: number): void {
    this.values.fill(Number.NaN, 0, rows);
  }
}

/** 64-bit integers as two halves, two's complement. */
function split(values: Float64Array, halves: Uint32Array, rows: number): void {
  for (let row = 0; row < rows; row++) {
    const value = values[row] ?? 0;
    const high = Math.floor(value / TWO_32);
    halves[row * 2] = value - high * TWO_32;
    halves[row * 2 + 1] = high;
  }
}

/** Text. A row not set is NULL. Lone surrogates become U+FFFD. */
export class TextColumn {
  private readonly validity = new Validity();
  private readonly words = new Uint32Array(ROWS * STRING_WORDS);
  private readonly inline = new Uint8Array(this.words.buffer);
  private readonly longRows = new Uint32Array(ROWS);
  private readonly longStarts = new Uint32Array(ROWS + 1);
  private longCount = 0;
  private long = new Uint8Array(ROWS * 64);

  set(row: number, text: string): void {
    this.validity.set(row);
    if (text.length > INLINE || !this.setInline(row, text)) this.setLong(row, text);
  }

  /** False when the text is not plain ASCII. */
  private setInline(row: number, text: string): boolean {
    const at = row * STRING_WORDS * 4 + 4;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 127) return false;
      this.inline[at + index] = code;
    }
    this.inline.fill(0, at + text.length, at + INLINE);
    this.words[row * STRING_WORDS] = text.length;
    return true;
  }

  private setLong(row: number, text: string): void {
    const start = this.longStarts[this.longCount] ?? 0;
    if (start + text.length * 3 > this.long.length) this.grow(start + text.length * 3);
    let end = putUtf8(this.long, start, text);
    if (end < 0) end = start + encoder.encodeInto(text, this.long.subarray(start)).written;
    this.longRows[this.longCount] = row;
    this.longCount++;
    this.longStarts[this.longCount] = end;
    this.words.fill(0, row * STRING_WORDS, (row + 1) * STRING_WORDS);
  }

  private grow(size: number): void {
    const bigger = new Uint8Array(Math.max(size, this.long.length * 2));
    bigger.set(this.long);
    this.long = bigger;
  }

  /** @internal */
  write(vector: duckdb.Vector, rows: number): void {
    duckdb.copy_data_to_vector(vector, 0, this.words.buffer, 0, rows * STRING_WORDS * 4);
    this.validity.write(vector);
    for (let index = 0; index < this.longCount; index++) {
      const bytes = this.long.subarray(this.longStarts[index], this.longStarts[index + 1]);
      duckdb.vector_assign_string_element_len(vector, this.longRows[index] ?? 0, bytes);
    }
    this.clear();
  }

  /** @internal */
  clear(): void {
    this.validity.bits.fill(0);
    this.longCount = 0;
  }
}

/** Writes UTF-8 and returns its end; -1 when the text has surrogates. Lines are short: a call out costs more. */
function putUtf8(out: Uint8Array, start: number, text: string): number {
  let at = start;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x80) {
      out[at++] = code;
    } else if (code < 0x800) {
      out[at++] = 0xc0 | (code >> 6);
      out[at++] = 0x80 | (code & 63);
    } else if (code >= 0xd800 && code < 0xe000) {
      return -1;
    } else {
      out[at++] = 0xe0 | (code >> 12);
      out[at++] = 0x80 | ((code >> 6) & 63);
      out[at++] = 0x80 | (code & 63);
    }
  }
  return at;
}

/** Lists of numbers, kept back to back. A row not set is NULL; NaN in a list is a float like any other. */
export class ListColumn {
  private readonly validity = new Validity();
  /** `duckdb_list_entry`: offset and length, 64 bits each (DuckDB C API). */
  private readonly entries = new Uint32Array(ROWS * 4);
  private readonly isSet = new Float64Array(ROWS).fill(Number.NaN);
  private values = new Float64Array(ROWS * 8);
  private used = 0;

  set(row: number, list: ArrayLike<number>): void {
    const { used } = this;
    if (used + list.length > this.values.length) this.grow(used + list.length);
    this.values.set(list, used);
    this.entries[row * 4] = used;
    this.entries[row * 4 + 2] = list.length;
    this.isSet[row] = 0;
    this.used += list.length;
  }

  private grow(size: number): void {
    const bigger = new Float64Array(Math.max(size, this.values.length * 2));
    bigger.set(this.values);
    this.values = bigger;
  }

  /** @internal */
  write(vector: duckdb.Vector, rows: number): void {
    const { used } = this;
    duckdb.list_vector_reserve(vector, used);
    duckdb.list_vector_set_size(vector, used);
    const child = duckdb.list_vector_get_child(vector);
    if (used > 0) duckdb.copy_data_to_vector(child, 0, this.values.buffer, 0, used * 8);
    duckdb.copy_data_to_vector(vector, 0, this.entries.buffer, 0, rows * 16);
    if (this.validity.mark(this.isSet, rows) > 0) this.validity.write(vector);
    this.clear(rows);
  }

  /** @internal */
  clear(rows: number): void {
    this.entries.fill(0, 0, rows * 4);
    this.isSet.fill(Number.NaN, 0, rows);
    this.used = 0;
  }
}

type Column = NumberColumn | TextColumn | ListColumn;

/** DuckDB's logical type of a column. */
function logicalType(type: AppendType): duckdb.LogicalType {
  const element = duckdb.create_logical_type(COLUMN_TYPES[type].type);
  return type === 'DOUBLE[]' ? duckdb.create_list_type(element) : element;
}

const COLUMN_TYPES = {
  BOOLEAN: { type: duckdb.Type.BOOLEAN, make: () => new NumberColumn(new Uint8Array(ROWS)) },
  UTINYINT: { type: duckdb.Type.UTINYINT, make: () => new NumberColumn(new Uint8Array(ROWS)) },
  SMALLINT: { type: duckdb.Type.SMALLINT, make: () => new NumberColumn(new Int16Array(ROWS)) },
  USMALLINT: { type: duckdb.Type.USMALLINT, make: () => new NumberColumn(new Uint16Array(ROWS)) },
  UINTEGER: { type: duckdb.Type.UINTEGER, make: () => new NumberColumn(new Uint32Array(ROWS)) },
  DOUBLE: { type: duckdb.Type.DOUBLE, make: () => new NumberColumn(new Float64Array(ROWS)) },
  BIGINT: { type: duckdb.Type.BIGINT, make: () => new NumberColumn(null) },
  UBIGINT: { type: duckdb.Type.UBIGINT, make: () => new NumberColumn(null) },
  TIMESTAMP: { type: duckdb.Type.TIMESTAMP, make: () => new NumberColumn(null) },
  VARCHAR: { type: duckdb.Type.VARCHAR, make: () => new TextColumn() },
  'DOUBLE[]': { type: duckdb.Type.DOUBLE, make: () => new ListColumn() },
} as const;

type ColumnTypes = typeof COLUMN_TYPES;
export type AppendType = keyof ColumnTypes;
export type AppendColumns<C extends Record<string, AppendType>> = {
  readonly [N in keyof C]: ReturnType<ColumnTypes[C[N]]['make']>;
};

/**
 * Fills one table. Set the columns of the row at `row`, then call `endRow`:
 * `table.columns.length.set(table.row, 60); table.endRow();`
 */
export class TableAppender<C extends Record<string, AppendType>> {
  readonly columns: AppendColumns<C>;
  /** Row of the chunk at hand; changes with every `endRow`. */
  row = 0;
  /** Rows ended so far. */
  rows = 0;
  private readonly order: readonly Column[];
  private readonly chunk: duckdb.DataChunk;
  private readonly appender: duckdb.Appender | null;

  private constructor(
    appender: duckdb.Appender | null,
    names: readonly string[],
    types: readonly AppendType[],
  ) {
    this.appender = appender;
    this.order = types.map((type) => COLUMN_TYPES[type].make());
    this.columns = Object.fromEntries(
      names.map((name, index) => [name, this.order[index]]),
    ) as AppendColumns<C>;
    this.chunk = duckdb.create_data_chunk(types.map(logicalType));
  }

  /** Makes the table (replacing one of that name) with these columns, in this order; `catalog` where not the first. */
  static async create<C extends Record<string, AppendType>>(
    database: Database,
    table: string,
    columns: C,
    catalog: string | null = null,
  ): Promise<TableAppender<C>> {
    const names = Object.keys(columns);
    const types = Object.values(columns);
    const list: Sql[] = names.map((name, index) => trusted(`${quoteIdent(name)} ${types[index] ?? ''}`));
    const place = catalog === null ? quoteIdent(table) : `${quoteIdent(catalog)}.main.${quoteIdent(table)}`;
    await database.run(sql`CREATE OR REPLACE TABLE ${trusted(place)} (${join(list, ', ')})`);
    const wrapper = await database.connection.createAppender(
      table,
      catalog === null ? null : 'main',
      catalog,
    );
    const appender: duckdb.Appender = Reflect.get(wrapper, 'appender');
    return new TableAppender<C>(appender, names, types);
  }

  /** Takes rows as any other and drops them: to measure what comes before the database. */
  static discard<C extends Record<string, AppendType>>(columns: C): TableAppender<C> {
    return new TableAppender<C>(null, Object.keys(columns), Object.values(columns));
  }

  endRow(): void {
    this.row++;
    this.rows++;
    if (this.row === ROWS) this.writeChunk();
  }

  /** Writes what is left; the appender cannot be used after. */
  close(): void {
    this.writeChunk();
    if (this.appender !== null) duckdb.appender_close_sync(this.appender);
  }

  private writeChunk(): void {
    const rows = this.row;
    if (rows === 0) return;
    this.row = 0;
    if (this.appender === null) {
      for (const column of this.order) column.clear(rows);
      return;
    }
    duckdb.data_chunk_reset(this.chunk);
    duckdb.data_chunk_set_size(this.chunk, rows);
    this.order.forEach((column, index) => {
      column.write(duckdb.data_chunk_get_vector(this.chunk, index), rows);
    });
    duckdb.append_data_chunk(this.appender, this.chunk);
  }
}
