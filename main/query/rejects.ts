/** Pages of the records that could not be read, of one evidence or of all, in the order of their files. */
import { REJECT_FIELDS } from '../../shared/fields';
import type { Outcome } from '../../shared/problem';
import type { Params, Result } from '../../shared/protocol';
import { sql, trusted } from '../store/sql';
import { selectArrow } from './arrow';
import type { Views } from './views';

export async function rejects(
  views: Views,
  { evidenceId, offset, limit }: Params<'evidence.rejects'>,
  signal?: AbortSignal,
): Promise<Outcome<Result<'evidence.rejects'>>> {
  const wanted = evidenceId === null ? trusted('TRUE') : sql`r.evidence_id = ${evidenceId}`;
  return views.using(signal, async (database) => {
    const total = Number(await database.one(sql`SELECT count(*) FROM reject AS r WHERE ${wanted}`));
    const page = sql`FROM reject AS r WHERE ${wanted}
      ORDER BY r.evidence_id, r.record_number, r.byte_offset LIMIT ${limit} OFFSET ${offset}`;
    const { arrow } = await selectArrow(database, REJECT_FIELDS, trusted('r'), page);
    return { total, arrow };
  });
}
