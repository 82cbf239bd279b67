/**
 * Polling folded: reads that one station repeats at a steady pace are one line, in views only. A run is reads of the
 * same thing between the same ends, told by the same words; a pause of many times its usual step begins another run,
 * so that silences stay in sight, and whatever failed is never folded.
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
] as const;

/**
 * A table of the folded events under a condition: `place` of each, and of the `lead` that stands for its run, with how
 * many they are, their median step and the last one's time.
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
        SELECT e.rowid AS place, e.event_id, epoch_us(e."timestamp") AS us, ${trusted(SAME)} AS same
        FROM event AS e WHERE ${condition} AND e.event_domain = 'ot' AND e.ot_operation = 'read'
          AND e.ot_message IN ('request', 'response') AND e.event_outcome IS DISTINCT FROM 'failure'
          AND e."timestamp" IS NOT NULL
      ), step AS (
        SELECT *, us - lag(us) OVER (PARTITION BY same ORDER BY us, event_id) AS step_us FROM polled
      ), usual AS (
        SELECT same, median(step_us) AS usual_us FROM step GROUP BY same HAVING count(*) >= ${trusted(String(LEAST_REPEATS))}
      ), run AS (
        SELECT step.*, sum(CASE WHEN step_us > ${trusted(`${PAUSE_STEPS} * usual_us + ${PAUSE_US}`)} THEN 1 ELSE 0 END)
            OVER (PARTITION BY step.same ORDER BY us, event_id) AS run
        FROM step JOIN usual ON usual.same = step.same
      ), told AS (
        SELECT place, arg_min(place, (us, event_id)) OVER alike AS lead, arg_min(event_id, (us, event_id)) OVER alike AS lead_id,
               count(*) OVER alike AS n, max(us) OVER alike AS until_us, min(us) OVER alike AS from_us
        FROM run WINDOW alike AS (PARTITION BY same, run)
      )
      SELECT place, lead, n, CAST((until_us - from_us) / (n - 1) AS DOUBLE) AS period_us, until_us FROM told
      WHERE n >= ${trusted(String(LEAST_REPEATS))} AND NOT (${open})`);
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

/** Count, period and end of the runs that these places lead. */
export async function foldsOf(
  database: Database,
  fold: Sql,
  places: readonly bigint[],
): Promise<ReadonlyMap<string, readonly unknown[]>> {
  if (places.length === 0) return new Map();
  const { rows } = await database.all(sql`SELECT place, CAST(n AS DOUBLE), period_us, CAST(until_us AS DOUBLE)
    FROM ${fold} WHERE place = lead AND place IN (${trusted(places.join(', '))})`);
  return new Map(rows.map(([place, ...told]) => [String(place), told]));
}

function asId(id: string): Sql {
  return trusted(`${id}::UBIGINT`);
}
