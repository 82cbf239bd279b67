/**
 * Adds columns to a Parquet file. Where every row has the same value, or none, a page of a few bytes says so for all
 * rows of a group at once; DuckDB would write such columns row by row, and events have two dozen of them. Numbers that
 * are known here and not in DuckDB need not go through it.
 */
import { open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { bytesOf, footerBytes, numberOf, readFooter, structs } from './parquet-footer';
import { type MadeChunk, numbersChunk, type SameValue, sameChunk, schemaElement } from './parquet-pages';
import { field, fields, THRIFT, type ThriftStruct } from './thrift';
import { writeAll } from './write-all';

export interface FilledColumn {
  readonly name: string;
  /** DuckDB's type. */
  readonly type: string;
  /** Undefined for a column of numbers, or one that the file has already; see `canFill` for what else it may be. */
  readonly same: SameValue | undefined;
  /** The numbers of the next so many rows, asked for in order; see `canCount` for what types it may be. */
  readonly numbers?: (rows: number) => Float64Array;
}

const { i32, i64, struct, list } = field;

/**
 * Makes the columns of the file these, in this order. The file must have been written by DuckDB with exactly those
 * that are neither the same in every row nor numbers, in that order.
 * @throws where the file is another than that.
 */
export async function fillParquet(path: string, columns: readonly FilledColumn[]): Promise<void> {
  const write = await prepareFill(path, columns);
  await write();
}

/** As `fillParquet`, but the file stays as it is, and may be read, until what is given is called. */
export async function prepareFill(
  path: string,
  columns: readonly FilledColumn[],
): Promise<() => Promise<void>> {
  const file = await open(path, 'r');
  try {
    const { metadata: known, at } = await readFooter(file);
    const { pages, metadata } = await fill(known, columns, at);
    const bytes = Buffer.concat([...pages, footerBytes(metadata)]);
    return () => writeOver(path, bytes, at);
  } finally {
    await file.close();
  }
}

/** No fewer bytes than what they replace: the pages come on top of the footer as it was. */
async function writeOver(path: string, bytes: Uint8Array, at: number): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await writeAll(file, bytes, at);
  } finally {
    await file.close();
  }
}

/** The footer with the columns in it, and their pages, which are to lie at `end`. */
async function fill(
  metadata: ThriftStruct,
  columns: readonly FilledColumn[],
  end: number,
): Promise<{ readonly pages: readonly Uint8Array[]; readonly metadata: ThriftStruct }> {
  const [root, ...leaves] = structs(metadata, 2);
  const kept = columns.filter(isWritten);
  const names = leaves.map((leaf) => Buffer.from(bytesOf(leaf, 4)).toString('utf8'));
  if (root === undefined || names.join('\n') !== kept.map(({ name }) => name).join('\n')) {
    throw new Error('the file has other columns');
  }
  const pages: Uint8Array[] = [];
  let at = end;
  const groups: ThriftStruct[] = [];
  for (const group of structs(metadata, 4)) {
    // Of many numbers one group after another: who asks for something else meanwhile is heard.
    await setImmediate();
    const rows = numberOf(group, 3);
    const written = structs(group, 1).values();
    let added = 0;
    const chunks = columns.map((column) => {
      const made = makeChunk(column, rows, at);
      if (made === null) return following(written);
      pages.push(...made.pages);
      at += made.bytes;
      added += made.bytes;
      return made.chunk;
    });
    const sizes = [2, 6].map((key) => [key, i64(numberOf(group, key) + added)] as const);
    groups.push(fields(...group, [1, list(THRIFT.struct, chunks)], ...sizes));
  }
  const elements = leaves.values();
  const schema = columns.map((column) => {
    return isWritten(column) ? following(elements) : schemaElement(column.name, column.type);
  });
  // Each column is ordered as its type is.
  const orders = columns.map(() => fields([1, struct()]));
  const filled = fields(
    ...metadata,
    [2, list(THRIFT.struct, [fields(...root, [5, i32(columns.length)]), ...schema])],
    [4, list(THRIFT.struct, groups)],
    [7, list(THRIFT.struct, orders)],
  );
  return { pages, metadata: filled };
}

/** Whether DuckDB writes the column. */
function isWritten({ same, numbers }: FilledColumn): boolean {
  return same === undefined && numbers === undefined;
}

/** Null where the file has the column. */
function makeChunk({ name, type, same, numbers }: FilledColumn, rows: number, at: number): MadeChunk | null {
  if (same !== undefined) return sameChunk(name, type, same, rows, at);
  return numbers === undefined ? null : numbersChunk(name, type, numbers(rows), at);
}

function following(structs: IterableIterator<ThriftStruct>): ThriftStruct {
  const next = structs.next();
  if (next.done) throw new Error('the file has fewer columns than it names');
  return next.value;
}
