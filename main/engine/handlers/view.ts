/** Views: thin, for `main/query` does the work. */
import { fail } from '../../../shared/problem';
import type { Handlers } from './handlers';

type Names = 'view.open' | 'view.page' | 'view.locate' | 'view.find' | 'view.histogram' | 'view.facet';

export const viewHandlers: Pick<Handlers, Names> = {
  'view.open': () => notYet(),
  'view.page': () => notYet(),
  'view.locate': () => notYet(),
  'view.find': () => notYet(),
  'view.histogram': () => notYet(),
  'view.facet': () => notYet(),
};

export function notYet() {
  return fail({ code: 'not-yet', what: 'This cannot be done yet.' });
}
