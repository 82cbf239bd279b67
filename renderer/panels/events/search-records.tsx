/** Where words were found in no field: looks for them in the sources' own columns, too. */
import { type ReactNode, useState } from 'react';
import type { Problem } from '../../../shared/problem';
import { useEngine, useFilter } from '../../state/hooks';
import { Button } from '../../ui/button';
import { ProblemText } from '../../ui/problem-text';
import { MOST_RECORD_TABLES, recordTables, wordsInRecords } from './own-columns';

export function SearchRecords(): ReactNode {
  const engine = useEngine();
  const { clauses, replace } = useFilter();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [asking, setAsking] = useState(false);
  const words = clauses.flatMap(({ id, filter, muted }) =>
    !muted && filter.kind === 'words' ? [{ id, text: filter.text }] : [],
  );
  if (words.length === 0) return null;
  const search = async (): Promise<void> => {
    setAsking(true);
    const found = await engine.call('query.tables', {});
    setAsking(false);
    const records = found.ok ? recordTables(found.value.tables) : [];
    if (!found.ok) setProblem(found.problem);
    else if (records.length === 0) setProblem(noColumns);
    else if (records.length > MOST_RECORD_TABLES) setProblem(tooMany(records.length));
    else for (const { id, text } of words) replace(id, wordsInRecords(text, records));
  };
  return (
    <>
      <Button disabled={asking} onClick={() => void search()}>
        Search the sources’ own columns
      </Button>
      {problem !== null && <ProblemText problem={problem} />}
    </>
  );
}

const noColumns: Problem = {
  code: 'no-records',
  what: 'None of the sources has columns of its own beside the fields of its events.',
};

function tooMany(count: number): Problem {
  return {
    code: 'too-many-records',
    what: `${count} sources have columns of their own, and at most ${MOST_RECORD_TABLES} are searched at once.`,
    help: 'Ask for those in question in SQL: the details of an evidence say what its table is called.',
  };
}
