/** What a cell of a source holds: drawn, copied, spoken and filtered by. Pure. */
import type { Filter } from '../../shared/filter';
import type { SourceColumn } from '../../shared/protocol';
import { formatInstant } from '../../shared/time';
import type { Cell } from '../ui/arrow-rows';

/** Name of a column without the name of the joined table before it. */
export function baseName(column: string): string {
  return column.slice(column.lastIndexOf('.') + 1);
}

/** What the column is called; one of a joined table by that table's name too: `logon · User`. */
export function columnTitle({ name, label, origin }: SourceColumn): string {
  const base = baseName(name);
  return origin === '' || base === name ? label : `${name.slice(0, -base.length - 1)} · ${label}`;
}

/** True for the first column of another side than the one before it. */
export function beginsSide(columns: readonly SourceColumn[], index: number): boolean {
  return index > 0 && columns[index]?.origin !== columns[index - 1]?.origin;
}

/** A time with the digits it has: no zeros where the source writes none. */
export function instantText(us: number, zone: string): string {
  const text = formatInstant(us, zone, 6);
  return text.replace(/\.000000$/, '').replace(/(\.\d{3})000$/, '$1');
}

/** The cell in full; null for no value. */
export function cellText(column: SourceColumn, value: Cell, zone: string): string | null {
  if (value === null) return null;
  if (column.role === 'time' && typeof value === 'number') return instantText(value, zone);
  if (column.role === 'wall' && typeof value === 'number') return instantText(value, 'UTC');
  return String(value);
}

export function isRight(column: SourceColumn): boolean {
  return column.role === 'number';
}

export function isMono(column: SourceColumn): boolean {
  return ['time', 'wall', 'address', 'number'].includes(column.role);
}

/** The clause that keeps rows with this value in this column. */
export function valueFilter(column: SourceColumn, value: Cell): Filter {
  if (value === null) return { kind: 'null', field: column.name };
  // Large integers cross as text; the database compares them as the column's type.
  return { kind: 'in', field: column.name, values: [value] };
}

/** Short enough for a menu. */
export function shortText(text: string | null): string {
  if (text === null) return '·';
  if (text === '') return '""';
  return text.length > 48 ? `${text.slice(0, 30)}…${text.slice(-16)}` : text;
}

/** Rows as tab-separated text with a header, for a spreadsheet; line breaks inside a value become spaces. */
export function rowsText(
  columns: readonly SourceColumn[],
  rows: readonly (readonly Cell[])[],
  zone: string,
): string {
  const clean = (text: string): string => text.replace(/[\t\r\n]+/g, ' ');
  const head = columns.map((column) =>
    column.role === 'time' ? `${columnTitle(column)} (${zone})` : columnTitle(column),
  );
  const body = rows.map((row) => columns.map((column, at) => cellText(column, row[at] ?? null, zone) ?? ''));
  return [head, ...body].map((line) => line.map(clean).join('\t')).join('\n');
}
