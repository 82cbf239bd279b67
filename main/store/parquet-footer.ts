/** A Parquet file's footer, as Thrift: where it lies, and what is in it. */
import type { FileHandle } from 'node:fs/promises';
import { readThrift, type ThriftStruct, writeThrift } from './thrift';

export const MAGIC = Buffer.from('PAR1');
/** Length of the footer and the magic. */
const TAIL_BYTES = 8;

export interface Footer {
  readonly metadata: ThriftStruct;
  /** Where the pages end and the footer begins. */
  readonly at: number;
}

/** @throws where the file is no Parquet. */
export async function readFooter(file: FileHandle): Promise<Footer> {
  const { size } = await file.stat();
  const tail = Buffer.alloc(TAIL_BYTES);
  await file.read(tail, 0, TAIL_BYTES, size - TAIL_BYTES);
  const length = tail.readUInt32LE(0);
  if (!tail.subarray(4).equals(MAGIC) || length > size - TAIL_BYTES) throw new Error('no Parquet file');
  const footer = Buffer.alloc(length);
  const at = size - TAIL_BYTES - length;
  await file.read(footer, 0, length, at);
  return { metadata: readThrift(footer), at };
}

/** The bytes that follow the pages. */
export function footerBytes(metadata: ThriftStruct): Uint8Array {
  const written = writeThrift(metadata);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(written.length, 0);
  return Buffer.concat([written, length, MAGIC]);
}

/** A field's list of structs. */
export function structs(of: ThriftStruct, key: number): readonly ThriftStruct[] {
  const value = of.get(key)?.value;
  if (value === undefined || typeof value === 'number' || !('items' in value)) {
    throw new Error('no list where one belongs');
  }
  return value.items.map((item) => {
    if (!(item instanceof Map)) throw new Error('no struct where one belongs');
    return item;
  });
}

export function numberOf(of: ThriftStruct, key: number): number {
  const value = of.get(key)?.value;
  if (typeof value !== 'number') throw new Error('no number where one belongs');
  return value;
}

export function bytesOf(of: ThriftStruct, key: number): Uint8Array {
  const value = of.get(key)?.value;
  if (!(value instanceof Uint8Array)) throw new Error('no text where it belongs');
  return value;
}

export function structOf(of: ThriftStruct, key: number): ThriftStruct {
  const value = of.get(key)?.value;
  if (!(value instanceof Map)) throw new Error('no struct where one belongs');
  return value;
}
