/**
 * The analyst's name, asked once per case before the first change that is signed with it. Whoever makes that change
 * needs to know nothing of it: the call waits until the name is there, or is given up with the question.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Outcome } from '../../shared/problem';
import type { CallName, CaseState } from '../../shared/protocol';
import { cancelled, type Engine, ProblemError } from './engine';

export interface AuthorState {
  /** True while a change waits for the name. */
  readonly asking: boolean;
  /** The name, or null to give up what waits. A problem is for whoever asks; it goes on asking then. */
  readonly answer: (name: string | null) => Promise<Outcome<unknown>>;
}

const SIGNED: ReadonlySet<CallName> = new Set<CallName>([
  'mark.put',
  'mark.remove',
  'finding.put',
  'view.save',
  'work.remove',
  'evidence.setClock',
  'evidence.setCustody',
]);

/** The same engine, whose signed calls wait for the name where the open case has none. */
export function withAuthor(
  engine: Engine,
  openCase: () => CaseState | null,
): { readonly engine: Engine; readonly author: StoreApi<AuthorState> } {
  let waiting: ((isNamed: boolean) => void)[] = [];
  const settle = (isNamed: boolean): void => {
    const all = waiting;
    waiting = [];
    author.setState({ asking: false });
    for (const one of all) one(isNamed);
  };
  const author = createStore<AuthorState>()(() => ({
    asking: false,
    answer: async (name) => {
      if (name === null) {
        settle(false);
        return { ok: true, value: null };
      }
      const named = await engine.call('case.setAuthor', { author: name });
      if (named.ok) settle(true);
      return named;
    },
  }));
  const isNamed = (): Promise<boolean> => {
    const open = openCase();
    if (open === null || open.author !== null || open.readOnly !== null) return Promise.resolve(true);
    return new Promise((resolve) => {
      waiting.push(resolve);
      author.setState({ asking: true });
    });
  };
  const call: Engine['call'] = async (name, params, signal) => {
    if (SIGNED.has(name) && !(await isNamed())) return cancelled();
    return engine.call(name, params, signal);
  };
  return {
    author,
    engine: {
      ...engine,
      call,
      load: async (name, params, signal) => {
        const outcome = await call(name, params, signal);
        if (!outcome.ok) throw new ProblemError(outcome.problem);
        return outcome.value;
      },
    },
  };
}
