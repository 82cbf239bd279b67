/** Gathers what a report shows from the open case. */
import { fail, type Outcome } from '../../shared/problem';
import type { Result } from '../../shared/protocol';
import type { Call } from './context';

export async function writeReport(
  _call: Call,
  _path: string,
  _zone: string,
): Promise<Outcome<Result<'case.report'>>> {
  return fail({ code: 'not-yet', what: 'This cannot be done yet.' });
}
