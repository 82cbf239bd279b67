/** One long call over files: how far it is, how it ended, and giving it up. */
import { useEffect, useRef, useState } from 'react';
import type { Outcome, Problem } from '../../shared/problem';
import type { CallName, Notice, Params, Result } from '../../shared/protocol';
import { CANCELLED } from '../state/engine';
import { useEngine, useNotice } from '../state/hooks';

export interface Job<N extends CallName> {
  readonly isRunning: boolean;
  /** Null before the first word of it. */
  readonly progress: Notice<'file.progress'> | null;
  readonly problem: Problem | null;
  readonly done: Result<N> | null;
  /** `before` gives the parameters, null to wait for another answer of the analyst, or why it cannot begin. */
  readonly run: (before: () => Promise<Outcome<Params<N> | null>>) => Promise<void>;
  readonly giveUp: () => void;
}

export function useJob<N extends CallName>(name: N): Job<N> {
  const engine = useEngine();
  const [state, setState] = useState<Omit<Job<N>, 'run' | 'giveUp'>>(IDLE);
  const controller = useRef<AbortController | null>(null);
  useNotice('file.progress', (progress) => {
    if (controller.current !== null) setState((was) => ({ ...was, progress }));
  });
  useEffect(() => () => controller.current?.abort(), []);
  return {
    ...state,
    run: async (before) => {
      if (controller.current !== null) return;
      const abort = new AbortController();
      controller.current = abort;
      setState({ ...IDLE, isRunning: true });
      const params = await before();
      let next: Partial<Ended<N>> = {};
      if (!params.ok) next = { problem: params.problem };
      else if (params.value !== null) {
        const outcome = await engine.call(name, params.value, abort.signal);
        if (outcome.ok) next = { done: outcome.value };
        else if (outcome.problem.code !== CANCELLED) next = { problem: outcome.problem };
      }
      controller.current = null;
      setState({ ...IDLE, ...next });
    },
    giveUp: () => controller.current?.abort(),
  };
}

type Ended<N extends CallName> = Pick<Job<N>, 'problem' | 'done'>;

const IDLE = { isRunning: false, progress: null, problem: null, done: null };
