/** Over a case file that is looked into: what it is, whether it is whole, who signed it, and how to go on with it. */
import { type ReactNode, useState } from 'react';
import type { CaseState } from '../../shared/protocol';
import { useCase } from '../state/hooks';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { plural } from '../ui/event-text';
import { Problems } from './problems';
import { useShownDialog } from './shown';

type OpenFile = NonNullable<CaseState['file']>;

export function CaseFileBanner(): ReactNode {
  const file = useCase()?.file ?? null;
  const show = useShownDialog((state) => state.show);
  const [listing, setListing] = useState(false);
  if (file === null) return null;
  const damaged = file.check === 'damaged';
  return (
    <div className="banner file-banner" role={damaged ? 'alert' : 'status'}>
      <span className={damaged ? 'banner-mark bad-mark' : 'banner-mark file-mark'} aria-hidden="true" />
      <strong>Case file</strong>
      <span className="mono banner-path" title={file.path}>
        {baseName(file.path)}
      </span>
      <span>read-only</span>
      <span className={damaged ? 'bad' : 'quiet'}>{checkWords(file)}</span>
      <span className="quiet">
        {file.signedBy === null ? 'not signed' : `signed with the key ${file.signedBy}`}
      </span>
      <span className="spring" />
      {file.problems.length > 0 && (
        <Button onClick={() => setListing(true)}>{damaged ? 'What is damaged' : 'What was noticed'}</Button>
      )}
      <Button disabled={file.check !== 'whole'} onClick={() => show({ kind: 'work-on' })}>
        Work on it…
      </Button>
      {listing && (
        <Dialog
          open
          title={damaged ? 'This case file is damaged' : 'What was noticed'}
          size="medium"
          onClose={() => setListing(false)}
        >
          <div className="dialog-form">
            <Problems problems={file.problems} />
          </div>
        </Dialog>
      )}
    </div>
  );
}

function checkWords({ check, problems }: OpenFile): string {
  if (check === 'checking') return 'the rest is being checked…';
  if (check === 'whole') return 'whole: every entry is as its manifest says';
  return `damaged: ${plural(problems.length, 'fault')}; what is shown may be wrong`;
}

function baseName(path: string): string {
  return path.split(/[\\/]/).pop() ?? path;
}
