/** Writes the rows of whatever asked for it: a table for spreadsheets, JSON lines, or a file for Timesketch. */
import { Fragment, type ReactNode, useEffect, useState } from 'react';
import { succeed } from '../../shared/problem';
import type { Result } from '../../shared/protocol';
import { useCase, useEngine, useReport, useZone } from '../state/hooks';
import { Button } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { DialogForm } from '../ui/dialog-form';
import { countText, plural, sizeText } from '../ui/event-text';
import { DoneDialog } from './done-dialog';
import { fileNameOf } from './file-name';
import { JobState } from './job-state';
import { usePlace } from './place';
import type { ExportRequest } from './shown';
import { useJob } from './use-job';
import { ZoneChoice } from './zone-choice';

type Format = Result<'format.list'>['exports'][number];

const PACKETS = 'pcapng';

export interface ExportDialogProps {
  readonly request: ExportRequest;
  readonly onClose: () => void;
}

export function ExportDialog({ request, onClose }: ExportDialogProps): ReactNode {
  const engine = useEngine();
  const report = useReport();
  const [formats, setFormats] = useState<readonly Format[]>([]);
  const [chosen, choose] = useState<string | null>(request.conversations === true ? PACKETS : null);
  useEffect(() => {
    void engine.call('format.list', {}).then((outcome) => {
      if (outcome.ok) setFormats(outcome.value.exports);
      else {
        report(outcome.problem, 'files');
        onClose();
      }
    });
  }, [engine, report, onClose]);
  const format = formats.find(({ id }) => id === chosen) ?? formats[0];
  if (format === undefined) return null;
  // Another format is another file: the place is proposed anew.
  return (
    <ExportForm
      key={format.id}
      request={request}
      format={format}
      formats={formats}
      onFormat={choose}
      onClose={onClose}
    />
  );
}

interface ExportFormProps extends ExportDialogProps {
  readonly format: Format;
  readonly formats: readonly Format[];
  readonly onFormat: (id: string) => void;
}

function ExportForm({ request, format, formats, onFormat, onClose }: ExportFormProps): ReactNode {
  const open = useCase();
  const shown = useZone();
  const [zone, setZone] = useState(shown);
  const [raw, setRaw] = useState(false);
  const [all, setAll] = useState(false);
  const [whole, setWhole] = useState(request.conversations ?? false);
  const place = usePlace(fileNameOf(`${open?.name ?? ''} rows`, format.ending));
  const job = useJob('source.export');
  const isPackets = format.id === PACKETS;
  const { done } = job;
  const run = (): Promise<void> =>
    job.run(async () => {
      const token = await place.take();
      if (!token.ok || token.value === null) return token.ok ? succeed(null) : token;
      const { source } = request;
      const columns = all ? [] : [...request.columns];
      const sort = [...request.sort];
      const conversations = isPackets && whole;
      const wanted = { source, sort, columns, format: format.id, raw, conversations, zone };
      return succeed({ ...wanted, token: token.value });
    });
  if (done !== null) {
    return (
      <DoneDialog title="The rows are written" path={done.path} onClose={onClose}>
        <dl className="facts file-facts">
          <dt>File</dt>
          <dd className="mono">{done.path}</dd>
          <dt>{isPackets ? 'Packets' : 'Rows'}</dt>
          <dd>
            {countText(done.rows)}, {sizeText(done.sizeBytes)}
          </dd>
          {done.undated > 0 && (
            <>
              <dt>Without time</dt>
              <dd>
                {plural(done.undated, 'row')}
                {format.isFixed ? `, left out: ${format.title} takes dated rows only` : ''}
              </dd>
            </>
          )}
          {done.left.map(({ rows, why }) => (
            <Fragment key={why}>
              <dt>Left out</dt>
              <dd>
                {plural(rows, 'row')}: {why}
              </dd>
            </Fragment>
          ))}
        </dl>
      </DoneDialog>
    );
  }
  return (
    <Dialog
      open
      title="Export rows"
      size="medium"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" disabled={!place.isChosen || job.isRunning} onClick={() => void run()}>
            {place.replaces === null ? 'Export' : 'Replace it'}
          </Button>
        </>
      }
    >
      <DialogForm ready={place.isChosen && !job.isRunning} onSubmit={() => void run()}>
        <label className="place-row">
          <span className="label">As</span>
          <select className="text-box" value={format.id} onChange={(event) => onFormat(event.target.value)}>
            {formats.map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </select>
        </label>
        <p className="label">{format.help}</p>
        {place.field}
        {!format.isFixed && <ZoneChoice zone={zone} shown={shown} onChange={setZone} />}
        {!format.isFixed && request.columns.length > 0 && (
          <label className="choice">
            <input type="checkbox" checked={all} onChange={(event) => setAll(event.target.checked)} />
            <span>All columns, not only those shown</span>
          </label>
        )}
        {isPackets && (
          <label className="choice">
            <input type="checkbox" checked={whole} onChange={(event) => setWhole(event.target.checked)} />
            <span>Whole conversations: every packet between the same ends while they lasted</span>
          </label>
        )}
        {format.isSheet && (
          <>
            <label className="choice">
              <input type="checkbox" checked={raw} onChange={(event) => setRaw(event.target.checked)} />
              <span>Leave every cell as it is</span>
            </label>
            <p className={raw ? 'warn' : 'label'}>
              {raw
                ? 'A spreadsheet may run cells that begin with = + - @ as formulas. Evidence can hold such cells on purpose.'
                : 'Cells that a spreadsheet would run as formulas get an apostrophe before them.'}
            </p>
          </>
        )}
        <JobState job={job} />
      </DialogForm>
    </Dialog>
  );
}
