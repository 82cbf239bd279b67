/** DuckDB's JavaScript values as plain cells: the one place that knows its value classes. */
import type { DuckDBValue } from '@duckdb/node-api';
import type { Cell } from '../../shared/cell';
import {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBUnionValue,
} from './duckdb';

export function toCell(value: DuckDBValue): Cell {
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) {
    return isoTime(value.micros, 6) ?? value.toString();
  }
  if (value instanceof DuckDBTimestampNanosecondsValue) return isoTime(value.nanos, 9) ?? value.toString();
  if (value instanceof DuckDBTimestampMillisecondsValue) {
    return isoTime(value.millis * 1000n, 6) ?? value.toString();
  }
  if (value instanceof DuckDBTimestampSecondsValue) {
    return isoTime(value.seconds * 1_000_000n, 6) ?? value.toString();
  }
  if (value instanceof DuckDBBlobValue) return value.bytes;
  if (value instanceof DuckDBListValue || value instanceof DuckDBArrayValue) {
    return { list: value.items.map(toCell) };
  }
  if (value instanceof DuckDBStructValue) {
    return { entries: Object.entries(value.entries).map(([name, item]) => [name, toCell(item)] as const) };
  }
  if (value instanceof DuckDBMapValue) {
    return { entries: value.entries.map(({ key, value: item }) => [toCell(key), toCell(item)] as const) };
  }
  if (value instanceof DuckDBUnionValue) return toCell(value.value);
  // Dates, times, intervals, decimals, UUIDs, bits: their own text is exact.
  return value.toString();
}

/** `2026-01-02T03:04:05.000006Z` from units of 10^-digits s since 1970; null for infinity and beyond what Date holds. */
export function isoTime(units: bigint, digits: 6 | 9): string | null {
  const perSecond = 10n ** BigInt(digits);
  const fraction = ((units % perSecond) + perSecond) % perSecond;
  const seconds = Number((units - fraction) / perSecond);
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return null;
  return `${date.toISOString().slice(0, -5)}.${fraction.toString().padStart(digits, '0')}Z`;
}
