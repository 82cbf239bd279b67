/** Checks a case file entry by entry, without opening it. */
import { type ReactNode, useState } from 'react';
import { succeed } from '../../shared/problem';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { DialogForm } from '../ui/dialog-form';
import { plural } from '../ui/event-text';
import { useGrantedFile } from './granted-file';
import { JobState } from './job-state';
import { needsPassphrase, PassphraseField } from './passphrase';
import { Problems } from './problems';
import { useJob } from './use-job';

export function VerifyDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const file = useGrantedFile({
    label: 'Case file',
    placeholder: 'the whole path of a .tlcase file',
    picks: [{ pick: 'pickCaseFile', title: 'Case file…' }],
  });
  const [passphrase, setPassphrase] = useState('');
  const job = useJob('case.verify');
  const sealed = passphrase !== '' || (job.problem !== null && needsPassphrase(job.problem.code));
  const run = (): Promise<void> =>
    job.run(async () => {
      const token = await file.take();
      if (!token.ok || token.value === null) return token.ok ? succeed(null) : token;
      return succeed({ token: token.value, ...(passphrase === '' ? {} : { passphrase }) });
    });
  const { done } = job;
  return (
    <Dialog
      open
      title="Check a case file"
      description="Every entry is compared with the manifest; a signature is checked before anything is read."
      size="medium"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button look="primary" disabled={!file.isChosen || job.isRunning} onClick={() => void run()}>
            Check
          </Button>
        </>
      }
    >
      <DialogForm ready={file.isChosen && !job.isRunning} onSubmit={() => void run()}>
        {file.field}
        {sealed && <PassphraseField label="Passphrase" value={passphrase} onChange={setPassphrase} />}
        <JobState job={job} />
        {done !== null && (
          <div className="verdict" role="status">
            <p className={done.whole ? 'verdict-whole' : 'verdict-damaged'}>
              {done.whole
                ? `Whole: ${plural(done.entries, 'entry', 'entries')}, each as its manifest says.`
                : `Not whole: ${plural(done.problems.length, 'fault')}.`}
            </p>
            <p className="quiet">
              {done.signedBy === null
                ? 'No signature that can be checked: this says that nothing changed since it was saved, not by whom.'
                : `Signed with the key ${done.signedBy}. Compare this number with its owner by another way.`}
            </p>
            <Problems problems={done.problems} />
          </div>
        )}
      </DialogForm>
    </Dialog>
  );
}
