/** The order of a view: the analyst's sort, then the total order that no two events share. */
import { fail, type Outcome, succeed } from '../../shared/problem';
import type { Sort } from '../../shared/view';
import { join, type Sql, sql, trusted } from '../store/sql';
import { column, knownField } from './filter';
import { isMarkField } from './marks';

/**
 * `event AS e` beside the rank of its evidence by SHA-256, which the total order needs: local numbers of evidence
 * differ from case to case, the hash does not.
 */
export const EVENTS_IN_ORDER: Sql = trusted(`event AS e LEFT JOIN (
  SELECT evidence_id, dense_rank() OVER (ORDER BY sha256 NULLS LAST) AS sha_rank FROM evidence
) AS s ON s.evidence_id = e.evidence_id`);

const TOTAL_ORDER = trusted(
  'e."timestamp" ASC NULLS LAST, e.time_remainder_ns ASC NULLS LAST, s.sha_rank ASC NULLS LAST, ' +
    'e.record_number ASC NULLS LAST, e.event_id ASC',
);

/** Marks change without the facts, and with them this order. */
export function sortsByMarks(sort: Sort): boolean {
  return sort.some(({ field }) => isMarkField(field));
}

/** ORDER BY list over `EVENTS_IN_ORDER`; empty fields come last in either direction, text compares by code point. */
export function orderList(sort: Sort): Outcome<Sql> {
  const parts: Sql[] = [];
  for (const { field: name, descending } of sort) {
    const field = knownField(name);
    if (!field.ok) return fail(field.problem);
    parts.push(sql`${column(field.value)} ${trusted(descending ? 'DESC' : 'ASC')} NULLS LAST`);
  }
  return succeed(join([...parts, TOTAL_ORDER], ', '));
}
