/** Events per bin of time, stacked by one field. Whole-microsecond arithmetic, so that no event falls between bins. */
import type { Outcome } from '../../shared/problem';
import type { Result } from '../../shared/protocol';
import type { HistogramSpec } from '../../shared/view';
import { ident, type Sql, sql, trusted } from '../store/sql';
import { type ArrowColumn, toArrow } from './arrow';
import { prepareFilter } from './prepare-filter';
import type { Views } from './views';
import { wholeNumber } from './whole-number';

/** Keys drawn on their own; the rarer ones are counted together under `OTHER_KEYS`. */
const MOST_KEYS = 40;
/** Key of everything beyond the most frequent keys; no domain, dataset or number is called so. */
export const OTHER_KEYS = '*';

const COLUMNS: readonly ArrowColumn[] = [
  { name: 'bin', wire: 'int32' },
  { name: 'key', wire: 'utf8' },
  { name: 'count', wire: 'float64' },
];

/** Farther than any time an event can have, in microseconds. */
const FARTHEST = 9.2e18;

/**
 * Counts of [from, to) in `bins` equal bins, only those that are not empty, by bin and then key; an empty field is
 * the key ''. Bins are whole microseconds wide, so the `to` of the answer may lie up to `bins` microseconds after
 * the one asked for. `from` and `to` are null when nothing under the filter has a time.
 */
export async function histogram(
  views: Views,
  spec: HistogramSpec,
  signal?: AbortSignal,
): Promise<Outcome<Result<'view.histogram'>>> {
  const filter = await prepareFilter(views, spec.filter, signal);
  if (!filter.ok) return filter;
  const { condition } = filter.value;
  return views.using(signal, async (database) => {
    let { from, to } = spec;
    let undated: number;
    if (from === null || to === null) {
      const [row = []] = (
        await database.all(sql`SELECT count(*) - count(e."timestamp"), epoch_us(min(e."timestamp")),
          epoch_us(max(e."timestamp")) FROM event AS e WHERE ${condition}`)
      ).rows;
      const [without, first, last] = row.map(wholeNumber);
      undated = without ?? 0;
      from ??= first ?? null;
      to ??= last === null || last === undefined ? null : last + 1;
    } else {
      // Blocks in which every row has a time are skipped by their statistics, whatever the rest of the filter costs.
      const without = sql`SELECT count(*) FROM event AS e WHERE e."timestamp" IS NULL AND ${condition}`;
      undated = Number(await database.one(without));
    }
    if (from === null || to === null) return { from: null, to: null, undated, arrow: toArrow(COLUMNS, []) };
    const start = BigInt(Math.floor(Math.max(-FARTHEST, Math.min(FARTHEST, from))));
    const end = BigInt(Math.ceil(Math.max(-FARTHEST, Math.min(FARTHEST, to))));
    const width = binWidth(start, end, spec.bins);
    const stop = start + width * BigInt(spec.bins);
    const { rows } = await database.all(countBins(condition, spec.by, start, stop, width));
    return { from: Number(start), to: Number(stop), undated, arrow: toArrow(COLUMNS, rows) };
  });
}

/** Least whole width whose `bins` bins cover [start, end); at least one microsecond. */
function binWidth(start: bigint, end: bigint, bins: number): bigint {
  const span = end > start ? end - start : 1n;
  const count = BigInt(bins);
  return (span + count - 1n) / count;
}

function countBins(condition: Sql, by: HistogramSpec['by'], start: bigint, stop: bigint, width: bigint): Sql {
  const at = (time: bigint): Sql => sql`make_timestamp(CAST(${time.toString()} AS BIGINT))`;
  const bin = sql`CAST((epoch_us(e."timestamp") - CAST(${start.toString()} AS BIGINT))
    // CAST(${width.toString()} AS BIGINT) AS INTEGER)`;
  return sql`
    WITH cell AS MATERIALIZED (
      SELECT ${bin} AS bin, e.${ident(by)} AS key, count(*) AS n FROM event AS e
      WHERE ${condition} AND e."timestamp" >= ${at(start)} AND e."timestamp" < ${at(stop)}
      GROUP BY ALL
    ), frequent AS MATERIALIZED (
      SELECT key FROM cell GROUP BY key ORDER BY sum(n) DESC, key LIMIT ${trusted(String(MOST_KEYS))}
    ), named AS (
      SELECT bin, n, CASE WHEN EXISTS (FROM frequent WHERE frequent.key IS NOT DISTINCT FROM cell.key)
        THEN coalesce(CAST(key AS VARCHAR), '') ELSE ${OTHER_KEYS} END AS key FROM cell
    )
    SELECT bin, key, CAST(sum(n) AS DOUBLE) FROM named GROUP BY bin, key ORDER BY bin, key`;
}
