/** The engine's greeting and the open case; opening, making and closing cases; undo and redo. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Outcome, Problem } from '../../shared/problem';
import type { CaseState, Result } from '../../shared/protocol';
import type { Engine } from './engine';

export type Hello = Result<'session.hello'>;

export interface SessionState {
  /** Null until the engine has answered. */
  readonly hello: Hello | null;
  /** Why the engine cannot be spoken to. */
  readonly problem: Problem | null;
  readonly case: CaseState | null;
  /** Grows whenever the facts changed: views opened before are stale. */
  readonly factsVersion: number;
  readonly memoryBytes: number | null;
  /** Set when the engine was lost and is back, until dismissed. */
  readonly restarted: Problem | null;
  /** True once the pipe is closed for good. */
  readonly lost: boolean;
  /** True while a case is being opened, made or closed. */
  readonly busy: boolean;
  readonly greet: () => Promise<void>;
  readonly createCase: (name: string) => Promise<Outcome<CaseState>>;
  /** A workspace or a case file; a sealed one asks for its passphrase by its problem. */
  readonly openCase: (token: string, passphrase?: string) => Promise<Outcome<CaseState>>;
  /** Makes a workspace of the open case file. */
  readonly workOn: (name: string) => Promise<Outcome<CaseState>>;
  readonly openSample: () => Promise<Outcome<CaseState>>;
  readonly closeCase: () => Promise<void>;
  readonly undo: () => Promise<Outcome<CaseState>>;
  readonly redo: () => Promise<Outcome<CaseState>>;
  readonly dismissRestart: () => void;
}

export function createSession(engine: Engine): StoreApi<SessionState> {
  const store = createStore<SessionState>()((set, get) => {
    const take = (next: CaseState | null): void =>
      set({ case: next, factsVersion: get().factsVersion + 1, busy: false });
    const open = async (call: Promise<Outcome<CaseState>>): Promise<Outcome<CaseState>> => {
      set({ busy: true });
      const outcome = await call;
      if (outcome.ok) take(outcome.value);
      else set({ busy: false });
      return outcome;
    };
    const operate = async (name: 'operation.undo' | 'operation.redo'): Promise<Outcome<CaseState>> => {
      const outcome = await engine.call(name, {});
      if (outcome.ok) set({ case: outcome.value });
      return outcome;
    };
    return {
      hello: null,
      problem: null,
      case: null,
      factsVersion: 0,
      memoryBytes: null,
      restarted: null,
      lost: false,
      busy: false,
      greet: async () => {
        const hello = await engine.call('session.hello', {});
        if (!hello.ok) {
          set({ problem: hello.problem });
          return;
        }
        set({
          hello: hello.value,
          problem: null,
          case: hello.value.case,
          memoryBytes: hello.value.engineMemoryBytes,
          factsVersion: get().factsVersion + 1,
        });
      },
      createCase: (name) => open(engine.call('case.create', { name })),
      openCase: (token, passphrase) =>
        open(engine.call('case.open', { token, ...(passphrase === undefined ? {} : { passphrase }) })),
      workOn: (name) => open(engine.call('case.workOn', { name })),
      openSample: async () => {
        set({ busy: true });
        const outcome = await engine.call('case.sample', {});
        if (!outcome.ok) {
          set({ busy: false });
          return outcome;
        }
        take(outcome.value.case);
        return { ok: true, value: outcome.value.case };
      },
      closeCase: async () => {
        set({ busy: true });
        await engine.call('case.close', {});
        take(null);
        await get().greet();
      },
      undo: () => operate('operation.undo'),
      redo: () => operate('operation.redo'),
      dismissRestart: () => set({ restarted: null }),
    };
  });
  engine.on('facts.changed', (value) =>
    store.setState({ case: value.case, factsVersion: store.getState().factsVersion + 1 }),
  );
  engine.on('work.changed', (value) => store.setState({ case: value.case }));
  engine.on('engine.memory', ({ bytes }) => store.setState({ memoryBytes: bytes }));
  engine.on('engine.restarted', ({ problem }) => {
    store.setState({ restarted: problem });
    void store.getState().greet();
  });
  engine.onLost(() => store.setState({ lost: true }));
  return store;
}
