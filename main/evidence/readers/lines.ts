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
  /** Shapes of a line that starts a record (9 = digit, A = letter, * = any part of a word, else itself); empty: any line may. */
  readonly starts: readonly string[];
}

/** The record's one cell is its text, without the line end; continuation lines keep theirs in between. */
export class LinesSplitter extends Splitter {
  /** False once a line was blank or part of a record of several: then a line is not a record. */
  clean = true;
  private readonly lineEnd: number;
  private readonly indented: boolean;
  private readonly shapes: Shapes;
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
    this.shapes = shapesOf(settings.starts);
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
    if (!this.indented && this.shapes.starts.length === 0) {
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
    return !mayStart(bytes, from, to, this.shapes);
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
  const shapes = shapesOf(plan.starts);
  const lineEnd = plan.newline === 'cr' ? CARRIAGE_RETURN : LINE_FEED;
  let at = 0;
  for (let end = bytes.indexOf(lineEnd); end >= 0; end = bytes.indexOf(lineEnd, at)) {
    const from = at;
    at = end + 1;
    if (from === 0 || isBlankSpan(bytes, from, end)) continue;
    if (plan.indented && (bytes[from] === 32 || bytes[from] === 9)) return false;
    if (!mayStart(bytes, from, end, shapes)) return false;
  }
  return true;
}

/** Whether any line of the bytes has one of the shapes. */
export function hasStart(
  bytes: Uint8Array,
  plan: { newline: 'lf' | 'cr'; starts: readonly string[] },
): boolean {
  const { starts } = shapesOf(plan.starts);
  const lineEnd = plan.newline === 'cr' ? CARRIAGE_RETURN : LINE_FEED;
  for (let at = 0; at >= 0 && at < bytes.length; ) {
    const from = at;
    if (hasOne(bytes, from, bytes.length, starts)) return true;
    const end = bytes.indexOf(lineEnd, at);
    at = end < 0 ? -1 : end + 1;
  }
  return false;
}

/** Shapes that start a record; empty: any line may. */
interface Shapes {
  readonly starts: readonly Uint8Array[];
  /** Where records begin with a day and a clock: such beginnings of whatever kind, else none. */
  readonly dated: readonly Uint8Array[];
}

/** A day and a clock as logs begin with them; the same in square brackets. */
const DATED = [
  ...['9999-99-99A99:99', '9999-99-99 99:99', '9999-99-99  9:99', '9999-999A99:99', '9999-99-99_99:99'],
  ...['9999/99/99 99:99', '9999/99/99-99:99', '9999.99.99 99:99', '99/99/99 99:99', '99/99/9999 99:99'],
  ...['99-99-9999 99:99', '99.99.9999 99:99', '99 AAA 9999 99:99', '99-AAA-9999 99:99', '99/AAA/9999:99:99'],
  ...['AAA 99 99:99:99', 'AAA  9 99:99:99', 'AAA 9 99:99:99', 'AAA 99 9999 99:99', 'AAA  9 9999 99:99'],
  ...['AAA AAA 99 99:99', 'AAA AAA  9 99:99', 'AAA AAA 9 99:99', 'AAA 99, 9999 9', 'AAA 9, 9999 9'],
].flatMap((shape) => [Buffer.from(shape, 'latin1'), Buffer.from(`[${shape}`, 'latin1')]);

/**
 * Where records begin with a time, a line that begins with one of another kind is none's continuation: it is a record
 * of its own, which the format reads or refuses in the open.
 */
function shapesOf(given: readonly string[]): Shapes {
  const starts = given.map((shape) => Buffer.from(shape, 'utf8'));
  return { starts, dated: starts.some((shape) => hasOne(shape, 0, shape.length, DATED)) ? DATED : [] };
}

function mayStart(bytes: Uint8Array, from: number, to: number, { starts, dated }: Shapes): boolean {
  return starts.length === 0 || hasOne(bytes, from, to, starts) || hasOne(bytes, from, to, dated);
}

function hasOne(bytes: Uint8Array, from: number, to: number, shapes: readonly Uint8Array[]): boolean {
  for (const shape of shapes) if (hasShape(bytes, from, to, shape)) return true;
  return false;
}

const DIGIT = 57;
const LETTER = 65;
const WORD = 42;
const BLANK = 32;
/** A word that a shape passes over is no longer than this, so that no line costs more than its length. */
const MOST_WORD = 200;

function hasShape(bytes: Uint8Array, from: number, to: number, shape: Uint8Array, first = 0): boolean {
  for (let index = first; index < shape.length; index++) {
    const at = from + index - first;
    if (shape[index] === WORD) return hasShapeBehind(bytes, at, to, shape, index + 1);
    if (at >= to) return false;
    const byte = bytes[at] ?? 0;
    const wanted = shape[index];
    if (wanted === DIGIT ? !isDigit(byte) : wanted === LETTER ? !isLetter(byte) : byte !== wanted)
      return false;
  }
  return true;
}

/** Whether the shape goes on behind any part, or nothing, of the word that begins here. */
function hasShapeBehind(
  bytes: Uint8Array,
  from: number,
  to: number,
  shape: Uint8Array,
  next: number,
): boolean {
  const last = Math.min(to, from + MOST_WORD);
  for (let at = from; at <= last; at++) {
    if (hasShape(bytes, at, to, shape, next)) return true;
    if (bytes[at] === BLANK) return false;
  }
  return false;
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}

function isLetter(byte: number): boolean {
  return (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);
}
