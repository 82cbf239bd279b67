/** Bytes of a file by place, and the checksums of a stretch of them in one pass. */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { CHECKPOINT_BYTES } from './manifest';

export interface FileBytes {
  readonly path: string;
  readonly size: number;
  /** Fewer bytes at the end of the file, none beyond it. */
  read(offset: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** @throws when the file cannot be opened. */
export async function openBytes(path: string): Promise<FileBytes> {
  const handle = await open(path, 'r');
  const { size } = await handle.stat();
  return {
    path,
    size,
    async read(offset, length) {
      const wanted = Math.max(0, Math.min(length, size - offset));
      const buffer = Buffer.allocUnsafe(wanted);
      const got = await readFully(handle, buffer, offset);
      return got === wanted ? buffer : buffer.subarray(0, got);
    },
    close: () => handle.close(),
  };
}

export interface Sums {
  readonly size: number;
  readonly sha256: string;
  readonly crc32: number;
  /** Running CRC-32 after each full MiB that is followed by more. */
  readonly checkpoints: readonly string[];
}

/** Checksums of `[offset, offset + length)`; `each` sees every block on the way and may be slow. */
export async function sumBytes(
  file: FileBytes,
  offset: number,
  length: number,
  each?: (block: Buffer) => Promise<void> | void,
): Promise<Sums> {
  const hash = createHash('sha256');
  const checkpoints: string[] = [];
  let crc = 0;
  let done = 0;
  while (done < length) {
    const block = await file.read(offset + done, Math.min(CHECKPOINT_BYTES, length - done));
    if (block.length === 0) break;
    hash.update(block);
    crc = crc32(block, crc);
    done += block.length;
    if (done < length) checkpoints.push(hex32(crc));
    if (each) await each(block);
  }
  return { size: done, sha256: hash.digest('hex'), crc32: crc, checkpoints };
}

export function hex32(value: number): string {
  return value.toString(16).padStart(8, '0');
}

async function readFully(handle: FileHandle, buffer: Buffer, offset: number): Promise<number> {
  let got = 0;
  while (got < buffer.length) {
    const { bytesRead } = await handle.read(buffer, got, buffer.length - got, offset + got);
    if (bytesRead === 0) break;
    got += bytesRead;
  }
  return got;
}
