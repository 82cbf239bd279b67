/**
 * The rows of `asset_fact` of a capture: what messages told, which MAC an address had by its frames, and the maker of
 * each MAC.
 */
import { vendorOf } from '../../../dissectors/oui/oui';
import type { Database } from '../../../store/database';
import { type Sql, sql, trusted } from '../../../store/sql';
import { TABLES } from './tables';

const VENDORS = 'capture_vendor';
const MOST_MACS = 50_000;

/** Both ends of every flow; addresses that many share (multicast, broadcast) and link-local ones told apart. */
const ENDS = `
  SELECT source_ip AS ip, source_mac AS mac, time, ended, record_number FROM ${TABLES.flow}
  UNION ALL SELECT destination_ip, destination_mac, time, ended, record_number FROM ${TABLES.flow}`;

const OWN_MAC = "mac IS NOT NULL AND ('0x' || substr(mac, 1, 2))::UTINYINT & 1 = 0";

/** Makes the view `asset_fact` over the capture's tables; the tables it adds go with the others. */
export async function createFactView(database: Database, evidenceId: number): Promise<void> {
  const { rows } = await database.all(
    trusted(`SELECT mac FROM (SELECT DISTINCT mac FROM (${ENDS}) WHERE mac IS NOT NULL
      UNION SELECT DISTINCT value FROM ${TABLES.fact} WHERE fact = 'mac') ORDER BY mac LIMIT ${MOST_MACS}`),
  );
  const known = rows.flatMap(([mac]) => {
    const vendor = vendorOf(String(mac));
    return vendor === null ? [] : [{ m: String(mac), v: vendor }];
  });
  await database.run(trusted(`CREATE OR REPLACE TABLE ${VENDORS} (mac VARCHAR, vendor VARCHAR)`));
  if (known.length > 0) {
    await database.run(sql`INSERT INTO ${trusted(VENDORS)} SELECT r.m, r.v
      FROM (SELECT unnest(from_json(${JSON.stringify(known)}::JSON, '[{"m":"VARCHAR","v":"VARCHAR"}]')) AS r)`);
  }
  await database.run(sql`CREATE OR REPLACE VIEW asset_fact AS ${factRows(evidenceId)}`);
}

export async function dropFactTables(database: Database): Promise<void> {
  await database.run(trusted('DROP VIEW IF EXISTS asset_fact'));
  await database.run(trusted(`DROP TABLE IF EXISTS ${VENDORS}`));
}

/**
 * A MAC that came with one address of each version only is that address's; a router's comes with many and tells
 * nothing. What ARP or DHCP said stands besides.
 */
function factRows(evidenceId: number): Sql {
  return trusted(`
    SELECT address, CASE WHEN is_mac THEN 'mac' ELSE 'ip' END AS kind, fact, value, told_by, times, first_seen,
           last_seen, record_number, ${evidenceId} AS evidence_id
    FROM ${TABLES.fact}
    UNION ALL
    SELECT min(ip), 'ip', 'mac', mac, 'frames', count(*), min(time), max(ended), min(record_number), ${evidenceId}
    FROM (${ENDS}) WHERE ip IS NOT NULL AND ip NOT IN ('0.0.0.0', '::') AND ${OWN_MAC}
    GROUP BY mac, contains(ip, ':') HAVING min(ip) = max(ip)
    UNION ALL
    SELECT v.mac, 'mac', 'vendor', v.vendor, 'oui', count(e.mac), min(e.time), max(e.ended), min(e.record_number),
           ${evidenceId}
    FROM ${VENDORS} v LEFT JOIN (${ENDS}) e ON e.mac = v.mac GROUP BY v.mac, v.vendor`);
}
