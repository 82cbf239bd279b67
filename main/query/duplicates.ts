/** Records that two evidences share: overlapping exports, told by what the source wrote. */
import type { Outcome } from '../../shared/problem';
import type { Result } from '../../shared/protocol';
import { type OwnRecords, selectDigests } from '../store/digests';
import { sql } from '../store/sql';
import type { Views } from './views';

/** More pairs than anyone reads. */
const MOST_PAIRS = 2000;

/** `given` are the evidences that count; those without columns of their own are not compared. */
export async function duplicates(
  views: Views,
  given: readonly OwnRecords[],
  signal?: AbortSignal,
): Promise<Outcome<Result<'evidence.duplicates'>>> {
  const comparable = given.filter(({ columns }) => columns.length > 0);
  const compared = { compared: comparable.length, notCompared: given.length - comparable.length };
  return views.using(signal, async (database) => {
    const digests = selectDigests(comparable);
    if (digests === null) return { pairs: [], total: 0, ...compared };
    const table = views.freshTable('digest');
    try {
      await database.run(sql`CREATE TABLE ${table} AS ${digests}`);
      const { rows } = await database.all(sql`
        SELECT a.evidence_id, b.evidence_id, CAST(sum(least(a.n, b.n)) AS DOUBLE) AS records
        FROM ${table} AS a JOIN ${table} AS b
          ON a.kind = b.kind AND a.digest = b.digest AND a.evidence_id < b.evidence_id
        GROUP BY ALL ORDER BY 3 DESC, 1, 2`);
      const pairs = rows.map(([one, other, records]) => ({
        one: Number(one),
        other: Number(other),
        records: Number(records),
      }));
      return { pairs: pairs.slice(0, MOST_PAIRS), total: pairs.length, ...compared };
    } finally {
      await database.run(sql`DROP TABLE IF EXISTS ${table}`);
    }
  });
}
