/** Parquet columns made of numbers at hand, or of one value for all rows: their schema element, pages, chunk. */
import { packDifferences } from './parquet-differences';
import { field, fields, THRIFT, type ThriftField, type ThriftStruct, writeThrift } from './thrift';

/** What every row has; numbers are whole and not negative. */
export type SameValue = string | number | null;

/** parquet.thrift: `Type`. */
const PHYSICAL = { boolean: 0, int32: 1, int64: 2, double: 5, bytes: 6 };
/** `Encoding`. */
const [PLAIN, RLE, DELTA_BINARY_PACKED, RLE_DICTIONARY] = [0, 3, 5, 8];
/** `PageType`. */
const [DATA_PAGE, DICTIONARY_PAGE] = [0, 2];
const UNCOMPRESSED = 0;
const OPTIONAL = 1;

const { i32, i64, binary, struct, list, flag } = field;

interface ParquetType {
  readonly physical: number;
  /** Largest number that can be filled in; none where absent. */
  readonly most?: number;
  readonly converted?: number;
  readonly logical?: ThriftStruct;
}

/** As DuckDB writes them: the test compares. */
const TYPES: Readonly<Record<string, ParquetType>> = {
  VARCHAR: { physical: PHYSICAL.bytes, converted: 0 },
  UTINYINT: { physical: PHYSICAL.int32, converted: 11, most: 255 },
  USMALLINT: { physical: PHYSICAL.int32, converted: 12, most: 65_535 },
  UINTEGER: { physical: PHYSICAL.int32, converted: 13, most: 2 ** 31 - 1 },
  UBIGINT: { physical: PHYSICAL.int64, converted: 14, most: Number.MAX_SAFE_INTEGER },
  SMALLINT: { physical: PHYSICAL.int32, converted: 16, most: 32_767 },
  INTEGER: { physical: PHYSICAL.int32, converted: 17, most: 2 ** 31 - 1 },
  BIGINT: { physical: PHYSICAL.int64, converted: 18, most: Number.MAX_SAFE_INTEGER },
  DOUBLE: { physical: PHYSICAL.double },
  BOOLEAN: { physical: PHYSICAL.boolean },
  // A TIMESTAMP of the `LogicalType` union: not adjusted to UTC, in microseconds.
  TIMESTAMP: {
    physical: PHYSICAL.int64,
    converted: 10,
    logical: fields([8, struct([1, flag(false)], [2, struct([2, struct()])])]),
  },
};

function typed(type: string): ParquetType {
  const known = TYPES[type];
  if (known === undefined) throw new Error(`a column of type ${type} cannot be filled`);
  return known;
}

/** Whether all rows can be given this value in a column of this type of DuckDB's. */
export function canFill(type: string, same: SameValue): boolean {
  const known = TYPES[type];
  if (known === undefined) return false;
  if (same === null) return true;
  if (typeof same === 'string') return known.physical === PHYSICAL.bytes;
  return Number.isInteger(same) && same >= 0 && same <= (known.most ?? -1);
}

/** `SchemaElement` of a column. */
export function schemaElement(name: string, type: string): ThriftStruct {
  const { physical, converted, logical } = typed(type);
  return new Map<number, ThriftField>([
    [1, i32(physical)],
    [3, i32(OPTIONAL)],
    [4, binary(Buffer.from(name, 'utf8'))],
    ...(converted === undefined ? [] : ([[6, i32(converted)]] as const)),
    ...(logical === undefined ? [] : ([[10, struct(...logical)]] as const)),
  ]);
}

export interface MadeChunk {
  readonly pages: readonly Uint8Array[];
  readonly bytes: number;
  /** `ColumnChunk`, with the pages where they were said to lie. */
  readonly chunk: ThriftStruct;
}

/** The column in a row group of so many rows, whose first page lies at `at` in the file. */
export function sameChunk(name: string, type: string, same: SameValue, rows: number, at: number): MadeChunk {
  const { physical } = typed(type);
  const value = same === null ? null : plainValue(physical, same);
  const dictionary = value === null ? null : dictionaryPage(physical, value);
  // Runs of equal bits (Encodings.md, RLE): one bit a row, and each row's is 0.
  const numbers = value === null ? [] : [1, ...varint(rows * 2), 0];
  const encoding = value === null ? PLAIN : RLE_DICTIONARY;
  const data = dataPage(rows, value !== null, encoding, Buffer.from(numbers));
  const statistics =
    value === null
      ? struct([3, i64(rows)])
      : struct(
          [3, i64(0)],
          [4, i64(1)],
          [5, binary(value)],
          [6, binary(value)],
          [7, flag(true)],
          [8, flag(true)],
        );
  return chunkOf({ name, physical, rows, at, dictionary, data, encoding, statistics });
}

/** Whether a column of this type can be made of numbers. */
export function canCount(type: string): boolean {
  return TYPES[type]?.physical === PHYSICAL.int64 && TYPES[type]?.logical === undefined;
}

/** The column in a row group with these values, whole and not negative, whose page lies at `at` in the file. */
export function numbersChunk(name: string, type: string, values: Float64Array, at: number): MadeChunk {
  if (!canCount(type)) throw new Error(`a column of type ${type} cannot be made of numbers`);
  const { physical } = typed(type);
  const rows = values.length;
  let [least, most] = [values[0] ?? 0, values[0] ?? 0];
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const [low, high] = [plainValue(physical, least), plainValue(physical, most)].map(binary);
  const data = dataPage(rows, true, DELTA_BINARY_PACKED, packDifferences(values));
  const bounds =
    low === undefined || high === undefined
      ? []
      : ([
          [5, high],
          [6, low],
          [7, flag(true)],
          [8, flag(true)],
        ] as const);
  return chunkOf({
    name,
    physical,
    rows,
    at,
    dictionary: null,
    data,
    encoding: DELTA_BINARY_PACKED,
    statistics: struct([3, i64(0)], ...bounds),
  });
}

interface ChunkPages {
  readonly name: string;
  readonly physical: number;
  readonly rows: number;
  readonly at: number;
  readonly dictionary: Uint8Array | null;
  readonly data: Uint8Array;
  readonly encoding: number;
  readonly statistics: ThriftField;
}

function chunkOf(of: ChunkPages): MadeChunk {
  const { name, physical, rows, at, dictionary, data, encoding, statistics } = of;
  const before = dictionary?.length ?? 0;
  const bytes = before + data.length;
  const metadata: ReadonlyArray<readonly [number, ThriftField]> = [
    [1, i32(physical)],
    [2, list(THRIFT.i32, [RLE, encoding])],
    [3, list(THRIFT.binary, [Buffer.from(name, 'utf8')])],
    [4, i32(UNCOMPRESSED)],
    [5, i64(rows)],
    [6, i64(bytes)],
    [7, i64(bytes)],
    [9, i64(at + before)],
    ...(dictionary === null ? [] : ([[11, i64(at)]] as const)),
    [12, statistics],
  ];
  const pages = dictionary === null ? [data] : [dictionary, data];
  return { pages, bytes, chunk: fields([2, i64(0)], [3, struct(...metadata)]) };
}

/** The value by itself, as statistics have it. */
function plainValue(physical: number, same: string | number): Uint8Array {
  if (typeof same === 'string') return Buffer.from(same, 'utf8');
  const bytes = Buffer.alloc(physical === PHYSICAL.int64 ? 8 : 4);
  if (physical === PHYSICAL.int64) bytes.writeBigInt64LE(BigInt(same));
  else bytes.writeInt32LE(same);
  return bytes;
}

/** One value, which every row of the data page names by its number. */
function dictionaryPage(physical: number, value: Uint8Array): Uint8Array {
  const length = Buffer.alloc(physical === PHYSICAL.bytes ? 4 : 0);
  if (physical === PHYSICAL.bytes) length.writeUInt32LE(value.length);
  return page(DICTIONARY_PAGE, Buffer.concat([length, value]), [7, struct([1, i32(1)], [2, i32(PLAIN)])]);
}

/** All rows have a value, or none has one: a run of equal bits (parquet-format, Encodings.md, RLE), before the values. */
function dataPage(rows: number, isFilled: boolean, encoding: number, values: Uint8Array): Uint8Array {
  const levels = [...varint(rows * 2), isFilled ? 1 : 0];
  const length = Buffer.alloc(4);
  length.writeUInt32LE(levels.length);
  const header = struct([1, i32(rows)], [2, i32(encoding)], [3, i32(RLE)], [4, i32(RLE)]);
  return page(DATA_PAGE, Buffer.concat([length, Buffer.from(levels), values]), [5, header]);
}

function page(type: number, body: Uint8Array, header: readonly [number, ThriftField]): Uint8Array {
  const size = i32(body.length);
  return Buffer.concat([writeThrift(fields([1, i32(type)], [2, size], [3, size], header)), body]);
}

function* varint(value: number): Generator<number> {
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) yield (rest % 128) + 128;
  yield rest;
}
