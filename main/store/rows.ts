/**
 * Rows made in JavaScript by the million, a chunk at a time: typed arrays column by column, no objects per row, no
 * BigInt. Knows no database, so that rows may be made on a thread of their own.
 */

/** Rows of a chunk: DuckDB's vector size. */
export const CHUNK_ROWS = 2048;
/** `duckdb_string_t`: 16 bytes, a 32-bit length and up to 12 bytes of text inline (DuckDB C API). */
const STRING_WORDS = 4;
const INLINE = 12;

/** Bytes that long texts take at first. Of many columns all are short, or there are none. */
const LEAST_LONG = CHUNK_ROWS * 16;
const NO_BYTES = new Uint8Array(0);

const encoder = new TextEncoder();

type NumberType =
  | 'BOOLEAN'
  | 'UTINYINT'
  | 'SMALLINT'
  | 'USMALLINT'
  | 'UINTEGER'
  | 'DOUBLE'
  | 'BIGINT'
  | 'UBIGINT'
  | 'TIMESTAMP';
export type ColumnType = NumberType | 'VARCHAR' | 'DOUBLE[]';
export type ColumnTypes = Readonly<Record<string, ColumnType>>;

/** One number a row; NaN is NULL. */
interface NumberCells {
  readonly kind: 'numbers';
  readonly values: Float64Array<ArrayBuffer>;
}

/** Texts as DuckDB's strings; the long ones, in UTF-8 back to back, belong to the rows named. */
interface TextCells {
  readonly kind: 'texts';
  readonly words: Uint32Array<ArrayBuffer>;
  /** A bit a row, 0 is NULL. */
  readonly validity: Uint8Array<ArrayBuffer>;
  readonly longRows: Uint32Array<ArrayBuffer>;
  /** Where each long text begins in `long`, and where the last one ends. */
  readonly longStarts: Uint32Array<ArrayBuffer>;
  readonly long: Uint8Array<ArrayBuffer>;
}

/** Lists of numbers, kept back to back. */
interface ListCells {
  readonly kind: 'lists';
  /** `duckdb_list_entry`: offset and length, 64 bits each (DuckDB C API). */
  readonly entries: Uint32Array<ArrayBuffer>;
  /** NaN is NULL. */
  readonly isSet: Float64Array<ArrayBuffer>;
  readonly values: Float64Array<ArrayBuffer>;
}

/** A column's cells; null when all are NULL. */
export type Cells = NumberCells | TextCells | ListCells | null;

/** Columns in their order. */
export interface Chunk {
  readonly rows: number;
  readonly columns: readonly Cells[];
}

/**
 * Numbers of any column type, set from safe integers or floats. A row not set is NULL, and so is NaN. All columns hold
 * floats: one kind of array keeps `set` a single store wherever it is called from.
 */
class NumberColumn {
  private readonly values = new Float64Array(CHUNK_ROWS).fill(Number.NaN);

  set(row: number, value: number): void {
    this.values[row] = value;
  }

  /** @internal */
  cells(rows: number): Cells {
    const { values } = this;
    for (let row = 0; row < rows; row++) {
      if (!Number.isNaN(values[row])) return { kind: 'numbers', values: values.subarray(0, rows) };
    }
    return null;
  }

  /** @internal */
  clear(rows: number): void {
    this.values.fill(Number.NaN, 0, rows);
  }
}

/** Text. A row not set is NULL. Lone surrogates become U+FFFD. */
export class TextColumn {
  private readonly validity = new Uint8Array(CHUNK_ROWS / 8);
  private readonly words = new Uint32Array(CHUNK_ROWS * STRING_WORDS);
  private readonly inline = new Uint8Array(this.words.buffer);
  private readonly longRows = new Uint32Array(CHUNK_ROWS);
  private readonly longStarts = new Uint32Array(CHUNK_ROWS + 1);
  private longCount = 0;
  private count = 0;
  private long = NO_BYTES;

  set(row: number, text: string): void {
    this.validity[row >> 3] = (this.validity[row >> 3] ?? 0) | (1 << (row & 7));
    this.count++;
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
    const bigger = new Uint8Array(Math.max(size, this.long.length * 2, LEAST_LONG));
    bigger.set(this.long);
    this.long = bigger;
  }

  /** @internal */
  cells(rows: number): Cells {
    if (this.count === 0) return null;
    const { words, validity, longCount } = this;
    return {
      kind: 'texts',
      words: words.subarray(0, rows * STRING_WORDS),
      validity,
      longRows: this.longRows.subarray(0, longCount),
      longStarts: this.longStarts.subarray(0, longCount + 1),
      long: this.long.subarray(0, this.longStarts[longCount]),
    };
  }

  /** @internal */
  clear(): void {
    this.validity.fill(0);
    this.longCount = 0;
    this.count = 0;
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
  private readonly entries = new Uint32Array(CHUNK_ROWS * 4);
  private readonly isSet = new Float64Array(CHUNK_ROWS).fill(Number.NaN);
  private values = new Float64Array(CHUNK_ROWS * 8);
  private used = 0;
  private count = 0;

  /** The values `from` to `to` of a list. */
  set(row: number, list: ArrayLike<number>, from = 0, to = list.length): void {
    const { used } = this;
    const count = to - from;
    if (used + count > this.values.length) this.grow(used + count);
    const { values } = this;
    for (let index = 0; index < count; index++) values[used + index] = list[from + index] ?? Number.NaN;
    this.entries[row * 4] = used;
    this.entries[row * 4 + 2] = count;
    this.isSet[row] = 0;
    this.used += count;
    this.count++;
  }

  private grow(size: number): void {
    const bigger = new Float64Array(Math.max(size, this.values.length * 2));
    bigger.set(this.values);
    this.values = bigger;
  }

  /** @internal */
  cells(rows: number): Cells {
    if (this.count === 0) return null;
    return {
      kind: 'lists',
      entries: this.entries.subarray(0, rows * 4),
      isSet: this.isSet.subarray(0, rows),
      values: this.values.subarray(0, this.used),
    };
  }

  /** @internal */
  clear(rows: number): void {
    this.entries.fill(0, 0, rows * 4);
    this.isSet.fill(Number.NaN, 0, rows);
    this.used = 0;
    this.count = 0;
  }
}

type Column<T extends ColumnType> = T extends 'VARCHAR'
  ? TextColumn
  : T extends 'DOUBLE[]'
    ? ListColumn
    : NumberColumn;

type Columns<C extends ColumnTypes> = { readonly [N in keyof C]: Column<C[N]> };

function columnOf(type: ColumnType): NumberColumn | TextColumn | ListColumn {
  if (type === 'VARCHAR') return new TextColumn();
  return type === 'DOUBLE[]' ? new ListColumn() : new NumberColumn();
}

/**
 * Rows of one table on their way. Set the columns of the row at `row`, then call `endRow`:
 * `table.columns.length.set(table.row, 60); table.endRow();`
 */
export class Rows<C extends ColumnTypes> {
  readonly columns: Columns<C>;
  /** Row of the chunk at hand; changes with every `endRow`. */
  row = 0;
  /** Rows ended so far. */
  rows = 0;
  private readonly order: ReadonlyArray<NumberColumn | TextColumn | ListColumn>;
  private readonly take: ((chunk: Chunk) => void) | null;

  /** `take` gets each chunk, whose arrays are its own only until it returns; without it the rows are dropped. */
  constructor(types: C, take: ((chunk: Chunk) => void) | null) {
    this.order = Object.values(types).map(columnOf);
    this.columns = Object.fromEntries(
      Object.keys(types).map((name, index) => [name, this.order[index]]),
    ) as Columns<C>;
    this.take = take;
  }

  endRow(): void {
    this.row++;
    this.rows++;
    if (this.row === CHUNK_ROWS) this.flush();
  }

  /** Hands over what is left of a chunk. */
  flush(): void {
    const rows = this.row;
    if (rows === 0) return;
    this.row = 0;
    this.take?.({ rows, columns: this.order.map((column) => column.cells(rows)) });
    for (const column of this.order) column.clear(rows);
  }
}
