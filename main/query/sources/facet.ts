/** The most frequent values of a column of a source. */
import { fail, type Outcome, succeed } from '../../../shared/problem';
import type { Result } from '../../../shared/protocol';
import { sql, trusted } from '../../store/sql';
import type { Given } from '../params';
import { findColumn, NEED_NOTHING } from './relation';
import { noColumn, type Sources } from './sources';

/**
 * Values as text that a filter's `in` takes back (times as microseconds since 1970 UTC), null for the empty one; most
 * frequent first, then by value. `distinct` counts those that hold the text.
 */
export async function sourceFacet(
  sources: Sources,
  params: Given<'source.facet'>,
  signal?: AbortSignal,
): Promise<Outcome<Result<'source.facet'>>> {
  const relation = await sources.relation(params.source, signal);
  if (!relation.ok) return relation;
  const index = findColumn(relation.value, params.column);
  const column = index === null ? undefined : relation.value.columns[index];
  if (index === null || !column) return fail(noColumn(params.column));
  const allowed = await sources.guard(relation.value, signal);
  if (!allowed.ok) return allowed;
  const rows = relation.value.rows({ ...NEED_NOTHING, columns: new Set([index]) });
  const text = trusted(column.column.type === 'TIMESTAMP' ? 'epoch_us(value)' : 'value');
  const wanted =
    params.text === ''
      ? trusted('true')
      : sql`contains(lower(CAST(value AS VARCHAR)), lower(${params.text}))`;
  const counted = await sources.views.using(signal, (database) =>
    database.all(sql`SELECT CAST(${text} AS VARCHAR), n, count(*) OVER () FROM (
        SELECT value, count(*) AS n FROM (${rows}) AS s(value) GROUP BY value
      ) WHERE ${wanted} ORDER BY n DESC, value NULLS LAST LIMIT ${trusted(String(params.limit))}`),
  );
  if (!counted.ok) return counted;
  return succeed({
    values: counted.value.rows.map(([value, count]) => ({
      value: value === null || value === undefined ? null : String(value),
      count: Number(count),
    })),
    distinct: Number(counted.value.rows[0]?.[2] ?? 0),
  });
}
