/** Makes a case of an open case file, to go on working in. */
import { type ReactNode, useState } from 'react';
import type { Problem } from '../../shared/problem';
import { useCase, useSession, useTell } from '../state/hooks';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { DialogForm } from '../ui/dialog-form';
import { ProblemText } from '../ui/problem-text';

export function WorkOnDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const open = useCase();
  const session = useSession();
  const tell = useTell();
  const [name, setName] = useState(open?.name ?? '');
  const [problem, setProblem] = useState<Problem | null>(null);
  const given = name.trim();
  const run = async (): Promise<void> => {
    if (given === '' || session.busy) return;
    setProblem(null);
    const outcome = await session.workOn(given);
    if (outcome.ok) {
      tell('A case of your own was made; the file stays as it is');
      onClose();
    } else setProblem(outcome.problem);
  };
  return (
    <Dialog
      open
      title="Work on it"
      description="Makes a case of your own from this file, with its marks, findings and journal. The file stays as it is."
      size="narrow"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={given === '' || session.busy} onClick={() => void run()}>
            {session.busy ? 'Making the case…' : 'Make the case'}
          </Button>
        </>
      }
    >
      <DialogForm ready={given !== '' && !session.busy} onSubmit={() => void run()}>
        <label className="place-row">
          <span className="label">Name of the case</span>
          <input
            type="text"
            className="text-box whole-width"
            maxLength={120}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        {problem !== null && <ProblemText problem={problem} />}
      </DialogForm>
    </Dialog>
  );
}
