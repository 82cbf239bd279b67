/**
 * The analyst's database: in memory, the case's tables as views over its Parquet, shut in before any of the analyst's
 * text is run. Lives only in the sandbox process.
 */
import type { DuckDBResult } from '@duckdb/node-api';
import type { Cell, Column } from '../../shared/cell';
import type { EvidenceClock } from './clock';
import { Database } from './database';
import { refreshEndpoints } from './endpoints';
import {
  exceptEvidence,
  parquetFile,
  type RecordFile,
  type SegmentFiles,
  selectFacts,
  selectRecords,
} from './parquet';
import { ident, sql, trusted } from './sql';
import {
  createTable,
  EVIDENCE_COLUMNS,
  type EvidenceValues,
  FACT_TABLES,
  fillEvidence,
  refreshBounds,
} from './tables';
import { toCell } from './values';
import { VIEWS } from './views';

export interface AnalystCase {
  /** The only folder that may be read. */
  readonly facts: string;
  readonly segments: readonly SegmentFiles[];
  readonly removed: readonly number[];
  /** Rows for `evidence`, with `removed`. */
  readonly evidence: readonly EvidenceValues[];
  /** Clocks the analyst has set. */
  readonly clocks?: readonly EvidenceClock[];
  /** Parquet of the marks, read before the database is shut in; null: none. */
  readonly marks?: string | null;
  readonly memoryLimitMb: number;
  readonly threads: number;
  /** Where big sorts may spill; null: nowhere. */
  readonly tempFolder: string | null;
}

export interface AnalystResult {
  readonly columns: readonly Column[];
  /** The next rows, in order; empty at the end. */
  next(): Promise<Cell[][]>;
  /** How many rows are left; they are gone through. */
  count(): Promise<number>;
}

export interface AnalystDatabase {
  /** The syntax tree of SELECT statements as JSON text, by DuckDB's own parser. */
  serialize(text: string): Promise<string>;
  /** Leads addresses to assets, for `event_view` and the views over it. */
  addEndpoints(): Promise<void>;
  /** Makes `record_<evidence_id>`. */
  addRecords(file: RecordFile): Promise<void>;
  /** Runs text that the gate has let through. */
  stream(text: string): Promise<AnalystResult>;
  interrupt(): void;
}

export async function openAnalystDatabase(given: AnalystCase): Promise<AnalystDatabase> {
  const database = await Database.open({
    path: null,
    memoryLimitMb: given.memoryLimitMb,
    threads: given.threads,
    tempFolder: given.tempFolder,
  });
  for (const table of FACT_TABLES) {
    const rows = selectFacts(table, given.segments, exceptEvidence(given.removed), given.clocks);
    await database.run(
      rows ? sql`CREATE VIEW ${ident(table.name)} AS ${rows}` : createTable(table.name, table.columns),
    );
  }
  await database.run(createTable('evidence', EVIDENCE_COLUMNS));
  for (let from = 0; from < given.evidence.length; from += 500) {
    await database.run(fillEvidence(given.evidence.slice(from, from + 500)));
  }
  const clocked = (given.clocks ?? []).map(({ evidenceId }) => evidenceId);
  if (clocked.length > 0) await database.run(refreshBounds(clocked));
  for (const view of VIEWS) await database.run(view);
  await addMarks(database, given.marks ?? null);
  // A query may not fill the disk of the case.
  await database.run(sql`SET max_temp_directory_size = '10GB'`);
  await database.jail([given.facts]);
  return {
    async serialize(text) {
      return String(await database.one(sql`SELECT json_serialize_sql(${text}::VARCHAR)`));
    },
    addEndpoints: () => refreshEndpoints(database),
    async addRecords(file) {
      await database.run(sql`CREATE VIEW ${ident(`record_${file.evidenceId}`)} AS ${selectRecords(file)}`);
    },
    async stream(text) {
      const result = await database.connection.stream(text);
      return { columns: columnsOf(result), next: () => nextRows(result), count: () => countRows(result) };
    },
    interrupt: () => database.interrupt(),
  };
}

function columnsOf(result: DuckDBResult): Column[] {
  const types = result.columnTypes();
  return result.columnNames().map((name, index) => ({ name, type: String(types[index]) }));
}

/** What the analyst marked: one row per event and mark. */
async function addMarks(database: Database, file: string | null): Promise<void> {
  const columns = trusted('event_id, what, "value", mark_id');
  const from = file === null ? null : parquetFile(file);
  await database.run(
    from
      ? sql`CREATE TABLE mark AS SELECT ${columns} FROM ${from}`
      : trusted('CREATE TABLE mark (event_id UBIGINT, what VARCHAR, "value" VARCHAR, mark_id VARCHAR)'),
  );
}

async function countRows(result: DuckDBResult): Promise<number> {
  let rows = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (!chunk || chunk.rowCount === 0) return rows;
    rows += chunk.rowCount;
  }
}

async function nextRows(result: DuckDBResult): Promise<Cell[][]> {
  const chunk = await result.fetchChunk();
  if (!chunk || chunk.rowCount === 0) return [];
  return chunk.getRows().map((row) => row.map(toCell));
}
