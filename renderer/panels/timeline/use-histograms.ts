/** The bins of what is shown and of the whole case, asked for again when the filter, the window or the facts change. */
import { useEffect, useRef, useState } from 'react';
import type { Filter } from '../../../shared/filter';
import type { Problem } from '../../../shared/problem';
import { offsetAt } from '../../../shared/time';
import type { HistogramSpec } from '../../../shared/view';
import { CANCELLED, type Engine } from '../../state/engine';
import { useEngine, useFactsVersion, useZone } from '../../state/hooks';
import type { TimeWindow } from '../../state/time-window';
import { type Histogram, readHistogram, roundBins, type StackBy } from './histogram';

export interface HistogramState {
  readonly histogram: Histogram | null;
  /** Null until the first answer; then whether there was anything dated. */
  readonly known: boolean;
  readonly undated: number;
  readonly loading: boolean;
  readonly problem: Problem | null;
}

const NOTHING: HistogramState = { histogram: null, known: false, undated: 0, loading: true, problem: null };
/** Steps of a wheel that come faster than this are asked for together; the first one is asked for at once. */
const DEBOUNCE_MS = 60;

/** `bins` 0 asks for nothing; a null window means everything dated. */
export function useHistogram(
  filter: Filter,
  window: TimeWindow | null,
  bins: number,
  by: StackBy,
): HistogramState {
  const engine = useEngine();
  const facts = useFactsVersion();
  const zone = useZone();
  const [state, setState] = useState(NOTHING);
  const lastChange = useRef(Number.NEGATIVE_INFINITY);
  const from = window?.from ?? null;
  const to = window?.to ?? null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: new facts are binned anew.
  useEffect(() => {
    if (bins === 0) return;
    const controller = new AbortController();
    setState((was) => (was.loading ? was : { ...was, loading: true }));
    const now = performance.now();
    const delay = now - lastChange.current > DEBOUNCE_MS ? 0 : DEBOUNCE_MS;
    lastChange.current = now;
    const timer = setTimeout(() => {
      const stretch =
        from === null || to === null || to <= from
          ? { from, to, bins }
          : roundBins(from, to, bins, offsetAt(zone, from) * 1_000_000);
      void ask(engine, { filter, ...stretch, by }, controller.signal).then((next) => {
        if (next !== null) setState(next);
      });
    }, delay);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [engine, facts, filter, from, to, bins, by, zone]);
  return state;
}

async function ask(engine: Engine, spec: HistogramSpec, signal: AbortSignal): Promise<HistogramState | null> {
  const answer = await engine.call('view.histogram', spec, signal);
  if (signal.aborted) return null;
  if (!answer.ok) {
    if (answer.problem.code === CANCELLED) return null;
    return { ...NOTHING, known: true, loading: false, problem: answer.problem };
  }
  return {
    histogram: readHistogram(answer.value, spec.bins, spec.by),
    known: true,
    undated: answer.value.undated,
    loading: false,
    problem: null,
  };
}
