/** What holds for all files: zone and year where records state none, reference or copy; and the plan in words. */
import type { ReactNode } from 'react';
import { Button } from '../../ui/button';
import { countText, plural, sizeText } from '../../ui/event-text';
import { ZonePicker } from './import-dialog-zone';
import { mayBeLocked, type Plan, setYear, setZone, summarise } from './import-plan';

export interface ImportOptionsProps {
  readonly plan: Plan;
  readonly change: (edit: (plan: Plan) => Plan) => void;
  /** Instant whose zone offsets are shown, microseconds. */
  readonly atUs: number;
  /** Files came through a browser window: their bytes already lie in the workspace. */
  readonly uploaded: boolean;
}

export function ImportOptionsRow({ plan, change, atUs, uploaded }: ImportOptionsProps): ReactNode {
  return (
    <div className="import-options">
      <div className="import-option" data-choice="zone">
        <span className="label">Zone of times that state none</span>
        <ZonePicker
          label="Zone of times that state none"
          zone={plan.zone}
          placeholder="UTC, assumed"
          atUs={atUs}
          onChange={(zone) => change((was) => setZone(was, zone))}
        />
      </div>
      <label className="import-option">
        <span className="label">Year of dates without one</span>
        <input
          type="text"
          inputMode="numeric"
          className="text-box year"
          placeholder="from the file"
          defaultValue={plan.year ?? ''}
          onBlur={(event) => change((was) => setYear(was, readYear(event.target.value)))}
        />
      </label>
      {plan.files.some((file) => file.include && mayBeLocked(file)) && (
        <label className="import-option" data-choice="password">
          <span className="label">Password of protected archives</span>
          <input
            type="password"
            className="text-box"
            autoComplete="off"
            maxLength={1000}
            placeholder="none"
            value={plan.password}
            onChange={(event) => change((was) => ({ ...was, password: event.target.value }))}
          />
        </label>
      )}
      {!uploaded && (
        <fieldset className="import-option">
          <legend className="label">Original files</legend>
          <label>
            <input
              type="radio"
              name="stored"
              checked={!plan.copy}
              onChange={() => change((was) => ({ ...was, copy: false }))}
            />
            stay where they are
          </label>
          <label title="For removable media, or when the files may change">
            <input
              type="radio"
              name="stored"
              checked={plan.copy}
              onChange={() => change((was) => ({ ...was, copy: true }))}
            />
            are copied into the case
          </label>
        </fieldset>
      )}
    </div>
  );
}

function readYear(text: string): number | null {
  const year = Number(text.trim());
  return Number.isInteger(year) && year >= 1900 && year <= 2200 ? year : null;
}

export interface PlanWordsProps {
  readonly plan: Plan;
  /** Files that could not be looked into. */
  readonly failed: ReadonlySet<string>;
  /** Leads to the choice that settles a doubt; in a low window it lies out of sight. */
  readonly onChoose: (choice: 'zone' | 'password') => void;
}

/** What the import will do, and what is still doubtful, in words. */
export function PlanWords({ plan, failed, onChoose }: PlanWordsProps): ReactNode {
  const summary = summarise(plan, failed);
  const parts = [
    summary.recognised > 0 ? `${countText(summary.recognised)} recognised` : '',
    summary.generic > 0 ? `${countText(summary.generic)} to map` : '',
    summary.unrecognised > 0 ? `${countText(summary.unrecognised)} unrecognised` : '',
    summary.unreadable > 0 ? `${countText(summary.unreadable)} unreadable` : '',
  ].filter((part) => part !== '');
  return (
    <div className="plan-words" role="status">
      <span>
        {countText(summary.chosen)} of {plural(plan.files.length, 'file')}, {sizeText(summary.chosenBytes)}
        <span className="label">
          {parts.length > 0 && ` · ${parts.join(', ')}`}
          {summary.waiting > 0 && ` · still looking into ${countText(summary.waiting)}`} · needs about{' '}
          {sizeText(summary.neededBytes)} of {sizeText(plan.freeBytes)} free
        </span>
      </span>
      {summary.zoneAssumed > 0 && (
        <span className="doubt">
          {summary.zoneAssumed === 1
            ? '1 file states no zone: its times are taken as UTC and marked z?.'
            : `${countText(summary.zoneAssumed)} files state no zone: their times are taken as UTC and marked z?.`}{' '}
          <Button look="plain" className="in-text" onClick={() => onChoose('zone')}>
            Choose the zone {summary.zoneAssumed === 1 ? 'it was' : 'they were'} written in
          </Button>
        </span>
      )}
      {summary.locked > 0 && (
        <span className="doubt">
          {summary.locked === 1
            ? '1 archive is protected: without its password its members are not read.'
            : `${countText(summary.locked)} archives are protected: without a password their members are not read.`}{' '}
          <Button look="plain" className="in-text" onClick={() => onChoose('password')}>
            Give the password
          </Button>
        </span>
      )}
      {!summary.enoughSpace && (
        <span className="bad">The disk has too little room: leave files out, or free some space.</span>
      )}
    </div>
  );
}
