/**
 * Which address lies in which network, for two columns: the distinct texts of either are read once, and met by the
 * leading bits of each prefix length there is. No address is compared with every network.
 */
import { parseIp, parseNetwork, unmapped } from '../../../shared/address';
import { type Outcome, succeed } from '../../../shared/problem';
import type { Database } from '../../store/database';
import { type Sql, sql } from '../../store/sql';
import { ADDRESS_TABLE } from '../addresses';
import { NEED_NOTHING, type Relation, type SourceMaker } from './relation';

const BATCH = 20_000;

/** A table of `address`, `network`: the texts of the two columns, each pair once. */
export async function networkMap(
  sources: SourceMaker,
  left: Relation,
  from: number,
  right: Relation,
  to: number,
  signal: AbortSignal | undefined,
): Promise<Outcome<Sql>> {
  const ready = await sources.needAddresses(left, from, signal);
  if (!ready.ok) return ready;
  const allowed = await sources.guard(right, signal);
  if (!allowed.ok) return allowed;
  const map = sources.freshTable('networks');
  const made = await sources.views.using(signal, async (database) => {
    const networks = right.rows({ ...NEED_NOTHING, columns: new Set([to]) });
    const { rows } = await database.all(
      sql`SELECT DISTINCT n.v FROM (${networks}) AS n(v) WHERE n.v IS NOT NULL`,
    );
    const texts = rows.flatMap(([text]) => (typeof text === 'string' ? [text] : []));
    await fill(database, map, texts);
    return map;
  });
  return made.ok ? succeed(made.value) : made;
}

async function fill(database: Database, map: Sql, texts: readonly string[]): Promise<void> {
  await database.run(sql`CREATE TABLE ${map} (address VARCHAR, network VARCHAR)`);
  // All networks of a text go in one batch, so that an address in several of them meets it once.
  for (let at = 0; at < texts.length; at += BATCH) {
    const networks = texts.slice(at, at + BATCH).flatMap((text) => readNetworks(text));
    if (networks.length === 0) continue;
    const shape = '[{"t":"VARCHAR","v":"UTINYINT","s":"UTINYINT","n":"UHUGEINT"}]';
    const given = JSON.stringify(networks);
    await database.run(sql`INSERT INTO ${map}
      WITH n AS MATERIALIZED (SELECT r.t, r.v, r.s, r.n >> r.s AS head
        FROM (SELECT unnest(from_json(CAST(${given} AS JSON), ${shape})) AS r) AS g),
      kind AS (SELECT DISTINCT v, s FROM n),
      headed AS (SELECT a.address, kind.v, kind.s, CASE WHEN kind.s = 128 THEN CAST(0 AS UHUGEINT) ELSE a.value >> kind.s END AS head
        FROM ${ADDRESS_TABLE} AS a JOIN kind ON kind.v = a.version)
      SELECT DISTINCT headed.address, n.t FROM headed
      JOIN n ON n.v = headed.v AND n.s = headed.s AND n.head = headed.head`);
  }
}

interface NetworkOfText {
  readonly t: string;
  readonly v: number;
  readonly s: number;
  readonly n: string;
}

/** A cell may list several networks, as zones do; where one part is none, the whole is no network. */
function readNetworks(text: string): readonly NetworkOfText[] {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '');
  const found = parts.map((part) => readNetwork(text, part));
  // Behind an address the second part may be its mask, which is no network of its own.
  const isWhole =
    found.every((one) => one.length > 0) && !parts.slice(1).some((part) => part.startsWith('255.'));
  return isWhole ? found.flat() : [];
}

/** `s` is how many bits of the address are free. IPv4-mapped networks count as IPv4, as addresses do. */
function readNetwork(text: string, trimmed: string): readonly NetworkOfText[] {
  const network = parseNetwork(trimmed);
  if (network) {
    const first = unmapped({ version: network.version, value: network.first, zoneId: null });
    if (network.version === 6 && first.version === 4 && network.prefix >= 96) {
      return [{ t: text, v: 4, s: 128 - network.prefix, n: first.value.toString() }];
    }
    const bits = network.version === 4 ? 32 : 128;
    return [{ t: text, v: network.version, s: bits - network.prefix, n: network.first.toString() }];
  }
  const address = parseIp(trimmed);
  if (!address) return [];
  const plain = unmapped(address);
  return [{ t: text, v: plain.version, s: 0, n: plain.value.toString() }];
}
