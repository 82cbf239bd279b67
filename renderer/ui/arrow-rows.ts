/** Rows of an Arrow answer by column name, with times as exact microseconds. Nothing else reads Arrow for a grid. */
import { DataType, TimeUnit, tableFromIPC, type Vector } from 'apache-arrow';

/** A cell: times are microseconds since 1970 UTC; integers beyond 2^53 are text. */
export type Cell = string | number | boolean | null;

export interface ArrowRows {
  readonly length: number;
  readonly columns: readonly string[];
  /** The cell; null also for a column the answer does not hold. */
  readonly value: (row: number, column: string) => Cell;
  readonly text: (row: number, column: string) => string | null;
  readonly number: (row: number, column: string) => number | null;
}

type Reader = (row: number) => Cell;

const PER_MICRO: Readonly<Record<number, (raw: bigint) => number>> = {
  [TimeUnit.SECOND]: (raw) => Number(raw) * 1e6,
  [TimeUnit.MILLISECOND]: (raw) => Number(raw) * 1e3,
  [TimeUnit.MICROSECOND]: (raw) => Number(raw),
  [TimeUnit.NANOSECOND]: (raw) => Number(raw / 1000n),
};

/** Arrow's own accessor turns times into milliseconds and loses digits; the raw 64-bit values are exact. */
function timeReader(vector: Vector, unit: number): Reader {
  const convert = PER_MICRO[unit] ?? PER_MICRO[TimeUnit.MICROSECOND];
  const starts: number[] = [];
  let start = 0;
  for (const data of vector.data) {
    starts.push(start);
    start += data.length;
  }
  return (row) => {
    if (!vector.isValid(row)) return null;
    let part = starts.length - 1;
    while (part > 0 && (starts[part] ?? 0) > row) part -= 1;
    const values: unknown = vector.data[part]?.values;
    if (!(values instanceof BigInt64Array)) return null;
    const raw = values[row - (starts[part] ?? 0)];
    return raw === undefined || convert === undefined ? null : convert(raw);
  };
}

function toCell(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return String(value);
}

function readerOf(vector: Vector): Reader {
  if (DataType.isTimestamp(vector.type)) return timeReader(vector, vector.type.unit);
  return (row) => toCell(vector.get(row));
}

/** Reads Arrow IPC bytes; throws on bytes that are not Arrow, which would be our fault. */
export function readArrowRows(bytes: Uint8Array): ArrowRows {
  const table = tableFromIPC(bytes);
  const readers = new Map<string, Reader>();
  for (const field of table.schema.fields) {
    const vector = table.getChild(field.name);
    if (vector !== null) readers.set(field.name, readerOf(vector));
  }
  const value = (row: number, column: string): Cell => readers.get(column)?.(row) ?? null;
  return {
    length: table.numRows,
    columns: [...readers.keys()],
    value,
    text: (row, column) => {
      const cell = value(row, column);
      return cell === null ? null : String(cell);
    },
    number: (row, column) => {
      const cell = value(row, column);
      return typeof cell === 'number' ? cell : null;
    },
  };
}
