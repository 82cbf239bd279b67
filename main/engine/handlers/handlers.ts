/** Every call of the contract and the function that answers it; the compiler sees to it that none is missing. */
import type { z } from 'zod';
import type { Outcome } from '../../../shared/problem';
import type { CallName, calls, Result } from '../../../shared/protocol';
import type { Call } from '../context';
import { caseHandlers } from './case';
import { eventHandlers } from './event';
import { evidenceHandlers } from './evidence';
import { fileHandlers } from './file';
import { formatHandlers } from './format';
import { sourceHandlers } from './source';
import { uploadHandlers } from './upload';
import { viewHandlers } from './view';
import { workHandlers } from './work';

export type Handler<N extends CallName> = (
  params: z.output<(typeof calls)[N]['params']>,
  call: Call,
) => Outcome<Result<N>> | Promise<Outcome<Result<N>>>;

export type Handlers = { readonly [N in CallName]: Handler<N> };

export const handlers: Handlers = {
  ...caseHandlers,
  ...evidenceHandlers,
  ...uploadHandlers,
  ...eventHandlers,
  ...viewHandlers,
  ...sourceHandlers,
  ...workHandlers,
  ...fileHandlers,
  ...formatHandlers,
};

/** Runs one call; `params` must have passed the schema of `name`. */
export async function dispatch(name: CallName, params: unknown, call: Call): Promise<Outcome<unknown>> {
  // The door has parsed `params` by the schema of this very name.
  const handler = handlers[name] as (params: unknown, call: Call) => Promise<Outcome<unknown>>;
  return handler(params, call);
}
