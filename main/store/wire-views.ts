/**
 * What the wire tells of machines, as views: every fact with its source and time, and one row per address with what is
 * known of it, what it does, and where an inventory says otherwise. Nothing here changes an inventory.
 */

import { isNoMachine } from './no-machine';

/** Times move with the clock of their evidence, as those of its events do. */
const at = (column: string): string => `CASE WHEN e.clock_offset_us IS NULL THEN f.${column} ELSE
    make_timestamp(epoch_us(f.${column}) + e.clock_offset_us +
      CAST(coalesce(e.clock_drift_ppm * (epoch_us(f.${column}) - epoch_us(e.clock_reference_at)) / 1e6, 0) AS BIGINT)) END`;

const FACT_VIEW = `
CREATE VIEW asset_fact_view AS
SELECT f.address, f.kind, known.asset, f.fact, f.value, f.told_by, f.times, ${at('first_seen')} AS first_seen,
       ${at('last_seen')} AS last_seen, coalesce(e.name, f.evidence_id::VARCHAR) AS evidence, f.record_number,
       f.evidence_id, known.asset_id
FROM asset_fact AS f
LEFT JOIN evidence AS e ON e.evidence_id = f.evidence_id
LEFT JOIN endpoint AS known ON known.from_us = 9223372036854775806 AND known.name IS NULL
  AND known.ip IS NOT DISTINCT FROM CASE WHEN f.kind = 'ip' THEN f.address END
  AND known.mac IS NOT DISTINCT FROM CASE WHEN f.kind = 'mac' THEN f.address END`;

const MOST = 12;
const listed = (value: string): string =>
  `array_to_string(list_slice(list(${value} ORDER BY n DESC, ${value}), 1, ${MOST}), ', ')
         || CASE WHEN count(*) > ${MOST} THEN ', …' ELSE '' END`;

/**
 * What masters, operators and controllers do as well, by the beginnings and parts of its names: commands to points,
 * subscriptions, acknowledgements, the time of day.
 */
const OPERATING =
  '^(write|command|select|operate|direct_operate|call|control|execute|common_control|invoke|take_control|relinquish|data|send|freeze|immediate_freeze|trigger|life_safety)(_|$)|acknowledge|subscri|monitor|publishing|notification|triggering|register|unsolicited|named_variable|semaphore|event|alarm|cyclic|message_service|timing|clock|time|journal';
/** Protocols whose controllers set up their devices by themselves. */
const OF_CONTROLLERS = "('profinet-cm', 'ethercat')";

/**
 * Acts by which a station is known that engineers a plant: it moves programs and blocks, starts and stops or restarts
 * controllers, forces, formats, names and sets up devices. Who only reads, writes and commands points operates it.
 */
const ENGINEERING = `event_domain = 'ot' AND ot_message = 'request' AND (ot_operation = 'program'
           OR ot_operation IN ('control', 'configure') AND network_protocol NOT IN ${OF_CONTROLLERS}
             AND NOT regexp_matches(coalesce(event_action, ''), '${OPERATING}'))`;

/** Messages of protocols in which one side serves the other; beneath conversations nobody does. */
const SERVED = `network_protocol IS NOT NULL AND network_protocol NOT IN ('arp', 'icmp', 'icmpv6', 'lldp', 'cdp')
    AND event_part IS DISTINCT FROM 'flow'`;

const told = (fact: string): string => `max(values) FILTER (fact = '${fact}')`;

/** A fact of an inventory and of the wire, where both state it and neither holds the other. */
const differs = (fact: string, wire: string): string => `
    CASE WHEN k.${fact} IS NOT NULL AND w.${wire} IS NOT NULL
      AND NOT contains(lower(w.${wire}), lower(trim(k.${fact}))) AND NOT contains(lower(trim(k.${fact})), lower(w.${wire}))
    THEN '${fact.replaceAll('_', ' ')}: inventory ' || k.${fact} || ', wire ' || w.${wire} END`;

/**
 * Facts told of a MAC count for the address that alone has it. Roles are of the events: who asks is a client, who is
 * asked a server; acts of engineering make an engineering station.
 */
const WIRE_VIEW = `
CREATE VIEW wire_view AS
WITH owner AS (
  SELECT value AS mac, any_value(address) AS ip FROM asset_fact WHERE fact = 'mac' AND kind = 'ip'
  GROUP BY value HAVING count(DISTINCT address) = 1
  UNION SELECT address, any_value(value) FROM asset_fact WHERE fact = 'ip' AND kind = 'mac'
  GROUP BY address HAVING count(DISTINCT value) = 1
), fact AS (
  SELECT coalesce(CASE WHEN f.kind = 'mac' THEN o.ip END, f.address) AS address,
         CASE WHEN f.kind = 'mac' AND o.ip IS NULL THEN 'mac' ELSE 'ip' END AS kind, f.fact, f.value, f.told_by,
         f.times, f.evidence, f.first_seen, f.last_seen
  FROM asset_fact_view AS f LEFT JOIN (SELECT mac, any_value(ip) AS ip FROM owner GROUP BY mac HAVING count(DISTINCT ip) = 1) AS o
    ON o.mac = f.address AND f.kind = 'mac'
), valued AS (
  SELECT address, kind, fact, ${listed('value')} AS values
  FROM (SELECT address, kind, fact, value, sum(times) AS n FROM fact GROUP BY ALL) GROUP BY ALL
), wide AS (
  SELECT address, kind, ${told('name')} AS names, ${told('mac')} AS mac, ${told('vendor')} AS vendor,
         ${told('type')} AS type, ${told('model')} AS model, ${told('firmware')} AS firmware,
         ${told('serial')} AS serial, ${told('location')} AS location
  FROM valued GROUP BY ALL
), source AS (
  SELECT address, kind, string_agg(DISTINCT told_by, ', ' ORDER BY told_by) AS told_by,
         string_agg(DISTINCT evidence, ', ' ORDER BY evidence) AS evidence, min(first_seen) AS first_seen,
         max(last_seen) AS last_seen
  FROM fact GROUP BY ALL
), side AS (
  SELECT coalesce(source_ip, source_mac) AS address, source_ip IS NULL AS is_mac, min("timestamp") AS first_seen,
         max("timestamp") AS last_seen, network_protocol || ' client' AS role, count(*) AS n,
         count(*) FILTER (${ENGINEERING}) AS engineered
  FROM event WHERE ${SERVED} GROUP BY ALL
  UNION ALL
  SELECT coalesce(destination_ip, destination_mac), destination_ip IS NULL, min("timestamp"), max("timestamp"),
         network_protocol || ' server', count(*), 0
  FROM event WHERE ${SERVED} GROUP BY ALL
), roles AS (
  SELECT address, CASE WHEN is_mac THEN 'mac' ELSE 'ip' END AS kind, ${listed('role')} AS roles,
         sum(engineered)::UBIGINT AS engineered, min(first_seen) AS first_seen, max(last_seen) AS last_seen FROM side
  WHERE address IS NOT NULL AND NOT (${isNoMachine('address', 'is_mac')}) GROUP BY ALL
), w AS (
  SELECT coalesce(wide.address, roles.address) AS address, coalesce(wide.kind, roles.kind) AS kind,
         wide.* EXCLUDE (address, kind), source.told_by, source.evidence,
         coalesce(source.first_seen, roles.first_seen) AS first_seen,
         coalesce(source.last_seen, roles.last_seen) AS last_seen, roles.roles,
         coalesce(roles.engineered, 0)::UBIGINT AS engineered
  FROM wide JOIN source ON source.address = wide.address AND source.kind = wide.kind
  FULL JOIN roles ON roles.address = wide.address AND roles.kind = wide.kind
)
SELECT w.address, w.kind, known.asset, w.names, w.mac, w.vendor, w.type, w.model, w.firmware, w.serial, w.location,
       nullif(concat_ws(', ', CASE WHEN w.engineered > 0 THEN 'engineering station (' || w.engineered || CASE WHEN w.engineered = 1 THEN ' act)' ELSE ' acts)' END END,
         w.roles), '') AS roles,
       w.engineered AS engineering_acts,
       nullif(concat_ws('; ', ${[
         ['manufacturer', 'vendor'],
         ['model', 'model'],
         ['firmware_version', 'firmware'],
         ['serial_number', 'serial'],
       ]
         .map(([fact = '', wire = '']) => differs(fact, wire))
         .join(',')}), '') AS differs,
       w.told_by, w.evidence, w.first_seen, w.last_seen, known.asset_id
FROM w
LEFT JOIN endpoint AS known ON known.from_us = 9223372036854775806 AND known.name IS NULL
  AND known.ip IS NOT DISTINCT FROM CASE WHEN w.kind = 'ip' THEN w.address END
  AND known.mac IS NOT DISTINCT FROM CASE WHEN w.kind = 'mac' THEN w.address END
LEFT JOIN asset_known AS k ON k.asset_id = known.asset_id`;

export const WIRE_VIEWS: readonly string[] = [FACT_VIEW, WIRE_VIEW];
