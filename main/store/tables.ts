/**
 * The tables and views over the facts, made from the field catalogue: the same for the working database and for the
 * analyst's sandbox, which puts views over Parquet where the working database has tables.
 */
import { EVENT_FIELDS, POINT_FIELDS, REJECT_FIELDS } from '../../shared/fields';
import { join, quoteIdent, type Sql, sql, trusted } from './sql';

export interface TableColumn {
  readonly name: string;
  readonly type: string;
  /** See `Field.since`. */
  readonly since?: number;
}

export interface FactTable {
  readonly name: string;
  /** Its file in a segment folder; not every segment has every file. */
  readonly file: string;
  readonly columns: readonly TableColumn[];
}

const text = (name: string): TableColumn => ({ name, type: 'VARCHAR' });

/** Every table that is filled from a segment's Parquet. All have `evidence_id`. */
export const FACT_TABLES: readonly FactTable[] = [
  { name: 'event', file: 'event.parquet', columns: EVENT_FIELDS },
  { name: 'point', file: 'point.parquet', columns: POINT_FIELDS },
  { name: 'reject', file: 'reject.parquet', columns: REJECT_FIELDS },
  {
    name: 'asset',
    file: 'asset.parquet',
    columns: [
      text('asset_id'),
      text('name'),
      text('type'),
      text('manufacturer'),
      text('model'),
      text('firmware_version'),
      text('serial_number'),
      text('zone_id'),
      { name: 'purdue_level', type: 'DECIMAL(2,1)' },
      text('criticality'),
      text('site'),
      text('owner'),
      { name: 'evidence_id', type: 'UINTEGER' },
    ],
  },
  {
    name: 'asset_address',
    file: 'asset_address.parquet',
    columns: [
      text('asset_id'),
      text('ip'),
      text('mac'),
      text('host_name'),
      { name: 'valid_from', type: 'TIMESTAMP' },
      { name: 'valid_to', type: 'TIMESTAMP' },
      { name: 'evidence_id', type: 'UINTEGER' },
    ],
  },
  {
    name: 'asset_fact',
    file: 'asset_fact.parquet',
    columns: [
      text('address'),
      text('kind'),
      text('fact'),
      text('value'),
      text('told_by'),
      { name: 'times', type: 'UBIGINT' },
      { name: 'first_seen', type: 'TIMESTAMP' },
      { name: 'last_seen', type: 'TIMESTAMP' },
      { name: 'record_number', type: 'UBIGINT' },
      { name: 'evidence_id', type: 'UINTEGER' },
    ],
  },
  {
    name: 'zone',
    file: 'zone.parquet',
    columns: [
      text('zone_id'),
      text('name'),
      text('type'),
      text('network'),
      { name: 'purdue_level', type: 'DECIMAL(2,1)' },
      text('security_level_target'),
      text('parent'),
      { name: 'evidence_id', type: 'UINTEGER' },
    ],
  },
  {
    name: 'conduit',
    file: 'conduit.parquet',
    columns: [
      text('conduit_id'),
      text('from_zone'),
      text('to_zone'),
      text('protocol'),
      { name: 'port', type: 'USMALLINT' },
      text('operations'),
      text('decision'),
      { name: 'evidence_id', type: 'UINTEGER' },
    ],
  },
];

/** The ledger as a table: exactly its keys, then what the workspace knows besides. */
export const EVIDENCE_COLUMNS: readonly TableColumn[] = [
  { name: 'evidence_id', type: 'UINTEGER' },
  text('path'),
  text('member'),
  text('name'),
  { name: 'size_bytes', type: 'UBIGINT' },
  text('sha256'),
  text('format'),
  text('format_title'),
  { name: 'dissectors', type: 'VARCHAR[]' },
  text('time_zone'),
  text('time_zone_source'),
  text('year_source'),
  { name: 'records', type: 'UBIGINT' },
  { name: 'loaded', type: 'UBIGINT' },
  { name: 'rejected', type: 'UBIGINT' },
  { name: 'skipped', type: 'UBIGINT' },
  { name: 'events', type: 'UBIGINT' },
  { name: 'undated', type: 'UBIGINT' },
  { name: 'first', type: 'TIMESTAMP' },
  { name: 'last', type: 'TIMESTAMP' },
  { name: 'seconds', type: 'DOUBLE' },
  text('status'),
  text('problem'),
  text('importer_version'),
  { name: 'imported_at', type: 'TIMESTAMP' },
  text('options'),
  { name: 'clock_offset_us', type: 'BIGINT' },
  { name: 'clock_drift_ppm', type: 'DOUBLE' },
  { name: 'clock_reference_at', type: 'TIMESTAMP' },
  text('acquirer'),
  text('exhibit_number'),
  { name: 'removed', type: 'BOOLEAN' },
];

/** `CREATE TABLE name (columns)`. */
export function createTable(name: string, columns: readonly TableColumn[]): Sql {
  const list = columns.map((column) => `${quoteIdent(column.name)} ${column.type}`).join(', ');
  return trusted(`CREATE TABLE ${quoteIdent(name)} (${list})`);
}

/** The columns' names, quoted, for a SELECT list. */
export function columnList(columns: readonly TableColumn[]): Sql {
  return join(
    columns.map((column) => trusted(quoteIdent(column.name))),
    ', ',
  );
}

/** One row of `evidence`, values in the JSON forms that `fillEvidence` reads. */
export type EvidenceValues = Readonly<Record<string, unknown>>;

/** Rows into `evidence` by one statement: `rows` go as JSON, so that any text is a value and never SQL. */
/** What is known of an evidence's way here; see `custodySchema`. */
export interface CustodyValues {
  readonly evidenceId: number;
  readonly acquirer: string | null;
  readonly exhibitNumber: string | null;
}

/** Makes the rows of `evidence` say this of custody and nothing else. */
export async function setCustody(
  run: (statement: Sql) => Promise<unknown>,
  known: readonly CustodyValues[],
): Promise<void> {
  await run(
    trusted(`UPDATE evidence SET acquirer = NULL, exhibit_number = NULL
      WHERE acquirer IS NOT NULL OR exhibit_number IS NOT NULL`),
  );
  for (const { evidenceId, acquirer, exhibitNumber } of known) {
    await run(
      sql`UPDATE evidence SET acquirer = ${acquirer}::VARCHAR, exhibit_number = ${exhibitNumber}::VARCHAR
          WHERE evidence_id = ${evidenceId}`,
    );
  }
}

export function fillEvidence(rows: readonly EvidenceValues[]): Sql {
  const shape = JSON.stringify([
    Object.fromEntries(
      EVIDENCE_COLUMNS.map(({ name, type }) => [name, type === 'VARCHAR[]' ? ['VARCHAR'] : type]),
    ),
  ]);
  const given = sql`SELECT unnest(from_json(${JSON.stringify(rows)}::JSON, ${shape})) AS row`;
  const picked = join(
    EVIDENCE_COLUMNS.map((column) => trusted(`row.${quoteIdent(column.name)}`)),
    ', ',
  );
  return sql`INSERT INTO evidence SELECT ${picked} FROM (${given})`;
}

/** First and last time of these evidences as `event` has them: an import tells those before the clock is set. */
export function refreshBounds(evidenceIds: readonly number[]): Sql {
  const ids = trusted(evidenceIds.filter(Number.isSafeInteger).join(', '));
  return sql`UPDATE evidence SET "first" = b.f, "last" = b.l FROM (
    SELECT evidence_id, min("timestamp") AS f, max("timestamp") AS l FROM event
    WHERE evidence_id IN (${ids}) GROUP BY evidence_id) AS b WHERE b.evidence_id = evidence.evidence_id`;
}
