/**
 * JSON values as records: elements of top-level arrays, concatenated or pretty-printed values, a single object, or
 * the elements of an envelope's array (`{"Records": […]}`). Only borders are found here; whether a value is valid
 * JSON is DuckDB's judgement. JSON lines go through the lines splitter.
 */
import { isBlank, LINE_FEED, MAX_RECORD_BYTES, Splitter, type SplitterSettings } from './reader';

export interface JsonSettings extends SplitterSettings {
  /** Key of a top-level object whose array holds the records, or null. */
  readonly envelope: string | null;
}

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const COMMA = 44;
const COLON = 58;

const MAX_SALVAGES = 50;

type Level = 'top' | 'array' | 'envelope';

export class JsonSplitter extends Splitter {
  private readonly envelope: string | null;
  private level: Level = 'top';
  /** What an array closes into. */
  private arrayIn: 'top' | 'envelope' = 'top';
  /** Index up to which all is dealt with. */
  private at = 0;
  /** Value under way: its start, or -1; the scan position and state inside it. */
  private valueFrom = -1;
  private valueAt = 0;
  private depth = 0;
  private inString = false;
  /** Start of an object that may turn out to be a record itself, or -1 once its envelope was met. */
  private objectFrom = -1;
  private key: string | null = null;

  constructor(settings: JsonSettings) {
    super(settings);
    this.envelope = settings.envelope;
  }

  protected scan(atEnd: boolean): number {
    const { end } = this.window;
    while (this.at < end && this.step(end, atEnd)) {
      // Each step deals with a separator, a bracket or a value.
    }
    if (atEnd) {
      // An array or envelope that nothing closes: the elements may be whole, the file is not.
      this.endsEarly = this.level !== 'top' && this.at >= end && this.objectFrom < 0;
      this.salvage(end);
    }
    let keep = this.objectFrom >= 0 ? this.objectFrom : this.at;
    if (end - keep > MAX_RECORD_BYTES) {
      this.salvage(end);
      keep = end;
    }
    this.at -= keep;
    if (this.valueFrom >= 0) this.valueFrom -= keep;
    this.valueAt -= keep;
    if (this.objectFrom >= 0) this.objectFrom -= keep;
    return keep;
  }

  /** False when more bytes are needed. */
  private step(end: number, atEnd: boolean): boolean {
    const { bytes } = this.window;
    if (this.valueFrom < 0) {
      const byte = bytes[this.at] ?? 0;
      if (isBlank(byte) || byte === COMMA || (byte === COLON && this.level === 'envelope')) {
        return this.skipByte();
      }
      if (this.level === 'top' && byte === OPEN_BRACKET) return this.open('array', 'top');
      if (this.level === 'top' && byte === OPEN_BRACE && this.envelope !== null) {
        this.objectFrom = this.at;
        this.key = null;
        this.level = 'envelope';
        this.at++;
        return true;
      }
      if (this.level === 'array' && byte === CLOSE_BRACKET) {
        this.level = this.arrayIn;
        return this.skipByte();
      }
      if (this.level === 'envelope' && byte === CLOSE_BRACE) return this.closeEnvelope();
      if (this.level === 'envelope' && byte === OPEN_BRACKET && this.key === this.envelope) {
        if (this.objectFrom >= 0) this.frame(this.at - this.objectFrom);
        this.objectFrom = -1;
        this.key = null;
        return this.open('array', 'envelope');
      }
      this.valueFrom = this.at;
      this.valueAt = this.at;
      this.depth = 0;
      this.inString = false;
    }
    const to = this.valueEnd(end, atEnd);
    if (to < 0) return false;
    this.takeValue(this.valueFrom, to);
    this.valueFrom = -1;
    this.at = to;
    return true;
  }

  private skipByte(): boolean {
    if (this.objectFrom < 0) this.frame(1);
    this.at++;
    return true;
  }

  private open(level: Level, arrayIn: 'top' | 'envelope'): boolean {
    this.level = level;
    this.arrayIn = arrayIn;
    this.frame(1);
    this.at++;
    return true;
  }

  private closeEnvelope(): boolean {
    this.at++;
    this.level = 'top';
    if (this.objectFrom >= 0) this.emitValue(this.objectFrom, this.at);
    else this.frame(1);
    this.objectFrom = -1;
    return true;
  }

  private takeValue(from: number, to: number): void {
    if (this.level !== 'envelope') {
      this.emitValue(from, to);
      return;
    }
    const { bytes } = this.window;
    const isKey = this.key === null && bytes[from] === QUOTE;
    this.key = isKey
      ? Buffer.from(bytes.buffer, bytes.byteOffset + from + 1, to - from - 2).toString('utf8')
      : null;
    if (this.objectFrom < 0) this.frame(to - from);
  }

  private emitValue(from: number, to: number): void {
    this.cells.count = 0;
    this.cells.add(from, to, 0);
    this.emit(from, to);
  }

  /** Index after the value under way, or -1. Scanning goes on where it stopped. */
  private valueEnd(end: number, atEnd: boolean): number {
    const { bytes } = this.window;
    const first = bytes[this.valueFrom] ?? 0;
    const nested = first === OPEN_BRACE || first === OPEN_BRACKET || first === QUOTE;
    if (!nested) return this.scalarEnd(end, atEnd);
    let at = this.valueAt;
    let { depth, inString } = this;
    while (at < end) {
      const byte = bytes[at] ?? 0;
      if (inString) {
        if (byte === BACKSLASH) {
          if (at + 1 >= end) break;
          at++;
        } else if (byte === QUOTE) {
          inString = false;
          if (depth === 0) return at + 1;
        }
      } else if (byte === QUOTE) {
        inString = true;
      } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        depth++;
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        depth--;
        if (depth === 0) return at + 1;
      }
      at++;
    }
    this.valueAt = at;
    this.depth = depth;
    this.inString = inString;
    return -1;
  }

  private scalarEnd(end: number, atEnd: boolean): number {
    const { bytes } = this.window;
    let at = Math.max(this.valueAt, this.valueFrom + 1);
    while (at < end) {
      const byte = bytes[at] ?? 0;
      const closes = this.level !== 'top' && (byte === CLOSE_BRACE || byte === CLOSE_BRACKET);
      if (byte === LINE_FEED || byte === COMMA || closes) return at;
      if (this.level === 'envelope' && (isBlank(byte) || byte === COLON)) return at;
      at++;
    }
    this.valueAt = at;
    return atEnd ? end : -1;
  }

  /**
   * A value that never closes would swallow the rest of the file. It is rejected up to the next line that opens an
   * object, and splitting starts afresh there; after some tries the whole rest is one rejected record.
   */
  private salvage(end: number): void {
    for (let tries = 0; ; tries++) {
      const from = this.objectFrom >= 0 ? this.objectFrom : this.at;
      if (from >= end) return;
      const to = tries < MAX_SALVAGES ? this.nextObjectLine(from + 1, end) : end;
      this.emitReject(
        from,
        to,
        'The JSON value is not closed before the file ends.',
        'The file may be cut off or damaged; look at the bytes.',
      );
      this.reset(to);
      while (this.at < end && this.step(end, true)) {
        // As in `scan`, from a clean start.
      }
    }
  }

  private nextObjectLine(from: number, end: number): number {
    const { bytes } = this.window;
    for (let at = from; at < end; at++) {
      if (bytes[at] === OPEN_BRACE && bytes[at - 1] === LINE_FEED) return at;
    }
    return end;
  }

  private reset(at: number): void {
    this.level = 'top';
    this.valueFrom = -1;
    this.objectFrom = -1;
    this.key = null;
    this.at = at;
  }
}
