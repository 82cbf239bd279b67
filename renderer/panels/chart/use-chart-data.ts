/** The groups of a chart, asked for anew when it, the filter, the zone, the facts or the marks change. */
import { useEffect, useReducer, useState } from 'react';
import type { ChartSpec } from '../../../shared/chart';
import type { Answer } from '../../../shared/chart/groups';
import type { Filter } from '../../../shared/filter';
import type { Problem } from '../../../shared/problem';
import type { Result } from '../../../shared/protocol';
import { CANCELLED } from '../../state/engine';
import { useEngine, useFactsVersion, useWork, useZone } from '../../state/hooks';
import { readArrowRows } from '../../ui/arrow-rows';

export interface ChartData {
  readonly answer: Answer | null;
  readonly about: Omit<Result<'chart.data'>, 'arrow'> | null;
  /** The spec the answer belongs to. */
  readonly spec: ChartSpec | null;
  readonly loading: boolean;
  readonly problem: Problem | null;
  readonly retry: () => void;
}

const REST_MS = 80;

export function useChartData(spec: ChartSpec | null, events: Filter | null): ChartData {
  const engine = useEngine();
  const facts = useFactsVersion();
  const { version: work } = useWork();
  const zone = useZone();
  const [state, setState] = useState<Omit<ChartData, 'retry'>>({
    answer: null,
    about: null,
    spec: null,
    loading: false,
    problem: null,
  });
  const [attempt, retry] = useReducer((count: number) => count + 1, 0);
  const text = JSON.stringify(spec === null ? null : { spec, events, zone });
  // biome-ignore lint/correctness/useExhaustiveDependencies: new facts or marks are counted anew.
  useEffect(() => {
    const wish: { spec: ChartSpec; events: Filter | null; zone: string } | null = JSON.parse(text);
    if (wish === null) {
      setState({ answer: null, about: null, spec: null, loading: false, problem: null });
      return;
    }
    const controller = new AbortController();
    setState((was) => ({ ...was, loading: true }));
    const timer = setTimeout(() => {
      void engine.call('chart.data', wish, controller.signal).then((outcome) => {
        if (controller.signal.aborted) return;
        if (!outcome.ok) {
          if (outcome.problem.code === CANCELLED) return;
          setState({ answer: null, about: null, spec: wish.spec, loading: false, problem: outcome.problem });
          return;
        }
        const { arrow, ...about } = outcome.value;
        const { buckets, rest, binned } = about;
        const answer: Answer = { rows: readArrowRows(arrow), buckets, rest, binned };
        setState({ answer, about, spec: wish.spec, loading: false, problem: null });
      });
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [engine, text, facts, work, attempt]);
  return { ...state, retry };
}
