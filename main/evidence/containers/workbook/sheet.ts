/**
 * A sheet written out as text, always the same for the same sheet, so that it is split, recognised and looked at like
 * any table: rows as lines of cells between commas, quoted where they must be (RFC 4180), a line for every row, empty
 * ones too, so that a sheet's row 7 is line 7. Cells hold what the workbook keeps: texts, numbers, moments (ISO 8601,
 * no zone), TRUE and FALSE, errors, and the value a formula had when it was last calculated.
 */
import type { MadeText, OpenMember } from '../container';
import { SheetReader, type SheetRow, type SheetSource } from './sheet-reader';
import { xmlSteps } from './xml-part';

/** Rows looked at before the first is written: they tell which is the header and how wide the table is. */
const LOOK_ROWS = 1000;
const LOOK_CHARACTERS = 8 << 20;
const HEADER_ROWS = 21;
const LAST_ROW = 1_048_576;
/** Comments whose texts are kept. */
export const SHOWN_COMMENTS = 50;
const COMMENT_CHARACTERS = 300;

export interface SheetContext extends SheetSource {
  readonly notes: SheetNotes;
}

/** What there is to say of a sheet once it is read. */
export class SheetNotes implements MadeText {
  delimiter: string | null = ',';
  formulas = 0;
  uncalculated = 0;
  errors = 0;
  merged = 0;
  hiddenRows = 0;
  /** Cells that name a shared text which is not there. */
  lacksShared = 0;
  /** Cells given twice, out of order, or beyond the last column. */
  misplaced = 0;
  moments1904 = false;
  /** Comments by their places: B2, C7 … */
  readonly comments: { readonly place: string; text: string }[] = [];
  private readonly hidden: boolean;

  constructor(hidden: boolean) {
    this.hidden = hidden;
  }

  get notes(): readonly string[] {
    const said = [
      'A sheet has no bytes of its own: it is written out as comma-separated text, one line a row; SHA-256 and places are those of that text.',
    ];
    const add = (count: number, one: string, several: string) => {
      if (count > 0) said.push(count === 1 ? one : `${count} ${several}`);
    };
    if (this.hidden) said.push('The sheet is hidden in its workbook.');
    if (this.moments1904) said.push('The workbook counts its days from 1904.');
    add(
      this.formulas,
      '1 cell holds a formula; its value is the one last calculated.',
      'cells hold formulas; their values are those last calculated.',
    );
    add(
      this.uncalculated,
      '1 formula was never calculated; its cell is empty.',
      'formulas were never calculated; their cells are empty.',
    );
    add(this.errors, '1 cell shows an error, such as #N/A.', 'cells show an error, such as #N/A.');
    add(
      this.merged,
      '1 range of cells is merged; its value stands in the first of them.',
      'ranges of cells are merged; the value of each stands in its first cell.',
    );
    add(
      this.hiddenRows,
      '1 row is hidden in the sheet; it is read like the others.',
      'rows are hidden in the sheet; they are read like the others.',
    );
    add(
      this.lacksShared,
      '1 cell names a text that the workbook does not hold.',
      'cells name a text that the workbook does not hold.',
    );
    if (this.comments.length > 0) {
      const shown = this.comments.slice(0, SHOWN_COMMENTS).map(commentText).join(', ');
      const more = this.comments.length > SHOWN_COMMENTS ? ', …' : '';
      add(
        this.comments.length,
        `1 cell has a comment, which stands in no row: ${shown}.`,
        `cells have comments, which stand in no row: ${shown}${more}.`,
      );
    }
    add(
      this.misplaced,
      '1 cell or row stands where none can be; what it says is not read, or stands in the next row.',
      'cells or rows stand where none can be; what they say is not read, or stands in the next row.',
    );
    return said;
  }
}

/** `B2 (checked)`: on one line, of bounded length, without what could turn the line around. */
function commentText({ place, text }: { readonly place: string; readonly text: string }): string {
  const plain = text.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
  const said = plain.length > COMMENT_CHARACTERS ? `${plain.slice(0, COMMENT_CHARACTERS - 1)}…` : plain;
  return said === '' ? place : `${place} (${said})`;
}

/** @throws MemberError */
export async function* sheetText(
  { member, read }: OpenMember,
  context: SheetContext,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = new SheetReader(context, context.notes);
  const writer = new RowWriter(context.notes);
  let held: SheetRow[] = [];
  let characters = 0;
  let isLooking = true;
  for await (const _ of xmlSteps(member.name, read(), reader)) {
    const rows = reader.rows.splice(0);
    if (isLooking) {
      held = held.concat(rows);
      for (const { cells } of rows) for (const cell of cells) characters += cell.length;
      if (held.length < LOOK_ROWS && characters < LOOK_CHARACTERS) continue;
      isLooking = false;
      writer.look(held);
      yield writer.write(held);
    } else if (rows.length > 0) yield writer.write(rows);
  }
  if (isLooking && held.length > 0) {
    writer.look(held);
    yield writer.write(held);
  }
}

class RowWriter {
  private readonly notes: SheetNotes;
  private line = 1;
  private width = 1;
  private headerRow = 0;

  constructor(notes: SheetNotes) {
    this.notes = notes;
  }

  /**
   * The header is the fullest of the first rows: what stands above it is a title. The table is as wide as the header,
   * or as most rows are. A sheet of one column is text rather than a table.
   */
  look(rows: readonly SheetRow[]): void {
    let fullest = 0;
    let width = 0;
    const widths = new Map<number, number>();
    for (const [index, { number, cells }] of rows.slice(0, LOOK_ROWS).entries()) {
      widths.set(cells.length, (widths.get(cells.length) ?? 0) + 1);
      const filled = cells.filter((cell) => cell !== '').length;
      if (index >= HEADER_ROWS || filled <= fullest) continue;
      fullest = filled;
      width = cells.length;
      this.headerRow = number;
    }
    const usual = [...widths].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0]?.[0] ?? 0;
    this.width = Math.max(width, usual, 1);
    if (this.width === 1) this.notes.delimiter = null;
  }

  write(rows: readonly SheetRow[]): Buffer {
    const lines: string[] = [];
    for (const { number, cells } of rows) {
      const target = Math.min(number, LAST_ROW);
      if (target > this.line) lines.push('\n'.repeat(target - this.line));
      this.line = Math.max(target, this.line) + 1;
      lines.push(this.width === 1 ? plainLine(cells) : this.tableLine(number, cells));
    }
    return Buffer.from(lines.join(''), 'utf8');
  }

  private tableLine(number: number, cells: readonly string[]): string {
    let line = '';
    for (const [index, cell] of cells.entries()) {
      if (index > 0) line += ',';
      line += needsQuotes(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
    }
    const missing = number >= this.headerRow ? this.width - cells.length : 0;
    return `${line}${missing > 0 ? ','.repeat(missing) : ''}\n`;
  }
}

/** A line of text stays as it is; what stands beside it, in a column that hardly any row has, follows a tab. */
function plainLine(cells: readonly string[]): string {
  return `${cells.map((cell) => cell.replace(/[\r\n]+/g, ' ')).join('\t')}\n`;
}

function needsQuotes(cell: string): boolean {
  return /[",\r\n]/.test(cell);
}
