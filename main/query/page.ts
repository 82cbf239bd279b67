/** Rows of a view by their place in its order, as Arrow. */
import type { Field } from '../../shared/fields';
import { fail, type Outcome, succeed } from '../../shared/problem';
import type { Params, Result } from '../../shared/protocol';
import { type Sql, sql, trusted } from '../store/sql';
import { selectArrow } from './arrow';
import { knownField } from './filter';
import { EVENTS_IN_ORDER } from './order';
import { STALE, type View, type Views } from './views';

/** Rows this near the top are found without the sorted index, so that the first screen need not wait for it. */
const HEAD_ROWS = 2000;
const EVENT = trusted('e');

/** Rows [offset, offset + limit) of the view; fewer at its end, none beyond it. No columns means the ids alone. */
export async function viewPage(
  views: Views,
  params: Params<'view.page'>,
  signal?: AbortSignal,
): Promise<Outcome<Result<'view.page'>>> {
  const view = views.find(params.viewId);
  if (!view.ok) return view;
  const fields: Field[] = [];
  for (const name of new Set(params.columns.length > 0 ? params.columns : ['event_id'])) {
    const field = knownField(name);
    if (!field.ok) return field;
    fields.push(field.value);
  }
  const rows = await rowsOf(views, view.value, params.offset, params.limit, signal);
  if (!rows.ok) return rows;
  const page = await views.using(signal, (database) => selectArrow(database, fields, EVENT, rows.value));
  if (!page.ok) return page;
  const expected = Math.max(0, Math.min(params.limit, view.value.shown - params.offset));
  if (view.value.generation !== views.generation || page.value.rows !== expected) return fail(STALE);
  return succeed({ arrow: page.value.arrow });
}

/** What follows the SELECT list: the rows of a page in order. */
async function rowsOf(
  views: Views,
  view: View,
  offset: number,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<Outcome<Sql>> {
  const end = offset + limit;
  if (!views.isSorted(view) && end <= HEAD_ROWS) {
    const [from, most] = [trusted(String(offset)), trusted(String(limit))];
    return succeed(sql`FROM ${EVENTS_IN_ORDER} WHERE ${view.condition} ORDER BY ${view.order}
      LIMIT ${most} OFFSET ${from}`);
  }
  const sorted = await views.sorted(view, signal);
  if (!sorted.ok) return sorted;
  // The time is compared too: a place that now holds another event must not pass for the one that was sorted.
  return succeed(sql`FROM (SELECT rowid AS row, place, moment FROM ${view.table}
      WHERE rowid >= ${trusted(String(offset))} AND rowid < ${trusted(String(end))}) AS v
    JOIN event AS e ON e.rowid = v.place AND e."timestamp" IS NOT DISTINCT FROM v.moment ORDER BY v.row`);
}
