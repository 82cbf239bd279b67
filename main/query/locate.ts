/** Where in a view an event, a moment or the next hit of a search is. */
import { type Outcome, succeed } from '../../shared/problem';
import type { Params, Result } from '../../shared/protocol';
import { sql, trusted } from '../store/sql';
import { holdsWords } from './filter';
import { microseconds } from './time';
import type { Views } from './views';

/** First window of rows a search looks at; each next one is twice as wide, so that near hits come fast. */
const FIRST_WINDOW = 16_384;
const WIDEST_WINDOW = 1_048_576;

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
      const row = await database.one(sql`SELECT min(rowid) FROM ${table} WHERE place IN
        (SELECT rowid FROM event WHERE event_id = TRY_CAST(${params.eventId} AS UBIGINT))`);
      if (typeof row === 'bigint') return { row: Number(row) };
    }
    if (params.time === null || !Number.isFinite(params.time)) return { row: null };
    const from = sql`make_timestamp(CAST(${String(BigInt(Math.ceil(clampTime(params.time))))} AS BIGINT))`;
    const row = await database.one(sql`SELECT min(rowid) FROM ${table} WHERE moment =
      (SELECT min(moment) FROM ${table} WHERE moment >= ${from})`);
    return { row: microseconds(row) };
  });
}

/**
 * Nearest row from `from` on (itself included), forwards or backwards, in which some text field holds the text,
 * whatever the case. Does not wrap round.
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
  const { table, shown } = view.value;
  const nearest = trusted(params.backwards ? 'max(v.rowid)' : 'min(v.rowid)');
  let first = Math.min(params.from, shown - 1);
  let width = FIRST_WINDOW;
  while (first >= 0 && first < shown && params.from < shown + (params.backwards ? Infinity : 0)) {
    const [low, high] = params.backwards ? [first - width + 1, first] : [first, first + width - 1];
    const bounds = trusted(`v.rowid >= ${Math.max(0, low)} AND v.rowid <= ${high}`);
    const hit = await views.using(signal, (database) =>
      database.one(sql`SELECT ${nearest} FROM ${table} AS v JOIN event AS e ON e.rowid = v.place
        WHERE ${bounds} AND ${holdsWords(params.text)}`),
    );
    if (!hit.ok) return hit;
    if (typeof hit.value === 'bigint') return succeed({ row: Number(hit.value) });
    first = params.backwards ? low - 1 : high + 1;
    width = Math.min(width * 2, WIDEST_WINDOW);
  }
  return succeed({ row: null });
}

function clampTime(time: number): number {
  return Math.max(-9.2e18, Math.min(9.2e18, time));
}
