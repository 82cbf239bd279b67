/**
 * The conditions of a join as keys: either side becomes a SELECT whose rows carry `k<n>` to be equal, `a<n>`/`b<n>`
 * spans of microseconds to overlap, and `t` for the as-of. Rows that can have no partner for want of a value keep
 * NULL keys.
 */
import type { AssetSide, Join, JoinCondition } from '../../../shared/filter';
import { fail, type Outcome, type Problem, succeed } from '../../../shared/problem';
import { isStated } from '../../store/no-machine';
import { join, type Sql, sql, trusted } from '../../store/sql';
import { reconcile } from '../reconcile';
import { listOf } from './leaf-relation';
import { columnName, findColumn, type Need, type Relation } from './relation';

/** Beyond every time there is, in microseconds. */
const ENDLESS = 'CAST(9223372036854775807 AS BIGINT)';

export interface KeyedSide {
  readonly columns: readonly number[];
  /** `k<n>`, in order; over the alias `x`. */
  readonly equal: readonly Key[];
  readonly spans: readonly { readonly a: Sql; readonly b: Sql }[];
  readonly time: Sql | null;
  /** A row may stand here more than once: for each of two assets, or each address of its network. */
  readonly isExpanded: boolean;
}

type Key =
  | { readonly kind: 'plain'; readonly value: Sql; readonly lookup: Lookup | null }
  | { readonly kind: 'either'; readonly one: Sql; readonly other: Sql }
  | { readonly kind: 'network'; readonly value: Sql; readonly map: Sql };

/** A table of addresses beside `x` under `alias`: `alias.address` is what the text of the row stands for. */
interface Lookup {
  readonly map: Sql;
  readonly text: Sql;
  readonly alias: Sql;
}

export interface Keys {
  readonly left: KeyedSide;
  readonly right: KeyedSide;
  readonly asOf: Extract<JoinCondition, { kind: 'as-of' }> | null;
  /** Keys of which both sides have two assets: a pair could meet twice. */
  readonly doubles: readonly number[];
}

export interface Sides {
  readonly left: Relation;
  readonly right: Relation;
  /** Tables of `address`, `network` pairs, by the place of their condition in `on`. */
  readonly maps: ReadonlyMap<number, readonly KeyMap[]>;
}

/** Leads the texts of one side to the addresses they stand for. */
export interface KeyMap {
  readonly table: Sql;
  readonly side: 'left' | 'right';
}

export function joinKeys({ on }: Join, sides: Sides, need: Pick<Need, 'readable'>): Outcome<Keys> {
  const { left, right } = sides;
  const use = { left: new Set<number>(), right: new Set<number>() };
  const equalLeft: Key[] = [];
  const equalRight: Key[] = [];
  const spansLeft: { a: Sql; b: Sql }[] = [];
  const spansRight: { a: Sql; b: Sql }[] = [];
  let asOf: Keys['asOf'] = null;
  let timeLeft: Sql | null = null;
  let timeRight: Sql | null = null;
  const doubles: number[] = [];
  const pick = (side: 'left' | 'right', name: string) => {
    const relation = side === 'left' ? left : right;
    const index = findColumn(relation, name);
    const column = index === null ? undefined : relation.columns[index];
    if (index === null || !column) return null;
    use[side].add(index);
    return { type: column.column.type, label: column.label, at: sql`x.${columnName(relation, index, need)}` };
  };
  for (const [place, condition] of on.entries()) {
    if (condition.kind === 'asset') {
      const one = assetKey(condition.left, (name) => pick('left', name));
      const other = assetKey(condition.right, (name) => pick('right', name));
      if (one === null) return fail(noAsset('left'));
      if (other === null) return fail(noAsset('right'));
      if (one.kind === 'either' && other.kind === 'either') doubles.push(equalLeft.length);
      equalLeft.push(one);
      equalRight.push(other);
      continue;
    }
    if (condition.kind === 'window') {
      const start = pick('left', condition.left);
      const end = condition.leftEnd === null ? undefined : pick('left', condition.leftEnd);
      const from = pick('right', condition.from);
      const to = pick('right', condition.to);
      if (!start || end === null)
        return fail(noColumn('left', start ? (condition.leftEnd ?? '') : condition.left));
      if (!from || !to) return fail(noColumn('right', from ? condition.to : condition.from));
      const wrong = [start, ...(end ? [end] : []), from, to].find(({ type }) => type !== 'TIMESTAMP');
      if (wrong) return fail(noTime(wrong.label));
      const at = sql`epoch_us(${start.at})`;
      // A moment is the span of one microsecond, so that one rule serves moments and spans.
      const until = end
        ? sql`CASE WHEN ${start.at} IS NULL THEN NULL WHEN ${end.at} IS NULL THEN ${trusted(ENDLESS)}
            ELSE greatest(epoch_us(${end.at}), ${at} + 1) END`
        : sql`${at} + 1`;
      spansLeft.push({ a: at, b: until });
      spansRight.push({
        a: sql`epoch_us(${from.at}) - ${trusted(String(condition.beforeUs))}`,
        b: sql`CASE WHEN ${to.at} IS NULL THEN ${trusted(ENDLESS)}
          ELSE epoch_us(${to.at}) + ${trusted(String(condition.afterUs))} END`,
      });
      continue;
    }
    const one = pick('left', condition.left);
    const other = pick('right', condition.right);
    if (!one) return fail(noColumn('left', condition.left));
    if (!other) return fail(noColumn('right', condition.right));
    if (condition.kind === 'equal') {
      const ground = reconcile(one.type, other.type, condition.ignoreCase);
      const key = (side: 'left' | 'right', at: Sql): Key => {
        const map = sides.maps.get(place)?.find((found) => found.side === side);
        if (one.type !== 'VARCHAR' || other.type !== 'VARCHAR') return plain(ground[side](at));
        if (!map) return plain(stated(at, ground[side](at)));
        const alias = trusted(`n${place}`);
        const value = sql`coalesce(${alias}.address, ${ground[side](at)})`;
        return { kind: 'plain', value: stated(at, value), lookup: { map: map.table, text: at, alias } };
      };
      equalLeft.push(key('left', one.at));
      equalRight.push(key('right', other.at));
    } else if (condition.kind === 'cidr') {
      const wrong = [one, other].find(({ type }) => type !== 'VARCHAR');
      const [map] = sides.maps.get(place) ?? [];
      if (wrong) return fail(noAddresses(wrong.label));
      equalLeft.push(plain(one.at));
      equalRight.push({ kind: 'network', value: other.at, map: map?.table ?? trusted('network_of') });
    } else {
      if (asOf !== null) return fail(twoAsOf);
      const wrong = [one, other].find(({ type }) => type !== 'TIMESTAMP');
      if (wrong) return fail(noTime(wrong.label));
      asOf = condition;
      timeLeft = sql`epoch_us(${one.at})`;
      timeRight = sql`epoch_us(${other.at})`;
    }
  }
  return succeed({
    left: sideOf(use.left, equalLeft, spansLeft, timeLeft),
    right: sideOf(use.right, equalRight, spansRight, timeRight),
    asOf,
    doubles,
  });
}

function plain(value: Sql): Key {
  return { kind: 'plain', value, lookup: null };
}

/** What stands for a missing value is equal to nothing, as an empty field is. */
function stated(text: Sql, value: Sql): Sql {
  return sql`CASE WHEN ${isStated(text)} THEN ${value} END`;
}

function sideOf(
  columns: ReadonlySet<number>,
  equal: Key[],
  spans: KeyedSide['spans'],
  time: Sql | null,
): KeyedSide {
  return {
    columns: [...columns],
    equal,
    spans,
    time,
    isExpanded: equal.some(({ kind }) => kind !== 'plain'),
  };
}

/**
 * The rows of one side with their keys: `s.*` of the relation, then `k<n>`, `q<n>` (the other asset of a row that has
 * two), `a<n>`, `b<n>`, `t`. `only` leaves out rows that can have no partner.
 */
export function keyedRows(relation: Relation, side: KeyedSide, need: Need, only: boolean): Sql {
  const columns = new Set([...need.columns, ...side.columns]);
  const list: Sql[] = [trusted('x.*')];
  for (const [at, key] of side.equal.entries()) {
    if (key.kind === 'either') {
      list.push(
        sql`${key.one} AS ${trusted(`k${at}`)}`,
        sql`nullif(${key.other}, ${key.one}) AS ${trusted(`q${at}`)}`,
      );
    } else list.push(sql`${key.value} AS ${trusted(`k${at}`)}`);
  }
  side.spans.forEach(
    ({ a, b }, at) => void list.push(sql`${a} AS ${trusted(`a${at}`)}, ${b} AS ${trusted(`b${at}`)}`),
  );
  if (side.time) list.push(sql`${side.time} AS t`);
  const lookups = side.equal.flatMap((key) =>
    key.kind === 'plain' && key.lookup
      ? [
          sql` LEFT JOIN ${key.lookup.map} AS ${key.lookup.alias} ON ${key.lookup.alias}.network = ${key.lookup.text}`,
        ]
      : [],
  );
  let rows = sql`SELECT ${listOf(list)} FROM (${relation.rows({ ...need, columns })}) AS x${join(lookups, '')}`;
  for (const [at, key] of side.equal.entries()) {
    if (key.kind === 'either') rows = bothAssets(rows, at);
    if (key.kind === 'network') {
      rows = sql`SELECT y.* REPLACE (n.address AS ${trusted(`k${at}`)}) FROM (${rows}) AS y
        JOIN ${key.map} AS n ON n.network = y.${trusted(`k${at}`)}`;
    }
  }
  if (!only) return rows;
  const needed = [
    ...side.equal.map((_, at) => `z.k${at} IS NOT NULL`),
    ...side.spans.map((_, at) => `z.a${at} < z.b${at}`),
    ...(side.time ? ['z.t IS NOT NULL'] : []),
  ];
  return sql`SELECT z.* FROM (${rows}) AS z WHERE ${trusted(needed.join(' AND ') || 'true')}`;
}

/** One row for each of a row's assets. */
function bothAssets(rows: Sql, at: number): Sql {
  const [k, q] = [trusted(`k${at}`), trusted(`q${at}`)];
  return sql`SELECT * FROM (${rows}) AS y UNION ALL
    SELECT y.* REPLACE (y.${q} AS ${k}, y.${k} AS ${q}) FROM (${rows}) AS y WHERE y.${q} IS NOT NULL`;
}

type Picked = { readonly at: Sql } | null;

function assetKey(side: AssetSide, pick: (name: string) => Picked): Key | null {
  if (side === 'either') {
    const one = assetOf('source', pick);
    const other = assetOf('destination', pick);
    return one && other ? { kind: 'either', one: one.at, other: other.at } : null;
  }
  const column = side === 'itself' ? pick('asset_id') : assetOf(side, pick);
  return column ? plain(column.at) : null;
}

function assetOf(side: 'source' | 'destination', pick: (name: string) => Picked): Picked {
  return pick(`${side}_asset_id`) ?? pick(`${side}_asset`);
}

function noColumn(side: 'left' | 'right', name: string): Problem {
  return {
    code: 'unknown-field',
    what: `The ${side} side of the join has no column “${name.slice(0, 100)}”.`,
    help: 'Choose one of its columns.',
  };
}

function noAsset(side: 'left' | 'right'): Problem {
  return {
    code: 'join-no-asset',
    what: `The rows of the ${side} side name no such asset.`,
    help: 'Events name the assets of their source and destination; assets and addresses are one themselves.',
  };
}

function noTime(label: string): Problem {
  return { code: 'join-no-time', what: `“${label}” is no time.`, help: 'Choose a column of times.' };
}

function noAddresses(label: string): Problem {
  return { code: 'join-no-address', what: `“${label}” holds no addresses or networks.` };
}

const twoAsOf: Problem = {
  code: 'join-two-as-of',
  what: 'A join can have one as-of condition.',
  help: 'Join in two steps: take the first result as the left side of the second.',
};
