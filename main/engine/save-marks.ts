/** The marks as a file the sandbox reads before it is shut in: what `mark` is to an analyst's query. */
import { join } from 'node:path';
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import { errorText } from '../case/durable';
import { MARK_TABLE } from '../query/marks';
import type { Database } from '../store/database';
import { KEPT_MARKS, openForMarks } from '../store/marks';
import { quoteText, type Sql, sql, trusted } from '../store/sql';
import { cacheSegment } from './ledger';
import { hasMarks, leadMarks } from './marks';
import type { OpenCase } from './open-case';

/** Only places are joined; the rest is left to the query. */
const MEMORY_LIMIT_MB = 400;
const THREADS = 2;

/**
 * Writes them below `folder`, which the working database must be allowed to write; null where the case has none.
 * Without a working database they are led to their events here. Fails rather than let a query go without: it would
 * find nothing marked, and nobody would know.
 */
export async function saveMarks(open: OpenCase, folder: string): Promise<Outcome<string | null>> {
  if (!hasMarks(open.workspace)) return succeed(null);
  const file = join(folder, 'mark.parquet');
  const copy = (database: Database, table: Sql): Promise<void> =>
    database.run(sql`COPY ${table} TO ${trusted(quoteText(file))} (FORMAT parquet)`);
  try {
    if (open.views) {
      const saved = await open.views.using(undefined, (database) => copy(database, MARK_TABLE));
      return saved.ok ? succeed(file) : saved;
    }
    const { workspace } = open;
    const database = await openForMarks({
      jail: [workspace.folder, folder],
      spill: folder,
      segments: workspace.segments.map(cacheSegment),
      removed: workspace.removed(),
      memoryLimitMb: MEMORY_LIMIT_MB,
      threads: THREADS,
    });
    try {
      await leadMarks(database, workspace);
      await copy(database, KEPT_MARKS);
    } finally {
      database.close();
    }
    return succeed(file);
  } catch (error) {
    return fail(noMarks(folder, error));
  }
}

function noMarks(where: string, error: unknown): Problem {
  return {
    code: 'query-no-marks',
    what: 'The query was not run: the marks of the case could not be given to it.',
    why: errorText(error),
    where,
    help: 'Check that the disk has room and can be written.',
  };
}
