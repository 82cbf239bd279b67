/** Says who acquired an evidence and under which exhibit number; both go into the case file and the report. */
import { type ReactNode, useState } from 'react';
import type { Problem } from '../../../shared/problem';
import { CANCELLED } from '../../state/engine';
import { useEngine, useTell } from '../../state/hooks';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { DialogForm } from '../../ui/dialog-form';
import { ProblemText } from '../../ui/problem-text';
import { type LedgerEntry, rowName } from './ledger';

export interface CustodyDialogProps {
  readonly row: LedgerEntry;
  readonly onClose: () => void;
}

export function CustodyDialog({ row, onClose }: CustodyDialogProps): ReactNode {
  const engine = useEngine();
  const tell = useTell();
  const [acquirer, setAcquirer] = useState(row.acquirer ?? '');
  const [exhibit, setExhibit] = useState(row.exhibitNumber ?? '');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);
  const given = (text: string): string | null => (text.trim() === '' ? null : text.trim());

  const apply = async (): Promise<void> => {
    setBusy(true);
    const outcome = await engine.call('evidence.setCustody', {
      evidenceIds: [row.evidence_id],
      acquirer: given(acquirer),
      exhibitNumber: given(exhibit),
    });
    setBusy(false);
    if (outcome.ok) {
      tell(`Noted who acquired ${rowName(row)}`, true);
      onClose();
    } else if (outcome.problem.code !== CANCELLED) setProblem(outcome.problem);
  };
  return (
    <Dialog
      open
      title={`Custody of ${rowName(row)}`}
      description="Who took it over, and its number among the exhibits. Kept by the SHA-256 of the file; told in the case file and the report."
      size="narrow"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={busy} onClick={() => void apply()}>
            Keep
          </Button>
        </>
      }
    >
      <DialogForm ready={!busy} onSubmit={() => void apply()}>
        <label className="dialog-field">
          <span className="label">Acquired by</span>
          <input
            type="text"
            className="text-box whole-width"
            maxLength={200}
            value={acquirer}
            onChange={(event) => setAcquirer(event.target.value)}
          />
        </label>
        <label className="dialog-field">
          <span className="label">Exhibit number</span>
          <input
            type="text"
            className="text-box whole-width"
            maxLength={200}
            value={exhibit}
            onChange={(event) => setExhibit(event.target.value)}
          />
        </label>
        {problem !== null && <ProblemText problem={problem} />}
      </DialogForm>
    </Dialog>
  );
}
