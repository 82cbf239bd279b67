/** Writes an analyst's result as a Parquet file, outside the sandbox that made it. */
import { type Cell, type Column, cellText, uniqueNames } from '../../shared/cell';
import { Database } from './database';
import { VARCHAR } from './duckdb';
import { join, quoteIdent, quoteText, sql, trusted } from './sql';

export interface ParquetWriter {
  append(rows: ReadonlyArray<readonly Cell[]>): void;
  /** Writes the file; the writer is done with. */
  finish(path: string): Promise<void>;
  discard(): void;
}

/** Types that their own text turns back into exactly; all others are written as that text. */
const SCALAR =
  /^(BOOLEAN|TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|UTINYINT|USMALLINT|UINTEGER|UBIGINT|UHUGEINT|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\)|DATE|TIME|TIMESTAMP|TIMESTAMP_NS|TIMESTAMP WITH TIME ZONE|UUID|BLOB)$/;

/** Columns of the same name get a number, for Parquet readers take a name once. */
export async function openParquetWriter(columns: readonly Column[]): Promise<ParquetWriter> {
  const database = await Database.open({ path: null, memoryLimitMb: 1000, threads: 2, tempFolder: null });
  const staged = columns.map((_, index) => trusted(`c${index} VARCHAR`));
  await database.run(sql`CREATE TABLE staged (${join(staged, ', ')})`);
  const appender = await database.connection.createAppender('staged');
  return {
    append(rows) {
      for (const row of rows) {
        for (const cell of row) {
          const text = cellText(cell);
          if (text === null) appender.appendNull();
          else appender.appendValue(text, VARCHAR);
        }
        appender.endRow();
      }
      appender.flushSync();
    },
    async finish(path) {
      appender.closeSync();
      const names = uniqueNames(columns.map(({ name }) => name));
      const list = columns.map(({ type }, index) => {
        const value =
          type === 'BLOB' ? `unhex(c${index})` : SCALAR.test(type) ? `c${index}::${type}` : `c${index}`;
        return trusted(`${value} AS ${quoteIdent(names[index] ?? `c${index}`)}`);
      });
      const target = trusted(`${quoteText(path)} (FORMAT parquet, COMPRESSION zstd)`);
      await database.run(sql`COPY (SELECT ${join(list, ', ')} FROM staged) TO ${target}`);
      database.close();
    },
    discard() {
      database.close();
    },
  };
}
