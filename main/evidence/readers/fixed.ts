/**
 * Tables that consoles print: a header line whose titles say where the columns lie, rows under it, numbers often set
 * to the right. Cells are cut where the first rows have blanks; a row whose words outgrow their column moves the cut
 * to the end of the word; where that would leave a cell empty, the words are the cells if there are as many as columns,
 * and else the row is rejected. Positions are characters; tabs go to the next eighth.
 */
import { LinesSplitter } from './lines';
import { CARRIAGE_RETURN, type SplitterSettings } from './reader';

export interface FixedLayout {
  readonly titles: readonly string[];
  /** Where each column's cells begin, in characters from the line's start; the first is 0. */
  readonly cuts: readonly number[];
  /** Where each title begins in the header that the cuts were found with. */
  readonly places: readonly number[];
  /** Beginnings of lines from which on another table follows. */
  readonly ends: readonly string[];
}

const HEADER_LINES = 60;
const LOOK_ROWS = 300;
const TAB = 9;
const TAB_STOP = 8;
const OTHER_TABLE = 'The line belongs to another table of the file.';
const OUTGROWN =
  'A text is longer than its column, and the line does not tell which columns the others are in.';
const OUTGROWN_HELP = 'Its text is kept here; it can be read by eye.';
const OTHER_HELP = 'Split the file between its tables and import both parts.';

/** The layout by the first line that is one of the headers; null where there is none. */
export function findFixedLayout(
  text: string,
  { headers, ends }: { headers: ReadonlyArray<readonly string[]>; ends: readonly string[] },
): FixedLayout | null {
  const lines = text.split(/\r\n|\n|\r/, HEADER_LINES + LOOK_ROWS).map(untabbed);
  for (const [index, line] of lines.slice(0, HEADER_LINES).entries()) {
    for (const titles of headers) {
      const places = titlePlaces(line, titles);
      if (places === null) continue;
      const after = lines.slice(index + 1);
      const stop = after.findIndex((one) => ends.some((end) => one.startsWith(end)));
      const rows = (stop < 0 ? after : after.slice(0, stop)).filter((one) => !isAround(one));
      return { titles, places, cuts: findCuts(rows, titles, places), ends };
    }
  }
  return null;
}

function untabbed(line: string): string {
  if (!line.includes('\t')) return line;
  let text = '';
  for (const character of line) {
    text += character === '\t' ? ' '.repeat(TAB_STOP - (text.length % TAB_STOP)) : character;
  }
  return text;
}

/** Where the titles begin in a line that holds them, in order, and nothing else. */
function titlePlaces(line: string, titles: readonly string[]): number[] | null {
  const places: number[] = [];
  let at = 0;
  for (const title of titles) {
    while (line[at] === ' ') at++;
    if (!line.startsWith(title, at)) return null;
    places.push(at);
    at += title.length;
    if (at < line.length && line[at] !== ' ') return null;
  }
  return line.slice(at).trim() === '' ? places : null;
}

/** Blank lines and rules. */
function isAround(line: string): boolean {
  return /^[\s=+|_-]*$/.test(line);
}

/** Between two titles, the place that parts the fewest words; of several the one next to the right-hand title. */
function findCuts(rows: readonly string[], titles: readonly string[], places: readonly number[]): number[] {
  const points = rows.map((row) => Array.from(row));
  return places.map((place, index) => {
    if (index === 0) return 0;
    const from = (places[index - 1] ?? 0) + (titles[index - 1]?.length ?? 0);
    let best = place;
    let fewest = Number.POSITIVE_INFINITY;
    for (let cut = place; cut >= from; cut--) {
      let parted = 0;
      for (const row of points) if (isInWord(row, cut)) parted++;
      if (parted < fewest) {
        fewest = parted;
        best = cut;
      }
    }
    return best;
  });
}

function isInWord(row: readonly string[], at: number): boolean {
  return (row[at - 1] ?? ' ') !== ' ' && (row[at] ?? ' ') !== ' ';
}

export class FixedSplitter extends LinesSplitter {
  private readonly layout: FixedLayout;
  private cuts: readonly number[];
  private isInside = false;
  /** Byte of each character's start in the line at hand, its end last; and whether it is a blank. */
  private readonly starts: number[] = [];
  private readonly blanks: boolean[] = [];

  constructor(settings: SplitterSettings & { readonly newline: 'lf' | 'cr' }, layout: FixedLayout) {
    super({ ...settings, indented: false, starts: [] });
    this.layout = layout;
    this.cuts = layout.cuts;
  }

  protected override line(from: number, to: number): void {
    const { bytes } = this.window;
    const text = untabbed(Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8'));
    const places = titlePlaces(text, this.layout.titles);
    if (places !== null) {
      this.isInside = true;
      // Another run of the same command may set its columns elsewhere.
      this.cuts = this.layout.cuts.map((cut, index) =>
        Math.max(0, cut + (places[index] ?? 0) - (this.layout.places[index] ?? 0)),
      );
    }
    if (places !== null || isAround(text)) {
      this.frame(to - from);
      return;
    }
    if (this.layout.ends.some((end) => text.startsWith(end))) {
      this.isInside = false;
    }
    if (this.isInside) this.row(from, to);
    else if (this.records === 0) this.frame(to - from);
    else this.emitReject(from, to, OTHER_TABLE, OTHER_HELP);
  }

  private row(from: number, to: number): void {
    this.measure(from, to);
    const { cells, starts, blanks } = this;
    const width = blanks.length;
    cells.count = 0;
    let begin = 0;
    let isDoubtful = false;
    for (let index = 0; index < this.cuts.length; index++) {
      const next = this.cuts[index + 1];
      const end = next === undefined ? width : Math.max(begin, this.wordBorder(Math.min(next, width)));
      let first = begin;
      let last = end;
      while (first < last && blanks[first] === true) first++;
      while (last > first && blanks[last - 1] === true) last--;
      // A word that leaves a cell empty, or covers one, has pushed the rest of the line along.
      if (next !== undefined && next < width && (next <= begin || (end !== next && first === last)))
        isDoubtful = true;
      cells.add(starts[first] ?? to, starts[last] ?? to, 0);
      begin = end;
    }
    if (!isDoubtful || this.takeWords(to)) this.emit(from, to);
    else this.emitReject(from, to, OUTGROWN, OUTGROWN_HELP);
  }

  /** The line's words as its cells, where there are as many as columns. */
  private takeWords(to: number): boolean {
    const { cells, starts, blanks } = this;
    cells.count = 0;
    for (let at = 0; at < blanks.length; at++) {
      if (blanks[at] === true) continue;
      const first = at;
      while (at < blanks.length && blanks[at] === false) at++;
      cells.add(starts[first] ?? to, starts[at] ?? to, 0);
    }
    return cells.count === this.cuts.length;
  }

  /** The place itself, or where the word that it parts begins or ends, whichever is nearer. */
  private wordBorder(at: number): number {
    const { blanks } = this;
    const isBlank = (index: number) => blanks[index] ?? true;
    if (at <= 0 || isBlank(at) || isBlank(at - 1)) return at;
    let before = at;
    while (before > 0 && !isBlank(before - 1)) before--;
    let after = at;
    while (after < blanks.length && !isBlank(after)) after++;
    return at - before < after - at ? before : after;
  }

  /** Lays the line's bytes out by characters, tabs opened. */
  private measure(from: number, to: number): void {
    const { bytes } = this.window;
    const { starts, blanks } = this;
    starts.length = 0;
    blanks.length = 0;
    for (let at = from; at < to; at++) {
      const byte = bytes[at] ?? 0;
      if ((byte & 0xc0) === 0x80) continue;
      const isBlank = byte === 32 || byte === TAB || byte === CARRIAGE_RETURN;
      const count = byte === TAB ? TAB_STOP - (blanks.length % TAB_STOP) : 1;
      for (let step = 0; step < count; step++) {
        starts.push(at);
        blanks.push(isBlank);
      }
    }
    starts.push(to);
  }
}
