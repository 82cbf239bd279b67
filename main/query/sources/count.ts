/** Live counts of a join under construction. */
import { fail, type Outcome, succeed } from '../../../shared/problem';
import type { Result } from '../../../shared/protocol';
import { readableSql } from '../../store/sql';
import type { Given } from '../params';
import { capOf } from './join-count';
import { NEED_NOTHING } from './relation';
import type { Sources } from './sources';

/** Joins inside its sides must be small enough to be run; the join itself is only counted. */
export async function joinCount(
  sources: Sources,
  { source }: Given<'join.count'>,
  signal?: AbortSignal,
): Promise<Outcome<Result<'join.count'>>> {
  const relation = await sources.relation(source, signal);
  if (!relation.ok) return relation;
  const join = relation.value.joins.at(-1);
  if (!join)
    return fail({ code: 'no-join', what: 'This source is no join, so it has no partners to count.' });
  const allowed = await sources.guard(
    { ...relation.value, joins: relation.value.joins.slice(0, -1) },
    signal,
  );
  if (!allowed.ok) return allowed;
  const counts = await sources.countOf(join, signal);
  if (!counts.ok) return counts;
  const statement = relation.value.rows({ ...NEED_NOTHING, readable: true });
  return succeed({ counts: counts.value, cap: capOf(counts.value), sql: readableSql(statement) });
}
