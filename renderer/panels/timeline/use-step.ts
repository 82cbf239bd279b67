/** The finest step the times of some events are written in. */
import { useEffect } from 'react';
import type { Filter } from '../../../shared/filter';
import { useEngine, useFactsVersion } from '../../state/hooks';

const MOST_STEPS = 200;

/** Hands on the finest step in microseconds; 0 where it is finer than one, not told, or not known. */
export function useStep(filter: Filter, setStep: (stepUs: number) => void): void {
  const engine = useEngine();
  const facts = useFactsVersion();
  // biome-ignore lint/correctness/useExhaustiveDependencies: new facts may be finer.
  useEffect(() => {
    const controller = new AbortController();
    const asked = { filter, field: 'time_precision_us', limit: MOST_STEPS };
    void engine.call('view.facet', asked, controller.signal).then((facet) => {
      if (!facet.ok || controller.signal.aborted) return;
      const steps = facet.value.values.map(({ value }) => Number(value ?? 0));
      setStep(steps.length === 0 ? 0 : Math.min(...steps));
    });
    return () => controller.abort();
  }, [engine, facts, filter, setStep]);
}
