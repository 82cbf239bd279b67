/**
 * Texts that may be addresses, however they were written: `2001:DB8::0:1` and `2001:db8::1` are one address, `00-1B-…`
 * and `00:1b:…` one MAC. The distinct texts that look so are read once, and led to the form the events carry.
 */
import { canonicalIp, canonicalMac } from '../../../shared/address';
import { type Outcome, succeed } from '../../../shared/problem';
import { type Sql, sql } from '../../store/sql';
import { NEED_NOTHING, type Relation, type SourceMaker } from './relation';

const BATCH = 20_000;

/** What an address can be written with; what is none after all is found when it is read. */
const LOOKS_SO = '\\s*[0-9A-Fa-f:.-]{2,60}(%\\S+)?\\s*';

/** A table of `address` (as events carry it) and `network` (the text), each text that is an address once. */
export async function addressMap(
  sources: SourceMaker,
  relation: Relation,
  index: number,
  signal: AbortSignal | undefined,
): Promise<Outcome<Sql>> {
  const allowed = await sources.guard(relation, signal);
  if (!allowed.ok) return allowed;
  const map = sources.freshTable('canonical');
  const made = await sources.views.using(signal, async (database) => {
    await database.run(sql`CREATE TABLE ${map} (address VARCHAR, network VARCHAR)`);
    const texts = relation.rows({ ...NEED_NOTHING, columns: new Set([index]) });
    const { rows } = await database.all(
      sql`SELECT DISTINCT t.v FROM (${texts}) AS t(v) WHERE regexp_full_match(t.v, ${LOOKS_SO})`,
    );
    for (let from = 0; from < rows.length; from += BATCH) {
      const found = rows.slice(from, from + BATCH).flatMap(([text]) => {
        if (typeof text !== 'string') return [];
        const address = canonicalIp(text.trim()) ?? canonicalMac(text.trim());
        return address === null ? [] : [{ a: address, t: text }];
      });
      await database.run(sql`INSERT INTO ${map} SELECT r.a, r.t FROM (
        SELECT unnest(from_json(CAST(${JSON.stringify(found)} AS JSON), ${'[{"a":"VARCHAR","t":"VARCHAR"}]'})) AS r)`);
    }
    return map;
  });
  return made.ok ? succeed(made.value) : made;
}
