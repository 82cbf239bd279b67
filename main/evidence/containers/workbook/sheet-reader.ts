/**
 * Rows and cells of a sheet's XML (ECMA-376 Part 1, 18.3): in the order of the file, by the places the cells state,
 * within the columns a sheet can have. What a sheet says of its own size is not believed.
 */
import { momentText, numberText } from './number-formats';
import { fromEscapes, type SharedTexts, TextCollector } from './shared-texts';
import type { SheetNotes } from './sheet';
import type { Styles } from './styles';
import { attributeOf, type XmlTaker } from './xml-part';

/** XFD. */
const MOST_COLUMNS = 16_384;

export interface SheetSource {
  readonly shared: SharedTexts;
  readonly styles: Styles;
  readonly is1904: boolean;
}

export interface SheetRow {
  /** From 1, rising from row to row. */
  readonly number: number;
  /** Texts by column; '' for none; the last is filled. */
  readonly cells: string[];
}

export class SheetReader implements XmlTaker {
  /** Rows that are whole and hold something; whoever reads takes them away. */
  readonly rows: SheetRow[] = [];
  private readonly source: SheetSource;
  private readonly notes: SheetNotes;
  private row: SheetRow | null = null;
  private rowNumber = 0;
  private column = -1;
  private type = '';
  private style = -1;
  private isValue = false;
  private isInline = false;
  private hasFormula = false;
  private value = '';
  private readonly inline = new TextCollector();

  constructor(source: SheetSource, notes: SheetNotes) {
    this.source = source;
    this.notes = notes;
  }

  open(name: string, tag: () => string): void {
    if (name === 'c') this.openCell(tag());
    else if (name === 'v') this.isValue = true;
    else if (name === 'f') this.hasFormula = true;
    else if (name === 'row') this.openRow(tag());
    else if (name === 'is') {
      this.isInline = true;
      this.inline.start();
    } else if (name === 'mergeCell') this.notes.merged++;
    else if (this.isInline) this.inline.open(name);
  }

  close(name: string): void {
    if (name === 'v') this.isValue = false;
    else if (name === 'c') this.closeCell();
    else if (name === 'is') this.isInline = false;
    else if (name === 'row') this.closeRow();
    else if (this.isInline) this.inline.close(name);
  }

  text(text: string): void {
    if (this.isValue) this.value += text;
    else if (this.isInline) this.inline.add(text);
  }

  private openRow(tag: string): void {
    const stated = Number(attributeOf(tag, 'r') ?? this.rowNumber + 1);
    const isNext = Number.isSafeInteger(stated) && stated > this.rowNumber;
    if (!isNext) this.notes.misplaced++;
    this.rowNumber = isNext ? stated : this.rowNumber + 1;
    if (/^(?:1|true)$/.test(attributeOf(tag, 'hidden') ?? '')) this.notes.hiddenRows++;
    this.row = { number: this.rowNumber, cells: [] };
    this.column = -1;
  }

  private closeRow(): void {
    if (this.row && this.row.cells.length > 0) this.rows.push(this.row);
    this.row = null;
  }

  private openCell(tag: string): void {
    const place = attributeOf(tag, 'r');
    this.column = place === null ? this.column + 1 : cellColumn(place);
    this.type = attributeOf(tag, 't') ?? 'n';
    this.style = Number(attributeOf(tag, 's') ?? -1);
    this.value = '';
    this.hasFormula = false;
    this.inline.start();
  }

  private closeCell(): void {
    const { row, notes } = this;
    if (this.hasFormula) {
      if (this.value === '' && this.type !== 'str') notes.uncalculated++;
      else notes.formulas++;
    }
    const text = this.cellText();
    if (text === '') return;
    const { column } = this;
    if (!row || column < 0 || column >= MOST_COLUMNS || (row.cells[column] ?? '') !== '') {
      notes.misplaced++;
      return;
    }
    while (row.cells.length < column) row.cells.push('');
    row.cells[column] = text;
  }

  private cellText(): string {
    const { value, notes } = this;
    switch (this.type) {
      case 's':
        return this.sharedText(value);
      case 'inlineStr':
        return fromEscapes(this.inline.text);
      case 'str':
        return fromEscapes(value);
      case 'b':
        if (value.trim() === '') return '';
        return /^\s*(?:1|true)\s*$/i.test(value) ? 'TRUE' : 'FALSE';
      case 'e':
        if (value !== '') notes.errors++;
        return value;
      case 'd':
        return value.trim().replace(/^(\d{4}-\d\d-\d\d)T/, '$1 ');
      default:
        return value === '' ? '' : this.number(value);
    }
  }

  private sharedText(value: string): string {
    if (value.trim() === '') return '';
    const text = this.source.shared.at(Number(value));
    if (text === undefined) this.notes.lacksShared++;
    return text ?? '';
  }

  private number(value: string): string {
    const format = this.source.styles[this.style] ?? null;
    const { is1904 } = this.source;
    const moment = format === null ? null : momentText(Number(value), format, is1904);
    if (moment !== null && is1904) this.notes.moments1904 = true;
    return moment ?? numberText(value);
  }
}

/** Column from 0 of a place such as `AB12`; -1 for what is none. */
export function cellColumn(place: string): number {
  let column = 0;
  let at = 0;
  for (; at < place.length && at < 4; at++) {
    const letter = place.charCodeAt(at) & ~32;
    if (letter < 65 || letter > 90) break;
    column = column * 26 + letter - 64;
  }
  return column - 1;
}
