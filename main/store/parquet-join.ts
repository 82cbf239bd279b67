/** Makes one Parquet file of several with the same columns: their pages one after another, under one footer. */
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { footerBytes, MAGIC, numberOf, readFooter, structOf, structs } from './parquet-footer';
import { field, fields, THRIFT, type ThriftField, type ThriftStruct, writeThrift } from './thrift';
import { writeAll } from './write-all';

const COPIED_BYTES = 4 << 20;
const { i64, list } = field;

/** Fields of parquet.thrift that say where in the file something lies. */
const CHUNK_PLACES = [2, 4, 6];
const METADATA_PLACES = [9, 10, 11, 14];
const GROUP_PLACES = [5];
/** `RowGroup.ordinal`, 16 bits: optional, and too small for many parts. */
const GROUP_NUMBER = 7;

/**
 * Joins the files into `target`, in their order, and removes them.
 * @throws where they have not the same columns, or one is no Parquet file.
 */
export async function joinParquet(target: string, files: readonly string[]): Promise<void> {
  const [first, ...others] = files;
  if (first === undefined) throw new Error('nothing to join');
  if (others.length > 0) await appendAll(first, others);
  await rename(first, target);
}

async function appendAll(path: string, others: readonly string[]): Promise<void> {
  const whole = await open(path, 'r+');
  try {
    const { metadata, at } = await readFooter(whole);
    const schema = schemaOf(metadata);
    const groups = structs(metadata, 4).map((group) => shifted(group, 0));
    let rows = numberOf(metadata, 3);
    let end = at;
    const room = Buffer.alloc(COPIED_BYTES);
    for (const other of others) {
      const part = await open(other, 'r');
      try {
        const footer = await readFooter(part);
        if (!schemaOf(footer.metadata).equals(schema)) throw new Error('the files have not the same columns');
        const shift = end - MAGIC.length;
        await copy(part, MAGIC.length, footer.at, whole, end, room);
        groups.push(...structs(footer.metadata, 4).map((group) => shifted(group, shift)));
        rows += numberOf(footer.metadata, 3);
        end += footer.at - MAGIC.length;
      } finally {
        await part.close();
      }
      await rm(other);
    }
    const joined = fields(...metadata, [3, i64(rows)], [4, list(THRIFT.struct, groups)]);
    const bytes = footerBytes(joined);
    await writeAll(whole, bytes, end);
    await whole.truncate(end + bytes.length);
  } finally {
    await whole.close();
  }
}

/** Names and types of the columns. */
function schemaOf(metadata: ThriftStruct): Buffer {
  return Buffer.concat(structs(metadata, 2).map((element) => writeThrift(element)));
}

/** The row group with its pages lying that much further on. */
function shifted(group: ThriftStruct, by: number): ThriftStruct {
  const chunks = structs(group, 1).map((chunk) => {
    const metadata = fields(...structOf(chunk, 3), ...moved(structOf(chunk, 3), METADATA_PLACES, by));
    return fields(...chunk, ...moved(chunk, CHUNK_PLACES, by), [3, { type: THRIFT.struct, value: metadata }]);
  });
  const rest = [...group].filter(([key]) => key !== GROUP_NUMBER);
  return fields(...rest, ...moved(group, GROUP_PLACES, by), [1, list(THRIFT.struct, chunks)]);
}

/** Those of the places that are said; 0 says none. */
function moved(of: ThriftStruct, keys: readonly number[], by: number): (readonly [number, ThriftField])[] {
  return keys.flatMap((key) => {
    if (!of.has(key)) return [];
    const place = numberOf(of, key);
    return place === 0 ? [] : [[key, i64(place + by)] as const];
  });
}

async function copy(
  from: FileHandle,
  start: number,
  end: number,
  to: FileHandle,
  at: number,
  bytes: Buffer,
): Promise<void> {
  for (let done = start; done < end; ) {
    const { bytesRead } = await from.read(bytes, 0, Math.min(bytes.length, end - done), done);
    if (bytesRead === 0) throw new Error('the file ends before its footer');
    await writeAll(to, bytes.subarray(0, bytesRead), at + done - start);
    done += bytesRead;
  }
}
