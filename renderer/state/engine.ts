/** What panels and stores know of the engine: typed calls and notices. The pipe behind it is `renderer/engine`. */
import { fail, type Outcome, type Problem } from '../../shared/problem';
import type { CallName, Notice, NoticeName, Params, Result } from '../../shared/protocol';

export interface Engine {
  /** One call. Failures, the engine's loss and giving up (`cancelled`) are values; it never rejects. */
  readonly call: <N extends CallName>(
    name: N,
    params: Params<N>,
    signal?: AbortSignal,
  ) => Promise<Outcome<Result<N>>>;
  /** The same for code that wants a plain promise: rejects with a `ProblemError`. */
  readonly load: <N extends CallName>(name: N, params: Params<N>, signal?: AbortSignal) => Promise<Result<N>>;
  /** Hears a notice until the returned function is called. */
  readonly on: <N extends NoticeName>(name: N, listener: (value: Notice<N>) => void) => () => void;
  /** Runs once when the pipe closes for good. */
  readonly onLost: (listener: () => void) => () => void;
}

/** A Problem on its way through a promise chain. */
export class ProblemError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.what);
    this.name = 'ProblemError';
    this.problem = problem;
  }
}

/** Code of the failure of a call that was given up on purpose; nobody needs to hear of it. */
export const CANCELLED = 'cancelled';

export function cancelled(): ReturnType<typeof fail> {
  return fail({ code: CANCELLED, what: 'The request was given up.' });
}

export function isCancelled(reason: unknown): boolean {
  return reason instanceof ProblemError && reason.problem.code === CANCELLED;
}

/** The Problem behind anything a promise was rejected with. */
export function problemOf(reason: unknown): Problem {
  if (reason instanceof ProblemError) return reason.problem;
  const why = reason instanceof Error ? reason.message : String(reason);
  return { code: 'window-fault', what: 'The window made a mistake.', why };
}
