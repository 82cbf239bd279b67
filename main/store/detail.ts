/** One event out of the facts: its row, its source's own columns, its points; and pages of rejects. */
import { EVENT_FIELDS, type Field, POINT_FIELDS } from '../../shared/fields';
import type { Database } from './database';
import { type RecordFile, selectRecords } from './parquet';
import { ident, join, type Sql, sql } from './sql';

/** Text, number, truth or nothing; times are microseconds since 1970 UTC, integers beyond 2^53 are text. */
export type PlainValue = string | number | boolean | null;

/** At most this many points of one event are shown. */
const MAX_POINTS = 10_000;

/** Values of `EVENT_FIELDS`, in order; null when there is no such event. `eventId` is decimal text. */
export async function readEvent(
  database: Database,
  eventId: string,
): Promise<Map<string, PlainValue> | null> {
  const { rows } = await database.all(
    sql`SELECT ${plainList(EVENT_FIELDS)} FROM event WHERE event_id = TRY_CAST(${eventId} AS UBIGINT) LIMIT 1`,
  );
  const row = rows[0];
  return row ? new Map(EVENT_FIELDS.map(({ name }, index) => [name, plain(row[index])])) : null;
}

export interface SourceRecord {
  readonly byteOffset: number;
  readonly byteLength: number;
  /** In the order of `RecordFile.columns`. */
  readonly values: readonly (string | null)[];
}

/** The record as the source wrote it; null when it was not kept. */
export async function readRecord(
  database: Database,
  file: RecordFile,
  recordNumber: string,
): Promise<SourceRecord | null> {
  const { rows } = await database.all(
    sql`SELECT * FROM (${selectRecords(file)}) WHERE record_number = TRY_CAST(${recordNumber} AS UBIGINT) LIMIT 1`,
  );
  const row = rows[0];
  if (!row) return null;
  const [, offset, length, ...values] = row;
  return {
    byteOffset: Number(offset),
    byteLength: Number(length),
    values: values.map((value) => (value === null || value === undefined ? null : String(value))),
  };
}

/** Points of an event in order, by the names of `POINT_FIELDS`. */
export async function readPoints(
  database: Database,
  eventId: string,
  evidenceId: number,
): Promise<ReadonlyMap<string, PlainValue>[]> {
  const { rows } = await database.all(sql`
    SELECT ${plainList(POINT_FIELDS)} FROM point
    WHERE evidence_id = ${evidenceId} AND event_id = TRY_CAST(${eventId} AS UBIGINT)
    ORDER BY ordinal LIMIT ${MAX_POINTS}`);
  return rows.map((row) => new Map(POINT_FIELDS.map(({ name }, index) => [name, plain(row[index])])));
}

function plainList(fields: readonly Field[]): Sql {
  const columns = fields.map(({ name, type }) => {
    if (type === 'TIMESTAMP') return sql`epoch_us(${ident(name)})`;
    return name === 'event_id' ? sql`${ident(name)}::VARCHAR` : ident(name);
  });
  return join(columns, ', ');
}

function plain(value: unknown): PlainValue {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  return null;
}
