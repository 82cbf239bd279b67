/**
 * Rows of a view by their place in its order, as Arrow. First the places of the page's rows, then the rows themselves
 * from the few stretches of `event` they lie in: neighbours in time are mostly neighbours in the table.
 */
import type { Field } from '../../shared/fields';
import { fail, type Outcome, succeed } from '../../shared/problem';
import type { Params, Result } from '../../shared/protocol';
import type { Database } from '../store/database';
import { join, type Sql, sql, trusted } from '../store/sql';
import { toArrow, wireList, wireOf } from './arrow';
import { knownField } from './filter';
import { FOLD_COLUMNS, foldsOf } from './fold';
import { EVENTS_IN_ORDER } from './order';
import { STALE, type View, type Views } from './views';

/** Rows this near the top are found without the sorted index, so that the first screen need not wait for it. */
const HEAD_ROWS = 2000;
/** Rows farther apart than this belong to different stretches; DuckDB reads 2048 at a time. */
const STRETCH_GAP = 2048;
/** More stretches than this are read in one pass over the table. */
const MOST_STRETCHES = 48;

/** Where a row lies in `event`, and its time: both must still fit when the row is read. */
interface Place {
  readonly place: bigint;
  readonly time: bigint | null;
}

/**
 * Rows [offset, offset + limit) of the view; fewer at its end, none beyond it. No columns means the ids alone.
 * Fails with `view-stale` when the facts have changed under the view.
 */
export async function viewPage(
  views: Views,
  params: Params<'view.page'>,
  signal?: AbortSignal,
): Promise<Outcome<Result<'view.page'>>> {
  const found = views.find(params.viewId);
  if (!found.ok) return found;
  const view = found.value;
  const fields: Field[] = [];
  for (const name of new Set(params.columns.length > 0 ? params.columns : ['event_id'])) {
    const field = knownField(name);
    if (!field.ok) return field;
    fields.push(field.value);
  }
  const end = Math.min(params.offset + params.limit, view.shown);
  const isHead = !views.isSorted(view) && end <= HEAD_ROWS;
  if (!isHead && params.offset < end) {
    const sorted = await views.sorted(view, signal);
    if (!sorted.ok) return sorted;
  }
  const rows = await views.using(signal, async (database) => {
    const places = await placesOf(database, view, params.offset, end, isHead);
    const read = await readPlaces(database, places, fields);
    if (view.fold === null || read === null) return read;
    const folds = await foldsOf(
      database,
      view.fold,
      places.map(({ place }) => place),
    );
    const alone = FOLD_COLUMNS.map(() => null);
    return read.map((row, at) => [...row, ...(folds.get(String(places[at]?.place)) ?? alone)]);
  });
  if (!rows.ok) return rows;
  const expected = Math.max(0, end - params.offset);
  if (view.generation !== views.generation || rows.value?.length !== expected) return fail(STALE);
  const columns = view.fold === null ? fields.map(wireOf) : [...fields.map(wireOf), ...FOLD_COLUMNS];
  return succeed({ arrow: toArrow(columns, rows.value) });
}

/** Places of rows [offset, end) in order. */
async function placesOf(
  database: Database,
  view: View,
  offset: number,
  end: number,
  isHead: boolean,
): Promise<Place[]> {
  if (offset >= end) return [];
  const query = isHead
    ? sql`SELECT e.rowid, epoch_us(e."timestamp") FROM ${EVENTS_IN_ORDER} WHERE ${view.condition}
        ORDER BY ${view.order} ${trusted(`LIMIT ${end - offset} OFFSET ${offset}`)}`
    : sql`SELECT place, epoch_us(moment) FROM ${view.table}
        WHERE ${trusted(`rowid >= ${offset} AND rowid < ${end}`)} ORDER BY rowid`;
  const { rows } = await database.all(query);
  return rows.map(([place, time]) => ({
    place: BigInt(String(place)),
    time: typeof time === 'bigint' ? time : null,
  }));
}

/** Rows of the places in their order, in wire types; null when one of them holds another event by now. */
async function readPlaces(
  database: Database,
  places: readonly Place[],
  fields: readonly Field[],
): Promise<ReadonlyArray<readonly unknown[]> | null> {
  if (places.length === 0) return [];
  const list = sql`SELECT e.rowid, epoch_us(e."timestamp"), ${wireList(fields, trusted('e'))} FROM event AS e`;
  const stretches = stretchesOf(places.map(({ place }) => place));
  const parts = stretches.length > MOST_STRETCHES ? [stretches.flat()] : stretches;
  const queries = parts.map((ids) => sql`${list} WHERE ${within(ids)}`);
  const { rows } = await database.all(join(queries, ' UNION ALL '));
  const byPlace = new Map(rows.map((row) => [String(row[0]), row]));
  const ordered: (readonly unknown[])[] = [];
  for (const { place, time } of places) {
    const row = byPlace.get(String(place));
    if (row === undefined || (row[1] ?? null) !== time) return null;
    ordered.push(row.slice(2));
  }
  return ordered;
}

/** Places in ascending order, cut where the next one is far away. */
function stretchesOf(places: readonly bigint[]): bigint[][] {
  const stretches: bigint[][] = [];
  let last = -1n;
  for (const place of [...places].sort((a, b) => (a < b ? -1 : 1))) {
    const current = stretches.at(-1);
    if (current && place - last <= STRETCH_GAP) current.push(place);
    else stretches.push([place]);
    last = place;
  }
  return stretches;
}

/** The bounds let DuckDB skip the rest of the table; the places are numbers of its own. */
function within(places: readonly bigint[]): Sql {
  const [first, last] = [places[0], places.at(-1)];
  const isWhole = first !== undefined && last !== undefined && last - first === BigInt(places.length - 1);
  const bounds = trusted(`e.rowid >= ${first} AND e.rowid <= ${last}`);
  return isWhole ? bounds : sql`${bounds} AND e.rowid IN (${trusted(places.join(', '))})`;
}
