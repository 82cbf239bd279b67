/** Lines as records: LF, CRLF or CR, the last one with or without an end, optionally with continuation lines. */
import {
  CARRIAGE_RETURN,
  isBlankSpan,
  LINE_FEED,
  MAX_RECORD_BYTES,
  Splitter,
  type SplitterSettings,
} from './reader';

/** A quarter of the longest record: longer lines are no text that anybody wrote. */
const MOST_LINE_BYTES = MAX_RECORD_BYTES / 4;

export interface LinesSettings extends SplitterSettings {
  /** CR where the file has no LF at all; a lone CR elsewhere is part of its line. */
  readonly newline: 'lf' | 'cr';
  /** Lines that begin with white space belong to the record above. */
  readonly indented: boolean;
  /** Shapes of a line that starts a record (9 = digit, A = letter, else itself); empty: any line may. */
  readonly starts: readonly string[];
}

/** The record's one cell is its text, without the line end; continuation lines keep theirs in between. */
export class LinesSplitter extends Splitter {
  /** False once a line was blank or part of a record of several: then a line is not a record. */
  clean = true;
  private readonly lineEnd: number;
  private readonly indented: boolean;
  private readonly shapes: readonly Uint8Array[];
  /** Pending record [from, to), or from = -1; blank or unfinished bytes may follow it. */
  private pendingFrom = -1;
  private pendingTo = -1;
  /** Start of the line being looked for, and how far no line end was found. */
  private lineStart = 0;
  private searched = 0;

  constructor(settings: LinesSettings) {
    super(settings);
    this.lineEnd = settings.newline === 'cr' ? CARRIAGE_RETURN : LINE_FEED;
    this.indented = settings.indented;
    this.shapes = settings.starts.map((shape) => Buffer.from(shape, 'utf8'));
  }

  protected scan(atEnd: boolean): number {
    const { bytes, end } = this.window;
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, end);
    for (;;) {
      const found = view.indexOf(this.lineEnd, this.searched);
      if (found < 0) break;
      this.takeLine(this.lineStart, found, found + 1);
      this.lineStart = found + 1;
      this.searched = found + 1;
    }
    this.searched = end;
    const unfinished = end - this.lineStart;
    if ((atEnd && unfinished > 0) || unfinished > MAX_RECORD_BYTES) {
      if (!atEnd) this.clean = false;
      this.takeLine(this.lineStart, end, end);
      this.lineStart = end;
    }
    if (atEnd) this.flush();
    const keep = this.pendingFrom >= 0 ? this.pendingFrom : this.lineStart;
    this.lineStart -= keep;
    this.searched -= keep;
    if (this.pendingFrom >= 0) {
      this.pendingFrom -= keep;
      this.pendingTo -= keep;
    }
    return keep;
  }

  /** [from, contentEnd) is a line, [contentEnd, after) its end. */
  private takeLine(from: number, contentEnd: number, after: number): void {
    const { bytes } = this.window;
    let to = contentEnd;
    if (to > from && this.lineEnd === LINE_FEED && bytes[to - 1] === CARRIAGE_RETURN) to--;
    const first = bytes[from] ?? 0;
    if (first <= 32 && isBlankSpan(bytes, from, to)) {
      this.clean = false;
      // Behind a pending record the gap may turn out to be inside it.
      if (this.pendingFrom < 0) this.frame(after - from);
      return;
    }
    if (!this.indented && this.shapes.length === 0) {
      this.give(from, to);
      this.frame(after - to);
      return;
    }
    const grown = to - this.pendingFrom > MAX_RECORD_BYTES;
    if (this.pendingFrom >= 0 && !grown && this.continues(from, to)) {
      this.clean = false;
      this.pendingTo = to;
      return;
    }
    this.flush(from);
    this.pendingFrom = from;
    this.pendingTo = to;
  }

  private continues(from: number, to: number): boolean {
    const { bytes } = this.window;
    const first = bytes[from];
    if (this.indented && (first === 32 || first === 9)) return true;
    return this.shapes.length > 0 && !this.shapes.some((shape) => hasShape(bytes, from, to, shape));
  }

  private flush(upTo = this.window.end): void {
    if (this.pendingFrom < 0) return;
    this.give(this.pendingFrom, this.pendingTo);
    this.frame(upTo - this.pendingTo);
    this.pendingFrom = -1;
  }

  /** Patterns are matched against whole lines, several copies at a time: a huge one would cost the whole file. */
  private give(from: number, to: number): void {
    if (to - from <= MOST_LINE_BYTES) {
      this.line(from, to);
      return;
    }
    this.clean = false;
    this.emitReject(
      from,
      to,
      'The line, or what is left of it, is longer than 16 MiB.',
      'Its bytes can be looked at. A file of one line is most often of a kind that is not lines.',
    );
  }

  /** One record; readers built on lines look inside it. */
  protected line(from: number, to: number): void {
    this.cells.count = 0;
    this.cells.add(from, to, 0);
    this.emit(from, to);
  }
}

/** Whether no line that ends within the bytes belongs to one above it: each is a record, as without shapes. */
export function standAlone(bytes: Uint8Array, plan: Omit<LinesSettings, keyof SplitterSettings>): boolean {
  const shapes = plan.starts.map((shape) => Buffer.from(shape, 'utf8'));
  const lineEnd = plan.newline === 'cr' ? CARRIAGE_RETURN : LINE_FEED;
  let at = 0;
  for (let end = bytes.indexOf(lineEnd); end >= 0; end = bytes.indexOf(lineEnd, at)) {
    const from = at;
    at = end + 1;
    if (from === 0 || isBlankSpan(bytes, from, end)) continue;
    if (plan.indented && (bytes[from] === 32 || bytes[from] === 9)) return false;
    if (shapes.length > 0 && !shapes.some((shape) => hasShape(bytes, from, end, shape))) return false;
  }
  return true;
}

/** Whether any line of the bytes has one of the shapes. */
export function hasStart(
  bytes: Uint8Array,
  plan: { newline: 'lf' | 'cr'; starts: readonly string[] },
): boolean {
  const shapes = plan.starts.map((shape) => Buffer.from(shape, 'utf8'));
  const lineEnd = plan.newline === 'cr' ? CARRIAGE_RETURN : LINE_FEED;
  for (let at = 0; at >= 0 && at < bytes.length; ) {
    const from = at;
    if (shapes.some((shape) => hasShape(bytes, from, bytes.length, shape))) return true;
    const end = bytes.indexOf(lineEnd, at);
    at = end < 0 ? -1 : end + 1;
  }
  return false;
}

const DIGIT = 57;
const LETTER = 65;

function hasShape(bytes: Uint8Array, from: number, to: number, shape: Uint8Array): boolean {
  if (to - from < shape.length) return false;
  for (let index = 0; index < shape.length; index++) {
    const byte = bytes[from + index] ?? 0;
    const wanted = shape[index];
    if (wanted === DIGIT ? !isDigit(byte) : wanted === LETTER ? !isLetter(byte) : byte !== wanted)
      return false;
  }
  return true;
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}

function isLetter(byte: number): boolean {
  return (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);
}
