/**
 * Finds out how a delimited file is written: delimiter, quotes, title lines above the header, whether there is a
 * header, the column names. It splits a sample with every likely delimiter and takes the most even table.
 */

import { Remembered } from '../remembered';
import { DelimitedSplitter, type Dialect, PLAIN, unquote } from './delimited';
import type { Cells, RecordSink } from './reader';
import type { Window } from './window';

export interface SniffedTable {
  readonly dialect: Dialect;
  readonly columns: readonly string[];
  /** Share of sampled rows that have the usual number of cells. */
  readonly even: number;
  readonly rows: number;
}

const DELIMITERS = [',', ';', '\t', '|'];
/** Signs that stand in ordinary text too: tried where no other serves, and taken only where every row fits. */
const RARE_DELIMITERS = ['^', '~', ' '];
const LEAST_RARE_ROWS = 3;
const QUOTE = 34;
const SAMPLE_ROWS = 500;
const SLICE_BYTES = 16 << 10;
const MAX_TITLE_LINES = 20;

/**
 * @param sample UTF-8 bytes from the start of the file
 * @param whole true when the sample is the whole file, so that its last row counts
 * @param known delimiter and column titles that the format states
 */
export function sniffDelimited(
  sample: Uint8Array,
  whole: boolean,
  known: { delimiter?: string | undefined; columns?: readonly string[] | undefined } = {},
): SniffedTable | null {
  const newline = sample.includes(10) || !sample.includes(13) ? 'lf' : 'cr';
  let best: SniffedTable | null = null;
  let bestScore = 0;
  for (const delimiter of known.delimiter === undefined ? DELIMITERS : [known.delimiter]) {
    const table = tryDelimiter(sample, whole, delimiter, newline, known.columns);
    if (!table) continue;
    const score = table.even * (1 - 1 / (table.dialect.width + 1));
    if (score > bestScore) {
      best = table;
      bestScore = score;
    }
  }
  if (best !== null || known.delimiter !== undefined) return best;
  for (const delimiter of RARE_DELIMITERS) {
    const table = tryDelimiter(sample, whole, delimiter, newline, known.columns, isStrict(delimiter));
    if (table) return table;
  }
  return null;
}

/** Blanks part words as well as cells, so a table of them holds nothing but numbers, dates and addresses. */
function isStrict(delimiter: string): (rows: readonly string[][], header: boolean) => boolean {
  return (rows, header) =>
    rows.length >= LEAST_RARE_ROWS &&
    rows.every((row) => row.length === rows[0]?.length && row.every((cell) => cell !== '')) &&
    (delimiter === ' '
      ? rows.every((row) => row.every(isValue))
      : header || rows.every((row) => row.some(isValue)));
}

function tryDelimiter(
  sample: Uint8Array,
  whole: boolean,
  delimiter: string,
  newline: 'lf' | 'cr',
  titles: readonly string[] | undefined,
  accepts: (rows: readonly string[][], header: boolean) => boolean = () => true,
): SniffedTable | null {
  const open: Dialect = {
    delimiter,
    quote: QUOTE,
    escape: 0,
    newline,
    skipLines: 0,
    header: false,
    width: 1e6,
  };
  const rows = splitRows.of(sample, `${delimiter}${newline}${whole}`, () => firstRows(sample, whole, open));
  if (rows.length === 0) return null;
  const width = titles?.length ?? usualWidth(rows);
  if (width < 2 && titles === undefined) return null;
  const skipLines = titles === undefined ? titleLines(rows, width) : 0;
  const table = rows.slice(skipLines);
  const first = table[0] ?? [];
  const isWide = first.length * 2 > width;
  const header = titles === undefined ? isWide && isHeader(first, table.slice(1)) : sameTitles(first, titles);
  if (!accepts(table, header)) return null;
  const columns = titles ?? (header ? first.slice(0, width) : []);
  const body = header ? table.slice(1) : table;
  const even = table.filter((row) => row.length === width).length / table.length;
  return {
    dialect: {
      ...open,
      skipLines: skipLines === 0 ? 0 : physicalLines(sample, newline, skipLines),
      header,
      width,
    },
    columns: Array.from({ length: width }, (_, index) => columns[index]?.trim() || `column_${index + 1}`),
    even,
    rows: body.length,
  };
}

const splitRows = new Remembered<readonly string[][]>();

function firstRows(sample: Uint8Array, whole: boolean, dialect: Dialect): readonly string[][] {
  const collector = new Collector();
  const splitter = new DelimitedSplitter({ sink: collector, originalStart: 0, unitBytes: 0 }, dialect);
  let at = 0;
  while (at < sample.length && collector.rows.length < SAMPLE_ROWS) {
    splitter.push(sample.subarray(at, at + SLICE_BYTES));
    at += SLICE_BYTES;
  }
  if (whole && at >= sample.length) splitter.end();
  return collector.rows;
}

/** Collects the cells of the first rows as text. */
class Collector implements RecordSink {
  readonly rows: string[][] = [];

  record(window: Window, _from: number, _to: number, cells: Cells): void {
    if (this.rows.length >= SAMPLE_ROWS) return;
    const row: string[] = [];
    for (let index = 0; index < cells.count; index++) {
      const raw = Buffer.from(window.bytes.subarray(cells.starts[index], cells.ends[index])).toString('utf8');
      const state = cells.escaped[index] ?? PLAIN;
      row.push(state === PLAIN ? raw : unquote(raw, state, QUOTE, 0));
    }
    this.rows.push(row);
  }

  made(): void {
    throw new Error('a delimited record is made of cells');
  }

  reject(): void {
    // A quote left open at the sample's end says nothing about the table.
  }
}

function usualWidth(rows: readonly string[][]): number {
  const counts = new Map<number, number>();
  for (const row of rows) counts.set(row.length, (counts.get(row.length) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0]?.[0] ?? 0;
}

/**
 * Rows above the table: a report's title lines, all narrower than the header that follows. They are framing, so what
 * may be data is never taken for them: a row that begins with a number or a date, or any row above a table without
 * header.
 */
function titleLines(rows: readonly string[][], width: number): number {
  const first = rows.findIndex((row) => row.length === width);
  if (first <= 0 || first > MAX_TITLE_LINES || rows.length <= first + 1) return 0;
  const above = rows.slice(0, first);
  if (above.some((row) => row.length > width || beginsLikeData(row[0] ?? ''))) return 0;
  return isHeader(rows[first] ?? [], rows.slice(first + 1)) ? first : 0;
}

/** Physical lines (blank ones included) up to the end of the n-th line that is not blank. */
function physicalLines(sample: Uint8Array, newline: 'lf' | 'cr', filled: number): number {
  const lines = Buffer.from(sample)
    .toString('latin1')
    .split(newline === 'lf' ? '\n' : '\r');
  let seen = 0;
  for (const [index, line] of lines.entries()) {
    if (line.trim() !== '') seen++;
    if (seen === filled) return index + 1;
  }
  return 0;
}

const NUMBER = /^[-+]?[\d.,:/ ]*\d[\d.,:/ %eE+-]*$/;
const DATE = /\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}/;
const TIME = /\d\d:\d\d/;
const ADDRESS = /^(\d{1,3}\.){3}\d{1,3}/;

function isValue(cell: string): boolean {
  return NUMBER.test(cell) || DATE.test(cell) || TIME.test(cell) || ADDRESS.test(cell);
}

function beginsLikeData(cell: string): boolean {
  return NUMBER.test(cell) || /^\W{0,2}\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}/.test(cell);
}

/**
 * A header names things: no cell is a number, date or address, and none is long. Names come once, and no column
 * repeats its name below; a column of nothing but numbers and dates under a name settles it otherwise.
 */
function isHeader(first: readonly string[], rest: readonly string[][]): boolean {
  const cells = first.map((cell) => cell.trim());
  const filled = cells.filter((cell) => cell !== '');
  if (filled.length < cells.length / 2 || filled.some((cell) => isValue(cell) || cell.length > 100))
    return false;
  if (rest.length === 0) return new Set(filled).size === filled.length;
  const below = cells.map((_, column) =>
    rest.map((row) => row[column]?.trim() ?? '').filter((cell) => cell !== ''),
  );
  const typed = below.some(
    (column, index) => cells[index] !== '' && column.length > 0 && column.every(isValue),
  );
  if (typed) return true;
  if (new Set(filled).size < filled.length * 0.9) return false;
  const repeats = cells.filter((cell, column) => cell !== '' && below[column]?.includes(cell));
  return repeats.length <= cells.length / 4;
}

function sameTitles(first: readonly string[], titles: readonly string[]): boolean {
  const plain = (text: string | undefined) => (text ?? '').trim().toLowerCase();
  const equal = titles.filter((title, index) => plain(title) === plain(first[index])).length;
  return equal >= titles.length / 2 && equal > 0;
}
