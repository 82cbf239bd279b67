/**
 * Fills `endpoint`: for every address of the events, which asset it is and when. A MAC on the same link comes before
 * the IP, and the IP before the name; two claimants give none. Zones hold the rest by their networks.
 */
import { type Network, parseIp, parseNetwork, unmapped } from '../../shared/address';
import { EVER_US, FOREVER_US, UNDATED_US } from './asset-views';
import type { Database } from './database';
import { machineName, ownIp, ownMac } from './no-machine';
import { sql, trusted } from './sql';

const BATCH = 20_000;

/** Works everything out anew from `event`, `asset`, `asset_address` and `zone`. */
export async function refreshEndpoints(database: Database): Promise<void> {
  await database.run(trusted('DELETE FROM endpoint'));
  const known = await database.one(
    trusted(`SELECT (SELECT count(*) FROM asset) + (SELECT count(*) FROM zone WHERE network IS NOT NULL)`),
  );
  if (Number(known) === 0) return;
  try {
    await database.run(trusted(`CREATE OR REPLACE TEMP TABLE endpoint_key AS ${KEYS}`));
    await database.run(trusted(`CREATE OR REPLACE TEMP TABLE endpoint_claim AS ${CLAIMS}`));
    await database.run(
      trusted(
        'CREATE OR REPLACE TEMP TABLE endpoint_zone (ip VARCHAR, zone VARCHAR, purdue_level DECIMAL(2,1))',
      ),
    );
    await placeInZones(database);
    await database.run(trusted(`INSERT INTO endpoint ${ENDPOINTS}`));
  } finally {
    for (const name of ['endpoint_key', 'endpoint_claim', 'endpoint_zone']) {
      await database.run(trusted(`DROP TABLE IF EXISTS ${name}`)).catch(() => undefined);
    }
  }
}

/** What events carry on either side; an address alone too, for `address_view`. */
const KEYS = `
WITH pair AS (
  SELECT DISTINCT source_ip AS ip, source_mac AS mac FROM event
  UNION SELECT DISTINCT destination_ip, destination_mac FROM event
), part AS (
  SELECT ip, mac FROM pair
  UNION SELECT ip, NULL FROM pair
  UNION SELECT NULL, mac FROM pair
)
SELECT row_number() OVER () AS key, *, CASE
    WHEN ip NOT LIKE '%:%' THEN regexp_extract(ip, '^(.*)\\.[^.]*$', 1)
    WHEN ip IS NOT NULL THEN array_to_string(list_slice(string_split(split_part(ip, '::', 1), ':'), 1, 4), ':')
  END AS net
FROM (
  SELECT ip, mac, NULL::VARCHAR AS name FROM part WHERE ip IS NOT NULL OR mac IS NOT NULL
  UNION ALL
  SELECT DISTINCT NULL, NULL, ${machineName('host_name')} FROM event
  WHERE ${machineName('host_name')} IS NOT NULL AND coalesce(source_ip, source_mac, destination_ip, destination_mac) IS NULL
)`;

/** What stands before the first dot of a host's name; of what is no name of a host, such as an address, nothing. */
const shortName = (name: string): string =>
  `nullif(regexp_extract(${name}, '^([a-z0-9_-]*[a-z][a-z0-9_-]*)(?:\\.[a-z0-9_-]+)*$', 1), '')`;

/** `rank` 1 MAC, 2 IP, 3 name, 4 short name; times as microseconds, [from, to). Stretches without length claim nothing. */
const CLAIMS = `
WITH address AS (
  SELECT identity.asset_id, ${ownIp('a.ip')} AS ip, ${ownMac('lower(a.mac)')} AS mac,
         ${machineName('a.host_name')} AS host_name,
         coalesce(epoch_us(a.valid_from), ${EVER_US}) AS from_us,
         coalesce(epoch_us(a.valid_to), ${UNDATED_US}) AS to_us
  FROM asset_address AS a JOIN asset_identity AS identity
    ON identity.given_id = a.asset_id AND identity.evidence_id = a.evidence_id
), own AS (
  SELECT DISTINCT asset_id, CASE
    WHEN ip NOT LIKE '%:%' THEN regexp_extract(ip, '^(.*)\\.[^.]*$', 1)
    ELSE array_to_string(list_slice(string_split(split_part(ip, '::', 1), ':'), 1, 4), ':') END AS net
  FROM address WHERE ip IS NOT NULL
), carried AS (
  SELECT mac, count(DISTINCT net) AS nets FROM endpoint_key
  WHERE mac IS NOT NULL AND ip IS NOT NULL AND NOT (ip LIKE '169.254.%' OR ip LIKE 'fe8%:%' OR ip IN ('0.0.0.0', '::'))
  GROUP BY mac
), named AS (
  SELECT asset_id, host_name AS name, ${shortName('host_name')} AS short, from_us, to_us FROM address
  UNION
  SELECT asset_id, ${machineName('name')}, ${shortName(machineName('name'))}, ${EVER_US}, ${UNDATED_US} FROM asset_known
), claim AS (
  SELECT k.key, 1 AS rank, a.asset_id, a.from_us, a.to_us
  FROM endpoint_key AS k JOIN address AS a ON a.mac = k.mac
  LEFT JOIN carried AS c ON c.mac = k.mac
  -- A router's MAC comes with the addresses of other links: it speaks only for those of its asset's own networks.
  WHERE k.ip IS NULL OR CASE WHEN a.asset_id IN (SELECT asset_id FROM own)
    THEN (a.asset_id, k.net) IN (SELECT asset_id, net FROM own) ELSE coalesce(c.nets, 0) <= 1 END
  UNION ALL
  SELECT k.key, 2, a.asset_id, a.from_us, a.to_us FROM endpoint_key AS k JOIN address AS a ON a.ip = k.ip
  UNION ALL
  SELECT k.key, 2, a.asset_id, a.from_us, a.to_us FROM endpoint_key AS k JOIN address AS a ON a.ip = k.name
  UNION ALL
  SELECT k.key, 3, n.asset_id, n.from_us, n.to_us FROM endpoint_key AS k JOIN named AS n ON n.name = k.name
  UNION ALL
  -- Logs write a machine's short name or its full one; two full names are two machines, also where an inventory
  -- has the short one beside its full one.
  SELECT k.key, 4, n.asset_id, n.from_us, n.to_us
  FROM endpoint_key AS k JOIN named AS n ON n.short = k.name AND n.name <> n.short
  UNION ALL
  SELECT k.key, 4, n.asset_id, n.from_us, n.to_us
  FROM (SELECT any_value(key) AS key, ${shortName('name')} AS short FROM endpoint_key
    WHERE name <> ${shortName('name')} GROUP BY short HAVING count(*) = 1) AS k JOIN named AS n ON n.name = k.short
  WHERE n.asset_id NOT IN (SELECT asset_id FROM named WHERE short IS NOT NULL AND name <> short)
)
SELECT * FROM claim WHERE from_us < to_us`;

/** Cut at every border of a claim; within a stretch the best rank that claims anything decides. */
const ENDPOINTS = `
WITH border AS (
  SELECT DISTINCT key, from_us AS border_us FROM endpoint_claim
  UNION SELECT DISTINCT key, to_us FROM endpoint_claim
  UNION SELECT DISTINCT key, ${EVER_US} FROM endpoint_claim
), stretch AS (
  SELECT key, border_us AS from_us, coalesce(lead(border_us) OVER (PARTITION BY key ORDER BY border_us), ${UNDATED_US}) AS to_us FROM border
  UNION ALL
  -- An event without a time may be any claimant's.
  SELECT DISTINCT key, ${UNDATED_US}, ${FOREVER_US} FROM endpoint_claim
), claimed AS (
  SELECT s.key, s.from_us, s.to_us, c.rank, count(DISTINCT c.asset_id) AS candidates, min(c.asset_id) AS asset_id
  FROM stretch AS s JOIN endpoint_claim AS c ON c.key = s.key
    AND (s.from_us = ${UNDATED_US} OR (c.from_us <= s.from_us AND c.to_us >= s.to_us))
  WHERE s.from_us < s.to_us GROUP BY s.key, s.from_us, s.to_us, c.rank
), best AS (
  SELECT key, from_us, to_us, arg_min(candidates, rank) AS candidates, arg_min(asset_id, rank) AS asset_id
  FROM claimed GROUP BY key, from_us, to_us
), resolved AS (
  SELECT s.key, s.from_us, s.to_us, b.candidates, CASE WHEN b.candidates = 1 THEN b.asset_id END AS asset_id
  FROM stretch AS s LEFT JOIN best AS b ON b.key = s.key AND b.from_us = s.from_us AND b.to_us = s.to_us
  WHERE s.from_us < s.to_us
  UNION ALL
  SELECT key, span.f, span.t, NULL, NULL
  FROM endpoint_key, (VALUES (${EVER_US}, ${UNDATED_US}), (${UNDATED_US}, ${FOREVER_US})) AS span(f, t)
  WHERE key NOT IN (SELECT key FROM endpoint_claim)
)
SELECT k.ip, k.mac, k.name, r.from_us, r.to_us, r.asset_id, a.name,
       coalesce(a.zone, z.zone), coalesce(a.purdue_level, CASE WHEN a.zone IS NULL THEN z.purdue_level END),
       coalesce(r.candidates, 0)::UINTEGER
FROM resolved AS r JOIN endpoint_key AS k ON k.key = r.key
LEFT JOIN asset_known AS a ON a.asset_id = r.asset_id
LEFT JOIN endpoint_zone AS z ON z.ip = k.ip
WHERE r.candidates IS NOT NULL OR z.ip IS NOT NULL`;

interface ZoneNetwork {
  readonly network: Network;
  readonly zone: string;
  readonly level: string | null;
}

/** Addresses in the networks of zones: the longest prefix decides, two zones of the same one give none. */
async function placeInZones(database: Database): Promise<void> {
  const { rows: given } = await database.all(sql`
    SELECT coalesce(k.name, zone.zone_id), zone.network, coalesce(zone.purdue_level, k.purdue_level)::VARCHAR
    FROM zone LEFT JOIN zone_known AS k ON k.key = lower(trim(zone.zone_id)) WHERE zone.network IS NOT NULL`);
  const networks = given.flatMap(([zone, text, level]): ZoneNetwork[] =>
    String(text)
      .split(/[\s,;]+/)
      .flatMap((one) => {
        const network = parseNetwork(one);
        return network ? [{ network, zone: String(zone), level: level === null ? null : String(level) }] : [];
      }),
  );
  if (networks.length === 0) return;
  const find = longestPrefix(networks);
  const { rows } = await database.all(trusted('SELECT DISTINCT ip FROM endpoint_key WHERE ip IS NOT NULL'));
  const shape = '[{"i":"VARCHAR","z":"VARCHAR","l":"DECIMAL(2,1)"}]';
  for (let from = 0; from < rows.length; from += BATCH) {
    const found = rows.slice(from, from + BATCH).flatMap(([ip]) => {
      const zone = typeof ip === 'string' ? find(ip) : null;
      return zone ? [{ i: ip, z: zone.zone, l: zone.level }] : [];
    });
    if (found.length === 0) continue;
    await database.run(sql`INSERT INTO endpoint_zone SELECT r.i, r.z, r.l
      FROM (SELECT unnest(from_json(${JSON.stringify(found)}::JSON, ${shape})) AS r)`);
  }
}

function longestPrefix(networks: readonly ZoneNetwork[]): (ip: string) => ZoneNetwork | null {
  const byPrefix = new Map<string, Map<bigint, ZoneNetwork | null>>();
  for (const one of networks) {
    const { version, prefix, first } = one.network;
    const key = `${version}/${prefix}`;
    const same = byPrefix.get(key) ?? new Map<bigint, ZoneNetwork | null>();
    byPrefix.set(key, same);
    const other = same.get(first);
    same.set(first, other === undefined || other?.zone === one.zone ? (other ?? one) : null);
  }
  const sizes = [...byPrefix.entries()]
    .map(([key, firsts]) => {
      const [version, prefix] = key.split('/').map(Number);
      return { version, prefix: prefix ?? 0, firsts };
    })
    .sort((a, b) => b.prefix - a.prefix);
  return (text) => {
    const parsed = parseIp(text);
    if (!parsed) return null;
    const ip = unmapped(parsed);
    const bits = ip.version === 4 ? 32 : 128;
    for (const { version, prefix, firsts } of sizes) {
      if (version !== ip.version) continue;
      const rest = BigInt(bits - prefix);
      const found = firsts.get((ip.value >> rest) << rest);
      if (found !== undefined) return found;
    }
    return null;
  };
}
