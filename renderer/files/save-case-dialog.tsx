/** Save case as…: one file with facts, marks and findings; originals by hash or inside; sealed and signed if wished. */
import { type ReactNode, useState } from 'react';
import { type Outcome, succeed } from '../../shared/problem';
import type { Params } from '../../shared/protocol';
import { useCase } from '../state/hooks';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { DialogForm } from '../ui/dialog-form';
import { plural, sizeText } from '../ui/event-text';
import { CopyText } from './copy-text';
import { DoneDialog } from './done-dialog';
import { fileNameOf } from './file-name';
import { useGrantedFile } from './granted-file';
import { JobState } from './job-state';
import { PassphraseField } from './passphrase';
import { usePlace } from './place';
import { useJob } from './use-job';

export function SaveCaseDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const open = useCase();
  const place = usePlace(fileNameOf(open?.name ?? '', 'tlcase'));
  const [embed, setEmbed] = useState(false);
  const [sealed, setSealed] = useState(false);
  const [first, setFirst] = useState('');
  const [second, setSecond] = useState('');
  const [signed, setSigned] = useState(false);
  const key = useGrantedFile({
    label: 'Secret key in minisign’s format, without a password',
    placeholder: 'the path of a .key file',
    picks: [{ pick: 'pickFiles', title: 'Key…' }],
  });
  const job = useJob('case.pack');
  const agree = !sealed || (first !== '' && first === second);
  const ready = place.isChosen && agree && (!signed || key.isChosen) && !job.isRunning;

  const params = async (): Promise<Outcome<Params<'case.pack'> | null>> => {
    const signKey = signed ? await key.take() : succeed(null);
    if (!signKey.ok) return signKey;
    const token = await place.take();
    if (!token.ok || token.value === null) return token.ok ? succeed(null) : token;
    return succeed({
      token: token.value,
      embed,
      passphrase: sealed ? first : null,
      signKey: signKey.value,
    });
  };
  const { done } = job;
  if (done !== null) {
    return (
      <DoneDialog title="The case is saved" path={done.path} onClose={onClose}>
        <dl className="facts file-facts">
          <dt>File</dt>
          <dd className="mono">{done.path}</dd>
          <dt>Size</dt>
          <dd>
            {sizeText(done.sizeBytes)}, {plural(done.entries, 'entry', 'entries')}
          </dd>
          <dt>SHA-256</dt>
          <dd>
            <CopyText text={done.sha256} what="The SHA-256" />
          </dd>
          {done.signature !== null && (
            <>
              <dt>Signature</dt>
              <dd className="mono">{done.signature}</dd>
            </>
          )}
        </dl>
        <p className="quiet">
          Give the SHA-256 by another way than the file: whoever opens it can compare. It opens read-only
          elsewhere, without the evidence and without a network.
        </p>
      </DoneDialog>
    );
  }
  return (
    <Dialog
      open
      title="Save case as…"
      description="Events, records, marks, findings, views, ledger and journal in one file that opens read-only on another machine."
      size="medium"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={!ready} onClick={() => void job.run(params)}>
            {place.replaces === null ? 'Save' : 'Replace it'}
          </Button>
        </>
      }
    >
      <DialogForm ready={ready} onSubmit={() => void job.run(params)}>
        {place.field}
        <fieldset>
          <legend className="label">Original evidence</legend>
          <label className="choice">
            <input type="radio" name="embed" checked={!embed} onChange={() => setEmbed(false)} />
            <span>By its SHA-256 only</span>
          </label>
          <label className="choice">
            <input type="radio" name="embed" checked={embed} onChange={() => setEmbed(true)} />
            <span>Inside the file</span>
          </label>
          <p className="label">
            {embed
              ? 'Whoever has the file has every byte of the evidence, passwords and personal data included.'
              : 'Every event, record and value goes along; the original files stay here.'}
          </p>
        </fieldset>
        <fieldset>
          <legend className="label">Protection</legend>
          <label className="choice">
            <input type="checkbox" checked={sealed} onChange={(event) => setSealed(event.target.checked)} />
            <span>Encrypt with a passphrase</span>
          </label>
          {sealed && (
            <div className="passphrases">
              <PassphraseField label="Passphrase" value={first} onChange={setFirst} isNew />
              <PassphraseField label="The same again" value={second} onChange={setSecond} isNew />
              {second !== '' && first !== second && <p className="warn">The two are not the same.</p>}
              <p className="label">Nobody can open the file without it, and nobody can restore it.</p>
            </div>
          )}
          <label className="choice">
            <input type="checkbox" checked={signed} onChange={(event) => setSigned(event.target.checked)} />
            <span>Sign it</span>
          </label>
          {signed && key.field}
        </fieldset>
        <JobState job={job} />
      </DialogForm>
    </Dialog>
  );
}
