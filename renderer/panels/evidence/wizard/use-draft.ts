/** The wizard's state: sample records, the draft, and what the import makes of the file under it, a moment behind. */
import { useEffect, useMemo, useState } from 'react';
import type { ImportOptions } from '../../../../shared/evidence';
import type { Problem } from '../../../../shared/problem';
import { CANCELLED } from '../../../state/engine';
import { useEngine } from '../../../state/hooks';
import { type Draft, draftYaml, newDraft } from './draft';
import { bare, type Tried, useTried } from './use-tried';

const SAMPLES = 100;

export interface DraftState extends Tried {
  readonly records: readonly string[];
  readonly draft: Draft | null;
  readonly setDraft: (draft: Draft) => void;
}

export function useDraft(token: string, name: string, options: ImportOptions): DraftState {
  const engine = useEngine();
  const [records, setRecords] = useState<readonly string[]>([]);
  const [draft, setDraft] = useState<Draft | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const asked = useMemo(() => JSON.stringify(bare(options)), [options]);

  useEffect(() => {
    const controller = new AbortController();
    const own: ImportOptions = { ...JSON.parse(asked), format: 'generic-lines' };
    void engine
      .call('evidence.preview', { token, options: own, records: SAMPLES }, controller.signal)
      .then((outcome) => {
        if (controller.signal.aborted) return;
        if (!outcome.ok) {
          if (outcome.problem.code !== CANCELLED) setProblem(outcome.problem);
          return;
        }
        const raw = outcome.value.records.map((record) => record.raw);
        setProblem(raw.length === 0 ? outcome.value.problem : null);
        setRecords(raw);
        setDraft((was) => was ?? newDraft(raw, name));
      });
    return () => controller.abort();
  }, [engine, token, name, asked]);

  const key = draft === null ? null : draftYaml({ ...draft, selected: 0 }, null, options);
  const tried = useTried(token, options, key);
  return { ...tried, records, draft, setDraft, problem: tried.problem ?? problem };
}
