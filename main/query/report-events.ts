/** The events that findings cite, and what was rejected and why: the tables of the report. */
import type { Outcome } from '../../shared/problem';
import { sql, trusted } from '../store/sql';
import { MARK_TABLE } from './marks';
import { EVENTS_IN_ORDER, orderList } from './order';
import type { Views } from './views';

export interface CitedEvent {
  readonly id: string;
  /** Microseconds since 1970 UTC. */
  readonly at: number | null;
  readonly precisionUs: number | null;
  readonly flags: number;
  /** The wall time the record states, as if it were UTC, and its offset where it states one. */
  readonly wall: number | null;
  readonly offsetMinutes: number | null;
  /** Values by the names of `CITED_FIELDS`; null where there is none. */
  readonly values: ReadonlyMap<string, string | null>;
  readonly evidenceId: number;
  readonly record: string;
  readonly findings: readonly string[];
}

const CITED_FIELDS = [
  'recorded_text',
  'event_domain',
  'event_action',
  'timestamp_desc',
  'event_dataset',
  'host_name',
  'user_name',
  'source_ip',
  'source_port',
  'destination_ip',
  'destination_port',
  'message',
] as const;

/** In the total order; `findingId` null: those of any finding. */
export function citedEvents(
  views: Views,
  findingId: string | null,
  limit: number,
  signal?: AbortSignal,
): Promise<Outcome<{ events: CitedEvent[]; total: number }>> {
  const order = orderList([]);
  if (!order.ok) return Promise.resolve(order);
  const wanted = findingId === null ? trusted('TRUE') : sql`k.value = ${findingId}`;
  const cited = sql`(SELECT k.event_id, to_json(list(DISTINCT k.value ORDER BY k.value))::VARCHAR AS findings
    FROM ${MARK_TABLE} AS k WHERE k.what = 'finding' AND ${wanted} GROUP BY k.event_id)`;
  const list = trusted(CITED_FIELDS.map((name) => `CAST(e."${name}" AS VARCHAR)`).join(', '));
  return views.using(signal, async (database) => {
    const total = await database.one(
      sql`SELECT count(*) FROM event AS e JOIN ${cited} AS c ON c.event_id = e.event_id`,
    );
    const { rows } = await database.all(sql`SELECT e.event_id::VARCHAR, epoch_us(e."timestamp")::DOUBLE,
      e.time_precision_us::DOUBLE, coalesce(e.time_flags, 0)::INTEGER, e.evidence_id::INTEGER, e.record_number::VARCHAR,
      c.findings, epoch_us(e.recorded_wall)::DOUBLE, e.recorded_offset_minutes::INTEGER, ${list} FROM ${EVENTS_IN_ORDER} JOIN ${cited} AS c ON c.event_id = e.event_id
      ORDER BY ${order.value} LIMIT ${limit}`);
    const events = rows.map((row): CitedEvent => {
      const [id, at, precision, flags, evidence, record, findings, wall, offset, ...values] = row;
      const names: unknown = JSON.parse(String(findings));
      return {
        id: String(id),
        at: typeof at === 'number' ? at : null,
        precisionUs: typeof precision === 'number' ? precision : null,
        flags: Number(flags),
        wall: typeof wall === 'number' ? wall : null,
        offsetMinutes: typeof offset === 'number' ? offset : null,
        evidenceId: Number(evidence),
        record: String(record),
        findings: Array.isArray(names) ? names.map(String) : [],
        values: new Map(
          CITED_FIELDS.map((name, index) => [name, typeof values[index] === 'string' ? values[index] : null]),
        ),
      };
    });
    return { events, total: Number(total) };
  });
}

export interface RejectGroup {
  readonly evidenceId: number;
  readonly reason: string;
  readonly count: number;
  /** Numbers of the first records. */
  readonly records: readonly string[];
}

/** By evidence and reason, the most frequent first. */
export function rejectGroups(
  views: Views,
  limit: number,
  signal?: AbortSignal,
): Promise<Outcome<RejectGroup[]>> {
  return views.using(signal, async (database) => {
    const { rows } =
      await database.all(sql`SELECT r.evidence_id::INTEGER, coalesce(r.reason, ''), count(*)::DOUBLE,
      to_json(list_slice(list(r.record_number ORDER BY r.record_number), 1, 8))::VARCHAR
      FROM reject AS r GROUP BY ALL ORDER BY 1, 3 DESC, 2 LIMIT ${limit}`);
    return rows.map(([evidence, reason, count, records]) => {
      const numbers: unknown = JSON.parse(String(records));
      return {
        evidenceId: Number(evidence),
        reason: String(reason),
        count: Number(count),
        records: Array.isArray(numbers) ? numbers.map(String) : [],
      };
    });
  });
}

/** First and last time of all events, and how many there are and have none. */
export function spanOfEvents(
  views: Views,
  signal?: AbortSignal,
): Promise<Outcome<{ first: number | null; last: number | null; total: number; undated: number }>> {
  return views.using(signal, async (database) => {
    const { rows } =
      await database.all(sql`SELECT epoch_us(min("timestamp"))::DOUBLE, epoch_us(max("timestamp"))::DOUBLE,
      count(*)::DOUBLE, (count(*) - count("timestamp"))::DOUBLE FROM event`);
    const [first, last, total, undated] = rows[0] ?? [];
    return {
      first: typeof first === 'number' ? first : null,
      last: typeof last === 'number' ? last : null,
      total: Number(total ?? 0),
      undated: Number(undated ?? 0),
    };
  });
}
