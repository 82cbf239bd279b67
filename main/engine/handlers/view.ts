/** Views: thin, for `main/query` does the work. */
import { fail, type Outcome, succeed } from '../../../shared/problem';
import { facet } from '../../query/facet';
import { histogram } from '../../query/histogram';
import { viewFind, viewLocate } from '../../query/locate';
import { openView } from '../../query/open-view';
import { viewPage } from '../../query/page';
import type { Views } from '../../query/views';
import { type Call, openCaseOf } from '../context';
import { sourcesOf } from '../sources';
import type { Handlers } from './handlers';

type Names = 'view.open' | 'view.page' | 'view.locate' | 'view.find' | 'view.histogram' | 'view.facet';

export const viewHandlers: Pick<Handlers, Names> = {
  'view.open': (params, call) => withViews(call, (views) => openView(views, params, call.signal)),
  'view.page': (params, call) => withViews(call, (views) => viewPage(views, params, call.signal)),
  'view.locate': (params, call) => withViews(call, (views) => viewLocate(views, params, call.signal)),
  'view.find': (params, call) => withViews(call, (views) => viewFind(views, params, call.signal)),
  'view.histogram': (params, call) => withViews(call, (views) => histogram(views, params, call.signal)),
  'view.facet': (params, call) => withViews(call, (views) => facet(views, params, call.signal)),
};

export async function withViews<T>(
  call: Call,
  work: (views: Views) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const views = viewsOf(call);
  return views.ok ? work(views.value) : views;
}

export function viewsOf({ context }: Call): Outcome<Views> {
  const open = openCaseOf(context);
  if (!open.ok) return open;
  // Filters may name sources (`member`), which must know the case before the first of them comes.
  sourcesOf(context);
  if (open.value.views) return succeed(open.value.views);
  return fail({ code: 'no-views', what: 'The case was opened without its working database.' });
}
