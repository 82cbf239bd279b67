/** One 64 KiB chunk of a Windows event log: its names and templates, read once, and what it may cost to read. */
import { crc32 } from 'node:zlib';
import { type ElementNode, readTemplate } from './binxml';

export const CHUNK_BYTES = 0x10000;
export const CHUNK_HEADER_BYTES = 512;
/** No real chunk comes near these; a made-up one could ask for any amount. */
const MOST_STEPS = 3_000_000;
const MOST_CHARACTERS = 32 << 20;

export class Chunk {
  readonly bytes: Buffer;
  readonly names = new Map<number, string>();
  private readonly templates = new Map<number, ElementNode | null>();
  private readonly quotes = new Map<string, string>();
  private steps = 0;
  private characters = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Counts one step and the text it gave; false when the chunk has had its share. */
  spend(characters = 0): boolean {
    this.steps++;
    this.characters += characters;
    return this.steps <= MOST_STEPS && this.characters <= MOST_CHARACTERS;
  }

  /** A field's name as JSON; the same few come in every record. */
  quoted(name: string): string {
    let text = this.quotes.get(name);
    if (text === undefined) {
      text = JSON.stringify(name);
      this.quotes.set(name, text);
    }
    return text;
  }

  /** Null for one that is lost, damaged, or part of itself. */
  template(offset: number): ElementNode | null {
    const known = this.templates.get(offset);
    if (known !== undefined) return known;
    this.templates.set(offset, null);
    const root = readTemplate(this, offset);
    this.templates.set(offset, root);
    return root;
  }
}

export function isChunk(bytes: Uint8Array, at: number): boolean {
  return startsWith(bytes, at, CHUNK_MAGIC);
}

export const CHUNK_MAGIC = Buffer.from('ElfChnk\0', 'latin1');

export function startsWith(bytes: Uint8Array, at: number, magic: Uint8Array): boolean {
  for (let index = 0; index < magic.length; index++) if (bytes[at + index] !== magic[index]) return false;
  return true;
}

/** What the chunk says of itself: where its records end, and whether the checksums of header and records hold. */
export interface ChunkHeader {
  readonly free: number;
  readonly headerHolds: boolean;
  readonly recordsHold: boolean;
}

export function chunkHeader({ bytes }: Chunk): ChunkHeader {
  const nothing = { free: bytes.length, headerHolds: false, recordsHold: false };
  if (bytes.length < CHUNK_HEADER_BYTES || !isChunk(bytes, 0)) return nothing;
  const free = bytes.readUInt32LE(48);
  if (free < CHUNK_HEADER_BYTES || free > CHUNK_BYTES) return nothing;
  const header = crc32(bytes.subarray(128, CHUNK_HEADER_BYTES), crc32(bytes.subarray(0, 120)));
  const records = crc32(bytes.subarray(CHUNK_HEADER_BYTES, Math.min(free, bytes.length)));
  return {
    free,
    headerHolds: header === bytes.readUInt32LE(124),
    recordsHold: free <= bytes.length && records === bytes.readUInt32LE(52),
  };
}

const LEAST_RECORD_BYTES = 28;

/** Length of the record at `at`, or 0: its mark, and its length said twice, at its beginning and its end. */
export function recordLength({ bytes }: Chunk, at: number): number {
  if (at + LEAST_RECORD_BYTES > bytes.length || bytes.readUInt32LE(at) !== 0x2a2a) return 0;
  const length = bytes.readUInt32LE(at + 4);
  if (length < LEAST_RECORD_BYTES || at + length > bytes.length) return 0;
  return bytes.readUInt32LE(at + length - 4) === length ? length : 0;
}

const RECORD_MAGIC = Buffer.from([0x2a, 0x2a, 0, 0]);

/** Where the next record begins at or after `at`, or -1. */
export function nextRecord(chunk: Chunk, at: number): number {
  for (let found = at; ; found++) {
    found = chunk.bytes.indexOf(RECORD_MAGIC, found);
    if (found < 0 || recordLength(chunk, found) > 0) return found;
  }
}
