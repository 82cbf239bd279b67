/** What the source wrote in each record as one number, so that records of different files can be compared. */
import { onlyEvidence, parquetFiles, RECORD_TEXT, type RecordFile } from './parquet';
import { ident, join, type Sql, sql, trusted } from './sql';

export interface OwnRecords extends RecordFile {
  /** As the source names them; same order as `columns`. */
  readonly names: readonly string[];
  /** The whole record is its last column (JSON, XML, event logs): keys beside it say nothing more. */
  readonly isWhole: boolean;
}

/**
 * `evidence_id, kind, digest, n` of these evidences; null when none is left to compare. `kind` numbers the sets of
 * column names, whatever their order; `digest` is MD5 of the columns' texts; `n` counts records that are the same.
 * Evidences whose set of names no other has cannot share anything and are left out.
 */
export function selectDigests(given: readonly OwnRecords[]): Sql | null {
  const kinds = new Map<string, OwnRecords[]>();
  for (const records of given) {
    const key = JSON.stringify(records.isWhole ? true : [...records.names].sort());
    const known = kinds.get(key);
    if (known) known.push(records);
    else kinds.set(key, [records]);
  }
  const parts: Sql[] = [];
  for (const [kind, same] of [...kinds.values()].filter((each) => each.length > 1).entries()) {
    for (const alike of byColumns(same)) parts.push(digestsOf(kind, alike));
  }
  return parts.length === 0 ? null : join(parts, ' UNION ALL ');
}

/** Those that lie in the same columns are read by one SELECT. */
function byColumns(given: readonly OwnRecords[]): OwnRecords[][] {
  const groups = new Map<string, OwnRecords[]>();
  for (const records of given) {
    const key = JSON.stringify(inOrder(records));
    const known = groups.get(key);
    if (known) known.push(records);
    else groups.set(key, [records]);
  }
  return [...groups.values()];
}

/** Parquet columns to compare, in the order of the source's names. */
function inOrder({ names, columns, keys, isWhole }: OwnRecords): readonly string[] {
  if (isWhole) return keys === undefined ? columns.slice(-1) : [RECORD_TEXT];
  return columns
    .map((column, index) => ({ column, name: names[index] ?? column, index }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.index - b.index))
    .map(({ column }) => column);
}

function digestsOf(kind: number, given: readonly OwnRecords[]): Sql {
  const [first] = given;
  const cells = join(
    (first ? inOrder(first) : []).map((column) => ident(column)),
    ', ',
  );
  const files = parquetFiles([...new Set(given.map(({ path }) => path))]);
  return sql`SELECT evidence_id, ${trusted(String(kind))} AS kind, md5_number(CAST(to_json([${cells}]) AS VARCHAR)) AS digest,
    count(*) AS n FROM ${files} WHERE ${onlyEvidence(given.map(({ evidenceId }) => evidenceId))} GROUP BY ALL`;
}
