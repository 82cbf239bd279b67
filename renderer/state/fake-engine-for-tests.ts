/** Test support: an engine that answers from a table and sends notices when told to. */
import { fail, type Outcome, succeed } from '../../shared/problem';
import type { CallName, CaseState, Notice, NoticeName, Params, Result } from '../../shared/protocol';
import { cancelled, type Engine, ProblemError } from './engine';

export type Answers = { readonly [N in CallName]?: (params: Params<N>) => Result<N> };

export interface FakeEngine extends Engine {
  readonly asked: { readonly name: CallName; readonly params: unknown }[];
  readonly notify: <N extends NoticeName>(name: N, value: Notice<N>) => void;
  readonly lose: () => void;
}

export function fakeEngine(answers: Answers): FakeEngine {
  const asked: { name: CallName; params: unknown }[] = [];
  const listeners = new Map<NoticeName, Set<(value: never) => void>>();
  const closers = new Set<() => void>();
  const call: Engine['call'] = async (name, params, signal) => {
    asked.push({ name, params });
    await Promise.resolve();
    if (signal?.aborted) return cancelled();
    const answer: ((params: never) => unknown) | undefined = answers[name];
    if (answer === undefined) return fail({ code: 'no-answer', what: `The test answers no ${name}.` });
    return succeed(answer(params as never)) as Outcome<never>;
  };
  return {
    asked,
    call,
    load: async (name, params, signal) => {
      const outcome = await call(name, params, signal);
      if (!outcome.ok) throw new ProblemError(outcome.problem);
      return outcome.value;
    },
    on: (name, listener) => {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set);
      set.add(listener);
      return () => set.delete(listener);
    },
    onLost: (listener) => {
      closers.add(listener);
      return () => closers.delete(listener);
    },
    notify: (name, value) => {
      for (const listener of listeners.get(name) ?? []) listener(value as never);
    },
    lose: () => {
      for (const closer of closers) closer();
    },
  };
}

export const OPEN_CASE: CaseState = {
  name: 'Pump station',
  folder: '/cases/pump',
  readOnly: null,
  evidence: 2,
  events: 10,
  undo: null,
  redo: null,
  author: null,
  file: null,
};

export function hello(open: CaseState | null): Result<'session.hello'> {
  return {
    version: '0',
    logFile: '/logs/a.log',
    host: 'browser',
    case: open,
    recent: [],
    engineMemoryBytes: 1_000_000,
  };
}
