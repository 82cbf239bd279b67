/**
 * Adds columns to a Parquet file in which every row has the same value, or none: a page of a few bytes says so for all
 * rows of a group at once. DuckDB would write such columns row by row, and events have two dozen of them.
 */
import { open } from 'node:fs/promises';
import { bytesOf, footerBytes, numberOf, readFooter, structs } from './parquet-footer';
import { type SameValue, sameChunk, schemaElement } from './parquet-pages';
import { field, fields, THRIFT, type ThriftStruct } from './thrift';

export interface FilledColumn {
  readonly name: string;
  /** DuckDB's type. */
  readonly type: string;
  /** Undefined for a column that the file has already; see `canFill` for what else it may be. */
  readonly same: SameValue | undefined;
}

const { i32, i64, struct, list } = field;

/**
 * Makes the columns of the file these, in this order. The file must have been written by DuckDB with exactly those
 * whose `same` is undefined, in that order.
 * @throws where the file is another than that.
 */
export async function fillParquet(path: string, columns: readonly FilledColumn[]): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const { metadata: known, at } = await readFooter(file);
    const { pages, metadata } = fill(known, columns, at);
    const bytes = Buffer.concat([...pages, footerBytes(metadata)]);
    // No less than what it replaces: the pages come on top of the footer as it was.
    await file.write(bytes, 0, bytes.length, at);
  } finally {
    await file.close();
  }
}

/** The footer with the columns in it, and their pages, which are to lie at `end`. */
function fill(
  metadata: ThriftStruct,
  columns: readonly FilledColumn[],
  end: number,
): { readonly pages: readonly Uint8Array[]; readonly metadata: ThriftStruct } {
  const [root, ...leaves] = structs(metadata, 2);
  const kept = columns.filter(({ same }) => same === undefined);
  const names = leaves.map((leaf) => Buffer.from(bytesOf(leaf, 4)).toString('utf8'));
  if (root === undefined || names.join('\n') !== kept.map(({ name }) => name).join('\n')) {
    throw new Error('the file has other columns');
  }
  const pages: Uint8Array[] = [];
  let at = end;
  const groups = structs(metadata, 4).map((group) => {
    const rows = numberOf(group, 3);
    const written = structs(group, 1).values();
    let added = 0;
    const chunks = columns.map(({ name, type, same }) => {
      if (same === undefined) return following(written);
      const made = sameChunk(name, type, same, rows, at);
      pages.push(...made.pages);
      at += made.bytes;
      added += made.bytes;
      return made.chunk;
    });
    const sizes = [2, 6].map((key) => [key, i64(numberOf(group, key) + added)] as const);
    return fields(...group, [1, list(THRIFT.struct, chunks)], ...sizes);
  });
  const elements = leaves.values();
  const schema = columns.map(({ name, type, same }) => {
    return same === undefined ? following(elements) : schemaElement(name, type);
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

function following(structs: IterableIterator<ThriftStruct>): ThriftStruct {
  const next = structs.next();
  if (next.done) throw new Error('the file has fewer columns than it names');
  return next.value;
}
