/**
 * xz, whole file in memory, chunk by chunk (xz file format 1.2.1): streams, blocks of LZMA2, padding. CRC-32 and CRC-64
 * of the content are those of xz's own test; we check sizes and let the chunks' own structure tell damage.
 */
import { crc32 } from 'node:zlib';
import { Lzma2 } from './lzma';

const HEADER_BYTES = 12;
const LZMA2_FILTER = 0x21;
const MOST_WINDOW_BYTES = 256 << 20;
const CHECK_BYTES = [0, 4, 4, 4, 8, 8, 8, 16, 16, 16, 32, 32, 32, 64, 64, 64] as const;
const MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0];

/** Chunks of the decompressed stream in order. @throws RangeError where the stream is damaged or ends too early. */
export function* unxz(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  while (at < view.length) {
    if (MAGIC.some((byte, index) => view[at + index] !== byte)) {
      throw new RangeError(at === 0 ? 'no xz stream' : 'bytes that are not compressed data follow');
    }
    const check = (view[at + 7] ?? 0) & 0x0f;
    at += HEADER_BYTES;
    for (;;) {
      if (at >= view.length) throw new RangeError('unexpected end of file');
      if (view[at] === 0) break;
      at = yield* readBlock(view, at, CHECK_BYTES[check] ?? 0, check);
    }
    at = skipIndex(view, at) + HEADER_BYTES;
    while (at < view.length && view[at] === 0) at++;
  }
}

function* readBlock(
  view: Buffer,
  start: number,
  checkBytes: number,
  check: number,
): Generator<Uint8Array, number, undefined> {
  const headerBytes = ((view[start] ?? 0) + 1) * 4;
  if (start + headerBytes > view.length) throw new RangeError('unexpected end of file');
  const header = view.subarray(start, start + headerBytes - 4);
  if (crc32(header) !== view.readUInt32LE(start + headerBytes - 4))
    throw new RangeError('a block header is damaged');
  const place = { at: 2 };
  const flags = header[1] ?? 0;
  if ((flags & 0x03) !== 0) throw new RangeError('it was written with a filter that is not read');
  if ((flags & 0x40) !== 0) readNumber(header, place);
  if ((flags & 0x80) !== 0) readNumber(header, place);
  const filter = readNumber(header, place);
  readNumber(header, place);
  if (filter !== LZMA2_FILTER) throw new RangeError('it was written with a filter that is not read');
  const lzma = new Lzma2(windowBytes(header[place.at] ?? 0));
  let at = start + headerBytes;
  let sum = 0;
  for (;;) {
    const chunk = readChunk(view, at, lzma);
    at = chunk.at;
    if (chunk.out === null) break;
    if (check === 1) sum = crc32(chunk.out, sum);
    yield chunk.out;
  }
  while ((at - start) % 4 !== 0) at++;
  if (check === 1 && at + 4 <= view.length && view.readUInt32LE(at) !== sum) {
    throw new RangeError('the checksum of a block does not hold');
  }
  return at + checkBytes;
}

function windowBytes(code: number): number {
  if (code > 40) throw new RangeError('a block names no window');
  const bytes = code === 40 ? 0xffffffff : (2 | (code & 1)) * 2 ** (Math.floor(code / 2) + 11);
  if (bytes > MOST_WINDOW_BYTES) throw new RangeError('its window is larger than 256 MiB');
  return bytes;
}

function readChunk(view: Buffer, at: number, lzma: Lzma2): { at: number; out: Uint8Array | null } {
  const control = view[at];
  if (control === undefined) throw new RangeError('unexpected end of file');
  if (control === 0) return { at: at + 1, out: null };
  if (control < 0x80) {
    if (control > 2) throw new RangeError('a chunk is of no known kind');
    if (control === 1) lzma.resetDictionary();
    if (at + 3 > view.length) throw new RangeError('unexpected end of file');
    const size = view.readUInt16BE(at + 1) + 1;
    if (at + 3 + size > view.length) throw new RangeError('unexpected end of file');
    return { at: at + 3 + size, out: lzma.stored(view.subarray(at + 3, at + 3 + size)) };
  }
  if (at + 6 > view.length) throw new RangeError('unexpected end of file');
  const size = ((control & 0x1f) << 16) + view.readUInt16BE(at + 1) + 1;
  const packed = view.readUInt16BE(at + 3) + 1;
  const reset = (control >> 5) & 3;
  if (reset === 3) lzma.resetDictionary();
  if (reset >= 2) lzma.setProperties(view[at + 5] ?? 0xff);
  if (reset >= 1) lzma.resetState();
  const from = at + (reset >= 2 ? 6 : 5);
  if (from + packed > view.length) throw new RangeError('unexpected end of file');
  return { at: from + packed, out: lzma.packed(view, from, from + packed, size) };
}

function skipIndex(view: Buffer, start: number): number {
  const place = { at: start + 1 };
  const records = readNumber(view, place);
  for (let index = 0; index < records; index++) {
    readNumber(view, place);
    readNumber(view, place);
  }
  while ((place.at - start) % 4 !== 0) place.at++;
  return place.at + 4;
}

function readNumber(bytes: Uint8Array, place: { at: number }): number {
  let value = 0;
  for (let shift = 0; shift < 9; shift++) {
    const byte = bytes[place.at++];
    if (byte === undefined) throw new RangeError('unexpected end of file');
    value += (byte & 0x7f) * 2 ** (shift * 7);
    if ((byte & 0x80) === 0) return value;
  }
  throw new RangeError('a number has no end');
}
