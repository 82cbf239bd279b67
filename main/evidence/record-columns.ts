/** The source's own columns of staged records, as the record Parquet keeps them. */
import type { Database } from '../store/database';
import { jsonCells, RECORD_TEXT } from '../store/parquet';
import { ident, join, quoteText, type Sql, sql, trusted } from '../store/sql';
import { uniqueNames } from './column-names';
import { planColumns, type ReadPlan, stagedKind } from './plan';

export interface RecordColumns {
  /** As the source names them. */
  readonly source: readonly string[];
  /** As queries name them. */
  readonly names: readonly string[];
  /** One VARCHAR expression over `record` each. */
  readonly expressions: readonly Sql[];
  /** The last is the text of JSON records, which alone is written; the others are its keys. */
  readonly keysInText: boolean;
}

type Kept = Pick<RecordColumns, 'names' | 'expressions'>;

/** Beyond this many keys the rest of a JSON record is found in its text only. */
const MAX_JSON_KEYS = 400;
const USUAL_AMONG = 2000;

/** `keyRecords` selects those rows of `record` that are known to bring all its JSON keys, or is null. */
export async function recordColumns(
  database: Database,
  plan: ReadPlan,
  keyRecords: Sql | null = null,
): Promise<RecordColumns> {
  if (stagedKind(plan) === 'json') return jsonColumns(database, keyRecords);
  const source = planColumns(plan);
  const expressions = source.map((_, index) => ident(`c${index}`));
  return { source, names: uniqueNames(source), expressions, keysInText: false };
}

/** Top-level keys in order of appearance, then the whole record. */
async function jsonColumns(database: Database, keyRecords: Sql | null): Promise<RecordColumns> {
  const found = await database.all(sql`
    SELECT key FROM (
      SELECT first, unnest(keys) AS key, generate_subscripts(keys, 1) AS place
      FROM (${keyRecords === null ? keyLists() : keyListsOf(keyRecords)}))
    GROUP BY key ORDER BY min(first), arg_min(place, first), key LIMIT ${MAX_JSON_KEYS}`);
  const keys = found.rows.map(([key]) => String(key)).filter((key) => !key.includes('\0'));
  const source = [...keys, RECORD_TEXT];
  const list = jsonCells(ident('c0'), keys);
  return {
    source,
    names: uniqueNames(source),
    expressions: [...keys.map((_, index) => sql`${list}[${trusted(String(index + 1))}]`), ident('c0')],
    keysInText: true,
  };
}

/** Lists of keys with the first record that has each. */
function keyLists(): Sql {
  // Records of one kind have the same keys in the same order. The list that is usual among the first is compared with
  // the others', which takes half the time of grouping by it; the lists left are few.
  const usual = sql`SELECT keys, min(first) AS first
    FROM (${keyListsOf(sql`SELECT * FROM record LIMIT ${USUAL_AMONG}`)})
    GROUP BY keys ORDER BY count(*) DESC, keys LIMIT 1`;
  return sql`WITH usual AS (${usual})
    SELECT keys, first FROM usual UNION ALL
    SELECT keys, min(first) FROM (${keyListsOf(trusted('FROM record'))})
    WHERE keys IS DISTINCT FROM (SELECT keys FROM usual) GROUP BY keys`;
}

function keyListsOf(records: Sql): Sql {
  return sql`SELECT TRY(json_keys(c0)) AS keys, record_number AS first FROM (${records})`;
}

/** Records with number, place and cells; what was staged the fast way is put together by position, once `place` is there. */
export function placedRecords(isFast: boolean): Sql {
  const together = '(SELECT place.*, record.* EXCLUDE (record_number) FROM place POSITIONAL JOIN record)';
  return trusted(isFast ? together : 'record');
}

/** The names of `keptColumns`, which are known before the records are looked at. */
export function writtenNames(plan: ReadPlan): readonly string[] {
  return stagedKind(plan) === 'json' ? [RECORD_TEXT] : uniqueNames(planColumns(plan));
}

/** What is written of each record after its number and place. */
export function keptColumns({ names, expressions, keysInText }: RecordColumns): Kept {
  return keysInText ? { names: [RECORD_TEXT], expressions: expressions.slice(-1) } : { names, expressions };
}

/** SELECT of a record Parquet: our four columns, then the source's. */
export function selectRecordColumns(evidenceId: number, { names, expressions }: Kept, isFast: boolean): Sql {
  const cells = expressions.map((expression, index) => sql`${expression} AS ${ident(names[index] ?? '')}`);
  return sql`SELECT ${trusted(String(evidenceId))}::UINTEGER AS evidence_id, record_number, byte_offset, byte_length,
    ${join(cells, ', ')} FROM ${placedRecords(isFast)}`;
}

/** The text of a record for an excerpt: the line or JSON text, or the cells with their delimiter. */
export function recordText(plan: ReadPlan): Sql {
  if (stagedKind(plan) === 'json' || plan.kind === 'lines') return ident('c0');
  const delimiter = delimiterOf(plan);
  const cells = planColumns(plan).map((_, index) => sql`coalesce(${ident(`c${index}`)}, '')`);
  return sql`concat_ws(${trusted(quoteText(delimiter))}, ${join(cells, ', ')})`;
}

function delimiterOf(plan: ReadPlan): string {
  if (plan.kind === 'zeek') return String.fromCharCode(plan.header.separator);
  return plan.kind === 'delimited' ? plan.dialect.delimiter : ' | ';
}
