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
