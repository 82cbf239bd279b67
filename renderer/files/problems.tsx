/** What is wrong with a case file, entry by entry; a badly damaged one is cut short, and says so. */
import type { ReactNode } from 'react';
import type { Problem } from '../../shared/problem';
import { countText } from '../ui/event-text';
import { ProblemText } from '../ui/problem-text';

const MOST_SHOWN = 100;

export function Problems({ problems }: { readonly problems: readonly Problem[] }): ReactNode {
  const keyed = new Map(
    problems.slice(0, MOST_SHOWN).map((problem) => [JSON.stringify(problem), problem] as const),
  );
  return (
    <>
      {[...keyed].map(([key, problem]) => (
        <ProblemText key={key} problem={problem} />
      ))}
      {problems.length > MOST_SHOWN && (
        <p className="quiet">and {countText(problems.length - MOST_SHOWN)} more</p>
      )}
    </>
  );
}
