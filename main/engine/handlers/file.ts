/** The case file: pack, verify, work on it; and the report. */
import { fail, type Outcome } from '../../../shared/problem';
import type { Handlers } from './handlers';

type Names = 'case.workOn' | 'case.pack' | 'case.verify' | 'case.report' | 'host.grantSave';

const notYet = (): Outcome<never> => fail({ code: 'not-yet', what: 'This cannot be done yet.' });

export const fileHandlers: Pick<Handlers, Names> = {
  'case.workOn': notYet,
  'case.pack': notYet,
  'case.verify': notYet,
  'case.report': notYet,
  'host.grantSave': notYet,
};
