/**
 * What is known of assets, as views: `asset_view` (one row per asset of all inventories), `address_view` (every address
 * seen), and the small tables that lead addresses to assets (`endpoints.ts` fills them).
 */
import { machineName, plainName, statedText } from './no-machine';
import { type Sql, trusted } from './sql';
import { WIRE_VIEWS } from './wire-views';

/** Microseconds that stand for "since ever", "for ever", and for an event without a time. */
export const EVER_US = '(-9223372036854775807)';
export const UNDATED_US = '9223372036854775806';
export const FOREVER_US = '9223372036854775807';

/**
 * One row per address, as events carry it, and stretch of time [from_us, to_us) in which it means the same: which
 * asset, which zone, which level, and how many assets claim it. An event without a time has a stretch of its own.
 */
export const ENDPOINT = trusted(`CREATE TABLE endpoint (ip VARCHAR, mac VARCHAR, name VARCHAR, from_us BIGINT,
  to_us BIGINT, asset_id VARCHAR, asset VARCHAR, zone VARCHAR, purdue_level DECIMAL(2,1), candidates UINTEGER)`);

/**
 * The same asset in two inventories, or on two rows of one, is the one of that name. But a name is given again: rows
 * that state different serial numbers are different machines, as are, where none is stated, those of different sites.
 */
const IDENTITY = `
CREATE VIEW asset_identity AS
WITH stated AS (
  SELECT asset_id, evidence_id, ${machineName('name')} AS name, ${statedText('site')} AS site,
         -- Blanks, hyphens and leading zeros come and go with the tool that wrote the number.
         nullif(ltrim(regexp_replace(${statedText('serial_number')}, '[\\s_-]', '', 'g'), '0'), '') AS serial
  FROM asset
), known AS (
  SELECT * REPLACE (coalesce(serial, CASE WHEN site IS NOT NULL AND min(serial) OVER place = max(serial) OVER place
    THEN min(serial) OVER place END) AS serial)
  FROM stated WINDOW place AS (PARTITION BY name, site)
), told AS (
  SELECT *, coalesce(min(serial) OVER alike <> max(serial) OVER alike, false)
         OR coalesce(min(site) OVER alike <> max(site) OVER alike, false) AS is_several
  FROM known WINDOW alike AS (PARTITION BY name)
)
SELECT asset_id AS given_id, evidence_id,
       first_value(asset_id) OVER (
         PARTITION BY CASE WHEN name IS NULL THEN concat(chr(10), asset_id)
           WHEN NOT is_several THEN name
           WHEN serial IS NOT NULL THEN concat(name, chr(10), serial)
           ELSE concat(name, chr(10), chr(10), site) END
         ORDER BY evidence_id, TRY_CAST(split_part(asset_id, ':', 2) AS BIGINT), asset_id) AS asset_id
FROM told`;

const ZONES = `
CREATE VIEW zone_known AS
SELECT lower(trim(zone_id)) AS key, arg_min(coalesce(name, zone_id), evidence_id) AS name,
       CASE WHEN count(DISTINCT purdue_level) = 1 THEN any_value(purdue_level) END AS purdue_level
FROM zone GROUP BY lower(trim(zone_id))`;

const FACTS = [
  'name',
  'type',
  'manufacturer',
  'model',
  'firmware_version',
  'serial_number',
  'zone_id',
  'purdue_level',
  'criticality',
  'site',
  'owner',
];

/** The first inventory that states a fact is followed; where another says otherwise, `conflicts` tells. */
const ASSETS = `
CREATE VIEW asset_known AS
WITH stated AS (
  SELECT identity.asset_id, asset.* EXCLUDE (asset_id), coalesce(evidence.name, asset.evidence_id::VARCHAR) AS source,
         struct_pack(e := asset.evidence_id, r := TRY_CAST(split_part(asset.asset_id, ':', 2) AS BIGINT)) AS rank
  FROM asset JOIN asset_identity AS identity
    ON identity.given_id = asset.asset_id AND identity.evidence_id = asset.evidence_id
  LEFT JOIN evidence ON evidence.evidence_id = asset.evidence_id
), merged AS (
  SELECT asset_id,
         ${FACTS.map((fact) => `arg_min(${fact}, rank) AS ${fact}`).join(',\n         ')},
         string_agg(DISTINCT source, ', ' ORDER BY source) AS sources,
         nullif(concat_ws('; ', ${FACTS.filter((fact) => fact !== 'name')
           .map(
             (fact) => `CASE WHEN count(DISTINCT lower(trim(${fact}::VARCHAR))) > 1 THEN '${fact}: ' ||
           string_agg(DISTINCT ${fact} || ' (' || source || ')', ', ' ORDER BY ${fact} || ' (' || source || ')') END`,
           )
           .join(',\n           ')}), '') AS conflicts
  FROM stated GROUP BY asset_id
)
SELECT merged.* EXCLUDE (zone_id, purdue_level), coalesce(zone_known.name, merged.zone_id) AS zone,
       coalesce(merged.purdue_level, zone_known.purdue_level) AS purdue_level
FROM merged LEFT JOIN zone_known ON zone_known.key = lower(trim(merged.zone_id))`;

const side = (name: 'source' | 'destination', label: string): string => `
  LEFT JOIN endpoint AS ${label} ON ${label}.ip IS NOT DISTINCT FROM event.${name}_ip
    AND ${label}.mac IS NOT DISTINCT FROM event.${name}_mac
    AND ${label}.name IS NOT DISTINCT FROM ${
      name === 'source'
        ? `CASE WHEN coalesce(event.source_ip, event.source_mac, event.destination_ip, event.destination_mac) IS NULL
         THEN ${plainName('event.host_name')} END`
        : 'CAST(NULL AS VARCHAR)'
    }
    AND ${label}.from_us <= coalesce(epoch_us(event."timestamp"), ${UNDATED_US})
    AND ${label}.to_us > coalesce(epoch_us(event."timestamp"), ${UNDATED_US})`;

/**
 * `event_view` has exactly the rows of `event`: the stretches of an address do not overlap, so each side meets at most
 * one. The source of an event without any address is the machine it is about (IEC 62443 zones come with the asset).
 */
const EVENT_VIEW = `
CREATE VIEW event_view AS
SELECT event.*,
       s.asset_id AS source_asset_id,
       s.asset AS source_asset,
       s.zone AS source_zone,
       s.purdue_level AS source_purdue_level,
       coalesce(s.candidates, 0)::UINTEGER AS source_asset_candidates,
       d.asset_id AS destination_asset_id,
       d.asset AS destination_asset,
       d.zone AS destination_zone,
       d.purdue_level AS destination_purdue_level,
       coalesce(d.candidates, 0)::UINTEGER AS destination_asset_candidates,
       NULL::VARCHAR AS conduit,
       abs(s.purdue_level - d.purdue_level) AS level_distance
FROM event${side('source', 's')}${side('destination', 'd')}`;

const ASSET_VIEW = `
CREATE VIEW asset_view AS
WITH sides AS (
  SELECT source_asset_id AS asset_id, 1 AS as_source, 0 AS as_destination, "timestamp" FROM event_view
  WHERE source_asset_id IS NOT NULL
  UNION ALL
  SELECT destination_asset_id, 0, 1, "timestamp" FROM event_view
  WHERE destination_asset_id IS NOT NULL
), seen AS (
  SELECT asset_id, sum(as_source)::UBIGINT AS as_source, sum(as_destination)::UBIGINT AS as_destination,
         min("timestamp") AS first_seen, max("timestamp") AS last_seen
  FROM sides GROUP BY asset_id
), addresses AS (
  SELECT identity.asset_id, string_agg(DISTINCT
           concat_ws(' ', ip, mac, host_name,
             CASE WHEN valid_from IS NOT NULL OR valid_to IS NOT NULL
                  THEN '(' || coalesce(strftime(valid_from, '%Y-%m-%d %H:%M'), '') || ' – ' ||
                       coalesce(strftime(valid_to, '%Y-%m-%d %H:%M'), '') || ')' END),
           ', ' ORDER BY concat_ws(' ', ip, mac, host_name,
             CASE WHEN valid_from IS NOT NULL OR valid_to IS NOT NULL
                  THEN '(' || coalesce(strftime(valid_from, '%Y-%m-%d %H:%M'), '') || ' – ' ||
                       coalesce(strftime(valid_to, '%Y-%m-%d %H:%M'), '') || ')' END)) AS addresses
  FROM asset_address AS address JOIN asset_identity AS identity
    ON identity.given_id = address.asset_id AND identity.evidence_id = address.evidence_id
  GROUP BY identity.asset_id
), wire AS (
  SELECT asset_id,
         string_agg(concat_ws(', ', names, vendor, type, model, firmware, serial), '; ' ORDER BY address) AS wire,
         string_agg(differs, '; ' ORDER BY address) AS wire_differs
  FROM wire_view WHERE asset_id IS NOT NULL GROUP BY asset_id
)
SELECT known.asset_id, known.name, known.type, known.manufacturer, known.model, known.firmware_version,
       known.serial_number, known.zone, known.purdue_level, known.criticality, known.site, known.owner,
       addresses.addresses, known.sources, known.conflicts, wire.wire AS seen_on_the_wire, wire.wire_differs,
       coalesce(as_source, 0)::UBIGINT AS events_as_source,
       coalesce(as_destination, 0)::UBIGINT AS events_as_destination,
       seen.first_seen, seen.last_seen, seen.asset_id IS NOT NULL AS seen
FROM asset_known AS known
LEFT JOIN addresses ON addresses.asset_id = known.asset_id
LEFT JOIN wire ON wire.asset_id = known.asset_id
LEFT JOIN seen ON seen.asset_id = known.asset_id`;

/** Ports and names listed of one address; more are told by three dots. */
const LISTED = 12;

const listed = (value: string, order: string): string =>
  `array_to_string(list_slice(list(${value} ORDER BY ${order}), 1, ${LISTED}), ', ')
         || CASE WHEN count(*) > ${LISTED} THEN ', …' ELSE '' END`;

const ADDRESS_VIEW = `
CREATE VIEW address_view AS
WITH sides AS (
  SELECT coalesce(source_ip, source_mac) AS address, source_ip IS NULL AS is_mac, TRUE AS is_source,
         NULL::USMALLINT AS port, NULL::VARCHAR AS protocol, host_name, "timestamp"
  FROM event WHERE source_ip IS NOT NULL OR source_mac IS NOT NULL
  UNION ALL
  SELECT coalesce(destination_ip, destination_mac), destination_ip IS NULL, FALSE,
         destination_port, coalesce(network_protocol, network_transport), host_name, "timestamp"
  FROM event WHERE destination_ip IS NOT NULL OR destination_mac IS NOT NULL
), grouped AS (
  SELECT address, is_mac, is_source, port, protocol, host_name, count(*) AS n, min("timestamp") AS first_seen,
         max("timestamp") AS last_seen
  FROM sides GROUP BY ALL
), seen AS (
  SELECT address, is_mac, sum(n) FILTER (is_source) AS as_source, sum(n) FILTER (NOT is_source) AS as_destination,
         min(first_seen) AS first_seen, max(last_seen) AS last_seen
  FROM grouped GROUP BY ALL
), ports AS (
  SELECT address, is_mac, ${listed('port::VARCHAR', 'n DESC, port')} AS ports
  FROM (SELECT address, is_mac, port, sum(n) AS n FROM grouped WHERE port IS NOT NULL GROUP BY ALL) GROUP BY ALL
), protocols AS (
  SELECT address, is_mac, ${listed('protocol', 'n DESC, protocol')} AS protocols
  FROM (SELECT address, is_mac, protocol, sum(n) AS n FROM grouped WHERE protocol IS NOT NULL GROUP BY ALL)
  GROUP BY ALL
), names AS (
  SELECT address, is_mac, ${listed('host_name', 'n DESC, host_name')} AS names
  FROM (SELECT address, is_mac, host_name, sum(n) AS n FROM grouped WHERE host_name IS NOT NULL GROUP BY ALL)
  GROUP BY ALL
)
SELECT seen.address, CASE WHEN seen.is_mac THEN 'mac' ELSE 'ip' END AS kind,
       coalesce(e.candidates, 0) > 0 AS in_inventory, e.asset_id, e.asset, e.zone, e.purdue_level,
       coalesce(e.candidates, 0)::UINTEGER AS candidates,
       coalesce(seen.as_source, 0)::UBIGINT AS events_as_source,
       coalesce(seen.as_destination, 0)::UBIGINT AS events_as_destination,
       seen.first_seen, seen.last_seen, ports.ports, protocols.protocols, names.names
FROM seen
LEFT JOIN ports ON ports.address = seen.address AND ports.is_mac = seen.is_mac
LEFT JOIN protocols ON protocols.address = seen.address AND protocols.is_mac = seen.is_mac
LEFT JOIN names ON names.address = seen.address AND names.is_mac = seen.is_mac
LEFT JOIN endpoint AS e ON e.ip IS NOT DISTINCT FROM CASE WHEN NOT seen.is_mac THEN seen.address END
  AND e.mac IS NOT DISTINCT FROM CASE WHEN seen.is_mac THEN seen.address END AND e.name IS NULL
  AND e.from_us = ${UNDATED_US}`;

export const ASSET_VIEWS: readonly Sql[] = [
  ENDPOINT,
  ...[IDENTITY, ZONES, ASSETS, EVENT_VIEW, ...WIRE_VIEWS, ASSET_VIEW, ADDRESS_VIEW].map(trusted),
];
