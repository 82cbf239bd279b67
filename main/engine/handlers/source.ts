/** Sources, joins, charts, analyst SQL and exports: thin, for `main/query` does the work. */
import { fail, type Outcome, succeed } from '../../../shared/problem';
import { chartData } from '../../query/charts/chart-data';
import { exportSource } from '../../query/export/export';
import { joinCount } from '../../query/sources/count';
import { sourceFacet } from '../../query/sources/facet';
import { viewLane } from '../../query/sources/lane';
import { sourcePage } from '../../query/sources/page';
import { queryTables, type RecordTable } from '../../query/sources/query-tables';
import { columnsOf } from '../../query/sources/sources';
import { QUERY_TABLES } from '../../sandbox/gate';
import type { Call, EngineContext } from '../context';
import { packetsOf } from '../packets';
import { runQuery } from '../query-run';
import { type CaseSources, sourcesOf } from '../sources';
import { unknownToken } from './case';
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
  'source.export': ({ token, ...params }, call) =>
    withSources(call, async ({ sources }) => {
      const granted = call.context.tokens.resolve(token);
      if (!granted) return fail(unknownToken);
      const step = `Export ${granted.name}`;
      return exportSource(
        sources,
        params,
        packetsOf(call.context),
        granted.path,
        (rows) => call.context.notify('file.progress', { step, done: rows, of: 0 }),
        call.signal,
      );
    }),
  'join.count': (params, call) => withSources(call, ({ sources }) => joinCount(sources, params, call.signal)),
  'chart.data': (params, call) => withSources(call, ({ sources }) => chartData(sources, params, call.signal)),
  'query.run': (params, call) => runQuery(call.context, params, call.signal),
  'query.tables': (_, call) =>
    withSources(call, async ({ sources }) => {
      const records = recordTables(call.context);
      const tables = await sources.views.using(call.signal, (database) =>
        queryTables(database, QUERY_TABLES, records),
      );
      return tables.ok ? succeed({ tables: tables.value }) : tables;
    }),
  'view.lane': ({ id, ...params }, call) =>
    withSources(call, ({ sources }) => viewLane(sources, sources.savedView(id), params, call.signal)),
};

/** Evidence whose own columns a query may name; a list to choose from, so not of thousands. */
const MOST_RECORDS = 200;

function recordTables(context: EngineContext): RecordTable[] {
  const removed = context.case?.workspace.removed() ?? new Set<number>();
  const entries = context.case?.workspace.segments.flatMap((segment) => segment.entries) ?? [];
  return entries
    .filter(({ recordFile, row }) => recordFile !== null && !removed.has(row.evidence_id))
    .slice(0, MOST_RECORDS)
    .map(({ row, recordColumns }) => ({
      evidenceId: row.evidence_id,
      name: row.name,
      columns: recordColumns,
    }));
}

async function withSources<T>(
  { context }: Call,
  work: (sources: CaseSources) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const sources = sourcesOf(context);
  return sources.ok ? work(sources.value) : sources;
}
