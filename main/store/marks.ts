/**
 * The analyst's marks as a table: one row per event and mark. Marks cite (evidence SHA-256, byte offset of the record,
 * part); this module leads citations to the case's own events, and events to citations, through the record files.
 */
import { TableAppender } from './append';
import { Database } from './database';
import { exceptEvidence, type RecordFile, type SegmentFiles, selectFacts, selectPlaces } from './parquet';
import { ident, type Sql, sql, trusted } from './sql';
import { createTable, FACT_TABLES } from './tables';

/** Lives in the memory database beside the working one; the queries''' own table is copied from it. */
export const KEPT_MARKS = trusted('view_memory.main.kept_mark');
const MARK_COLUMNS = trusted('(event_id UBIGINT, what VARCHAR, "value" VARCHAR, mark_id VARCHAR)');

/** Records of one evidence that give events of one part; `offsets` ascend, none twice. */
export interface CitationGroup {
  readonly sha256: string;
  readonly part: string;
  readonly offsets: ArrayLike<number>;
}

export interface CitedMark {
  readonly id: string;
  readonly what: string;
  readonly value: string | null;
  readonly cites: readonly CitationGroup[];
}

/** What the case holds, to find records in. */
export interface Places {
  /** Evidence numbers by SHA-256; twice imported bytes have several. */
  readonly evidence: ReadonlyMap<string, readonly number[]>;
  readonly records: readonly RecordFile[];
}

export interface ForMarks {
  /** The only folders the database may touch. */
  readonly jail: readonly string[];
  /** Where DuckDB may spill. */
  readonly spill: string;
  readonly segments: readonly SegmentFiles[];
  readonly removed: ReadonlySet<number>;
  readonly memoryLimitMb: number;
  readonly threads: number;
}

/** A database in memory with what marks need of a case: its events, as they lie in their Parquet, and no more. */
export async function openForMarks(options: ForMarks): Promise<Database> {
  const database = await Database.open({ ...options, path: null, tempFolder: options.spill });
  await database.jail(options.jail);
  await database.run(trusted("ATTACH ':memory:' AS view_memory"));
  for (const table of FACT_TABLES.filter(({ name }) => name === 'event')) {
    const rows = selectFacts(table, options.segments, exceptEvidence(options.removed));
    await database.run(rows ? sql`CREATE VIEW event AS ${rows}` : createTable(table.name, table.columns));
  }
  return database;
}

export async function createMarkTable(database: Database): Promise<void> {
  await database.run(sql`CREATE OR REPLACE TABLE ${KEPT_MARKS} ${MARK_COLUMNS}`);
}

/** Takes all rows of these marks away. */
export async function dropMarks(database: Database, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await database.run(sql`DELETE FROM ${KEPT_MARKS} WHERE mark_id IN (
    SELECT unnest(from_json(${JSON.stringify(ids)}::JSON, '["VARCHAR"]')))`);
}

let made = 0;

/**
 * Adds the events of these marks by one join. Returns how many citations of each mark led to an event, by mark id;
 * marks of which none did are absent.
 */
export async function addMarks(
  database: Database,
  marks: readonly CitedMark[],
  places: Places,
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  if (marks.length === 0) return found;
  made += 1;
  const cited = sql`view_memory.main.${ident(`cited_${made}`)}`;
  const hit = sql`view_memory.main.${ident(`hit_${made}`)}`;
  const cites = await TableAppender.create(
    database,
    `cited_${made}`,
    { mark: 'UINTEGER', cite: 'UINTEGER', evidence_id: 'UINTEGER', byte_offset: 'UBIGINT', part: 'VARCHAR' },
    'view_memory',
  );
  const evidenceIds = new Set<number>();
  let cite = 0;
  for (const [mark, { cites: groups }] of marks.entries()) {
    for (const { sha256, part, offsets } of groups) {
      const ids = places.evidence.get(sha256) ?? [];
      for (const id of ids) evidenceIds.add(id);
      for (let index = 0; index < offsets.length; index += 1) {
        cite += 1;
        for (const id of ids) {
          const { columns, row } = cites;
          columns.mark.set(row, mark);
          columns.cite.set(row, cite);
          columns.evidence_id.set(row, id);
          columns.byte_offset.set(row, offsets[index] ?? 0);
          columns.part.set(row, part);
          cites.endRow();
        }
      }
    }
  }
  cites.close();
  try {
    const files = placesOf(places, evidenceIds);
    if (files === null) return found;
    await database.run(sql`CREATE OR REPLACE TABLE ${hit} AS
      SELECT c.mark, c.cite, e.event_id FROM ${cited} AS c
      JOIN (${files}) AS r ON r.evidence_id = c.evidence_id AND r.byte_offset = c.byte_offset
      JOIN event AS e ON e.evidence_id = r.evidence_id AND e.record_number = r.record_number
        AND coalesce(e.event_part, '') = c.part`);
    const heads = marks.map(({ id, what, value }, mark) => ({ mark, id, what, value }));
    const shape = '[{"mark":"UINTEGER","id":"VARCHAR","what":"VARCHAR","value":"VARCHAR"}]';
    await database.run(sql`INSERT INTO ${KEPT_MARKS}
      SELECT DISTINCT h.event_id, m.row.what, m.row."value", m.row.id FROM ${hit} AS h
      JOIN (SELECT unnest(from_json(${JSON.stringify(heads)}::JSON, ${shape})) AS row) AS m ON m.row.mark = h.mark`);
    const { rows } = await database.all(
      sql`SELECT mark, count(DISTINCT cite)::INTEGER FROM ${hit} GROUP BY mark`,
    );
    for (const [mark, count] of rows) found.set(marks[Number(mark)]?.id ?? '', Number(count));
    return found;
  } finally {
    await database.run(sql`DROP TABLE IF EXISTS ${cited}`);
    await database.run(sql`DROP TABLE IF EXISTS ${hit}`);
  }
}

/** How the records of some events are cited, by evidence and part; `condition` speaks of `event AS e`. */
export async function citationsOf(
  database: Database,
  condition: Sql,
  places: Places,
  evidenceIds: ReadonlySet<number> | null,
): Promise<CitationGroup[]> {
  const files = placesOf(places, evidenceIds);
  if (files === null) return [];
  const shas = new Map([...places.evidence].flatMap(([sha, ids]) => ids.map((id) => [id, sha] as const)));
  const query = sql`SELECT DISTINCT e.evidence_id, coalesce(e.event_part, ''), CAST(r.byte_offset AS DOUBLE)
    FROM event AS e JOIN (${files}) AS r ON r.evidence_id = e.evidence_id AND r.record_number = e.record_number
    WHERE ${condition} ORDER BY 1, 2, 3`;
  const groups: { sha256: string; part: string; offsets: number[] }[] = [];
  let last: { evidence: number; part: string; offsets: number[] } | null = null;
  const result = await database.connection.stream(query.text, [...query.values]);
  for (
    let chunk = await result.fetchChunk();
    chunk && chunk.rowCount > 0;
    chunk = await result.fetchChunk()
  ) {
    const [evidences = [], parts = [], offsets = []] = chunk.getColumns();
    for (let row = 0; row < chunk.rowCount; row += 1) {
      const evidence = Number(evidences[row]);
      const part = String(parts[row]);
      if (last === null || last.evidence !== evidence || last.part !== part) {
        last = { evidence, part, offsets: [] };
        const sha256 = shas.get(evidence);
        if (sha256 !== undefined) groups.push({ sha256, part, offsets: last.offsets });
      }
      last.offsets.push(Number(offsets[row]));
    }
  }
  return groups;
}

/** Rows of `event_id, what, value, mark_id` of these marks' events, of one event. */
export async function marksOfEvent(database: Database, eventId: string): Promise<string[]> {
  const { rows } = await database.all(
    sql`SELECT DISTINCT mark_id FROM ${KEPT_MARKS} WHERE event_id = TRY_CAST(${eventId} AS UBIGINT)`,
  );
  return rows.map(([id]) => String(id));
}

/** Events that carry each kind of mark, and each tag. */
export async function countMarks(
  database: Database,
): Promise<{ stars: number; notes: number; tags: { tag: string; events: number }[] }> {
  const { rows } = await database.all(sql`
    SELECT what, CASE WHEN what = 'tag' THEN "value" END AS tag, count(DISTINCT event_id)::DOUBLE FROM ${KEPT_MARKS}
    WHERE what <> 'finding' GROUP BY ALL ORDER BY 2`);
  const of = (what: string): number => Number(rows.find(([one]) => one === what)?.[2] ?? 0);
  const tags = rows.flatMap(([what, tag, events]) =>
    what === 'tag' ? [{ tag: String(tag), events: Number(events) }] : [],
  );
  return { stars: of('star'), notes: of('note'), tags };
}

/** `evidence_id, record_number, byte_offset` of the records of these evidences (null: all); null when none has any. */
function placesOf(places: Places, evidenceIds: ReadonlySet<number> | null): Sql | null {
  const files = places.records.filter(
    ({ evidenceId }) => evidenceIds === null || evidenceIds.has(evidenceId),
  );
  return files.length === 0 ? null : selectPlaces(files);
}
