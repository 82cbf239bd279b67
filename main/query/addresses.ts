/**
 * The distinct addresses of columns with their integer form, read when the first network filter asks: DuckDB has no
 * address type here, and reading one text per distinct address is cheap where one per event is not.
 */
import { type Network, parseIp, unmapped } from '../../shared/address';
import type { Database } from '../store/database';
import { type Sql, sql, trusted } from '../store/sql';

/** Lives in the memory database that holds the sorted views (`views.ts`). */
export const ADDRESS_TABLE = trusted('view_memory.main.address');

const BATCH = 20_000;

/** SELECT of the texts that lie in the network, IPv4-mapped IPv6 counting as IPv4. */
export function addressesInside(network: Network): Sql {
  const plain = unmappedNetwork(network);
  return sql`SELECT address FROM ${ADDRESS_TABLE} WHERE version = CAST(${String(plain.version)} AS UTINYINT)
    AND value BETWEEN CAST(${plain.first.toString()} AS UHUGEINT) AND CAST(${plain.last.toString()} AS UHUGEINT)`;
}

/** `::ffff:10.0.0.0/104` means 10.0.0.0/8: addresses are kept in their IPv4 form. */
function unmappedNetwork(network: Network): Network {
  const first = unmapped({ version: network.version, value: network.first, zoneId: null });
  if (network.version === 4 || first.version === 6 || network.prefix < 96) return network;
  const last = network.last & 0xffff_ffffn;
  return { version: 4, prefix: network.prefix - 96, first: first.value, last };
}

export async function createAddresses(database: Database): Promise<void> {
  await database.run(sql`CREATE TABLE ${ADDRESS_TABLE} (address VARCHAR, version UTINYINT, value UHUGEINT)`);
}

export async function addEventAddresses(database: Database): Promise<void> {
  await addAddresses(
    database,
    sql`SELECT source_ip AS address FROM event UNION SELECT destination_ip FROM event`,
  );
}

/**
 * Reads the texts of a SELECT with the column `address` that are not there yet. Texts that are no address are left
 * out: no network holds them.
 */
export async function addAddresses(database: Database, select: Sql): Promise<void> {
  const { rows } = await database.all(sql`SELECT DISTINCT g.address FROM (${select}) AS g
    WHERE g.address IS NOT NULL AND g.address NOT IN (SELECT address FROM ${ADDRESS_TABLE})`);
  for (let from = 0; from < rows.length; from += BATCH) {
    const found = rows.slice(from, from + BATCH).flatMap(([text]) => {
      const address = typeof text === 'string' ? parseIp(text.trim()) : null;
      if (address === null) return [];
      const plain = unmapped(address);
      return [{ a: text, v: plain.version, n: plain.value.toString() }];
    });
    const shape = '[{"a":"VARCHAR","v":"UTINYINT","n":"UHUGEINT"}]';
    await database.run(sql`INSERT INTO ${ADDRESS_TABLE} SELECT r.a, r.v, r.n
      FROM (SELECT unnest(from_json(CAST(${JSON.stringify(found)} AS JSON), ${shape})) AS r)`);
  }
}
