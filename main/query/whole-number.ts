/** Whole numbers of DuckDB as JavaScript numbers. */

/** A 64-bit integer as a number, null for anything else. Microseconds since 1970 are exact to the year 2255. */
export function wholeNumber(value: unknown): number | null {
  return typeof value === 'bigint' || typeof value === 'number' ? Number(value) : null;
}
