/** The events an analyst points at, as citations: those named, or all of a filter at this moment. */
import type { z } from 'zod';
import { describeFilter } from '../../../shared/filter/words';
import { fail, type Outcome, succeed } from '../../../shared/problem';
import type { markTargetSchema } from '../../../shared/protocol';
import { countCitations, normalise } from '../../case/event-set';
import { prepareFilter } from '../../query/prepare-filter';
import { type CitationGroup, citationsOf } from '../../store/marks';
import { type Sql, sql } from '../../store/sql';
import { placesOf } from '../marks';
import type { OpenCase } from '../open-case';

export type MarkOn = z.output<typeof markTargetSchema>;

export interface Cited {
  readonly groups: CitationGroup[];
  readonly count: number;
  /** The filter in words; null where events were named. */
  readonly explanation: string | null;
}

/** Which of the events pass `besides`, a condition over `event AS e`, and how their records are cited. */
export async function citedBy(
  open: OpenCase,
  on: MarkOn,
  besides: Sql,
  signal: AbortSignal,
): Promise<Outcome<Cited>> {
  const { views } = open;
  if (!views) return fail({ code: 'no-views', what: 'The case was opened without its working database.' });
  const ids = 'eventIds' in on ? on.eventIds.filter((id) => /^\d{1,20}$/.test(id)) : null;
  const filter = 'filter' in on ? await prepareFilter(views, on.filter, signal) : null;
  if (filter && !filter.ok) return filter;
  const condition = filter
    ? filter.value.condition
    : sql`e.event_id IN (SELECT unnest(from_json(${JSON.stringify(ids)}::JSON, '["UBIGINT"]')))`;
  const evidence = ids && new Set(ids.map((id) => Number(BigInt(id) >> 36n)));
  const found = await views.using(signal, (database) =>
    citationsOf(database, sql`${condition} AND ${besides}`, placesOf(open.workspace), evidence),
  );
  if (!found.ok) return found;
  const groups = normalise(found.value);
  const explanation = 'filter' in on ? describeFilter(on.filter) : null;
  return succeed({ groups, count: countCitations(groups), explanation });
}

/** `12 events`. */
export function events(count: number): string {
  return count === 1 ? '1 event' : `${count.toLocaleString('en')} events`;
}

/** A title as labels quote it. */
export function quoted(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return `“${line.length > 40 ? `${line.slice(0, 39)}…` : line}”`;
}
