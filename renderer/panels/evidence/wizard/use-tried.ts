/** What the import makes of a file's first records under a format that is still being described, a moment behind it. */
import { useEffect, useMemo, useState } from 'react';
import type { ImportOptions, Preview } from '../../../../shared/evidence';
import type { Problem } from '../../../../shared/problem';
import { CANCELLED } from '../../../state/engine';
import { useEngine } from '../../../state/hooks';

/** Typing is not previewed letter by letter. */
const WAIT_MS = 250;
const SHOWN = 60;

export interface Tried {
  /** Null until it is known, and where the file could not be read by it. */
  readonly preview: Preview | null;
  readonly problem: Problem | null;
  /** What is shown is of an earlier draft. */
  readonly isStale: boolean;
}

/** `draft` is the format's YAML; null: there is none to try. */
export function useTried(token: string, options: ImportOptions, draft: string | null): Tried {
  const engine = useEngine();
  const [shown, setShown] = useState<{ draft: string; preview: Preview | null } | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const asked = useMemo(() => JSON.stringify(bare(options)), [options]);
  useEffect(() => {
    if (draft === null) return;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      const params = { token, options: JSON.parse(asked), draft, records: SHOWN };
      void engine.call('evidence.preview', params, controller.signal).then((outcome) => {
        if (controller.signal.aborted) return;
        if (outcome.ok) {
          setShown({ draft, preview: outcome.value });
          setProblem(outcome.value.problem);
        } else if (outcome.problem.code !== CANCELLED) {
          setShown({ draft, preview: null });
          setProblem(outcome.problem);
        }
      });
    }, WAIT_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [engine, token, asked, draft]);
  return { preview: shown?.preview ?? null, problem, isStale: shown?.draft !== draft };
}

/** The draft is the format, and says what columns mean. */
export function bare({ format: _, mapping: __, ...options }: ImportOptions): ImportOptions {
  return options;
}
