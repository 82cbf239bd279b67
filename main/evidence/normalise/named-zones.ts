/** Names of the IANA time zone database that the records of an evidence state. */
import { isZone } from '../../../shared/time';
import type { Format } from '../../formats/format';
import type { Database } from '../../store/database';
import { trusted } from '../../store/sql';
import { planEvents } from './event-sql';
import type { Staged } from './record-sql';

/** Each name is a table of its transitions in the statement. */
const MOST_NAMES = 24;

/**
 * IANA names that records of `base` state beside their times, in order of the alphabet; empty where the format knows of
 * none. Of more than two dozen the others are read as words that nobody knows: flagged.
 */
export async function findNamedZones(
  database: Database,
  format: Format,
  staged: Staged,
  base: string,
): Promise<readonly string[]> {
  const plan = planEvents(format, staged, base);
  const columns = [...plan.starts, ...plan.ends].flatMap(({ stated }) => stated ?? []);
  if (columns.length === 0) return [];
  const all = plan.layers.select(`unnest([${columns.join(', ')}]) AS zone`);
  const table = await database.all(
    trusted(`SELECT DISTINCT zone FROM (${all}) WHERE contains(zone, '/') ORDER BY zone LIMIT 1000`),
  );
  return table.rows
    .map(([name]) => String(name))
    .filter((name) => isZone(name))
    .slice(0, MOST_NAMES);
}
