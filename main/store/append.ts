/** Writes chunks of rows into a DuckDB table: an array's copy a column, no call per value. */
import duckdb from '@duckdb/node-bindings';
import type { Database } from './database';
import { type Cells, CHUNK_ROWS, type Chunk, type ColumnType, type ColumnTypes, Rows } from './rows';
import { join, quoteIdent, type Sql, sql, trusted } from './sql';

const TWO_32 = 4294967296;

/** How a column's numbers lie in DuckDB's vector: an array that fits, or null for the 64-bit integers. */
type Packed = Uint8Array | Uint16Array | Int16Array | Uint32Array | Float64Array | null;

const TYPES: Readonly<Record<ColumnType, { readonly type: duckdb.Type; readonly packed: () => Packed }>> = {
  BOOLEAN: { type: duckdb.Type.BOOLEAN, packed: () => new Uint8Array(CHUNK_ROWS) },
  UTINYINT: { type: duckdb.Type.UTINYINT, packed: () => new Uint8Array(CHUNK_ROWS) },
  SMALLINT: { type: duckdb.Type.SMALLINT, packed: () => new Int16Array(CHUNK_ROWS) },
  USMALLINT: { type: duckdb.Type.USMALLINT, packed: () => new Uint16Array(CHUNK_ROWS) },
  UINTEGER: { type: duckdb.Type.UINTEGER, packed: () => new Uint32Array(CHUNK_ROWS) },
  DOUBLE: { type: duckdb.Type.DOUBLE, packed: () => new Float64Array(CHUNK_ROWS) },
  BIGINT: { type: duckdb.Type.BIGINT, packed: () => null },
  UBIGINT: { type: duckdb.Type.UBIGINT, packed: () => null },
  TIMESTAMP: { type: duckdb.Type.TIMESTAMP, packed: () => null },
  VARCHAR: { type: duckdb.Type.VARCHAR, packed: () => null },
  'DOUBLE[]': { type: duckdb.Type.DOUBLE, packed: () => null },
};

/** DuckDB's logical type of a column. */
function logicalType(type: ColumnType): duckdb.LogicalType {
  const element = duckdb.create_logical_type(TYPES[type].type);
  return type === 'DOUBLE[]' ? duckdb.create_list_type(element) : element;
}

/** Appends to one table whole chunks, made here or on another thread. */
export class ChunkAppender {
  private readonly appender: duckdb.Appender;
  private readonly chunk: duckdb.DataChunk;
  private readonly packed: readonly Packed[];
  private readonly halves = new Uint32Array(CHUNK_ROWS * 2);
  private readonly validity = new Uint8Array(CHUNK_ROWS / 8);

  private constructor(appender: duckdb.Appender, types: readonly ColumnType[]) {
    this.appender = appender;
    this.packed = types.map((type) => TYPES[type].packed());
    this.chunk = duckdb.create_data_chunk(types.map(logicalType));
  }

  /** Makes the table (replacing one of that name) with these columns, in this order; `catalog` where not the first. */
  static async create(
    database: Database,
    table: string,
    columns: ColumnTypes,
    catalog: string | null = null,
  ): Promise<ChunkAppender> {
    const types = Object.values(columns);
    const list: Sql[] = Object.entries(columns).map(([name, type]) => trusted(`${quoteIdent(name)} ${type}`));
    const place = catalog === null ? quoteIdent(table) : `${quoteIdent(catalog)}.main.${quoteIdent(table)}`;
    await database.run(sql`CREATE OR REPLACE TABLE ${trusted(place)} (${join(list, ', ')})`);
    const wrapper = await database.connection.createAppender(
      table,
      catalog === null ? null : 'main',
      catalog,
    );
    const appender: duckdb.Appender = Reflect.get(wrapper, 'appender');
    return new ChunkAppender(appender, types);
  }

  append({ rows, columns }: Chunk): void {
    duckdb.data_chunk_reset(this.chunk);
    duckdb.data_chunk_set_size(this.chunk, rows);
    columns.forEach((cells, index) => {
      this.write(duckdb.data_chunk_get_vector(this.chunk, index), cells, this.packed[index] ?? null, rows);
    });
    duckdb.append_data_chunk(this.appender, this.chunk);
  }

  /** The appender cannot be used after. */
  close(): void {
    duckdb.appender_close_sync(this.appender);
  }

  private write(vector: duckdb.Vector, cells: Cells, packed: Packed, rows: number): void {
    if (cells === null) {
      this.validity.fill(0);
      this.writeValidity(vector, this.validity);
    } else if (cells.kind === 'numbers') {
      this.writeNumbers(vector, cells.values, packed, rows);
    } else if (cells.kind === 'texts') {
      const { words, longRows, longStarts, long } = cells;
      duckdb.copy_data_to_vector(vector, 0, words.buffer, words.byteOffset, words.byteLength);
      this.writeValidity(vector, cells.validity);
      longRows.forEach((row, index) => {
        const bytes = long.subarray(longStarts[index], longStarts[index + 1]);
        duckdb.vector_assign_string_element_len(vector, row, bytes);
      });
    } else {
      const { entries, isSet, values } = cells;
      duckdb.list_vector_reserve(vector, values.length);
      duckdb.list_vector_set_size(vector, values.length);
      const child = duckdb.list_vector_get_child(vector);
      if (values.length > 0)
        duckdb.copy_data_to_vector(child, 0, values.buffer, values.byteOffset, values.byteLength);
      duckdb.copy_data_to_vector(vector, 0, entries.buffer, entries.byteOffset, entries.byteLength);
      if (this.mark(isSet, rows) > 0) this.writeValidity(vector, this.validity);
    }
  }

  private writeNumbers(
    vector: duckdb.Vector,
    values: Float64Array<ArrayBuffer>,
    packed: Packed,
    rows: number,
  ): void {
    const nulls = this.mark(values, rows);
    if (packed === null) this.split(values, rows);
    else packed.set(values);
    const { buffer, BYTES_PER_ELEMENT } = packed ?? this.halves;
    const width = packed === null ? 8 : BYTES_PER_ELEMENT;
    if (buffer instanceof ArrayBuffer) duckdb.copy_data_to_vector(vector, 0, buffer, 0, rows * width);
    if (nulls > 0) this.writeValidity(vector, this.validity);
  }

  /** Bits of the rows that are not NaN; returns how many are. */
  private mark(values: Float64Array, rows: number): number {
    const { validity } = this;
    validity.fill(0);
    let nulls = 0;
    for (let row = 0; row < rows; row++) {
      if (Number.isNaN(values[row])) nulls++;
      else validity[row >> 3] = (validity[row >> 3] ?? 0) | (1 << (row & 7));
    }
    return nulls;
  }

  /** 64-bit integers as two halves, two's complement. */
  private split(values: Float64Array, rows: number): void {
    const { halves } = this;
    for (let row = 0; row < rows; row++) {
      const value = values[row] ?? 0;
      const high = Math.floor(value / TWO_32);
      halves[row * 2] = value - high * TWO_32;
      halves[row * 2 + 1] = high;
    }
  }

  private writeValidity(vector: duckdb.Vector, bits: Uint8Array<ArrayBuffer>): void {
    duckdb.vector_ensure_validity_writable(vector);
    duckdb.copy_data_to_vector_validity(vector, 0, bits.buffer, bits.byteOffset, CHUNK_ROWS / 8);
  }
}

/** Rows that go straight into a table of their own. */
export class TableAppender<C extends ColumnTypes> extends Rows<C> {
  private readonly appender: ChunkAppender;

  private constructor(types: C, appender: ChunkAppender) {
    super(types, (chunk) => appender.append(chunk));
    this.appender = appender;
  }

  /** Makes the table (replacing one of that name) with these columns, in this order; `catalog` where not the first. */
  static async create<C extends ColumnTypes>(
    database: Database,
    table: string,
    columns: C,
    catalog: string | null = null,
  ): Promise<TableAppender<C>> {
    return new TableAppender(columns, await ChunkAppender.create(database, table, columns, catalog));
  }

  /** Writes what is left; the appender cannot be used after. */
  close(): void {
    this.flush();
    this.appender.close();
  }
}
