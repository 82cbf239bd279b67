/**
 * DuckDB's package: the one place that names it. The build takes it in, all but the binding, because its hundred and
 * fifty files cost every process 60 ms more at its start when each is looked up and read by itself.
 */
export {
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
} from '@duckdb/node-api';
