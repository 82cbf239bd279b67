/** Live counts of a join while it is being built: asked for once the hand rests, given up when it moves again. */
import { useEffect, useReducer, useState } from 'react';
import type { Source } from '../../../shared/filter';
import type { Problem } from '../../../shared/problem';
import type { Result } from '../../../shared/protocol';
import { CANCELLED } from '../../state/engine';
import { useEngine, useFactsVersion, useWork } from '../../state/hooks';

export interface CountState {
  readonly answer: Result<'join.count'> | null;
  /** The join as JSON the answer belongs to. */
  readonly of: string;
  readonly counting: boolean;
  readonly problem: Problem | null;
  readonly retry: () => void;
}

const REST_MS = 250;

export function useJoinCount(source: Source | null): CountState {
  const engine = useEngine();
  const facts = useFactsVersion();
  const { version: work } = useWork();
  const [state, setState] = useState<Omit<CountState, 'retry'>>({
    answer: null,
    of: '',
    counting: false,
    problem: null,
  });
  const [attempt, retry] = useReducer((count: number) => count + 1, 0);
  const text = JSON.stringify(source);
  // biome-ignore lint/correctness/useExhaustiveDependencies: new facts or marks are counted anew.
  useEffect(() => {
    const wish: Source | null = JSON.parse(text);
    if (wish === null) {
      setState({ answer: null, of: '', counting: false, problem: null });
      return;
    }
    const controller = new AbortController();
    setState((was) => ({ ...was, counting: true }));
    const timer = setTimeout(() => {
      void engine.call('join.count', { source: wish }, controller.signal).then((outcome) => {
        if (controller.signal.aborted) return;
        if (outcome.ok) setState({ answer: outcome.value, of: text, counting: false, problem: null });
        else if (outcome.problem.code !== CANCELLED) {
          setState({ answer: null, of: text, counting: false, problem: outcome.problem });
        }
      });
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [engine, text, facts, work, attempt]);
  return { ...state, retry };
}
