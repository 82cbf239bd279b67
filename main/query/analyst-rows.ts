/** Rows of analyst SQL, as the sandbox hands them on, in the types every other source has. */
import { type Cell, type Column, cellText, uniqueNames } from '../../shared/cell';
import type { SqlType } from '../../shared/fields';
import type { SourceColumn } from '../../shared/protocol';
import { type ArrowColumn, toArrow, WIRE, type Wire } from './arrow';
import { labelOf, plainType, roleOf } from './sources/leaf';

export interface AnalystColumns {
  readonly columns: readonly SourceColumn[];
  readonly types: readonly SqlType[];
}

/** Columns of the same name are numbered. */
export function analystColumns(columns: readonly Column[]): AnalystColumns {
  const names = uniqueNames(columns.map(({ name }) => name));
  const types = columns.map(({ type }) => plainType(type).type);
  return {
    types,
    columns: names.map((name, at) => {
      const type = types[at] ?? 'VARCHAR';
      return {
        name,
        label: labelOf(name),
        type: columns[at]?.type ?? type,
        role: roleOf(name, type),
        origin: '',
      };
    }),
  };
}

/** Arrow in the wire types of `arrow.ts`; events travel as text. */
export function analystArrow(
  given: AnalystColumns,
  rows: ReadonlyArray<readonly Cell[]>,
): Uint8Array<ArrayBuffer> {
  const wires = given.columns.map(({ name, role }, at): ArrowColumn => {
    return { name, wire: role === 'event' ? 'utf8' : WIRE[given.types[at] ?? 'VARCHAR'] };
  });
  const values = rows.map((row) =>
    row.map((cell, at) => wireCell(cell, wires[at]?.wire ?? 'utf8', given.types[at])),
  );
  return toArrow(wires, values);
}

function wireCell(cell: Cell, wire: Wire, type: SqlType | undefined): unknown {
  if (cell === null) return null;
  if (type === 'TIMESTAMP') return typeof cell === 'string' ? microsOf(cell) : null;
  if (wire === 'utf8') return cellText(cell);
  if (wire === 'bool') return cell === true;
  if (wire === 'float64') return Number(cellText(cell));
  if (wire === 'int64' || wire === 'uint64') return typeof cell === 'bigint' ? cell : BigInt(Number(cell));
  return Number(cell);
}

/** `2026-01-02T03:04:05.000006Z`, or a date alone, in microseconds; null for what is endless. */
function microsOf(text: string): number | null {
  const millis = Date.parse(text.length > 10 ? `${text.slice(0, 19)}Z` : `${text}T00:00:00Z`);
  if (Number.isNaN(millis)) return null;
  return millis * 1000 + Number(text.slice(20, 26).replace(/\D/g, '') || '0');
}
