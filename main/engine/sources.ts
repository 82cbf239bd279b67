/** The sources of the open case, made when first asked for; they go with its views. */
import { fail, type Outcome, succeed } from '../../shared/problem';
import { OpenedSources } from '../query/sources/opened';
import { Sources } from '../query/sources/sources';
import type { Views } from '../query/views';
import { type EngineContext, openCaseOf } from './context';
import { sqlSourceOf } from './query-run';

export interface CaseSources {
  readonly sources: Sources;
  readonly opened: OpenedSources;
}

const made = new WeakMap<Views, CaseSources>();

export function sourcesOf(context: EngineContext): Outcome<CaseSources> {
  const open = openCaseOf(context);
  if (!open.ok) return open;
  const { views, workspace } = open.value;
  if (!views) return fail({ code: 'no-views', what: 'The case was opened without its working database.' });
  const known = made.get(views);
  if (known) return succeed(known);
  const sources = new Sources({
    views,
    savedView(id) {
      for (const record of workspace.records()) if (record.kind === 'view' && record.id === id) return record;
      return null;
    },
    runSql: sqlSourceOf(context),
  });
  const fresh = { sources, opened: new OpenedSources(sources) };
  made.set(views, fresh);
  return succeed(fresh);
}
