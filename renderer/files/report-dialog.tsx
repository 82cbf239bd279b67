/** Writes the report: one page without script, with its times in one zone. */
import { type ReactNode, useState } from 'react';
import { succeed } from '../../shared/problem';
import { useCase, useWork, useZone } from '../state/hooks';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { DialogForm } from '../ui/dialog-form';
import { plural, sizeText } from '../ui/event-text';
import { DoneDialog } from './done-dialog';
import { fileNameOf } from './file-name';
import { JobState } from './job-state';
import { usePlace } from './place';
import { useJob } from './use-job';
import { ZoneChoice } from './zone-choice';

export function ReportDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const open = useCase();
  const { findings } = useWork();
  const shown = useZone();
  const [zone, setZone] = useState(shown);
  const place = usePlace(fileNameOf(`${open?.name ?? ''} report`, 'html'));
  const job = useJob('case.report');
  const { done } = job;
  const ready = place.isChosen && !job.isRunning;
  const run = (): Promise<void> =>
    job.run(async () => {
      const token = await place.take();
      if (!token.ok || token.value === null) return token.ok ? succeed(null) : token;
      return succeed({ token: token.value, zone });
    });
  if (done !== null) {
    return (
      <DoneDialog title="The report is written" path={done.path} onClose={onClose}>
        <dl className="facts file-facts">
          <dt>File</dt>
          <dd className="mono">{done.path}</dd>
          <dt>Size</dt>
          <dd>
            {sizeText(done.sizeBytes)}, {plural(findings.length, 'finding')}
          </dd>
        </dl>
      </DoneDialog>
    );
  }
  return (
    <Dialog
      open
      title="Write the report"
      description="One page to hand out: summary, findings with their events and charts, evidence with hashes, what was rejected, clocks. It holds no script and loads nothing."
      size="medium"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={!ready} onClick={() => void run()}>
            {place.replaces === null ? 'Write' : 'Replace it'}
          </Button>
        </>
      }
    >
      <DialogForm ready={ready} onSubmit={() => void run()}>
        {place.field}
        <ZoneChoice zone={zone} shown={shown} onChange={setZone} />
        {findings.length === 0 && (
          <p className="warn">
            There are no findings yet: the report will hold the evidence and how it was read, and no
            conclusions.
          </p>
        )}
        <JobState job={job} />
      </DialogForm>
    </Dialog>
  );
}
