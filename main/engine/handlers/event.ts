/** One event closely: its fields, the source's own record, its points, and the bytes it came from. */
import type { Handlers } from './handlers';
import { notYet } from './view';

export const eventHandlers: Pick<Handlers, 'event.detail' | 'evidence.bytes'> = {
  'event.detail': () => notYet(),
  'evidence.bytes': () => notYet(),
};
