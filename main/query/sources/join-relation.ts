/** A join as a relation: its columns named, its conditions checked, its tables of networks made. */

import { uniqueNames } from '../../../shared/cell';
import type { Join } from '../../../shared/filter';
import { type Outcome, succeed } from '../../../shared/problem';
import { addressMap } from './address-map';
import { capOf, countJoin } from './join-count';
import { joinKeys, type KeyMap } from './join-keys';
import { type JoinSides, joinRows } from './join-rows';
import { networkMap } from './network-map';
import { findColumn, type JoinMade, type Relation, type RelationColumn, type SourceMaker } from './relation';

export async function joinRelation(
  sources: SourceMaker,
  join: Join,
  signal: AbortSignal | undefined,
  stack: readonly string[],
): Promise<Outcome<Relation>> {
  const left = await sources.relation(join.left, signal, stack);
  if (!left.ok) return left;
  const right = await sources.relation(join.right, signal, stack);
  if (!right.ok) return right;
  const columns = resultColumns(join, left.value, right.value);
  const sides: JoinSides = { left: left.value, right: right.value, result: { columns } };
  const before = [...left.value.joins, ...right.value.joins];
  const tried = joinKeys(
    join,
    { left: left.value, right: right.value, maps: new Map() },
    { readable: false },
  );
  if (!tried.ok) return tried;
  const maps = await mapsOf(sources, join, left.value, right.value, signal);
  if (!maps.ok) return maps;
  const given = { left: left.value, right: right.value, maps: maps.value };
  const keys = joinKeys(join, given, { readable: false });
  if (!keys.ok) return keys;
  const made: JoinMade = {
    key: JSON.stringify(join),
    usesMarks: usesMarks(join, left.value, right.value),
    count: (database, mostPairs) => countJoin(database, join.how, sides, keys.value, mostPairs),
    capOf,
  };
  return succeed({
    title: `${left.value.title} + ${join.name}`,
    columns: join.how === 'anti' ? columns.slice(0, left.value.columns.length) : columns,
    leaves: join.how === 'anti' ? left.value.leaves : [...left.value.leaves, ...right.value.leaves],
    orders: left.value.orders + (join.how === 'anti' ? 0 : right.value.orders),
    hasEvents: left.value.hasEvents,
    usesMarks: made.usesMarks,
    joins: [...before, made],
    rows(need) {
      const named = need.readable ? joinKeys(join, given, need) : keys;
      if (!named.ok) throw new Error('conditions that were read before cannot fail');
      return joinRows(join.how, sides, named.value, need);
    },
  });
}

/** The tables that lead networks and freely written addresses to the addresses of the other side. */
async function mapsOf(
  sources: SourceMaker,
  join: Join,
  left: Relation,
  right: Relation,
  signal: AbortSignal | undefined,
): Promise<Outcome<ReadonlyMap<number, readonly KeyMap[]>>> {
  const maps = new Map<number, readonly KeyMap[]>();
  for (const [place, condition] of join.on.entries()) {
    if (condition.kind !== 'cidr' && condition.kind !== 'equal') continue;
    const from = findColumn(left, condition.left);
    const to = findColumn(right, condition.right);
    if (from === null || to === null) continue;
    if (condition.kind === 'cidr') {
      const key = `networks ${JSON.stringify([join.left, join.right, condition])}`;
      const marked = left.usesMarks || right.usesMarks;
      const map = await sources.kept(key, marked, () => networkMap(sources, left, from, right, to, signal));
      if (!map.ok) return map;
      maps.set(place, [{ table: map.value, side: 'right' }]);
      continue;
    }
    const sides = [
      ['left', left, from],
      ['right', right, to],
    ] as const;
    const columns = sides.map(([, relation, index]) => relation.columns[index]?.column);
    if (columns.some((column) => column?.type !== 'VARCHAR')) continue;
    const found: KeyMap[] = [];
    for (const [side, relation, index] of sides) {
      if (relation.columns[index]?.column.isCanonical) continue;
      const key = `addresses ${JSON.stringify([join[side], index])}`;
      const map = await sources.kept(key, relation.usesMarks, () =>
        addressMap(sources, relation, index, signal),
      );
      if (!map.ok) return map;
      found.push({ table: map.value, side });
    }
    maps.set(place, found);
  }
  return succeed(maps);
}

/** Also where a condition is on what the marks say. */
function usesMarks({ on }: Join, left: Relation, right: Relation): boolean {
  if (left.usesMarks || right.usesMarks) return true;
  const isMark = (relation: Relation, name: string): boolean =>
    relation.columns[findColumn(relation, name) ?? -1]?.column.isMark === true;
  return on.some((one) => one.kind === 'equal' && (isMark(left, one.left) || isMark(right, one.right)));
}

/** The left's columns under their own names, then the right's as `<name>.<column>`, made unique. */
function resultColumns(join: Join, left: Relation, right: Relation): RelationColumn[] {
  const all = [
    ...left.columns.map((column) => ({ ...column, origin: `left: ${left.title}` })),
    ...right.columns.map((column) => ({
      ...column,
      name: `${join.name}.${column.name}`,
      origin: `right: ${right.title}`,
      leaf: column.leaf + left.leaves.length,
    })),
  ];
  const names = uniqueNames(all.map(({ name }) => name));
  return all.map((column, index) => ({ ...column, name: names[index] ?? column.name }));
}
