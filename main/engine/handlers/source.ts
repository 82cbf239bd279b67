/** Sources, joins, charts, analyst SQL and exports: thin, for `main/query` does the work. */
import { fail, type Outcome } from '../../../shared/problem';
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
  'source.columns': notYet,
  'source.open': notYet,
  'source.page': notYet,
  'source.facet': notYet,
  'source.export': notYet,
  'join.count': notYet,
  'chart.data': notYet,
  'query.run': notYet,
  'query.tables': notYet,
  'view.lane': notYet,
};
