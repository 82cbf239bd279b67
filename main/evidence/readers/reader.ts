/**
 * What all splitters share: bytes in, records out, and the books. Every byte of the stream is either in a record or
 * framing (header, comment and blank lines, separators, line ends); `checkBooks` holds a splitter to that.
 */
import type { UnitBytes } from '../transcode';
import { Window } from './window';

/** A record longer than this is rejected in pieces: nothing an analyst reads is this long. */
export const MAX_RECORD_BYTES = 64 << 20;

/** Cell borders of the record at hand, as window indexes; reused from record to record. */
export class Cells {
  count = 0;
  starts = new Int32Array(256);
  ends = new Int32Array(256);
  /** 1 where the text still holds doubled quotes or escapes. */
  escaped = new Uint8Array(256);

  add(start: number, end: number, escaped: number): void {
    if (this.count === this.starts.length) this.grow();
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.escaped[this.count] = escaped;
    this.count++;
  }

  private grow(): void {
    const size = this.starts.length * 2;
    const starts = new Int32Array(size);
    const ends = new Int32Array(size);
    const escaped = new Uint8Array(size);
    starts.set(this.starts);
    ends.set(this.ends);
    escaped.set(this.escaped);
    this.starts = starts;
    this.ends = ends;
    this.escaped = escaped;
  }
}

/** Takes records in stream order. `from` and `to` are window indexes, valid only during the call. */
export interface RecordSink {
  record(window: Window, from: number, to: number, cells: Cells): void;
  /** A record whose one cell is not bytes of the window but text made from them. */
  made(window: Window, from: number, to: number, text: string): void;
  /** A record whose cells cannot be told; it counts, with its reason. */
  reject(window: Window, from: number, to: number, reason: string, help: string): void;
}

export interface SplitterSettings {
  readonly sink: RecordSink;
  /** Original offset of the first byte pushed. */
  readonly originalStart: number;
  readonly unitBytes: UnitBytes;
}

export abstract class Splitter {
  readonly cells = new Cells();
  recordBytes = 0;
  framingBytes = 0;
  records = 0;
  /** Columns that a header further down adds to those known; their records are rejected unless they are planned for. */
  readonly laterFields: string[] = [];
  /** True once the stream ended where more was announced, though between two records. */
  endsEarly = false;
  /** What it is that ends early. */
  protected whole = 'JSON array';
  protected loss = 'Nothing closes it; elements that came after the last one here are lost.';
  protected readonly window: Window;
  private readonly sink: RecordSink;

  constructor(settings: SplitterSettings) {
    this.window = new Window(settings.originalStart, settings.unitBytes);
    this.sink = settings.sink;
  }

  /** `widths` as a transcoder gives them. */
  push(bytes: Uint8Array, widths: Uint8Array | null = null): void {
    this.window.append(bytes, widths);
    this.window.discard(this.scan(false));
  }

  end(): void {
    this.window.discard(this.scan(true));
  }

  /**
   * Hands over the whole records in the window and says up to which index all is dealt with. At the end of the
   * stream that must be the window's end.
   */
  protected abstract scan(atEnd: boolean): number;

  protected emit(from: number, to: number): void {
    this.records++;
    this.recordBytes += to - from;
    this.sink.record(this.window, from, to, this.cells);
  }

  protected emitMade(from: number, to: number, text: string): void {
    this.records++;
    this.recordBytes += to - from;
    this.sink.made(this.window, from, to, text);
  }

  protected emitReject(from: number, to: number, reason: string, help: string): void {
    this.records++;
    this.recordBytes += to - from;
    this.sink.reject(this.window, from, to, reason, help);
  }

  protected frame(bytes: number): void {
    this.framingBytes += bytes;
  }

  get wholeName(): string {
    return this.whole;
  }

  /** What is lost where it ends early. */
  get lostWords(): string {
    return this.loss;
  }

  /** What the ledger should tell beside the counts, once the stream has ended. */
  get notes(): readonly string[] {
    return [];
  }

  /** Null when records and framing make up the stream exactly; else the difference, in words. */
  checkBooks(): string | null {
    const stream = this.window.streamLength;
    if (this.recordBytes + this.framingBytes === stream && this.window.end === 0) return null;
    return `${this.recordBytes} bytes of records and ${this.framingBytes} of framing in a stream of ${stream}`;
  }
}

/** Space, tab, line ends, form feed, vertical tab. */
export function isBlank(byte: number): boolean {
  return byte === 32 || (byte >= 9 && byte <= 13);
}

/** True when [from, to) holds nothing but white space. */
export function isBlankSpan(bytes: Uint8Array, from: number, to: number): boolean {
  for (let index = from; index < to; index++) if (!isBlank(bytes[index] ?? 0)) return false;
  return true;
}

export const LINE_FEED = 10;
export const CARRIAGE_RETURN = 13;
