/** Marks, findings, saved views, clocks: the analyst's work, each change an operation of the journal. */
import { fail, type Outcome } from '../../../shared/problem';
import type { Handlers } from './handlers';

type Names =
  | 'work.list'
  | 'mark.put'
  | 'mark.remove'
  | 'finding.put'
  | 'view.save'
  | 'work.remove'
  | 'evidence.setClock'
  | 'case.setAuthor';

const notYet = (): Outcome<never> => fail({ code: 'not-yet', what: 'This cannot be done yet.' });

export const workHandlers: Pick<Handlers, Names> = {
  'work.list': notYet,
  'mark.put': notYet,
  'mark.remove': notYet,
  'finding.put': notYet,
  'view.save': notYet,
  'work.remove': notYet,
  'evidence.setClock': notYet,
  'case.setAuthor': notYet,
};
