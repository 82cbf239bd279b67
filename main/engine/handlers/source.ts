/** Sources, joins, charts, analyst SQL and exports: thin, for `main/query` does the work. */
import { fail, type Outcome, succeed } from '../../../shared/problem';
import { chartData } from '../../query/charts/chart-data';
import { joinCount } from '../../query/sources/count';
import { sourceFacet } from '../../query/sources/facet';
import { sourcePage } from '../../query/sources/page';
import { columnsOf } from '../../query/sources/sources';
import type { Call } from '../context';
import { type CaseSources, sourcesOf } from '../sources';
import type { Handlers } from './handlers';

type Names =
  | 'source.columns'
  | 'source.open'
  | 'source.page'
  | 'source.facet'
  | 'source.export'
  | 'join.count'
  | 'chart.data'
  | 'query.run'
  | 'query.tables'
  | 'view.lane';

const notYet = (): Outcome<never> => fail({ code: 'not-yet', what: 'This cannot be done yet.' });

export const sourceHandlers: Pick<Handlers, Names> = {
  'source.columns': ({ source }, call) =>
    withSources(call, async ({ sources }) => {
      const relation = await sources.relation(source, call.signal);
      if (!relation.ok) return relation;
      return succeed({ columns: columnsOf(relation.value), title: relation.value.title });
    }),
  'source.open': (params, call) => withSources(call, ({ opened }) => opened.open(params, call.signal)),
  'source.page': (params, call) =>
    withSources(call, ({ sources, opened }) => sourcePage(sources, opened, params, call.signal)),
  'source.facet': (params, call) =>
    withSources(call, ({ sources }) => sourceFacet(sources, params, call.signal)),
  'source.export': notYet,
  'join.count': (params, call) => withSources(call, ({ sources }) => joinCount(sources, params, call.signal)),
  'chart.data': (params, call) => withSources(call, ({ sources }) => chartData(sources, params, call.signal)),
  'query.run': notYet,
  'query.tables': notYet,
  'view.lane': notYet,
};

async function withSources<T>(
  { context }: Call,
  work: (sources: CaseSources) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const sources = sourcesOf(context);
  return sources.ok ? work(sources.value) : sources;
}
