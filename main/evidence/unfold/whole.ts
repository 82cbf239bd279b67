/** Decompression of what cannot be fed piece by piece: the compressed file is held in memory, its content is not. */

import type { Transform } from 'node:stream';
import * as zlib from 'node:zlib';
import { bunzip2 } from './bzip2';
import { unxz } from './xz';

/** More compressed bytes than this are not held. */
export const MOST_HELD_BYTES = 1 << 30;

/** A decompressor fed piece by piece, as zlib's are. */
export type Feed = Transform & { readonly bytesWritten: number };

export function unfoldWhole(kind: 'bzip2' | 'xz', bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  return kind === 'bzip2' ? bunzip2(bytes) : unxz(bytes);
}

/** Zstandard came to Node with 22.15; null where it is older. */
export function makeZstd(): Feed | null {
  return typeof zlib.createZstdDecompress === 'function' ? zlib.createZstdDecompress() : null;
}
