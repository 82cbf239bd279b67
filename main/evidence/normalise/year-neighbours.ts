/** Years of times that state none, where other records of the same file state theirs: each takes that of its neighbours. */
import type { Database } from '../../store/database';
import { trusted } from '../../store/sql';

/** Microseconds of a year on average: which year lies nearest is told by the whole number of them. */
const YEAR = 31_556_952_000_000;
/** Changes of the year from which on the records are in no order. */
const MOST_CHANGES = 400;

/** Where a year begins to hold: record numbers ascend. */
export interface Cut {
  readonly from: number;
  readonly year: number;
}

/** What a jump of the clock between two records without a year means: 1 a New Year, −1 a late record of the old one. */
export interface Turn {
  readonly at: number;
  readonly step: number;
}

/**
 * Years of the records of table `year_walk(n, w, dated)`: `w` is the wall time in microseconds, read in `readAs` where
 * the record states no year. Records between two dated ones are a run; it is walked from the nearer end's date, over the
 * turns in it. Null where no record is dated; 'no order' where the years change more often than a log's do.
 */
export async function yearsOfNeighbours(
  database: Database,
  turns: readonly Turn[],
  readAs: number,
): Promise<readonly Cut[] | 'no order' | null> {
  const dated = await database.one(trusted('SELECT count(*) FROM year_walk WHERE dated'));
  if (Number(dated) === 0) return null;
  const near = (anchor: string, wall: string): string =>
    `${readAs} + CAST(round((${anchor} - ${wall}) / ${YEAR}) AS INTEGER)`;
  const turned = turns.map(({ at }) => `OR ${at} BETWEEN a AND z`).join(' ');
  const runs = await database.all(
    trusted(`WITH placed AS (
        SELECT n, w, dated, count(*) FILTER (dated) OVER (ORDER BY n ROWS UNBOUNDED PRECEDING) AS run FROM year_walk),
      run AS (SELECT run, min(n) AS a, max(n) AS z, arg_min(w, n) AS wa, arg_max(w, n) AS wz FROM placed WHERE NOT dated GROUP BY run),
      anchor AS (SELECT run, n, w FROM placed WHERE dated),
      ended AS (SELECT a, z, ${near('p.w', 'wa')} AS ya, ${near('q.w', 'wz')} AS yz
        FROM run LEFT JOIN anchor p ON p.run = run.run LEFT JOIN anchor q ON q.run = run.run + 1)
      SELECT a, z, ya, yz FROM (SELECT *, lag(coalesce(yz, ya)) OVER (ORDER BY a) AS before FROM ended)
      WHERE before IS DISTINCT FROM coalesce(ya, yz) OR ya <> yz ${turned} ORDER BY a LIMIT ${MOST_CHANGES + 1}`),
  );
  if (runs.rows.length > MOST_CHANGES) return 'no order';
  const cuts: Cut[] = [];
  for (const row of runs.rows) {
    const [a = 0, z = 0] = row.slice(0, 2).map(Number);
    const [first, last] = row
      .slice(2)
      .map((year) => (year === null || year === undefined ? null : Number(year)));
    cuts.push(
      ...walkRun(
        a,
        z,
        first ?? null,
        last ?? null,
        turns.filter(({ at }) => at > a && at <= z),
      ),
    );
  }
  return cuts.filter(({ year }, index) => year !== cuts[index - 1]?.year);
}

/** Both ends agree on most runs; where they do not, each half goes by the end it lies nearer to, one in the middle by the first. */
function walkRun(
  a: number,
  z: number,
  first: number | null,
  last: number | null,
  turns: readonly Turn[],
): readonly Cut[] {
  const total = turns.reduce((sum, { step }) => sum + step, 0);
  const start = first ?? (last ?? 0) - total;
  const middle = a + Math.ceil((z - a + 1) / 2);
  const isTorn = first !== null && last !== null && first + total !== last;
  const cuts: Cut[] = [{ from: a, year: start }];
  let year = start;
  let back = last === null ? 0 : last - total - start;
  for (const { at, step } of turns) {
    if (isTorn && back !== 0 && at > middle) {
      year += back;
      back = 0;
      cuts.push({ from: middle, year });
    }
    year += step;
    cuts.push({ from: at, year });
  }
  if (isTorn && back !== 0) cuts.push({ from: middle, year: last });
  return cuts;
}
