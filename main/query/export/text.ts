/** Values of a row as the text an export writes. */
import { type Cell, cellText } from '../../../shared/cell';
import { formatWall } from '../../../shared/time';
import type { ExportColumn } from './export-column';
import { zonedText } from './zoned';

export type Kind = 'time' | 'wall' | 'number' | 'text';

export function kindOf({ column }: ExportColumn): Kind {
  if (column.column.type === 'TIMESTAMP') return column.role === 'wall' ? 'wall' : 'time';
  return column.column.type === 'VARCHAR' ? 'text' : 'number';
}

export function textOf(value: unknown, kind: Kind, zone: string): string | null {
  const cell = plain(value);
  if (cell === null) return null;
  if (kind === 'time' && typeof cell === 'number') return zonedText(cell, zone);
  // As written, with no zone beside it.
  if (kind === 'wall' && typeof cell === 'number') return formatWall(cell, 6).replace(' ', 'T');
  return cellText(cell);
}

/** Values come in the wire types of `arrow.ts`: text, numbers, big integers, truths. */
export function plain(value: unknown): Cell {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value;
  return typeof value === 'boolean' ? value : null;
}
