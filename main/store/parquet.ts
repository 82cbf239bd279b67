/** Reading the segments' Parquet: tables over a list of files, and the source's own columns of one evidence. */
import { existsSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { ident, join, quoteText, type Sql, sql, trusted } from './sql';
import { columnList, type FactTable } from './tables';

/** What the store needs to know of a segment; the case knows more. */
export interface SegmentFiles {
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
}

/** Where one evidence keeps its source's own columns. */
export interface RecordFile {
  readonly evidenceId: number;
  readonly path: string;
  readonly columns: readonly string[];
}

/** SELECT of a table's columns over the segments that have its file; null when none has. */
export function selectFacts(table: FactTable, segments: readonly SegmentFiles[], where: Sql): Sql | null {
  const files = segments
    .map((segment) => joinPath(segment.folder, table.file))
    .filter((file) => existsSync(file));
  if (files.length === 0) return null;
  return sql`SELECT ${columnList(table.columns)} FROM ${parquet(files)} WHERE ${where}`;
}

/** `evidence_id NOT IN (…)`, or TRUE. */
export function exceptEvidence(ids: Iterable<number>): Sql {
  const list = numbers(ids);
  return list === '' ? trusted('TRUE') : trusted(`evidence_id NOT IN (${list})`);
}

/** `evidence_id IN (…)`, or FALSE. */
export function onlyEvidence(ids: Iterable<number>): Sql {
  const list = numbers(ids);
  return list === '' ? trusted('FALSE') : trusted(`evidence_id IN (${list})`);
}

/** The body of `record_<evidence_id>`. */
export function selectRecords(file: RecordFile): Sql {
  const columns = ['record_number', 'byte_offset', 'byte_length', ...file.columns];
  const list = join(
    columns.map((column) => ident(column)),
    ', ',
  );
  return sql`SELECT ${list} FROM ${parquet([file.path])} WHERE ${onlyEvidence([file.evidenceId])}`;
}

/** A table function takes no bound list of names, so they are quoted. */
function parquet(files: readonly string[]): Sql {
  // A folder named like a pattern is found all the same: where nothing matches, DuckDB takes the text as it stands,
  // and the jail keeps a pattern from reaching a neighbour.
  const list = files.map(quoteText).join(', ');
  return trusted(`read_parquet([${list}])`);
}

function numbers(ids: Iterable<number>): string {
  return [...ids].filter((id) => Number.isSafeInteger(id)).join(', ');
}
