/** Where in time each evidence has events, and where it is silent. */
import type { Outcome } from '../../shared/problem';
import type { Params, Result } from '../../shared/protocol';
import { join, sql, trusted } from '../store/sql';
import { type ArrowColumn, toArrow } from './arrow';
import type { Views } from './views';
import { wholeNumber } from './whole-number';

const COLUMNS: readonly ArrowColumn[] = [
  { name: 'evidence_id', wire: 'uint32' },
  { name: 'bin', wire: 'int32' },
  { name: 'count', wire: 'float64' },
];

/** A gap is this many times the usual stretch, and this share of the evidence's span. */
const USUAL_TIMES = 20;
const SPAN_SHARE = 0.01;
const MOST_GAPS = 50;

/** Events per evidence and bin over the span of all events, `to` included; see `evidence.coverage`. */
export async function coverage(
  views: Views,
  { bins }: Params<'evidence.coverage'>,
  signal?: AbortSignal,
): Promise<Outcome<Result<'evidence.coverage'>>> {
  return views.using(signal, async (database) => {
    const [bounds = []] = (
      await database.all(sql`SELECT epoch_us(min("timestamp")), epoch_us(max("timestamp")) FROM event`)
    ).rows;
    const [from, to] = bounds.map(wholeNumber);
    if (from === null || from === undefined || to === null || to === undefined)
      return { from: null, to: null, arrow: toArrow(COLUMNS, []) };
    const start = trusted(`CAST(${BigInt(from)} AS BIGINT)`);
    const width = (BigInt(to) - BigInt(from)) / BigInt(bins) + 1n;
    const { rows } = await database.all(sql`
      SELECT evidence_id, CAST((epoch_us("timestamp") - ${start}) // CAST(${trusted(String(width))} AS BIGINT) AS INTEGER)
        AS bin, CAST(count(*) AS DOUBLE)
      FROM event WHERE "timestamp" IS NOT NULL GROUP BY ALL ORDER BY ALL`);
    return { from, to: from + Number(width) * bins, arrow: toArrow(COLUMNS, rows) };
  });
}

/** First and last time of these evidences as the timeline has them, by id: ISO text in UTC, clocks applied. */
export async function extents(
  views: Views,
  evidenceIds: readonly number[],
  signal?: AbortSignal,
): Promise<Outcome<ReadonlyMap<number, { readonly first: string; readonly last: string }>>> {
  return views.using(signal, async (database) => {
    const { rows } = await database.all(sql`
      SELECT evidence_id, strftime(min("timestamp"), '%Y-%m-%dT%H:%M:%S.%fZ'),
        strftime(max("timestamp"), '%Y-%m-%dT%H:%M:%S.%fZ')
      FROM event WHERE evidence_id IN (${join(
        evidenceIds.map((id) => sql`${id}`),
        ', ',
      )}) AND "timestamp" IS NOT NULL GROUP BY evidence_id`);
    return new Map(
      rows.map(([id, first, last]) => [Number(id), { first: String(first), last: String(last) }] as const),
    );
  });
}

/** The silences of one evidence; see `evidence.gaps` for what counts as one. */
export async function gaps(
  views: Views,
  { evidenceId }: Params<'evidence.gaps'>,
  signal?: AbortSignal,
): Promise<Outcome<Result<'evidence.gaps'>>> {
  return views.using(signal, async (database) => {
    const { rows } = await database.all(sql`
      WITH moment AS (
        SELECT DISTINCT epoch_us("timestamp") AS t FROM event
        WHERE evidence_id = ${evidenceId} AND "timestamp" IS NOT NULL
      ), stretch AS MATERIALIZED (
        SELECT t AS begins, lead(t) OVER (ORDER BY t) AS ends FROM moment
      ), usual AS (
        SELECT quantile_disc(ends - begins, 0.95) AS step, max(ends) - min(begins) AS span
        FROM stretch WHERE ends IS NOT NULL
      ), gap AS (
        SELECT begins, ends, step FROM stretch, usual
        WHERE ends - begins > step * ${trusted(String(USUAL_TIMES))} AND ends - begins > span * ${trusted(String(SPAN_SHARE))}
      )
      SELECT step, NULL, NULL, (SELECT count(*) FROM gap) FROM usual
      UNION ALL
      (SELECT step, begins, ends, 0 FROM gap ORDER BY ends - begins DESC, begins LIMIT ${trusted(String(MOST_GAPS))})`);
    const read = rows.map((row) => row.map(wholeNumber));
    const head = read.find(([, begins]) => begins === null);
    return {
      usualUs: head?.[0] ?? null,
      total: head?.[3] ?? 0,
      gaps: read.flatMap(([, begins, ends]) =>
        begins === null || begins === undefined || ends === null || ends === undefined
          ? []
          : [{ from: begins, to: ends }],
      ),
    };
  });
}
