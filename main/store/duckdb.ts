/**
 * DuckDB's package, loaded as the CommonJS it is: imported as a module, each of its files is first searched for the
 * names it exports, which costs every process of ours 60 ms more at its start.
 */
import { createRequire } from 'node:module';

const api: typeof import('@duckdb/node-api') = createRequire(import.meta.url)('@duckdb/node-api');

export const {
  DuckDBArrayValue,
  DuckDBBlobValue,
  DuckDBInstance,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  DuckDBUnionValue,
  VARCHAR,
} = api;
