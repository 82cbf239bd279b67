/** A value of an analyst's result as plain data that survives a process border, in positional rows. */

/**
 * Times are ISO 8601 text with six digits and Z (nine for nanosecond types); DECIMAL, INTERVAL, UUID and BIT are their
 * text; what a struct or map holds keeps its order and any name.
 */
export type Cell =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | { readonly list: readonly Cell[] }
  | { readonly entries: ReadonlyArray<readonly [Cell, Cell]> };

export interface Column {
  readonly name: string;
  /** DuckDB's name of the type. */
  readonly type: string;
}

/** Null for NULL; bytes as hex; numbers in full. */
export function cellText(cell: Cell): string | null {
  if (cell === null) return null;
  if (typeof cell === 'string') return cell;
  if (cell instanceof Uint8Array) return hex(cell);
  if (typeof cell === 'object') return cellJson(cell);
  return String(cell);
}

/** JSON by the rules of the command line: integers beyond 2^53 as strings, no value JSON cannot hold. */
export function cellJson(cell: Cell): string {
  if (cell === null || typeof cell === 'boolean') return String(cell);
  if (typeof cell === 'string') return JSON.stringify(cell);
  if (typeof cell === 'number') return Number.isFinite(cell) ? JSON.stringify(cell) : `"${cell}"`;
  if (typeof cell === 'bigint') return isSafe(cell) ? String(cell) : `"${cell}"`;
  if (cell instanceof Uint8Array) return `"${hex(cell)}"`;
  if ('list' in cell) return `[${cell.list.map(cellJson).join(',')}]`;
  // Written by hand: an object would lose a key named __proto__ and reorder keys that are numbers.
  const parts = cell.entries.map(
    ([key, value]) => `${JSON.stringify(cellText(key) ?? 'null')}:${cellJson(value)}`,
  );
  return `{${parts.join(',')}}`;
}

/** DECIMAL travels as text; as JSON it is a number where a double holds its digits exactly enough to write them back. */
export function decimalJson(text: string): string {
  const digits = text.replace(/[-.]/g, '').replace(/^0+/, '');
  return digits.length <= 15 ? String(Number(text)) : JSON.stringify(text);
}

function isSafe(value: bigint): boolean {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** `a, a` becomes `a, a_1`: names differ also where only case differs, as DuckDB and its readers compare them. */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set(names.map((name) => name.toLowerCase()));
  const given = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let number = 1; given.has(unique.toLowerCase()); number += 1) {
      const next = `${name}_${number}`;
      if (!taken.has(next.toLowerCase())) unique = next;
    }
    given.add(unique.toLowerCase());
    return unique;
  });
}
