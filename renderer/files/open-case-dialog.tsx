/** Opens a case folder or a case file, and asks for the passphrase of a sealed one. */
import { type ReactNode, useState } from 'react';
import { type Problem, succeed } from '../../shared/problem';
import { useSession } from '../state/hooks';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { DialogForm } from '../ui/dialog-form';
import { ProblemText } from '../ui/problem-text';
import { useGrantedFile } from './granted-file';
import { needsPassphrase, PassphraseField } from './passphrase';

export interface OpenCaseDialogProps {
  /** Of a file that was asked for already; null: it is still to be chosen. */
  readonly token: string | null;
  readonly name: string;
  readonly onClose: () => void;
}

export function OpenCaseDialog({ token, name, onClose }: OpenCaseDialogProps): ReactNode {
  const session = useSession();
  const file = useGrantedFile({
    label: 'Case file or case folder',
    placeholder: 'the whole path of a .tlcase file or of a case folder',
    initial: token === null ? name : '',
    picks: [
      { pick: 'pickCaseFile', title: 'Case file…' },
      { pick: 'pickCase', title: 'Case folder…' },
    ],
  });
  const [sealed, setSealed] = useState(token !== null);
  const [passphrase, setPassphrase] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isOpening, setOpening] = useState(false);
  const ready = (token !== null || file.isChosen) && (!sealed || passphrase !== '') && !isOpening;

  const open = async (): Promise<void> => {
    if (!ready) return;
    setOpening(true);
    setProblem(null);
    const chosen = token === null ? await file.take() : succeed(token);
    const outcome =
      chosen.ok && chosen.value !== null
        ? await session.openCase(chosen.value, sealed ? passphrase : undefined)
        : chosen;
    setOpening(false);
    if (outcome.ok) {
      if (outcome.value !== null) onClose();
      return;
    }
    const { code } = outcome.problem;
    if (needsPassphrase(code)) setSealed(true);
    // That a passphrase is needed is a question, not a fault.
    if (code !== 'passphrase-needed' || sealed) setProblem(outcome.problem);
  };
  return (
    <Dialog
      open
      title={token === null ? 'Open a case' : `Open ${name}`}
      description={
        sealed
          ? 'This case file is encrypted.'
          : 'A case file opens read-only: nothing in it is run, and nothing is written to it.'
      }
      size="medium"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={!ready} onClick={() => void open()}>
            {isOpening ? 'Opening…' : 'Open'}
          </Button>
        </>
      }
    >
      <DialogForm ready={ready} onSubmit={() => void open()}>
        {token === null && file.field}
        {sealed && <PassphraseField label="Passphrase" value={passphrase} onChange={setPassphrase} />}
        {problem !== null && <ProblemText problem={problem} />}
      </DialogForm>
    </Dialog>
  );
}
