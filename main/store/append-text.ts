/**
 * Bulk appender for staged records: a number, a byte offset and a byte length, then text columns, straight from
 * byte buffers into DuckDB's vectors. Short strings go in one copy per column, long ones one call each.
 */
import duckdb from '@duckdb/node-bindings';
import type { Database } from './database';

const ROWS = 2048;
/** `duckdb_string_t`: 16 bytes, a 32-bit length and up to 12 bytes of text inline (DuckDB C API). */
const STRING_BYTES = 16;
const INLINE = 12;

class NumberColumn {
  readonly values = new BigUint64Array(ROWS);
  private readonly halves = new Uint32Array(this.values.buffer);

  set(row: number, value: number): void {
    this.halves[row * 2] = value;
    this.halves[row * 2 + 1] = Math.floor(value / 4294967296);
  }
}

class TextColumn {
  readonly strings = new Uint8Array(ROWS * STRING_BYTES);
  readonly lengths = new Uint32Array(this.strings.buffer);
  readonly validity = new Uint8Array(ROWS / 8);
  readonly longRows: number[] = [];
  readonly longText: Uint8Array[] = [];

  clear(): void {
    this.strings.fill(0);
    this.validity.fill(0);
    this.longRows.length = 0;
    this.longText.length = 0;
  }

  set(row: number, bytes: Uint8Array, from: number, to: number): void {
    const length = to - from;
    this.validity[row >> 3] = (this.validity[row >> 3] ?? 0) | (1 << (row & 7));
    if (length > INLINE) {
      this.longRows.push(row);
      // A copy: the caller's buffer moves on before the chunk is full.
      this.longText.push(Uint8Array.prototype.slice.call(bytes, from, to));
      return;
    }
    const at = row * STRING_BYTES;
    this.lengths[row * 4] = length;
    for (let index = 0; index < length; index++) this.strings[at + 4 + index] = bytes[from + index] ?? 0;
  }
}

/** Text handed over must be valid UTF-8. Rows not given a text in a column are NULL there. */
export class RecordAppender {
  private readonly appender: duckdb.Appender;
  private readonly chunk: duckdb.DataChunk;
  private readonly numbers = [new NumberColumn(), new NumberColumn(), new NumberColumn()];
  private readonly texts: readonly TextColumn[];
  private row = 0;

  private constructor(appender: duckdb.Appender, textColumns: number) {
    this.appender = appender;
    this.texts = Array.from({ length: textColumns }, () => new TextColumn());
    this.chunk = duckdb.create_data_chunk([
      ...this.numbers.map(() => duckdb.create_logical_type(duckdb.Type.UBIGINT)),
      ...this.texts.map(() => duckdb.create_logical_type(duckdb.Type.VARCHAR)),
    ]);
  }

  /** The table must have three UBIGINT columns, then `textColumns` VARCHAR columns, and nothing else. */
  static async open(database: Database, table: string, textColumns: number): Promise<RecordAppender> {
    const wrapper = await database.connection.createAppender(table);
    const appender: duckdb.Appender = Reflect.get(wrapper, 'appender');
    return new RecordAppender(appender, textColumns);
  }

  text(column: number, bytes: Uint8Array, from: number, to: number): void {
    this.texts[column]?.set(this.row, bytes, from, to);
  }

  /** Ends the row begun by `text` calls. */
  endRow(recordNumber: number, offset: number, length: number): void {
    this.numbers[0]?.set(this.row, recordNumber);
    this.numbers[1]?.set(this.row, offset);
    this.numbers[2]?.set(this.row, length);
    this.row++;
    if (this.row === ROWS) this.writeChunk();
  }

  close(): void {
    this.writeChunk();
    duckdb.appender_close_sync(this.appender);
  }

  private writeChunk(): void {
    const rows = this.row;
    if (rows === 0) return;
    duckdb.data_chunk_reset(this.chunk);
    duckdb.data_chunk_set_size(this.chunk, rows);
    this.numbers.forEach(({ values }, column) => {
      const vector = duckdb.data_chunk_get_vector(this.chunk, column);
      duckdb.copy_data_to_vector(vector, 0, values.buffer, 0, rows * 8);
    });
    this.texts.forEach((text, index) => {
      const vector = duckdb.data_chunk_get_vector(this.chunk, this.numbers.length + index);
      duckdb.copy_data_to_vector(vector, 0, text.strings.buffer, 0, rows * STRING_BYTES);
      duckdb.vector_ensure_validity_writable(vector);
      duckdb.copy_data_to_vector_validity(vector, 0, text.validity.buffer, 0, ROWS / 8);
      for (let index = 0; index < text.longRows.length; index++) {
        const bytes = text.longText[index];
        if (bytes) duckdb.vector_assign_string_element_len(vector, text.longRows[index] ?? 0, bytes);
      }
      text.clear();
    });
    duckdb.append_data_chunk(this.appender, this.chunk);
    this.row = 0;
  }
}
