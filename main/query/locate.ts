/** Where in a view an event, a moment or the next hit of a search is. */
import type { Outcome } from '../../shared/problem';
import type { Params, Result } from '../../shared/protocol';
import { sql, trusted } from '../store/sql';
import { holdsWords } from './filter';
import type { Views } from './views';
import { wholeNumber } from './whole-number';

/**
 * Row of the event, if the view holds it; else row of the first event at or after the time, whatever the view's
 * order; null when there is neither.
 */
export async function viewLocate(
  views: Views,
  params: Params<'view.locate'>,
  signal?: AbortSignal,
): Promise<Outcome<Result<'view.locate'>>> {
  const view = views.find(params.viewId);
  if (!view.ok) return view;
  const sorted = await views.sorted(view.value, signal);
  if (!sorted.ok) return sorted;
  const { table } = view.value;
  return views.using(signal, async (database) => {
    if (params.eventId !== null && /^\d{1,20}$/.test(params.eventId)) {
      const own = sql`SELECT rowid FROM event WHERE event_id = TRY_CAST(${params.eventId} AS UBIGINT)`;
      // A folded event is where the one that stands for it is.
      const places =
        view.value.fold === null
          ? own
          : sql`${own} UNION ALL SELECT lead FROM ${view.value.fold} WHERE place IN (${own})`;
      const row = await database.one(sql`SELECT min(rowid) FROM ${table} WHERE place IN (${places})`);
      if (typeof row === 'bigint') return { row: Number(row) };
    }
    if (params.time === null || !Number.isFinite(params.time)) return { row: null };
    const from = sql`make_timestamp(CAST(${String(BigInt(Math.ceil(clampTime(params.time))))} AS BIGINT))`;
    const row = await database.one(sql`SELECT min(rowid) FROM ${table} WHERE moment =
      (SELECT min(moment) FROM ${table} WHERE moment >= ${from})`);
    return { row: wholeNumber(row) };
  });
}

/**
 * Nearest row from `from` on (itself included), forwards or backwards, in which some text field holds the text,
 * whatever the case. Does not wrap round. The first search of a text reads every row; the next ones do not.
 */
export async function viewFind(
  views: Views,
  params: Params<'view.find'>,
  signal?: AbortSignal,
): Promise<Outcome<Result<'view.find'>>> {
  const view = views.find(params.viewId);
  if (!view.ok) return view;
  const sorted = await views.sorted(view.value, signal);
  if (!sorted.ok) return sorted;
  const hits = await views.search(view.value, params.text.toLowerCase(), holdsWords(params.text), signal);
  if (!hits.ok) return hits;
  return views.using(signal, async (database) => {
    const from = trusted(String(params.from));
    const nearest = params.backwards
      ? sql`SELECT max(row) FROM ${hits.value} WHERE row <= ${from}`
      : sql`SELECT min(row) FROM ${hits.value} WHERE row >= ${from}`;
    return { row: wholeNumber(await database.one(nearest)) };
  });
}

function clampTime(time: number): number {
  return Math.max(-9.2e18, Math.min(9.2e18, time));
}
