/** One leaf as a relation, and a filter over any relation. */
import type { Filter } from '../../../shared/filter';
import { type Outcome, succeed } from '../../../shared/problem';
import { ident, join, type Sql, sql, trusted } from '../../store/sql';
import { compileFilter, type Members, type Scope } from '../filter';
import type { Leaf } from './leaf';
import { columnName, findColumn, type Need, type Relation } from './relation';

export function leafRelation(leaf: Leaf): Relation {
  const columns = leaf.columns.map((column) => ({
    name: column.name,
    label: column.label,
    type: column.type,
    role: column.role,
    origin: '',
    leaf: 0,
    column,
  }));
  const relation = { columns };
  return {
    title: leaf.title,
    columns,
    leaves: [leaf],
    orders: leaf.order.length,
    hasEvents: leaf.event !== null,
    usesMarks: false,
    joins: [],
    rows(need) {
      const list: Sql[] = need.readable ? [trusted('e.*')] : [];
      if (need.places && !need.readable) list.push(sql`${leaf.place} AS p0`);
      if (need.order) leaf.order.forEach((part, at) => void list.push(sql`${part} AS ${trusted(`o${at}`)}`));
      for (const index of need.columns) {
        const column = leaf.columns[index];
        if (column && !need.readable)
          list.push(sql`${column.expression} AS ${columnName(relation, index, need)}`);
      }
      if (need.readable) return sql`SELECT ${listOf(list)} FROM ${leaf.shown(need)}`;
      const wide = [...need.columns].some((index) => leaf.columns[index]?.isWide === true);
      return sql`SELECT ${listOf(list)} FROM ${leaf.from({ wide, order: need.order })}${eventsOf(leaf, need)}`;
    },
  };
}

/** Condition on the events of a leaf, where there is one and the leaf has events. */
function eventsOf({ event }: Leaf, { events }: Need): Sql {
  if (events === null || event === null) return trusted('');
  if (event.isItself) return sql` WHERE ${events}`;
  return sql` WHERE e.${ident(event.column)} IN (
    SELECT event_id FROM (SELECT e.event_id FROM event AS e WHERE ${events}) AS chosen)`;
}

/** A select list; rows without columns still count. */
export function listOf(list: readonly Sql[]): Sql {
  return list.length === 0 ? trusted('1 AS one') : join(list, ', ');
}

export interface FilterMembers {
  /** `readable` forms beside those to run. */
  readonly run: ReadonlyMap<Filter, Members>;
  readonly read: ReadonlyMap<Filter, Members>;
}

/** The rows of `inner` that pass; fails where the filter does not fit its columns. */
export function filteredRelation(inner: Relation, filter: Filter, members: FilterMembers): Outcome<Relation> {
  if (filter.kind === 'and' && filter.of.length === 0) return succeed(inner);
  const tried = compileOver(inner, filter, members, false);
  if (!tried.ok) return tried;
  return succeed({
    ...inner,
    usesMarks: inner.usesMarks || tried.value.needsMarks,
    rows(need) {
      const compiled = compileOver(inner, filter, members, need.readable);
      if (!compiled.ok) throw new Error('a filter that was compiled before cannot fail');
      const columns = new Set([...need.columns, ...compiled.value.used]);
      return sql`SELECT ${passedOn(inner, need)} FROM (${inner.rows({ ...need, columns })}) AS s
        WHERE ${compiled.value.condition}`;
    },
  });
}

/** The needed columns, places and order of `s`, under the names they have. */
export function passedOn(relation: Relation, need: Need): Sql {
  if (need.readable) return trusted('s.*');
  const list: Sql[] = [];
  if (need.places) relation.leaves.forEach((_, at) => void list.push(trusted(`s.p${at}`)));
  if (need.order) for (let at = 0; at < relation.orders; at += 1) list.push(trusted(`s.o${at}`));
  for (const index of need.columns) list.push(sql`s.${columnName(relation, index, need)}`);
  return listOf(list);
}

/** The columns a filter needs addresses of. */
export function addressColumns(relation: Relation, filter: Filter): Set<number> {
  const found = new Set<number>();
  const walk = (part: Filter): void => {
    if (part.kind === 'and' || part.kind === 'or') for (const each of part.of) walk(each);
    else if (part.kind === 'not') walk(part.of);
    else if (part.kind === 'cidr') {
      const names = part.field === null ? sidesOf(relation) : [part.field];
      for (const name of names) {
        const index = findColumn(relation, name);
        if (index !== null) found.add(index);
      }
    }
  };
  walk(filter);
  return found;
}

function sidesOf(relation: Relation): string[] {
  const sides = ['source_ip', 'destination_ip'].filter((name) => findColumn(relation, name) !== null);
  if (sides.length > 0) return sides;
  const own = relation.columns.filter(({ column }) => column.isCanonical);
  // What a query calls its columns says nothing of what they hold.
  const texts = relation.columns.filter(({ column }) => column.type === 'VARCHAR' && !column.isMark);
  return (own.length > 0 ? own : texts).map(({ name }) => name);
}

/** Name of the column that places the rows in time: the events' own, else the first time there is. */
export function timeColumn(relation: Relation): string | null {
  const times = relation.columns.filter(({ role }) => role === 'time').map(({ name }) => name);
  return times.find((name) => name === 'timestamp') ?? times[0] ?? null;
}

function compileOver(relation: Relation, filter: Filter, members: FilterMembers, readable: boolean) {
  const used = new Set<number>();
  const named = (index: number): Sql => {
    used.add(index);
    return sql`s.${columnName(relation, index, { readable })}`;
  };
  const scope: Scope = {
    column(name) {
      const index = findColumn(relation, name);
      const column = index === null ? undefined : relation.columns[index];
      if (index === null || !column) return null;
      return {
        label: column.label,
        type: column.column.type,
        expression: named(index),
        holdsAddresses: column.column.type === 'VARCHAR',
        isCanonical: column.column.isCanonical,
      };
    },
    texts: () =>
      relation.columns.flatMap((column, index) =>
        column.column.type === 'VARCHAR' && !column.column.isMark ? [named(index)] : [],
      ),
    sides: sidesOf(relation),
    time: timeColumn(relation),
    event() {
      const index = relation.columns.findIndex(({ role }) => role === 'event');
      return index < 0 ? null : named(index);
    },
    members: readable ? members.read : members.run,
  };
  const compiled = compileFilter(filter, scope);
  if (!compiled.ok) return compiled;
  const marks = compiled.value.needsMarks || [...used].some((at) => relation.columns[at]?.column.isMark);
  return succeed({ ...compiled.value, needsMarks: marks, used });
}
