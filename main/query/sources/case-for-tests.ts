/** Test support: a case in memory with all its tables, and the sources over it. */
import { tableFromIPC } from 'apache-arrow';
import type { SavedView } from '../../../shared/case';
import type { Outcome } from '../../../shared/problem';
import type { Database } from '../../store/database';
import { VIEWS } from '../../store/views';
import { type MadeEvent, madeCase } from '../made-for-tests';
import { Views } from '../views';
import { OpenedSources } from './opened';
import { Sources } from './sources';
import type { MadeOfSql } from './sql-leaf';

export interface MadeSources {
  readonly database: Database;
  readonly views: Views;
  readonly sources: Sources;
  readonly opened: OpenedSources;
  readonly saved: Map<string, SavedView>;
}

export async function madeSources(
  events: readonly MadeEvent[],
  sha256: ReadonlyMap<number, string> = new Map([[1, 'aa']]),
  runSql: MadeOfSql | null = null,
): Promise<MadeSources> {
  const database = await madeCase(events, sha256);
  for (const view of VIEWS) await database.run(view);
  const views = await Views.open(database);
  const saved = new Map<string, SavedView>();
  const sources = new Sources({ views, savedView: (id) => saved.get(id) ?? null, runSql });
  return { database, views, sources, opened: new OpenedSources(sources), saved };
}

/** The value of an outcome that must have been good. */
export function value<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.problem));
  return outcome.value;
}

/** Rows of an Arrow answer, big integers as text. */
export function rowsOf(arrow: Uint8Array): (string | number | boolean | null)[][] {
  const table = tableFromIPC(arrow);
  const columns = table.schema.fields.map((_, at) => table.getChildAt(at));
  return Array.from({ length: table.numRows }, (_, row) =>
    columns.map((column) => {
      const cell: unknown = column?.get(row) ?? null;
      if (typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean') return cell;
      return cell === null ? null : String(cell);
    }),
  );
}
