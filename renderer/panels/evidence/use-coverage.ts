/** Asks where each evidence has events, again whenever the facts change; and for the gaps of one, when wanted. */
import { useEffect, useState } from 'react';
import type { Problem } from '../../../shared/problem';
import type { Result } from '../../../shared/protocol';
import { CANCELLED } from '../../state/engine';
import { useEngine, useFactsVersion } from '../../state/hooks';
import { BINS, type Coverage, NO_COVERAGE, readCoverage } from './coverage';

/** The last known coverage stays in sight while a newer one is worked out. */
export function useCoverage(any: boolean): Coverage {
  const engine = useEngine();
  const facts = useFactsVersion();
  const [known, setKnown] = useState<Coverage>(NO_COVERAGE);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `facts` grows when events changed.
  useEffect(() => {
    if (!any) {
      setKnown(NO_COVERAGE);
      return;
    }
    const controller = new AbortController();
    void engine.call('evidence.coverage', { bins: BINS }, controller.signal).then((outcome) => {
      if (!controller.signal.aborted && outcome.ok) setKnown(readCoverage(outcome.value));
    });
    return () => controller.abort();
  }, [engine, facts, any]);
  return known;
}

export type Gaps = Result<'evidence.gaps'>;

export interface GapsState {
  readonly gaps: Gaps | null;
  readonly problem: Problem | null;
}

const NOTHING: GapsState = { gaps: null, problem: null };

/** `wanted` false asks nothing: of many events it takes a while. */
export function useGaps(evidenceId: number, wanted: boolean): GapsState {
  const engine = useEngine();
  const facts = useFactsVersion();
  const [state, setState] = useState<GapsState>(NOTHING);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `facts` grows when events changed.
  useEffect(() => {
    setState(NOTHING);
    if (!wanted) return;
    const controller = new AbortController();
    void engine.call('evidence.gaps', { evidenceId }, controller.signal).then((outcome) => {
      if (controller.signal.aborted) return;
      if (outcome.ok) setState({ gaps: outcome.value, problem: null });
      else if (outcome.problem.code !== CANCELLED) setState({ gaps: null, problem: outcome.problem });
    });
    return () => controller.abort();
  }, [engine, facts, evidenceId, wanted]);
  return state;
}
