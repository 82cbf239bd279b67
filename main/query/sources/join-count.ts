/**
 * How many rows a join has, found without making them wherever they could be too many: keys are grouped and
 * multiplied, spans counted by how many began before and ended before.
 */
import type { Join } from '../../../shared/filter';
import { fail, type Outcome, type Problem, succeed } from '../../../shared/problem';
import type { JoinCounts } from '../../../shared/protocol';
import type { Database } from '../../store/database';
import { join as glue, type Sql, sql, trusted } from '../../store/sql';
import { type Keys, keyedRows } from './join-keys';
import { isNative, type JoinSides, joinRows, meeting } from './join-rows';
import { NEED_NOTHING } from './relation';

/** Pairs that may be gone through one by one to be counted. */
const MOST_PAIRS = 50_000_000;
/** Rows a join may have, or as many as its larger side has. */
export const JOIN_CAP = 5_000_000;

export function capOf(counts: JoinCounts): number {
  return Math.max(JOIN_CAP, counts.left.rows, counts.right.rows);
}

interface Pairs {
  readonly pairs: number;
  readonly left: number;
  readonly right: number;
  readonly most: number;
}

const NO_PAIRS: Pairs = { pairs: 0, left: 0, right: 0, most: 0 };

/** Fails when the conditions would have to be tried on too many pairs. */
export async function countJoin(
  database: Database,
  how: Join['how'],
  sides: JoinSides,
  keys: Keys,
  mostPairs = MOST_PAIRS,
): Promise<Outcome<JoinCounts>> {
  const count = async (relation: JoinSides['left']): Promise<number> =>
    Number(await database.one(sql`SELECT count(*) FROM (${relation.rows(NEED_NOTHING)}) AS n`));
  const left = await count(sides.left);
  const right = await count(sides.right);
  const found =
    left === 0 || right === 0 ? succeed(NO_PAIRS) : await countPairs(database, sides, keys, left, mostPairs);
  if (!found.ok) return found;
  const { pairs } = found.value;
  const unmatched = left - found.value.left;
  return succeed({
    rows: how === 'inner' ? pairs : how === 'left' ? pairs + unmatched : unmatched,
    left: { rows: left, matched: found.value.left },
    right: { rows: right, matched: found.value.right },
    most: found.value.most,
  });
}

async function countPairs(
  database: Database,
  sides: JoinSides,
  keys: Keys,
  left: number,
  mostPairs: number,
): Promise<Outcome<Pairs>> {
  if (keys.asOf && isNative(keys)) return succeed(await countOneByOne(database, sides, keys));
  const { spans } = keys.left;
  if (spans.length === 0 && keys.doubles.length === 0 && !keys.asOf) {
    return succeed(await countKeys(database, sides, keys));
  }
  const upper =
    spans.length === 0
      ? (await countKeys(database, sides, keys)).pairs
      : left * (keys.left.isExpanded ? 2 : 1) * (await deepest(database, sides, keys));
  if (upper <= mostPairs) return succeed(await countOneByOne(database, sides, keys));
  if (spans.length === 1 && !keys.left.isExpanded && !keys.right.isExpanded && !keys.asOf) {
    return succeed(await countSpans(database, sides, keys));
  }
  if (spans.length > 0 && keys.left.equal.length > 0) {
    const byKeys = await countKeys(database, sides, { ...keys, doubles: [] });
    if (byKeys.pairs <= mostPairs) return succeed(await countOneByOne(database, sides, keys));
  }
  return fail(tooManyPairs(upper));
}

/** Rows of a side with its keys and the place of each row, without those that can have no partner. */
function placed({ left, right }: JoinSides, keys: Keys, side: 'left' | 'right'): Sql {
  const need = { ...NEED_NOTHING, places: true };
  return keyedRows(side === 'left' ? left : right, keys[side], need, true);
}

function placesOf({ left, right }: JoinSides, side: 'left' | 'right'): string {
  return (side === 'left' ? left : right).leaves.map((_, at) => `p${at}`).join(', ');
}

function keyNames(keys: Keys): string[] {
  return keys.left.equal.map((_, at) => `k${at}`);
}

/** Equal keys alone: groups of either side are multiplied. */
async function countKeys(database: Database, sides: JoinSides, keys: Keys): Promise<Pairs> {
  const names = keyNames(keys);
  if (names.length === 0) return NO_PAIRS;
  const by = trusted(names.join(', '));
  const using = trusted(`USING (${names.join(', ')})`);
  const rows = (side: 'left' | 'right'): Sql => {
    const relation = sides[side];
    return keyedRows(relation, keys[side], { ...NEED_NOTHING, places: keys[side].isExpanded }, true);
  };
  const group = (side: 'left' | 'right'): Sql =>
    sql`SELECT ${by}, count(*) AS n FROM (${rows(side)}) AS g GROUP BY ALL`;
  const [totals = []] = (
    await database.all(sql`WITH l AS MATERIALIZED (${group('left')}), r AS MATERIALIZED (${group('right')})
      SELECT CAST(sum(CAST(l.n AS DOUBLE) * r.n) AS DOUBLE), CAST(sum(l.n) AS BIGINT), CAST(sum(r.n) AS BIGINT), max(r.n)
      FROM l JOIN r ${using}`)
  ).rows;
  const [pairs, left, right, most] = totals.map((value) => Number(value ?? 0));
  const result = { pairs: pairs ?? 0, left: left ?? 0, right: right ?? 0, most: most ?? 0 };
  // A row that stands for several keys is one row all the same.
  const distinct = async (side: 'left' | 'right'): Promise<number> => {
    const other = side === 'left' ? 'right' : 'left';
    return Number(
      await database.one(sql`SELECT count(*) FROM (SELECT DISTINCT ${trusted(placesOf(sides, side))}
        FROM (${placed(sides, keys, side)}) AS a SEMI JOIN (${group(other)}) AS b ${using}) AS d`),
    );
  };
  if (!keys.left.isExpanded) {
    return keys.right.isExpanded ? { ...result, right: await distinct('right') } : result;
  }
  const places = trusted(placesOf(sides, 'left'));
  const partners = await database.one(sql`SELECT max(n) FROM (SELECT sum(b.n) AS n
    FROM (${placed(sides, keys, 'left')}) AS a JOIN (${group('right')}) AS b ${using} GROUP BY ${places}) AS m`);
  return {
    ...result,
    left: await distinct('left'),
    right: await distinct('right'),
    most: Number(partners ?? 0),
  };
}

/** Goes through the pairs, which are known to be few enough. */
async function countOneByOne(database: Database, sides: JoinSides, keys: Keys): Promise<Pairs> {
  const split = sides.left.leaves.length;
  const lefts = sides.left.leaves.map((_, at) => `p${at}`).join(', ');
  const rights = sides.right.leaves.map((_, at) => `p${split + at}`).join(', ');
  const pairs = keys.asOf
    ? joinRows('inner', sides, keys, { ...NEED_NOTHING, places: true })
    : sql`SELECT ${trusted(pairPlaces(sides))} FROM (${placed(sides, keys, 'left')}) AS l
        JOIN (${placed(sides, keys, 'right')}) AS r ON ${meeting(keys)}`;
  const [row = []] = (
    await database.all(sql`SELECT
        CAST(coalesce(sum(n) FILTER (is_left), 0) AS DOUBLE), count(*) FILTER (is_left),
        count(*) FILTER (NOT is_left), coalesce(max(n) FILTER (is_left), 0)
      FROM (SELECT count(*) AS n, ${trusted(`GROUPING(${lefts.split(', ')[0]}) = 0`)} AS is_left
        FROM (${pairs}) AS pairs GROUP BY GROUPING SETS ((${trusted(lefts)}), (${trusted(rights)}))) AS g`)
  ).rows;
  const [all, left, right, most] = row.map((value) => Number(value ?? 0));
  return { pairs: all ?? 0, left: left ?? 0, right: right ?? 0, most: most ?? 0 };
}

function pairPlaces({ left, right }: JoinSides): string {
  const split = left.leaves.length;
  return [
    ...left.leaves.map((_, at) => `l.p${at} AS p${at}`),
    ...right.leaves.map((_, at) => `r.p${at} AS p${split + at}`),
  ].join(', ');
}

/** How many spans of the right hold at once, at most, among those of one key. */
async function deepest(database: Database, sides: JoinSides, keys: Keys): Promise<number> {
  const names = keyNames(keys);
  const also = names.map((name) => `${name}, `).join('');
  const by = names.length > 0 ? `PARTITION BY ${names.join(', ')} ` : '';
  const spans = placed(sides, keys, 'right');
  // Spans of the left are longer than a moment, and meet more than those that hold at once: then all of a key count.
  if (await hasLongSpans(database, sides, keys)) {
    const group = names.length > 0 ? sql` GROUP BY ${trusted(names.join(', '))}` : trusted('');
    return Number(
      (await database.one(
        sql`SELECT max(n) FROM (SELECT count(*) AS n FROM (${spans}) AS s${group}) AS g`,
      )) ?? 0,
    );
  }
  const depth = await database.one(sql`SELECT max(depth) FROM (
    SELECT sum(step) OVER (${trusted(by)}ORDER BY edge, step ROWS UNBOUNDED PRECEDING) AS depth FROM (
      SELECT ${trusted(also)}a0 AS edge, 1 AS step FROM (${spans}) AS s
      UNION ALL SELECT ${trusted(also)}b0 AS edge, -1 AS step FROM (${spans}) AS s) AS steps) AS depths`);
  return Number(depth ?? 0);
}

async function hasLongSpans(database: Database, sides: JoinSides, keys: Keys): Promise<boolean> {
  const long =
    await database.one(sql`SELECT count(*) FROM (SELECT 1 FROM (${placed(sides, keys, 'left')}) AS s
    WHERE s.b0 > s.a0 + 1 LIMIT 1) AS one`);
  return Number(long) > 0;
}

/** Partners of each span: those that began before it ended, less those that ended before it began. */
async function countSpans(database: Database, sides: JoinSides, keys: Keys): Promise<Pairs> {
  const weigh = async (side: 'left' | 'right'): Promise<{ pairs: number; rows: number; most: number }> => {
    const other = side === 'left' ? 'right' : 'left';
    const [row = []] = (
      await database.all(weighing(keys, placed(sides, keys, side), placed(sides, keys, other)))
    ).rows;
    const [pairs, rows, most] = row.map((value) => Number(value ?? 0));
    return { pairs: pairs ?? 0, rows: rows ?? 0, most: most ?? 0 };
  };
  const left = await weigh('left');
  const right = await weigh('right');
  return { pairs: left.pairs, left: left.rows, right: right.rows, most: left.most };
}

function weighing(keys: Keys, own: Sql, others: Sql): Sql {
  const names = keyNames(keys);
  const also = trusted(names.map((name) => `${name}, `).join(''));
  const by = trusted(names.length > 0 ? `PARTITION BY ${names.join(', ')} ` : '');
  const running = (edge: string): Sql => sql`SELECT ${also}${trusted(edge)} AS edge,
    sum(count(*)) OVER (${by}ORDER BY ${trusted(edge)} ROWS UNBOUNDED PRECEDING) AS n
    FROM (${others}) AS s GROUP BY ${also}${trusted(edge)}`;
  const equal = (alias: string): Sql[] => names.map((name) => trusted(`o.${name} = ${alias}.${name}`));
  return sql`SELECT CAST(sum(n) AS DOUBLE), count(*) FILTER (n > 0), max(n) FROM (
    SELECT coalesce(begun.n, 0) - coalesce(gone.n, 0) AS n FROM (${own}) AS o
    ASOF LEFT JOIN (${running('a0')}) AS begun ON ${glue([...equal('begun'), trusted('o.b0 > begun.edge')], ' AND ')}
    ASOF LEFT JOIN (${running('b0')}) AS gone ON ${glue([...equal('gone'), trusted('o.a0 >= gone.edge')], ' AND ')}
  ) AS weighed`;
}

function tooManyPairs(pairs: number): Problem {
  return {
    code: 'join-too-big',
    what: `Up to ${pairs.toLocaleString('en')} pairs would have to be compared.`,
    why: `more than ${MOST_PAIRS.toLocaleString('en')} is not begun`,
    help: 'Add a condition of equal values, or narrow one side by a filter.',
  };
}
