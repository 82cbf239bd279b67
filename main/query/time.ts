/** Instants between DuckDB and the contract: microseconds since 1970 UTC as a JavaScript number. */

/** A 64-bit count of microseconds as a number; null stays null. Exact to the year 2255. */
export function microseconds(value: unknown): number | null {
  return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : null;
}
