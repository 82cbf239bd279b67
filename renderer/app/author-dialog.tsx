/** Asks for the analyst's name before the first change that is signed with it. */
import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';
import type { Problem } from '../../shared/problem';
import { useWorkbench } from '../state/hooks';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { ProblemText } from '../ui/problem-text';

export function AuthorDialog(): ReactNode {
  const asking = useStore(useWorkbench().author, (state) => state.asking);
  return asking ? <AskName /> : null;
}

function AskName(): ReactNode {
  const { answer } = useStore(useWorkbench().author);
  const [name, setName] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const given = name.trim();
  const apply = async (): Promise<void> => {
    if (given === '') return;
    const outcome = await answer(given);
    if (!outcome.ok) setProblem(outcome.problem);
  };
  return (
    <Dialog
      open
      title="Who is working on this case?"
      description="Asked once. Your name stands beside every mark, finding and clock you set, in the journal and in the report. It is not taken from this computer."
      size="narrow"
      onClose={() => void answer(null)}
      actions={
        <>
          <Button onClick={() => void answer(null)}>Cancel</Button>
          <Button look="primary" disabled={given === ''} onClick={() => void apply()}>
            Go on
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void apply();
        }}
      >
        <input
          type="text"
          className="text-box whole-width"
          aria-label="Your name"
          placeholder="Name, as the report should say it"
          maxLength={120}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        {problem !== null && <ProblemText problem={problem} />}
      </form>
    </Dialog>
  );
}
