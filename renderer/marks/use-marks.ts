/** Star, tag, note: the acts, with words for what came of them. For grids, the inspector and the findings. */
import { useCallback, useMemo } from 'react';
import type { Filter } from '../../shared/filter';
import { CANCELLED } from '../state/engine';
import { useReport, useTell, useWork } from '../state/hooks';
import { plural } from '../ui/event-text';

/** One or some events by their ids, or all of a filter. */
export type MarkOn = { readonly eventIds: string[] } | { readonly filter: Filter };
export type MarkKind = 'star' | 'tag' | 'note';

export interface Marks {
  readonly put: (what: MarkKind, value: string | null, on: MarkOn) => Promise<void>;
  /** `value` null takes off every tag or note. */
  readonly take: (what: MarkKind, value: string | null, on: MarkOn) => Promise<void>;
}

function did(what: MarkKind, value: string | null, isPut: boolean, count: number): string {
  const events = plural(count, 'event');
  if (what === 'star') return isPut ? `Starred ${events}` : `Took the star off ${events}`;
  if (what === 'tag') {
    const tag = value === null ? 'every tag' : `“${value}”`;
    return isPut ? `Tagged ${events} ${tag}` : `Took ${tag} off ${events}`;
  }
  return isPut ? `Noted on ${events}` : `Took the note off ${events}`;
}

export function useMarks(author: string): Marks {
  const { mark, unmark } = useWork();
  const tell = useTell();
  const report = useReport();
  const run = useCallback(
    async (isPut: boolean, what: MarkKind, value: string | null, on: MarkOn): Promise<void> => {
      const outcome = await (isPut ? mark : unmark)({ what, value, on });
      if (outcome.ok) {
        if (outcome.value === 0) tell(isPut ? 'They are marked so already' : 'There was no such mark');
        else tell(did(what, value, isPut, outcome.value), true);
      } else if (outcome.problem.code !== CANCELLED) report(outcome.problem, author);
    },
    [mark, unmark, tell, report, author],
  );
  return useMemo(
    () => ({
      put: (what, value, on) => run(true, what, value, on),
      take: (what, value, on) => run(false, what, value, on),
    }),
    [run],
  );
}
