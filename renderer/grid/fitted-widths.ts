/** How wide the columns of a result would like to be, from the first rows it holds; sized ones stay as they are. */
import type { SourceColumn } from '../../shared/protocol';
import { countText } from '../ui/event-text';
import { textWidth } from '../ui/text-width';
import { baseName, cellText, isMono, isRight } from './result-cell';
import { type ResultColumns, widthOf } from './result-columns';
import type { OpenedSource } from './use-source';

const PADDING_PX = 16;
/** The first column stands further in. */
const INDENT_PX = 5;
const SORT_PX = 18;
const MARK_PX = 15;
const SAMPLE_ROWS = 60;
/** Share of the values that should be seen whole; the longest few may be cut, where they are much longer. */
const COVERED = 0.9;
const MUCH_LONGER = 1.5;
const LEAST = 44;
const MOST = 340;
/** A column without a value says so in less than its title. */
const MOST_EMPTY = 64;

/** Column widths by name, once rows are there; else what such columns usually need. */
export function fittedWidths(
  columns: readonly SourceColumn[],
  state: ResultColumns,
  opened: OpenedSource | null,
  zone: string,
): ReadonlyMap<string, number> {
  const rows = Math.min(SAMPLE_ROWS, opened?.rows ?? 0);
  return new Map(
    columns.map((column, index) => {
      const sized = state.widths[column.name];
      if (sized !== undefined) return [column.name, sized];
      const texts: string[] = [];
      let loaded = false;
      for (let row = 0; row < rows; row += 1) {
        const found = opened?.cache.find(row);
        if (found === undefined) continue;
        loaded = true;
        const value = found.page.value(found.index, column.name);
        const text = value === undefined ? null : displayText(column, cellText(column, value, zone));
        if (text !== null) texts.push(text);
      }
      if (!loaded) return [column.name, widthOf(column, state)];
      return [column.name, fittedWidth(column, texts) + (index === 0 ? INDENT_PX : 0)];
    }),
  );
}

/** Pixels for these values and the column's title; a time is never cut. */
export function fittedWidth(column: SourceColumn, texts: readonly string[]): number {
  const head = PADDING_PX + SORT_PX + textWidth(column.label, false) + (column.role === 'time' ? 28 : 0);
  if (texts.length === 0) return Math.round(Math.min(head, MOST_EMPTY));
  const mono = isMono(column);
  const widths = texts.map((text) => textWidth(text.slice(0, MOST), mono)).sort((one, other) => one - other);
  const widest = widths.at(-1) ?? 0;
  const most = widths[Math.ceil(widths.length * COVERED) - 1] ?? 0;
  const covered = column.role === 'time' || widest <= most * MUCH_LONGER ? widest : most;
  const values = PADDING_PX + (column.role === 'domain' ? MARK_PX : 0) + covered;
  return Math.round(Math.min(MOST, Math.max(LEAST, head, values)));
}

const COUNTS = /(^|_)(events|times|counts?|rows|records|bytes|packets|star\(\))(_|\(|$)/;

/** The text of a cell as drawn: what counts something has narrow spaces between its thousands. */
export function displayText(column: SourceColumn, text: string | null): string | null {
  if (text === null || !isRight(column) || !/^-?\d{4,15}$/.test(text)) return text;
  return COUNTS.test(baseName(column.name)) ? countText(Number(text)) : text;
}
