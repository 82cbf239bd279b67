/**
 * Polling folded: reads that one station repeats at a steady pace are one line, in views only. A run is reads of the
 * same thing between the same ends, told by the same words; a pause of many times its usual step begins another run,
 * so that silences stay in sight, and whatever failed is never folded. What is answered may change inside a run: how
 * often it did, and between which values, is told with it.
 */
import type { Outcome } from '../../shared/problem';
import type { Fold } from '../../shared/view';
import type { Database } from '../store/database';
import { join, type Sql, sql, trusted } from '../store/sql';
import type { Views } from './views';

/** Fewer repeats than this are shown as they are. */
const LEAST_REPEATS = 4;
/** A pause of so many usual steps, and at least a second, ends a run. */
const PAUSE_STEPS = 10;
const PAUSE_US = 1_000_000;

/** What makes two reads the same; a request's words name all it asks for, a response's hold values. */
const SAME = `hash(e.evidence_id, e.source_ip, e.source_mac, e.destination_ip, e.destination_mac, e.destination_port,
  e.network_protocol, e.event_action, e.ot_message, e.ot_unit_id, e.ot_object, e.ot_address, e.ot_quantity,
  CASE WHEN e.ot_message = 'request' THEN e.message END)`;

/** Columns a page of a folded view has besides those asked for; NULL where a row stands for itself. */
export const FOLD_COLUMNS = [
  { name: 'fold_count', wire: 'float64' },
  { name: 'fold_period_us', wire: 'float64' },
  { name: 'fold_until', wire: 'float64' },
  { name: 'fold_changes', wire: 'float64' },
  { name: 'fold_least', wire: 'float64' },
  { name: 'fold_most', wire: 'float64' },
] as const;

/**
 * A table of the folded events under a condition: `place` of each, and of the `lead` that stands for its run, with how
 * many they are, their usual step and the last one's time. For a run of responses also how many of them differ from the
 * one before (in their points, or in their words where they have none), and the ends of their values where each has one.
 */
export async function makeFold(
  views: Views,
  condition: Sql,
  { unfolded }: Fold,
  signal: AbortSignal | undefined,
): Promise<Outcome<Sql>> {
  const table = views.freshTable('fold');
  const ids = unfolded.filter((id) => /^\d{1,20}$/.test(id));
  const open = ids.length === 0 ? trusted('FALSE') : sql`lead_id IN (${join(ids.map(asId), ', ')})`;
  return views.using(signal, async (database) => {
    await database.run(sql`CREATE TABLE ${table} AS
      WITH polled AS (
        SELECT e.rowid AS place, e.event_id, e.evidence_id, epoch_us(e."timestamp") AS us, ${trusted(SAME)} AS same,
               e.ot_value AS value, CASE WHEN e.ot_message = 'response' THEN hash(e.message) END AS words
        FROM event AS e WHERE ${condition} AND e.event_domain = 'ot' AND e.ot_operation = 'read'
          AND e.ot_message IN ('request', 'response') AND e.event_outcome IS DISTINCT FROM 'failure'
          AND e."timestamp" IS NOT NULL
      ), answer AS (
        SELECT event_id, bit_xor(hash(ordinal, value, value_text)) AS points FROM point
        WHERE evidence_id IN (SELECT evidence_id FROM polled WHERE words IS NOT NULL) GROUP BY event_id
      ), said AS (
        SELECT polled.*, CASE WHEN words IS NOT NULL THEN coalesce(points, words) END AS said
        FROM polled LEFT JOIN answer ON answer.event_id = polled.event_id
      ), step AS (
        SELECT *, us - lag(us) OVER alike AS step_us, said <> lag(said) OVER alike AS changed
        FROM said WINDOW alike AS (PARTITION BY same ORDER BY us, event_id)
      ), usual AS (
        SELECT same, ${trusted(`${PAUSE_STEPS} * median(step_us) + ${PAUSE_US}`)} AS pause_us FROM step
        GROUP BY same HAVING count(*) >= ${trusted(String(LEAST_REPEATS))}
      ), run AS (
        SELECT step.*, coalesce(step_us > pause_us, TRUE) AS first,
               count(*) FILTER (WHERE step_us > pause_us) OVER (PARTITION BY step.same ORDER BY us, event_id) AS run
        FROM step JOIN usual ON usual.same = step.same
      ), told AS (
        SELECT same, run, arg_min(place, (us, event_id)) AS lead, arg_min(event_id, (us, event_id)) AS lead_id,
               count(*) AS n, min(us) AS from_us, max(us) AS until_us, min(value) AS least, max(value) AS most,
               CASE WHEN count(said) > 0 THEN count(*) FILTER (WHERE changed AND NOT first) END AS changes
        FROM run GROUP BY same, run HAVING count(*) >= ${trusted(String(LEAST_REPEATS))}
      )
      SELECT run.place, lead, n, CAST((until_us - from_us) / (n - 1) AS DOUBLE) AS period_us, until_us,
             changes, least, most
      FROM run JOIN told ON told.same = run.same AND told.run = run.run WHERE NOT (${open})`);
    return table;
  });
}

/** The condition that leaves of each run only its first. */
export function leadsOnly(condition: Sql, fold: Sql): Sql {
  return sql`(${condition}) AND e.rowid NOT IN (SELECT place FROM ${fold} WHERE place <> lead)`;
}

export async function countFolded(database: Database, fold: Sql): Promise<number> {
  return Number(await database.one(sql`SELECT count(*) FROM ${fold} WHERE place <> lead`));
}

/** Count, period, end and changes of the runs that these places lead. */
export async function foldsOf(
  database: Database,
  fold: Sql,
  places: readonly bigint[],
): Promise<ReadonlyMap<string, readonly unknown[]>> {
  if (places.length === 0) return new Map();
  const { rows } =
    await database.all(sql`SELECT place, CAST(n AS DOUBLE), period_us, CAST(until_us AS DOUBLE),
      CAST(changes AS DOUBLE), least, most FROM ${fold} WHERE place = lead AND place IN (${trusted(places.join(', '))})`);
  return new Map(rows.map(([place, ...told]) => [String(place), told]));
}

function asId(id: string): Sql {
  return trusted(`${id}::UBIGINT`);
}
