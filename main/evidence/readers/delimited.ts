/**
 * Rows of a delimited file (RFC 4180 and what the world makes of it): any delimiter, quotes with line ends
 * and doubled quotes inside, short and long rows, a quote that is never closed. Same reading of odd quotes as
 * Python's csv module, which serves as the oracle in tests.
 */
import {
  CARRIAGE_RETURN,
  isBlankSpan,
  LINE_FEED,
  MAX_RECORD_BYTES,
  Splitter,
  type SplitterSettings,
} from './reader';

export interface Dialect {
  /** One to four characters. */
  readonly delimiter: string;
  /** One ASCII byte, 0 for none. */
  readonly quote: number;
  /** 0: quotes inside are doubled; 92: they (and anything) may follow a backslash. */
  readonly escape: number;
  readonly newline: 'lf' | 'cr';
  /** Physical lines before the header (report titles): framing. */
  readonly skipLines: number;
  readonly header: boolean;
  /** Columns of the file; longer rows with more than empty cells are rejected, shorter ones load. */
  readonly width: number;
}

/** Marks of `Cells.escaped`. */
export const PLAIN = 0;
export const ESCAPED = 1;
/** The cell's quotes are included and text follows the closing one. */
export const ODD = 2;

const SPACE = 32;
const MORE = -1;
const UNCLOSED = -2;
/** A quoted cell longer than this is taken for a quote that was never closed. */
const MAX_ROW_BYTES = MAX_RECORD_BYTES / 4;
const MAX_RECOVERY_BYTES = MAX_RECORD_BYTES;

export class DelimitedSplitter extends Splitter {
  /** False once a row was short, long, oddly quoted or rejected: DuckDB's strict reader must not be tried. */
  clean = true;
  private readonly dialect: Dialect;
  private skip: number;
  private headerDue: boolean;
  private readonly delimiter: Uint8Array;
  private rowEnd = 0;
  private hasShort = false;
  private rowOdd = false;

  constructor(settings: SplitterSettings, dialect: Dialect) {
    super(settings);
    this.dialect = dialect;
    this.skip = dialect.skipLines;
    this.headerDue = dialect.header;
    this.delimiter = Buffer.from(dialect.delimiter, 'utf8');
    this.whole = 'last row';
    this.loss =
      'It has no line end and, alone of all rows, too few cells: its last value may be cut, and rows after it are lost.';
  }

  protected scan(atEnd: boolean): number {
    const { end } = this.window;
    let at = 0;
    while (at < end) {
      if (this.skip > 0) {
        const next = this.afterLine(at, end, atEnd);
        if (next < 0) return at;
        this.frame(next - at);
        this.skip--;
        at = next;
        continue;
      }
      let next = this.parseRow(at, end, atEnd);
      if (next === MORE && end - at > MAX_ROW_BYTES) next = UNCLOSED;
      if (next >= 0 && this.rowOdd && this.swallows(at, next)) next = UNCLOSED;
      if (next === MORE) return at;
      if (next === UNCLOSED) {
        at = this.recover(at, end);
        continue;
      }
      this.takeRow(at, next);
      at = next;
    }
    return at;
  }

  private takeRow(from: number, next: number): void {
    const { cells, window } = this;
    const { width } = this.dialect;
    if (cells.count === 1 && isBlankSpan(window.bytes, from, this.rowEnd)) {
      this.frame(next - from);
      return;
    }
    if (this.headerDue) {
      this.headerDue = false;
      this.frame(next - from);
      return;
    }
    const to = this.rowEnd;
    if (cells.count !== width || this.rowOdd) this.clean = false;
    if (cells.count < width) {
      // One short row, the last and without a line end: the file was cut. Where others are short, rows are written so.
      this.endsEarly = next === to && this.records > 0 && !this.hasShort;
      this.hasShort = true;
    }
    if (cells.count > width) {
      if (this.hasSurplus(width)) {
        this.emitReject(
          from,
          to,
          `The row has ${cells.count} cells where the file has ${width} columns.`,
          'A delimiter inside a value may lack its quotes.',
        );
        this.frame(next - to);
        return;
      }
      cells.count = width;
    }
    this.emit(from, to);
    this.frame(next - to);
  }

  private hasSurplus(width: number): boolean {
    for (let index = width; index < this.cells.count; index++) {
      if ((this.cells.ends[index] ?? 0) > (this.cells.starts[index] ?? 0)) return true;
    }
    return false;
  }

  private afterLine(from: number, end: number, atEnd: boolean): number {
    const lineEnd = this.dialect.newline === 'cr' ? CARRIAGE_RETURN : LINE_FEED;
    const found = this.window.bytes.subarray(0, end).indexOf(lineEnd, from);
    if (found >= 0) return found + 1;
    return atEnd ? end : MORE;
  }

  /** Fills `cells` and `rowEnd`; gives the index after the row's line end, MORE or UNCLOSED. */
  private parseRow(from: number, end: number, atEnd: boolean): number {
    const { bytes } = this.window;
    const { quote, newline } = this.dialect;
    const delimiter = this.delimiter[0];
    const delimiterLength = this.delimiter.length;
    const lineEnd = newline === 'cr' ? CARRIAGE_RETURN : LINE_FEED;
    const cells = this.cells;
    cells.count = 0;
    this.rowOdd = false;
    let at = from;
    for (;;) {
      const cellStart = at;
      if (quote !== 0 && at < end && bytes[at] === quote) {
        const closing = this.closingQuote(at + 1, end, atEnd);
        if (closing < 0) return closing;
        at = closing + 1;
        const state = this.closedEscaped ? ESCAPED : PLAIN;
        if (at >= end) {
          cells.add(cellStart + 1, closing, state);
          this.rowEnd = end;
          return end;
        }
        const byte = bytes[at] ?? 0;
        if (byte === delimiter && (delimiterLength === 1 || this.isDelimiter(at, end))) {
          cells.add(cellStart + 1, closing, state);
          at += delimiterLength;
          continue;
        }
        if (byte === CARRIAGE_RETURN && lineEnd === LINE_FEED && at + 1 >= end && !atEnd) return MORE;
        const crlf = byte === CARRIAGE_RETURN && (bytes[at + 1] === LINE_FEED || at + 1 >= end);
        if (byte === lineEnd || (crlf && lineEnd === LINE_FEED)) {
          cells.add(cellStart + 1, closing, state);
          this.rowEnd = at;
          return byte === lineEnd ? at + 1 : Math.min(at + 2, end);
        }
        this.rowOdd = true;
      }
      // A quote behind blanks is a letter here and to csv, but opens a value to DuckDB's reader.
      if (bytes[at] === SPACE && at + 1 < end && this.quoteAfterBlanks(at, end)) this.clean = false;
      let byte = 0;
      while (at < end) {
        byte = bytes[at] ?? 0;
        if (byte === lineEnd) break;
        if (byte === delimiter && (delimiterLength === 1 || this.isDelimiter(at, end))) break;
        at++;
      }
      if (at >= end && !atEnd) return MORE;
      const state = this.rowOdd && bytes[cellStart] === quote ? ODD : PLAIN;
      if (at < end && byte !== lineEnd) {
        cells.add(cellStart, at, state);
        at += delimiterLength;
        continue;
      }
      const to = at > cellStart && lineEnd === LINE_FEED && bytes[at - 1] === CARRIAGE_RETURN ? at - 1 : at;
      cells.add(cellStart, to, state);
      this.rowEnd = to;
      return Math.min(at + 1, end);
    }
  }

  private quoteAfterBlanks(from: number, end: number): boolean {
    const { bytes } = this.window;
    let at = from;
    while (at < end && bytes[at] === SPACE) at++;
    return at < end && this.dialect.quote !== 0 && bytes[at] === this.dialect.quote;
  }

  private isDelimiter(at: number, end: number): boolean {
    const { bytes } = this.window;
    for (let index = 0; index < this.delimiter.length; index++) {
      if (at + index >= end || bytes[at + index] !== this.delimiter[index]) return false;
    }
    return true;
  }

  private closedEscaped = false;

  private closingQuote(from: number, end: number, atEnd: boolean): number {
    const { bytes } = this.window;
    const { quote, escape: escapeByte } = this.dialect;
    this.closedEscaped = false;
    let at = from;
    while (at < end) {
      const byte = bytes[at] ?? 0;
      if (escapeByte !== 0 && byte === escapeByte) {
        this.closedEscaped = true;
        at += 2;
      } else if (byte !== quote) {
        at++;
      } else if (at + 1 < end && bytes[at + 1] === quote) {
        this.closedEscaped = true;
        at += 2;
      } else if (at + 1 >= end && !atEnd) {
        return MORE;
      } else {
        return at;
      }
    }
    return atEnd ? UNCLOSED : MORE;
  }

  /**
   * A row whose quote opens, runs over the ends of lines and closes amid text, while the line after the opening one is
   * a full row by itself: the quote was never closed, and the next quote in the file ended it by chance.
   */
  private swallows(from: number, next: number): boolean {
    const line = this.afterLine(from, next, false);
    if (line < 0 || line >= next) return false;
    const after = this.parseRow(line, next, true);
    const isFull = after >= 0 && this.cells.count === this.dialect.width && !this.rowOdd && !this.hasStray();
    if (!isFull) this.parseRow(from, next, true);
    return isFull;
  }

  private hasStray(): boolean {
    const { bytes } = this.window;
    const { quote } = this.dialect;
    for (let index = 0; index < this.cells.count; index++) {
      const part = bytes.subarray(this.cells.starts[index], this.cells.ends[index]);
      if (this.cells.escaped[index] === PLAIN && part.includes(quote)) return true;
    }
    return false;
  }

  /**
   * A quote that is never closed would swallow the rest of the file. The rejected record ends before the next line
   * that reads as a full row; where there is none it takes all that is left.
   */
  private recover(from: number, end: number): number {
    this.clean = false;
    const reason = 'A quote opens a value and is never closed.';
    const help = 'The file may be cut off here; look at the bytes.';
    let at = from;
    let contentEnd = end;
    let budget = MAX_RECOVERY_BYTES;
    while (budget > 0) {
      const next = this.afterLine(at, end, false);
      if (next < 0 || next >= end) break;
      const after = this.parseRow(next, end, true);
      budget -= (after < 0 ? end : after) - next;
      if (after >= 0 && this.cells.count === this.dialect.width && !this.rowOdd) {
        contentEnd = next;
        break;
      }
      at = next;
    }
    this.headerDue = false;
    this.emitReject(from, contentEnd, reason, help);
    return contentEnd;
  }
}

/** Value of a cell whose text holds doubled quotes, escapes, or text after its closing quote. */
export function unquote(text: string, state: number, quote: number, escapeByte: number): string {
  const mark = String.fromCharCode(quote);
  const back = escapeByte === 0 ? mark : String.fromCharCode(escapeByte);
  let value = '';
  let at = state === ODD ? 1 : 0;
  while (at < text.length) {
    const character = text[at] ?? '';
    const next = text[at + 1] ?? '';
    if (character === back && escapeByte !== 0 && next !== '') {
      value += next;
      at += 2;
    } else if (character === mark && next === mark) {
      value += mark;
      at += 2;
    } else if (character === mark && state === ODD) {
      return value + text.slice(at + 1);
    } else {
      value += character;
      at++;
    }
  }
  return value;
}
