/** Messages that were written out before all was known of their flow, with what became known since. */
import { EVENT_FIELDS } from '../../../../shared/fields';
import { parquetFiles } from '../../../store/parquet';
import { join, quoteIdent, type Sql, sql, trusted } from '../../../store/sql';
import { TABLES } from './tables';
import { endOf, ORDINALS } from './views';

/** Fields of messages that follow from who began the flow and from its MACs, with the column of the flow. */
const FOLLOWING: Readonly<Record<string, string>> = {
  source_ip: 'source_ip',
  source_mac: 'source_mac',
  source_port: 'source_port',
  destination_ip: 'destination_ip',
  destination_mac: 'destination_mac',
  destination_port: 'destination_port',
  network_direction_assumed: 'assumed',
};

/** The rows of a file of messages; `spoken`: a table of which `ordinal` is of which `flow`, and who asked. */
export function lateMessages(evidenceId: number, file: string, spoken: string): Sql {
  const columns = EVENT_FIELDS.map(({ name, type }) => {
    const following = FOLLOWING[name];
    const own = `e.${quoteIdent(name)}`;
    if (following === undefined) return trusted(own);
    const value = `CASE WHEN l.number IS NULL THEN ${own} ELSE CAST(${known(following)} AS ${type}) END`;
    return trusted(`${value} AS ${quoteIdent(name)}`);
  });
  const late = `SELECT CAST(${evidenceId * ORDINALS} + s.ordinal AS UBIGINT) AS event_id, s.asked_by_a, f.*
    FROM ${spoken} s JOIN ${TABLES.late} f ON f.number = s.flow`;
  return sql`SELECT ${join(columns, ', ')} FROM ${parquetFiles([file])} e
    LEFT JOIN (${trusted(late)}) l ON l.event_id = e.event_id`;
}

/** The ends as they became known, turned round where the flow's destination asked. */
function known(column: string): string {
  return column === 'assumed' ? 'l.assumed' : endOf(column, 'l', 'l.asked_by_a <> l.source_is_a');
}
