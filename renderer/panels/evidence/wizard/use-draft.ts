/** The wizard's state: sample records, the draft, and what the import makes of the file under it, a moment behind. */
import { useEffect, useMemo, useState } from 'react';
import type { ImportOptions, Preview } from '../../../../shared/evidence';
import type { Problem } from '../../../../shared/problem';
import { CANCELLED } from '../../../state/engine';
import { useEngine } from '../../../state/hooks';
import { type Draft, draftYaml, newDraft } from './draft';

/** Typing is not previewed letter by letter. */
const WAIT_MS = 250;
const SAMPLES = 100;
const SHOWN = 60;

export interface DraftState {
  readonly records: readonly string[];
  readonly draft: Draft | null;
  readonly setDraft: (draft: Draft) => void;
  readonly preview: Preview | null;
  readonly problem: Problem | null;
  /** The preview is of an earlier draft. */
  readonly isStale: boolean;
}

export function useDraft(token: string, name: string, options: ImportOptions): DraftState {
  const engine = useEngine();
  const [records, setRecords] = useState<readonly string[]>([]);
  const [draft, setDraft] = useState<Draft | null>(null);
  const [shown, setShown] = useState<{ key: string; preview: Preview | null } | null>(null);
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
  useEffect(() => {
    if (key === null) return;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      const params = { token, options: JSON.parse(asked), draft: key, records: SHOWN };
      void engine.call('evidence.preview', params, controller.signal).then((outcome) => {
        if (controller.signal.aborted) return;
        if (outcome.ok) {
          setShown({ key, preview: outcome.value });
          setProblem(outcome.value.problem);
        } else if (outcome.problem.code !== CANCELLED) {
          setShown({ key, preview: null });
          setProblem(outcome.problem);
        }
      });
    }, WAIT_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [engine, token, asked, key]);

  return {
    records,
    draft,
    setDraft,
    preview: shown?.preview ?? null,
    problem,
    isStale: shown?.key !== key,
  };
}

/** The draft is the format, and lines have no columns to map. */
function bare({ format: _, mapping: __, ...options }: ImportOptions): ImportOptions {
  return options;
}
