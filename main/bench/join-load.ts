/** A working database of made-up events beside an inventory, VPN logons and change windows, for the join benchmarks. */

import { Database } from '../store/database';
import { refreshEndpoints } from '../store/endpoints';
import { sql, trusted } from '../store/sql';
import { createTable, EVIDENCE_COLUMNS, FACT_TABLES } from '../store/tables';
import { VIEWS } from '../store/views';

/** `rows` events of one month: traffic, every 500th a VPN logon, every 20,000th a change window. */
export async function makeJoinLoad(path: string, spill: string, rows: number): Promise<Database> {
  const database = await Database.open({ path, memoryLimitMb: 500, threads: 2, tempFolder: spill });
  await database.run(trusted('SET preserve_insertion_order = false'));
  for (const table of FACT_TABLES) await database.run(createTable(table.name, table.columns));
  await database.run(createTable('evidence', EVIDENCE_COLUMNS));
  await database.run(sql`INSERT INTO evidence (evidence_id, sha256, removed) VALUES (1, 'aa', false)`);
  const count = trusted(String(rows));
  const step = trusted(String(Math.floor(2_592_000_000_000 / rows)));
  await database.run(sql`INSERT INTO event BY NAME
    SELECT CAST(68719476736 + i AS UBIGINT) AS event_id, 1 AS evidence_id, CAST(i + 1 AS UBIGINT) AS record_number,
      make_timestamp(CAST(1780000000000000 + i * ${step} AS BIGINT)) AS "timestamp",
      CASE WHEN i % 20000 = 7 THEN make_timestamp(CAST(1780000000000000 + i * ${step} + 3600000000 AS BIGINT)) END AS ended_at,
      CASE WHEN i % 20000 = 7 THEN 'service' WHEN i % 500 = 3 THEN 'security' WHEN i % 9 = 0 THEN 'ot' ELSE 'network' END AS event_domain,
      CASE WHEN i % 20000 = 7 THEN 'change' WHEN i % 500 = 3 THEN 'vpn' ELSE 'traffic' END AS event_dataset,
      'connection number ' || i AS message,
      'user' || (hash(i) % 400) AS user_name,
      '10.' || (hash(i) % 4) || '.' || (hash(i + 1) % 40) || '.' || (1 + hash(i + 2) % 250) AS source_ip,
      CAST(hash(i + 3) % 64000 AS USMALLINT) AS source_port,
      '10.9.' || (hash(i + 4) % 4) || '.' || (1 + hash(i + 5) % 50) AS destination_ip,
      CAST(hash(i + 6) % 90000 AS UBIGINT) AS network_bytes
    FROM range(${count}) AS r(i)`);
  await database.run(
    trusted(`INSERT INTO asset (asset_id, name, evidence_id)
    SELECT 'A' || i, 'asset ' || i, 1 FROM range(200) AS r(i)`),
  );
  await database.run(
    trusted(`INSERT INTO asset_address (asset_id, ip, evidence_id)
    SELECT 'A' || i, '10.9.' || (i // 50) || '.' || (1 + i % 50), 1 FROM range(200) AS r(i)`),
  );
  await database.run(
    trusted(`INSERT INTO zone (zone_id, name, network, evidence_id)
    SELECT 'Z' || i, 'zone ' || i, '10.' || (i // 40) || '.' || (i % 40) || '.0/24', 1 FROM range(160) AS r(i)`),
  );
  for (const view of VIEWS) await database.run(view);
  await refreshEndpoints(database);
  await database.run(trusted('CHECKPOINT'));
  return database;
}
