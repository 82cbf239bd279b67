/**
 * Windows event logs (EVTX): a header of 4 KiB, then chunks of 64 KiB that stand for themselves. Chunks are taken by
 * the size of the file, never by the count in its header, which is stale in every log that was copied while in use.
 * Inside a chunk, damage ends a record and not the chunk: reading goes on at the next record's mark.
 */
import { Splitter, type SplitterSettings } from '../reader';
import {
  CHUNK_BYTES,
  CHUNK_HEADER_BYTES,
  CHUNK_MAGIC,
  Chunk,
  chunkHeader,
  isChunk,
  nextRecord,
  recordLength,
  startsWith,
} from './chunk';
import { eventText } from './event';

const FILE_HEADER_BYTES = 4096;
const FILE_MAGIC = Buffer.from('ElfFile\0', 'latin1');
const DAMAGE_HELP = 'The log is damaged here; look at the bytes, or for another copy of it.';

/** Whether bytes begin like a Windows event log; a log whose header was wiped still has its chunks. */
export function looksLikeEvtx(head: Uint8Array): boolean {
  return startsWith(head, 0, FILE_MAGIC) || isChunk(head, FILE_HEADER_BYTES) || isChunk(head, 0);
}

export class EvtxSplitter extends Splitter {
  private started = false;
  /** Chunks the file's header names; null without a header. */
  private announced: number | null = null;
  private chunks = 0;
  private readonly damagedChunks: number[] = [];
  /** Records of chunks whose header or checksums do not hold, and those that could not be read. */
  private recovered = 0;
  private faulty = 0;
  /** Records in the unused rest of chunks, left from before; they are not taken. */
  private old = 0;

  constructor(settings: SplitterSettings) {
    super(settings);
    this.whole = 'last chunk';
  }

  override get notes(): readonly string[] {
    const notes: string[] = [];
    if (this.started && this.announced === null) notes.push('The header of the log is damaged or missing.');
    if (this.announced !== null && this.announced !== this.chunks) {
      notes.push(`The header names ${this.announced} chunks; ${this.chunks} were found and read.`);
    }
    if (this.damagedChunks.length > 0) {
      const [first] = this.damagedChunks;
      notes.push(
        `${this.damagedChunks.length} chunks are damaged or were still being written (the first at byte ${first}); ${this.recovered} records were recovered from them, ${this.faulty} could not be read.`,
      );
    }
    if (this.old > 0) {
      notes.push(`${this.old} older records lie in unused space of the log and are not loaded.`);
    }
    return notes;
  }

  protected scan(atEnd: boolean): number {
    const { end } = this.window;
    let at = 0;
    if (!this.started) {
      if (end < FILE_HEADER_BYTES && !atEnd) return 0;
      this.started = true;
      at = this.header();
    }
    for (;;) {
      const left = end - at;
      if (left === 0 || (!atEnd && left < CHUNK_BYTES)) break;
      at += this.chunk(at, Math.min(left, CHUNK_BYTES));
    }
    return at;
  }

  private header(): number {
    const { bytes, end } = this.window;
    if (startsWith(bytes, 0, FILE_MAGIC) && end >= 128) {
      this.announced = (bytes[42] ?? 0) + (bytes[43] ?? 0) * 256;
    } else if (isChunk(bytes, 0)) return 0;
    const length = Math.min(FILE_HEADER_BYTES, end);
    this.frame(length);
    return length;
  }

  /** Reads what lies in `length` bytes at `at`; gives how many of them are dealt with. */
  private chunk(at: number, length: number): number {
    const bytes = this.window.bytes.subarray(at, at + length);
    if (!isChunk(bytes, 0) && NOTHING.compare(bytes, 0, length, 0, length) === 0) {
      this.frame(length);
      return length;
    }
    const isMarked = isChunk(bytes, 0);
    const chunk = new Chunk(bytes);
    const { free, headerHolds, recordsHold } = chunkHeader(chunk);
    const isWhole = headerHolds && recordsHold;
    // Where records lead from the header to the end it states, that end is right, whatever the checksums say.
    const end = Math.min(headerHolds || leadsTo(chunk, free) ? free : length, length);
    const dealt = nextChunk(chunk, isWhole ? end : CHUNK_HEADER_BYTES);
    const before = this.records;
    this.frame(Math.min(CHUNK_HEADER_BYTES, end));
    this.take(chunk, at, Math.min(end, dealt), isWhole);
    this.frame(dealt - Math.min(end, dealt));
    for (let old = nextRecord(chunk, end); old >= 0 && old < dealt; old = nextRecord(chunk, old + 1))
      this.old++;
    if (isMarked) this.chunks++;
    if (!isWhole && this.records > before) {
      this.damagedChunks.push(this.window.streamLength - this.window.end + at);
    }
    if (length < CHUNK_BYTES && free > length) this.endsEarly = true;
    return dealt;
  }

  private take(chunk: Chunk, base: number, to: number, isWhole: boolean): void {
    for (let at = CHUNK_HEADER_BYTES; at < to; ) {
      const length = recordLength(chunk, at);
      if (length === 0 || at + length > to) {
        const found = nextRecord(chunk, at + 1);
        const next = found < 0 || found >= to ? to : found;
        this.gap(chunk, base, at, next);
        at = next;
        continue;
      }
      const from = base + at;
      at += length;
      const read = eventText(chunk, from - base, length);
      if ('text' in read) {
        if (!isWhole) this.recovered++;
        this.emitMade(from, base + at, read.text);
      } else {
        this.faulty++;
        this.emitReject(from, base + at, `The event record cannot be read: ${read.fault}.`, DAMAGE_HELP);
      }
    }
  }

  /** Bytes between records: a record whose mark or length is damaged, or nothing but slack. */
  private gap(chunk: Chunk, base: number, from: number, to: number): void {
    const isRecord = startsWith(chunk.bytes, from, RECORD_MARK);
    if (!isRecord) {
      this.frame(to - from);
      return;
    }
    this.faulty++;
    this.emitReject(
      base + from,
      base + to,
      'The event record is damaged: its length is not what it says at its end.',
      DAMAGE_HELP,
    );
  }
}

const NOTHING = Buffer.alloc(CHUNK_BYTES);
const RECORD_MARK = Buffer.from([0x2a, 0x2a, 0, 0]);

/** Whether whole records fill a chunk from its header to `free`. */
function leadsTo(chunk: Chunk, free: number): boolean {
  let at = CHUNK_HEADER_BYTES;
  while (at < free) {
    const length = recordLength(chunk, at);
    if (length === 0) return false;
    at += length;
  }
  return at === free;
}

/** Where the next chunk begins, when bytes were lost before it or put in; else the end of this one. */
function nextChunk({ bytes }: Chunk, from: number): number {
  const found = bytes.indexOf(CHUNK_MAGIC, from);
  return found > 0 ? found : bytes.length;
}
