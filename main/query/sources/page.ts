/** Rows of an opened source by their place in its order, as Arrow: first the places, then each leaf's own columns. */
import { fail, type Outcome, succeed } from '../../../shared/problem';
import type { Result } from '../../../shared/protocol';
import type { Database } from '../../store/database';
import { join, type Sql, sql, trusted } from '../../store/sql';
import { toArrow, wireOf, wireValue } from '../arrow';
import type { Given } from '../params';
import { STALE } from '../views';
import type { Leaf, LeafColumn } from './leaf';
import { type Opened, type OpenedSources, placesInOrder } from './opened';
import { findColumn } from './relation';
import { noColumn, type Sources } from './sources';

/** Rows this near the top are found without the whole order, so that the first screen need not wait for it. */
const HEAD_ROWS = 2000;
/** Places farther apart than this belong to different stretches of a table. */
const STRETCH_GAP = 2048n;
const MOST_STRETCHES = 48;

export async function sourcePage(
  sources: Sources,
  opened: OpenedSources,
  params: Given<'source.page'>,
  signal?: AbortSignal,
): Promise<Outcome<Result<'source.page'>>> {
  const found = opened.find(params.sourceId);
  if (!found.ok) return found;
  const { relation, rows, stamp } = found.value;
  const wanted: number[] = [];
  for (const name of params.columns) {
    const index = findColumn(relation, name);
    if (index === null) return fail(noColumn(name));
    wanted.push(index);
  }
  const end = Math.min(params.offset + params.limit, rows);
  const isHead = !opened.isSorted(found.value) && end <= HEAD_ROWS;
  if (!isHead && params.offset < end) {
    const sorted = await opened.sorted(found.value, signal);
    if (!sorted.ok) return sorted;
  }
  const read = await sources.views.using(signal, async (database) => {
    const places = await placesOf(database, found.value, params.offset, end, isHead);
    return readRows(database, found.value, places, wanted);
  });
  if (!read.ok) return read;
  if (stamp !== sources.stampOf(found.value) || read.value?.length !== Math.max(0, end - params.offset))
    return fail(STALE);
  const columns = wanted.map((index) => {
    const column = relation.columns[index];
    return { ...wireOf(wireField(column?.column)), name: column?.name ?? '' };
  });
  return succeed({ arrow: toArrow(columns, read.value) });
}

/** Only the number of an event travels as text; its role says so. */
export function wireField(column: LeafColumn | undefined): { name: string; type: LeafColumn['type'] } {
  const isEvent = column?.role === 'event' && column.type === 'UBIGINT';
  return { name: isEvent ? 'event_id' : 'value', type: column?.type ?? 'VARCHAR' };
}

async function placesOf(
  database: Database,
  opened: Opened,
  offset: number,
  end: number,
  isHead: boolean,
): Promise<ReadonlyArray<readonly (bigint | null)[]>> {
  if (offset >= end) return [];
  const { relation, table, sort } = opened;
  const places = trusted(relation.leaves.map((_, at) => `CAST(p${at} AS HUGEINT)`).join(', '));
  const query = isHead
    ? sql`SELECT ${places} FROM (${placesInOrder(relation, sort)} ${trusted(`LIMIT ${end - offset} OFFSET ${offset}`)}) AS h`
    : sql`SELECT ${places} FROM ${table} WHERE ${trusted(`rowid >= ${offset} AND rowid < ${end}`)} ORDER BY rowid`;
  const { rows } = await database.all(query);
  return rows.map((row) => row.map((place) => (typeof place === 'bigint' ? place : null)));
}

/** Null when a row is no longer where it was. */
async function readRows(
  database: Database,
  { relation }: Opened,
  places: ReadonlyArray<readonly (bigint | null)[]>,
  wanted: readonly number[],
): Promise<ReadonlyArray<readonly unknown[]> | null> {
  const byLeaf: (ReadonlyMap<bigint, readonly unknown[]> | null)[] = [];
  const within = wanted.map((index) => {
    const column = relation.columns[index];
    const columns = relation.columns.filter(
      (_, at) => wanted.includes(at) && relation.columns[at]?.leaf === column?.leaf,
    );
    return { leaf: column?.leaf ?? 0, at: column ? columns.indexOf(column) + 1 : 0 };
  });
  for (const [at, leaf] of relation.leaves.entries()) {
    const columns = relation.columns.flatMap((column, index) =>
      column.leaf === at && wanted.includes(index) ? [column.column] : [],
    );
    byLeaf.push(
      columns.length === 0
        ? null
        : await readLeaf(
            database,
            leaf,
            columns,
            places.flatMap((row) => row[at] ?? []),
          ),
    );
  }
  const rows: unknown[][] = [];
  for (const row of places) {
    const values: unknown[] = [];
    for (const { leaf, at } of within) {
      const place = row[leaf] ?? null;
      const found = place === null ? undefined : byLeaf[leaf]?.get(place);
      if (place !== null && found === undefined) return null;
      values.push(found?.[at] ?? null);
    }
    rows.push(values);
  }
  return rows;
}

async function readLeaf(
  database: Database,
  leaf: Leaf,
  columns: readonly LeafColumn[],
  places: readonly bigint[],
): Promise<ReadonlyMap<bigint, readonly unknown[]>> {
  if (places.length === 0) return new Map();
  const list = join(
    columns.map((column) => wireValue(wireField(column), column.expression)),
    ', ',
  );
  const from = leaf.from({ wide: columns.some(({ isWide }) => isWide), order: false });
  const stretches = stretchesOf(places);
  const parts = stretches.length > MOST_STRETCHES ? [stretches.flat()] : stretches;
  const queries = parts.map(
    (ids) =>
      sql`SELECT CAST(${leaf.place} AS HUGEINT), ${list} FROM ${from} WHERE ${within(leaf.place, ids)}`,
  );
  const { rows } = await database.all(join(queries, ' UNION ALL '));
  return new Map(rows.map((row) => [BigInt(String(row[0])), row]));
}

function stretchesOf(places: readonly bigint[]): bigint[][] {
  const stretches: bigint[][] = [];
  let last: bigint | null = null;
  for (const place of [...new Set(places)].sort((a, b) => (a < b ? -1 : 1))) {
    const current = stretches.at(-1);
    if (current && last !== null && place - last <= STRETCH_GAP) current.push(place);
    else stretches.push([place]);
    last = place;
  }
  return stretches;
}

/** The bounds let DuckDB skip the rest of the table; the places are numbers of its own. */
function within(place: Sql, ids: readonly bigint[]): Sql {
  const bounds = sql`${place} >= ${trusted(String(ids[0]))} AND ${place} <= ${trusted(String(ids.at(-1)))}`;
  return sql`${bounds} AND ${place} IN (${trusted(ids.join(', '))})`;
}
