/** Reading the segments' Parquet: tables over a list of files, and the source's own columns of one evidence. */
import { existsSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { clockedEvents, clockedPoints, type EvidenceClock, groupClocks } from './clock';
import { ident, join, quoteText, type Sql, sql, trusted } from './sql';
import { FACT_TABLES, type FactTable } from './tables';

/** What the store needs to know of a segment; the case knows more. */
export interface SegmentFiles {
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  /** Of its `segment.json`: which columns its files have. */
  readonly version: number;
}

/** Where one evidence keeps its source's own columns. */
export interface RecordFile {
  readonly evidenceId: number;
  readonly path: string;
  readonly columns: readonly string[];
  /** Keys of JSON records, in the order of `columns`: the file has `RECORD_TEXT` alone, which is the last column. */
  readonly keys?: readonly string[] | undefined;
}

/** Column of a record file that holds records as one text. */
export const RECORD_TEXT = 'record';

/**
 * SELECT of a table's columns over the segments that have its file, with the clocks of their evidences applied; null
 * when none has. No value is bound, so that a view can be made of it.
 */
export function selectFacts(
  table: FactTable,
  segments: readonly SegmentFiles[],
  where: Sql,
  clocks: Iterable<EvidenceClock> = [],
): Sql | null {
  const rows = selectImported(table, segments, where);
  const groups = table.name === 'event' || table.name === 'point' ? groupClocks(clocks) : [];
  if (rows === null || groups.length === 0) return rows;
  const all = groups.flatMap(({ ids }) => ids);
  const parts = groups.map(({ clock, ids }) => {
    const own = sql`SELECT * FROM (${rows}) WHERE ${onlyEvidence(ids)}`;
    if (table.name === 'event') return clockedEvents(own, clock);
    const events = clock.zone && EVENTS && selectImported(EVENTS, segments, onlyEvidence(ids));
    return clockedPoints(own, events, clock);
  });
  return join([sql`SELECT * FROM (${rows}) WHERE ${exceptEvidence(all)}`, ...parts], ' UNION ALL ');
}

const EVENTS = FACT_TABLES.find(({ name }) => name === 'event') ?? null;

function selectImported(table: FactTable, segments: readonly SegmentFiles[], where: Sql): Sql | null {
  const here = segments.filter(({ folder }) => existsSync(joinPath(folder, table.file)));
  const versions = [...new Set(here.map(({ version }) => version))].sort((a, b) => a - b);
  const parts = versions.map((version) => {
    const files = here
      .filter((segment) => segment.version === version)
      .map(({ folder }) => joinPath(folder, table.file));
    const columns = table.columns.map(({ name, type, since = 1 }) =>
      since > version ? sql`CAST(NULL AS ${trusted(type)}) AS ${ident(name)}` : ident(name),
    );
    return sql`SELECT ${join(columns, ', ')} FROM ${parquetFiles(files)} WHERE ${where}`;
  });
  return parts.length === 0 ? null : join(parts, ' UNION ALL ');
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

/** The body of `record_<evidence_id>`; keys of JSON records are taken out of their text where they are asked for. */
export function selectRecords({ evidenceId, path, columns, keys }: RecordFile): Sql {
  const place = trusted('record_number, byte_offset, byte_length');
  const from = sql`FROM ${parquetFiles([path])} WHERE ${onlyEvidence([evidenceId])}`;
  const names = columns.map((column) => ident(column));
  if (keys === undefined) return sql`SELECT ${join([place, ...names], ', ')} ${from}`;
  const cells = names.map((name, index) => {
    return index < keys.length
      ? sql`cells[${trusted(String(index + 1))}] AS ${name}`
      : sql`${ident(RECORD_TEXT)} AS ${name}`;
  });
  return sql`SELECT ${join([place, ...cells], ', ')}
    FROM (SELECT *, ${jsonCells(ident(RECORD_TEXT), keys)} AS cells ${from})`;
}

/** Texts of top-level keys of a JSON record, as a list; NULL for what is no JSON. */
export function jsonCells(text: Sql, keys: readonly string[]): Sql {
  const pointers = keys.map((key) => quoteText(`/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`));
  return sql`TRY(json_extract_string(${text}, CAST([${trusted(pointers.join(', '))}] AS VARCHAR[])))`;
}

/** Where the records of these evidences begin: `evidence_id, record_number, byte_offset`. */
export function selectPlaces(files: readonly RecordFile[]): Sql {
  const paths = [...new Set(files.map(({ path }) => path))];
  const ids = files.map(({ evidenceId }) => evidenceId);
  return sql`SELECT evidence_id, record_number, byte_offset FROM ${parquetFiles(paths)} WHERE ${onlyEvidence(ids)}`;
}

/** A table function takes no bound list of names, so they are quoted. */
export function parquetFiles(files: readonly string[]): Sql {
  return readParquet(files, '');
}

/** As `parquetFiles`; with `rowNumber` the rows are numbered from 0 in `file_row_number`. */
export function parquetFile(file: string, { rowNumber = false } = {}): Sql {
  return readParquet([file], rowNumber ? ', file_row_number = true' : '');
}

function readParquet(files: readonly string[], options: string): Sql {
  // A folder named like a pattern is found all the same: where nothing matches, DuckDB takes the text as it stands,
  // and the jail keeps a pattern from reaching a neighbour. One named `user_name=x` would give its x to every row.
  const list = files.map(quoteText).join(', ');
  return trusted(`read_parquet([${list}], hive_partitioning = false${options})`);
}

function numbers(ids: Iterable<number>): string {
  return [...ids].filter((id) => Number.isSafeInteger(id)).join(', ');
}
