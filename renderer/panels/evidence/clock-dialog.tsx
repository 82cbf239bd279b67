/** Sets an evidence's clock right after import: zone, fixed offset, linear drift. What was recorded stays as it is. */
import { type ReactNode, useState } from 'react';
import type { Problem } from '../../../shared/problem';
import { formatInstant, parseInstant } from '../../../shared/time';
import { instantText } from '../../grid/result-cell';
import { CANCELLED } from '../../state/engine';
import { useEngine, useSelection, useTell, useZone } from '../../state/hooks';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { DialogForm } from '../../ui/dialog-form';
import { fieldMicros } from '../../ui/event-text';
import { ProblemText } from '../../ui/problem-text';
import {
  type ClockModel,
  clockLine,
  clockWords,
  driftPerDay,
  driftPpm,
  offsetText,
  parseOffset,
  recordedAt,
  shiftAt,
} from './clock';
import { ZonePicker } from './import-dialog-zone';
import { type LedgerEntry, rowName } from './ledger';
import './clock-dialog.css';

export interface ClockDialogProps {
  readonly row: LedgerEntry;
  readonly onClose: () => void;
}

const RIGHT: ClockModel = { zone: null, offsetUs: 0, driftPpm: 0, referenceAtUs: 0, reason: '' };

export function ClockDialog({ row, onClose }: ClockDialogProps): ReactNode {
  const engine = useEngine();
  const tell = useTell();
  const zone = useZone();
  const { selected } = useSelection();
  const was: ClockModel = row.clock ?? RIGHT;
  const first = fieldMicros(row.first);
  const last = fieldMicros(row.last);
  const [ownZone, setOwnZone] = useState<string | null>(was.zone);
  const [offset, setOffset] = useState(offsetText(was.offsetUs));
  const [drift, setDrift] = useState(String(Number(driftPerDay(was.driftPpm).toFixed(6))));
  const [reference, setReference] = useState(
    formatInstant(was.referenceAtUs === 0 ? (first ?? 0) : was.referenceAtUs, zone, 6),
  );
  const [reason, setReason] = useState(was.reason);
  const [truth, setTruth] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const [busy, setBusy] = useState(false);

  const offsetUs = parseOffset(offset);
  const perDay = Number(drift.trim() === '' ? '0' : drift);
  const referenceUs = instantOf(reference, zone);
  const model: ClockModel | null =
    offsetUs === null || !Number.isFinite(perDay) || (perDay !== 0 && referenceUs === null)
      ? null
      : {
          zone: ownZone,
          offsetUs,
          driftPpm: driftPpm(perDay),
          referenceAtUs: perDay === 0 ? 0 : (referenceUs ?? 0),
          reason: reason.trim(),
        };
  const truthUs = instantOf(truth, zone);
  const pair = selected !== null && evidenceOf(selected.eventId) === row.evidence_id ? selected.time : null;

  const apply = async (clock: ClockModel | null): Promise<void> => {
    setBusy(true);
    const outcome = await engine.call('evidence.setClock', { evidenceIds: [row.evidence_id], clock });
    setBusy(false);
    if (outcome.ok) {
      tell(
        clock === null
          ? `The clock of ${rowName(row)} is taken as right`
          : `${rowName(row)}: ${clockLine(clock)}`,
        true,
      );
      onClose();
    } else if (outcome.problem.code !== CANCELLED) setProblem(outcome.problem);
  };
  const moved = (us: number | null): string => {
    if (us === null || model === null) return '·';
    const recorded = recordedAt(was, us);
    return instantText(recorded + shiftAt(model, recorded), zone);
  };
  return (
    <Dialog
      open
      title={`Clock of ${rowName(row)}`}
      description="What was recorded stays as it is and is shown beside; the timeline takes the corrected time."
      size="medium"
      onClose={onClose}
      actions={
        <>
          <Button disabled={busy || row.clock === null} onClick={() => void apply(null)}>
            Take it as right
          </Button>
          <Button
            look="primary"
            disabled={busy || model === null}
            onClick={() => model !== null && void apply(model)}
          >
            Set the clock
          </Button>
        </>
      }
    >
      <DialogForm
        className="clock-form"
        ready={!busy && model !== null}
        onSubmit={() => model !== null && void apply(model)}
      >
        <label>
          <span className="label">Add to every time recorded</span>
          <input
            type="text"
            className="text-box mono"
            aria-invalid={offsetUs === null}
            value={offset}
            spellCheck={false}
            onFocus={(event) => event.currentTarget.select()}
            onChange={(event) => setOffset(event.target.value)}
          />
          <span className={offsetUs === null ? 'warn' : 'label'}>
            {offsetUs === null ? 'Write +00:06:12, 372 s or -1:30.5' : `the clock is ${clockWords(offsetUs)}`}
          </span>
        </label>
        <label>
          <span className="label">Drift, seconds a day</span>
          <input
            type="text"
            className="text-box mono"
            inputMode="decimal"
            aria-invalid={!Number.isFinite(perDay)}
            value={drift}
            onChange={(event) => setDrift(event.target.value)}
          />
          <span className={Number.isFinite(perDay) ? 'label' : 'warn'}>
            {Number.isFinite(perDay)
              ? `${Number(driftPpm(perDay).toFixed(3))} ppm; positive: it loses time`
              : 'Write a number of seconds: 1.2'}
          </span>
        </label>
        {perDay !== 0 && Number.isFinite(perDay) && (
          <label className="clock-wide">
            <span className="label">The offset above holds at ({zone})</span>
            <input
              type="text"
              className="text-box mono"
              aria-invalid={referenceUs === null}
              value={reference}
              spellCheck={false}
              onChange={(event) => setReference(event.target.value)}
            />
            {referenceUs === null && <span className="warn">Write a time: 2026-03-16 12:22:34</span>}
          </label>
        )}
        <div className="clock-wide clock-zone">
          <span className="label" aria-hidden="true">
            Zone of times that state none
          </span>
          <ZonePicker
            label="Zone of times that state none"
            zone={ownZone}
            placeholder={row.time_zone === null ? 'as imported' : `${row.time_zone}, as imported`}
            atUs={first ?? 0}
            onChange={setOwnZone}
          />
        </div>
        {pair !== null && (
          <div className="clock-wide clock-pair">
            <label>
              <span className="label">The selected event really happened at ({zone})</span>
              <input
                type="text"
                className="text-box mono"
                placeholder={formatInstant(pair, zone, 6)}
                value={truth}
                spellCheck={false}
                onChange={(event) => setTruth(event.target.value)}
              />
            </label>
            <Button
              disabled={truthUs === null}
              onClick={() => {
                if (truthUs === null) return;
                setOffset(offsetText(was.offsetUs + truthUs - pair));
                if (reason.trim() === '') setReason('paired with another record of the same event');
              }}
            >
              Take the offset from it
            </Button>
          </div>
        )}
        <label className="clock-wide">
          <span className="label">How it is known</span>
          <input
            type="text"
            className="text-box"
            maxLength={2000}
            placeholder="Compared with the historian's record of the same stop"
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </label>
        <dl className="facts clock-wide">
          <dt>First, {zone}</dt>
          <dd className="mono">{first === null ? '·' : `${instantText(first, zone)} → ${moved(first)}`}</dd>
          <dt>Last</dt>
          <dd className="mono">{last === null ? '·' : `${instantText(last, zone)} → ${moved(last)}`}</dd>
        </dl>
        {ownZone !== was.zone && (
          <p className="label clock-wide">Another zone moves times that state none besides.</p>
        )}
        {problem !== null && <ProblemText problem={problem} />}
      </DialogForm>
    </Dialog>
  );
}

function instantOf(text: string, zone: string): number | null {
  const read = parseInstant(text, zone);
  return read.ok ? read.value.utcUs : null;
}

/** Events are numbered evidence × 2^36 + their place in it. */
function evidenceOf(eventId: string): number {
  return Number(BigInt(eventId) >> 36n);
}
