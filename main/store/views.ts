/** Views that interpret the facts without changing them: who an address was, and what lasted from when to when. */
import { ASSET_VIEWS } from './asset-views';
import { type Sql, trusted } from './sql';

/** What the start and the end of one span share where no name of it is told (`span_id`). */
const ALIKE = [
  'event_action',
  'user_name',
  'process_name',
  'source_ip',
  'source_port',
  'destination_ip',
  'destination_port',
  'ot_unit_id',
  'ot_object',
  'ot_address',
  'ticket_id',
];

/**
 * What is compared: under its name a span may begin in one file and end in the next, where the records say which machine
 * they are of. Without one, or without a machine, both lie in one evidence.
 */
const PAIR = [
  'event_dataset',
  'host_name',
  'observer_name',
  'span_id',
  'CASE WHEN span_id IS NULL OR coalesce(host_name, observer_name) IS NULL THEN evidence_id END',
  ...ALIKE.map((name) => `CASE WHEN span_id IS NULL THEN ${name} END`),
].join(', ');

/** A user without the domain that one record writes before or behind the name and the other does not. */
function account(column: string): string {
  return `lower(regexp_replace(${column}, '^[^\\\\]*\\\\|@.*$', '', 'g'))`;
}

/**
 * `span`: events that state their own end, and a start followed by an end of the same thing. A start without an end,
 * or an end without a start, is no span; but a change of which its ticket says that it is going on is open. Of two that lie in each other nobody can tell which end is whose: neither is one.
 * A record that two exports share counts once. Numbers of sessions and processes are given again: where the records of an
 * end and a start in between are lost, a logon of one user is not ended by the logoff of another.
 */
const SPAN = `
CREATE VIEW span AS
WITH told AS (
  SELECT * FROM event
  WHERE event_type IN ('start', 'end') AND "timestamp" IS NOT NULL AND ended_at IS NULL
  QUALIFY span_id IS NULL OR event_id = min(event_id) OVER (PARTITION BY ${PAIR}, event_type, "timestamp", time_remainder_ns)
), turn AS (
  SELECT *,
         lag(event_type) OVER pair AS previous_type,
         lead(event_type) OVER pair AS next_type,
         lead(event_type, 2) OVER pair AS later_type,
         lead(event_id) OVER pair AS next_id,
         lead("timestamp") OVER pair AS next_at,
         lead(user_name) OVER pair AS next_user
  FROM told
  WINDOW pair AS (PARTITION BY ${PAIR} ORDER BY "timestamp", time_remainder_ns, record_number, event_id)
), found AS (
  SELECT event_id, NULL::UBIGINT AS end_event_id, "timestamp" AS started_at, ended_at, * EXCLUDE (event_id, "timestamp", ended_at)
  FROM event
  WHERE ended_at IS NOT NULL AND "timestamp" IS NOT NULL
  UNION ALL BY NAME
  SELECT event_id, next_id AS end_event_id, "timestamp" AS started_at, next_at AS ended_at,
         * EXCLUDE (event_id, "timestamp", ended_at, previous_type, next_type, later_type, next_id, next_at,
                    next_user)
  FROM turn
  WHERE event_type = 'start' AND next_type = 'end'
    AND NOT coalesce(previous_type = 'start' AND later_type = 'end', false)
    AND NOT coalesce(event_category IN ('authentication', 'session')
                     AND ${account('user_name')} <> ${account('next_user')}, false)
  UNION ALL BY NAME
  SELECT event_id, NULL::UBIGINT AS end_event_id, "timestamp" AS started_at, NULL::TIMESTAMP AS ended_at,
         * EXCLUDE (event_id, "timestamp", ended_at, previous_type, next_type, later_type, next_id, next_at,
                    next_user)
  FROM turn
  WHERE event_type = 'start' AND event_category = 'configuration' AND ticket_id IS NOT NULL
    AND next_type IS DISTINCT FROM 'end'
)
SELECT event_id, end_event_id, evidence_id, started_at, ended_at, event_domain, event_dataset, event_category,
       event_action, event_outcome, event_code, span_id, message, host_name, observer_name, user_name, source_ip, source_port,
       destination_ip, destination_port, network_protocol, service_name, ticket_id
FROM found`;

/** In the order in which they can be made; `event`, `evidence`, `asset`, `asset_address` and `zone` must be there. */
export const VIEWS: readonly Sql[] = [...ASSET_VIEWS, trusted(SPAN)];

/** What an analyst's query may name, besides `record_<evidence_id>`. */
export const QUERY_TABLES: readonly string[] = [
  'event',
  'event_view',
  'evidence',
  'reject',
  'point',
  'asset',
  'asset_address',
  'asset_view',
  'address_view',
  'asset_fact',
  'asset_fact_view',
  'wire_view',
  'mark',
  'zone',
  'conduit',
  'span',
];
