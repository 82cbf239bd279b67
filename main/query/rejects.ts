/** Pages of the records that could not be read, of one evidence or of all, in the order of their files. */
import { REJECT_FIELDS } from '../../shared/fields';
import type { Outcome } from '../../shared/problem';
import type { Params, Result } from '../../shared/protocol';
import { join, type Sql, sql, trusted } from '../store/sql';
import { selectArrow } from './arrow';
import type { Views } from './views';

const MOST_REASONS = 200;

export async function rejects(
  views: Views,
  { evidenceId, offset, limit, reason, text }: Params<'evidence.rejects'>,
  signal?: AbortSignal,
): Promise<Outcome<Result<'evidence.rejects'>>> {
  const conditions = [ofEvidence(evidenceId)];
  if (typeof reason === 'string') conditions.push(sql`r.reason = ${reason}`);
  if (text !== undefined && text.trim() !== '') {
    const words = text.trim().toLowerCase();
    conditions.push(sql`(contains(lower(r.reason), ${words}) OR contains(lower(r.excerpt), ${words}))`);
  }
  const wanted = join(conditions, ' AND ');
  return views.using(signal, async (database) => {
    const total = Number(await database.one(sql`SELECT count(*) FROM reject AS r WHERE ${wanted}`));
    const page = sql`FROM reject AS r WHERE ${wanted}
      ORDER BY r.evidence_id, r.record_number, r.byte_offset LIMIT ${limit} OFFSET ${offset}`;
    const { arrow } = await selectArrow(database, REJECT_FIELDS, trusted('r'), page);
    return { total, arrow };
  });
}

/** How often each reason stands; the rest beyond the most frequent is in `total` only. */
export async function rejectReasons(
  views: Views,
  { evidenceId }: Params<'evidence.rejectReasons'>,
  signal?: AbortSignal,
): Promise<Outcome<Result<'evidence.rejectReasons'>>> {
  return views.using(signal, async (database) => {
    const { rows } = await database.all(sql`
      SELECT coalesce(r.reason, ''), CAST(count(*) AS DOUBLE) AS n, CAST(sum(count(*)) OVER () AS DOUBLE)
      FROM reject AS r WHERE ${ofEvidence(evidenceId)} GROUP BY 1 ORDER BY n DESC, 1
      LIMIT ${trusted(String(MOST_REASONS))}`);
    return {
      total: Number(rows[0]?.[2] ?? 0),
      reasons: rows.map(([reason, records]) => ({ reason: String(reason), records: Number(records) })),
    };
  });
}

function ofEvidence(evidenceId: number | null): Sql {
  return evidenceId === null ? trusted('TRUE') : sql`r.evidence_id = ${evidenceId}`;
}
