/** The most frequent values of a field under a filter. */
import type { Filter } from '../../shared/filter';
import { type Outcome, succeed } from '../../shared/problem';
import type { Result } from '../../shared/protocol';
import { sql, trusted } from '../store/sql';
import { column, knownField } from './filter';
import { prepareFilter } from './prepare-filter';
import type { Views } from './views';

/**
 * Values as text that the filter's `in` takes back (times as microseconds since 1970 UTC), null for the empty field;
 * most frequent first, then by value. `distinct` counts them all, null included.
 */
export async function facet(
  views: Views,
  params: { readonly filter: Filter; readonly field: string; readonly limit: number },
  signal?: AbortSignal,
): Promise<Outcome<Result<'view.facet'>>> {
  const filter = await prepareFilter(views, params.filter, signal);
  if (!filter.ok) return filter;
  const known = knownField(params.field);
  if (!known.ok) return known;
  const text = trusted(known.value.type === 'TIMESTAMP' ? 'epoch_us(value)' : 'value');
  const counted = await views.using(signal, (database) =>
    database.all(sql`
      SELECT CAST(${text} AS VARCHAR), n, count(*) OVER () FROM (
        SELECT ${column(known.value)} AS value, count(*) AS n FROM event AS e
        WHERE ${filter.value.condition} GROUP BY ${column(known.value)}
      ) ORDER BY n DESC, value NULLS LAST LIMIT ${trusted(String(params.limit))}`),
  );
  if (!counted.ok) return counted;
  const { rows } = counted.value;
  return succeed({
    values: rows.map(([value, count]) => ({
      value: value === null || value === undefined ? null : String(value),
      count: Number(count),
    })),
    distinct: Number(rows[0]?.[2] ?? 0),
  });
}
