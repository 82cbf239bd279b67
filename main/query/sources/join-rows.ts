/** The statement of a join, by what it asks: hash joins for equal keys, as-of joins, ranges, or windows of rows. */
import type { Join } from '../../../shared/filter';
import { join as glue, type Sql, sql, trusted } from '../../store/sql';
import { type Keys, keyedRows } from './join-keys';
import { listOf } from './leaf-relation';
import { columnName, type Need, type Relation } from './relation';

export interface JoinSides {
  readonly left: Relation;
  readonly right: Relation;
  /** The result's columns: the left's, then the right's. */
  readonly result: Pick<Relation, 'columns'>;
}

interface Parts extends JoinSides {
  readonly keys: Keys;
  readonly need: Need;
  /** Rows of the left, those without keys too. */
  readonly leftRows: Sql;
  /** Rows of the right that can have a partner. */
  readonly rightRows: Sql;
}

export function joinRows(how: Join['how'], sides: JoinSides, keys: Keys, need: Need): Sql {
  const parts = partsOf(sides, keys, need);
  if (how === 'inner') return innerRows(parts);
  if (how === 'anti') return antiRows(parts);
  if (keys.asOf && isNative(keys)) return nativeAsOf(parts, 'left');
  if (keys.asOf || keys.left.isExpanded) return sql`${innerRows(parts)} UNION ALL ${antiRows(parts)}`;
  return sql`SELECT ${resultList(parts, null)} FROM (${parts.leftRows}) AS l
    LEFT JOIN (${parts.rightRows}) AS r ON ${meeting(keys)}`;
}

function partsOf(sides: JoinSides, keys: Keys, need: Need): Parts {
  const { left, right } = sides;
  const split = left.columns.length;
  const leftNeed = { ...need, columns: new Set([...need.columns].filter((at) => at < split)) };
  const rightColumns = [...need.columns].filter((at) => at >= split).map((at) => at - split);
  const rightNeed: Need = {
    ...need,
    columns: new Set(rightColumns),
    // Whether a left row has a partner is read off the right's first place; ties are broken by its order.
    places: true,
    order: need.order || keys.asOf !== null,
    events: null,
  };
  const spread =
    keys.left.isExpanded || (keys.asOf !== null && !isNative(keys)) || keys.left.spans.length > 1;
  return {
    ...sides,
    keys,
    need,
    leftRows: keyedRows(left, keys.left, { ...leftNeed, places: need.places || spread }, false),
    rightRows: keyedRows(right, keys.right, rightNeed, true),
  };
}

/** DuckDB's own as-of join: one row on either side per key, nothing to hold but equal keys. */
export function isNative({ left, doubles }: Keys): boolean {
  return left.spans.length === 0 && doubles.length === 0 && !left.isExpanded;
}

function innerRows(parts: Parts): Sql {
  const { keys } = parts;
  if (keys.asOf) return isNative(keys) ? nativeAsOf(parts, 'inner') : chosenAsOf(parts);
  return sql`SELECT ${resultList(parts, null)} FROM (${parts.leftRows}) AS l
    JOIN (${parts.rightRows}) AS r ON ${meeting(keys)}`;
}

/** The rows of the left without a partner; the right's columns, where they are wanted, are empty. */
function antiRows(parts: Parts): Sql {
  const { keys, left, need } = parts;
  const list = resultList(parts, trusted('false'));
  if (keys.asOf && isNative(keys)) return nativeAsOf(parts, 'anti');
  if (!keys.asOf && !keys.left.isExpanded && keys.left.spans.length === 0) {
    return sql`SELECT ${list} FROM (${parts.leftRows}) AS l ANTI JOIN (${parts.rightRows}) AS r ON ${meeting(keys)}`;
  }
  if (!keys.asOf && !keys.left.isExpanded && keys.left.spans.length === 1) {
    return sql`SELECT ${list} FROM (${parts.leftRows}) AS l ASOF LEFT JOIN (${mergedSpans(parts)}) AS r
      ON ${glue([...equalKeys(keys), trusted('l.b0 > r.a0')], ' AND ')} WHERE NOT coalesce(r.b0 > l.a0, false)`;
  }
  const places = left.leaves.map((_, at) => `p${at}`);
  const same = places.map((place) => trusted(`l.${place} IS NOT DISTINCT FROM r.${place}`));
  const columns = new Set([...need.columns].filter((at) => at < left.columns.length));
  const matched = innerRows(
    partsOf(parts, keys, { ...need, columns: new Set(), places: true, order: false }),
  );
  return sql`SELECT ${list} FROM (${left.rows({ ...need, columns, places: true })}) AS l
    ANTI JOIN (SELECT ${trusted(places.join(', '))} FROM (${matched}) AS pairs) AS r ON ${glue(same, ' AND ')}`;
}

/** What the result needs, from `l` and `r`; `partner` says whether the right's is there, null where it is by itself. */
function resultList({ left, right, result, need }: Parts, partner: Sql | null): Sql {
  const split = left.columns.length;
  if (need.readable && !need.order) return trusted(partner?.text === 'false' ? 'l.*' : 'l.*, r.*');
  const list: Sql[] = need.readable ? [trusted(partner?.text === 'false' ? 'l.*' : 'l.*, r.*')] : [];
  const never = partner?.text === 'false';
  const ofRight = (value: Sql): Sql => {
    if (never) return trusted('NULL');
    return partner === null ? value : sql`CASE WHEN ${partner} THEN ${value} END`;
  };
  if (need.places && !need.readable) {
    left.leaves.forEach((_, at) => void list.push(trusted(`l.p${at} AS p${at}`)));
    right.leaves.forEach(
      (_, at) =>
        void list.push(sql`${ofRight(trusted(`r.p${at}`))} AS ${trusted(`p${left.leaves.length + at}`)}`),
    );
  }
  if (need.order) {
    for (let at = 0; at < left.orders; at += 1) list.push(trusted(`l.o${at} AS o${at}`));
    for (let at = 0; at < right.orders; at += 1) {
      list.push(sql`${ofRight(trusted(`r.o${at}`))} AS ${trusted(`o${left.orders + at}`)}`);
    }
  }
  for (const index of need.columns) {
    if (need.readable) continue;
    const name = columnName(result, index, need);
    if (index < split) list.push(sql`l.${columnName(left, index, need)} AS ${name}`);
    else list.push(sql`${ofRight(sql`r.${columnName(right, index - split, need)}`)} AS ${name}`);
  }
  return listOf(list);
}

function equalKeys({ left }: Keys): Sql[] {
  return left.equal.map((_, at) => trusted(`l.k${at} = r.k${at}`));
}

/** All conditions but the as-of. */
export function meeting(keys: Keys): Sql {
  const parts = equalKeys(keys);
  keys.left.spans.forEach((_, at) => void parts.push(trusted(`l.b${at} > r.a${at} AND l.a${at} < r.b${at}`)));
  for (const at of keys.doubles) {
    // The same two assets on both sides meet by each of them; the lesser stands for both.
    parts.push(
      trusted(
        `NOT (l.q${at} IS NOT NULL AND l.q${at} IS NOT DISTINCT FROM r.q${at} AND l.q${at} < l.k${at})`,
      ),
    );
  }
  return parts.length === 0 ? trusted('true') : glue(parts, ' AND ');
}

function nativeAsOf(parts: Parts, how: Join['how']): Sql {
  const { keys, right } = parts;
  const { asOf } = keys;
  if (!asOf) throw new Error('no as-of condition');
  const last = asOf.direction === 'last';
  const partition = ['t', ...keys.right.equal.map((_, at) => `k${at}`)].join(', ');
  // Of rows with the same keys and time one is chosen by the total order; DuckDB would take any.
  const one = sql`SELECT c.* FROM (${parts.rightRows}) AS c QUALIFY row_number() OVER (
    PARTITION BY ${trusted(partition)} ORDER BY ${orderWords(right.orders, last)}) = 1`;
  const near =
    asOf.withinUs === null ? null : trusted(`${last ? 'l.t - r.t' : 'r.t - l.t'} <= ${asOf.withinUs}`);
  const partner = near ? sql`(r.p0 IS NOT NULL AND ${near})` : trusted('(r.p0 IS NOT NULL)');
  const on = glue([...equalKeys(keys), trusted(last ? 'l.t >= r.t' : 'l.t <= r.t')], ' AND ');
  if (how === 'left') {
    return sql`SELECT ${resultList(parts, near ? partner : null)} FROM (${parts.leftRows}) AS l
      ASOF LEFT JOIN (${one}) AS r ON ${on}`;
  }
  if (how === 'anti') {
    return sql`SELECT ${resultList(parts, trusted('false'))} FROM (${parts.leftRows}) AS l
      ASOF LEFT JOIN (${one}) AS r ON ${on} WHERE NOT coalesce(${partner}, false)`;
  }
  return sql`SELECT ${resultList(parts, null)} FROM (${parts.leftRows}) AS l
    ASOF JOIN (${one}) AS r ON ${on} WHERE ${near ?? trusted('true')}`;
}

/** As-of among the rows for which the other conditions hold: all of them are met, one is kept. */
function chosenAsOf(parts: Parts): Sql {
  const { keys, left, right } = parts;
  const { asOf } = keys;
  if (!asOf) throw new Error('no as-of condition');
  const last = asOf.direction === 'last';
  const distance = last ? 'l.t - r.t' : 'r.t - l.t';
  const within = asOf.withinUs === null ? trusted('true') : trusted(`${distance} <= ${asOf.withinUs}`);
  const partition = left.leaves.map((_, at) => `l.p${at}`).join(', ');
  const order = orderWords(right.orders, last, 'r.');
  return sql`SELECT ${resultList(parts, null)} FROM (${parts.leftRows}) AS l
    JOIN (${parts.rightRows}) AS r ON ${meeting(keys)} AND ${trusted(`${distance} >= 0`)} AND ${within}
    QUALIFY row_number() OVER (PARTITION BY ${trusted(partition)}
      ORDER BY ${trusted(distance)}, ${order}) = 1`;
}

/** The total order of rows, or its reverse, empty values last or first. */
export function orderWords(orders: number, reverse: boolean, alias = ''): Sql {
  const parts: string[] = [];
  for (let at = 0; at < orders; at += 1) {
    parts.push(`${alias}o${at} ${reverse ? 'DESC NULLS FIRST' : 'ASC NULLS LAST'}`);
  }
  return trusted(parts.join(', '));
}

/** The right's spans, those that touch made one: then none overlaps, and the last to begin decides. */
function mergedSpans({ keys, rightRows }: Parts): Sql {
  const ks = keys.right.equal.map((_, at) => `k${at}`);
  const also = ks.map((k) => `${k}, `).join('');
  const by = ks.length > 0 ? `PARTITION BY ${ks.join(', ')} ` : '';
  return sql`SELECT ${trusted(also)}min(a0) AS a0, max(b0) AS b0 FROM (
    SELECT ${trusted(also)}a0, b0, ${trusted(`sum(fresh) OVER (${by}ORDER BY a0, b0 ROWS UNBOUNDED PRECEDING) AS stretch`)} FROM (
      SELECT ${trusted(also)}a0, b0, ${trusted(`CASE WHEN a0 <= max(b0) OVER (${by}ORDER BY a0, b0
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) THEN 0 ELSE 1 END AS fresh`)}
      FROM (SELECT ${trusted(also)}a0, b0 FROM (${rightRows}) AS w GROUP BY ALL) AS v) AS u) AS g
    GROUP BY ${trusted(also)}stretch`;
}
