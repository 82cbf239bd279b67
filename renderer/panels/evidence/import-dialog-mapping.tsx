/** The mapping step: which column is the time and how it is written, which domain, which columns feed which fields. */
import type { ReactNode } from 'react';
import type { Preview } from '../../../shared/evidence';
import { EVENT_DOMAINS } from '../../../shared/fields';
import { Button } from '../../ui/button';
import { fieldOf, linesAdvice, MAPPABLE_FIELDS, type Mapping, mapColumn, mappingAdvice } from './mapping';

/** How a time column may be written, in words; the ids are those formats use. */
const TIME_FORMS: readonly { readonly id: string; readonly title: string }[] = [
  { id: 'iso', title: 'ISO 8601: 2026-03-16 22:52:31.4' },
  { id: 'day_first', title: 'Day first: 16/03/2026 22:52' },
  { id: 'month_first', title: 'Month first: 03/16/2026 10:52 PM' },
  { id: 'date', title: 'Day or month first, found from the whole file' },
  { id: 'syslog', title: 'Syslog: Mar 16 22:52:31' },
  { id: 'epoch', title: 'Seconds, milli-, micro- or nanoseconds since 1970' },
  { id: 'filetime', title: 'Windows file time: 100 ns since 1601' },
  { id: 'ole', title: 'Days since 30 December 1899 (Excel, OLE)' },
  { id: 'ole_micro', title: 'The same × 1 000 000 (WinCC)' },
];

export interface MappingStepProps {
  readonly preview: Preview;
  readonly mapping: Mapping;
  readonly onChange: (mapping: Mapping) => void;
  /** Keeps it as a format; null where that cannot be. */
  readonly onKeep: (() => void) | null;
}

export function MappingStep({ preview, mapping, onChange, onKeep }: MappingStepProps): ReactNode {
  // Lines have no columns: their time is what each begins with, the rest is the message.
  const isLines = preview.chosen === 'generic-lines';
  const advice = isLines ? linesAdvice(preview.records) : mappingAdvice(mapping);
  return (
    <fieldset className="mapping">
      <legend>What do these {isLines ? 'lines' : 'columns'} mean?</legend>
      <div className="mapping-line">
        {!isLines && <TimeColumn preview={preview} mapping={mapping} onChange={onChange} />}
        <TimeForm
          label={isLines ? 'Time each begins with, written as' : 'Written as'}
          isOff={!isLines && mapping.time === null}
          mapping={mapping}
          onChange={onChange}
        />
        <label className="field">
          <span className="label">Domain</span>
          <select
            value={mapping.domain}
            onChange={(event) => onChange({ ...mapping, domain: event.target.value })}
          >
            {EVENT_DOMAINS.map((domain) => (
              <option key={domain}>{domain}</option>
            ))}
          </select>
        </label>
      </div>
      {!isLines && (
        <div className="mapping-columns">
          {preview.columns.map((column, at) => (
            <ColumnRow
              key={column}
              preview={preview}
              column={column}
              at={at}
              mapping={mapping}
              onChange={onChange}
            />
          ))}
        </div>
      )}
      {onKeep !== null && (
        <p className="mapping-keep">
          <Button onClick={onKeep}>Keep as a format…</Button>
          <span className="label">Files with these columns are then recognised by themselves.</span>
        </p>
      )}
      {advice.map((line) => (
        <p className="doubt" key={line}>
          {line}
        </p>
      ))}
    </fieldset>
  );
}

type PartProps = Pick<MappingStepProps, 'preview' | 'mapping' | 'onChange'>;

function TimeColumn({ preview, mapping, onChange }: PartProps): ReactNode {
  return (
    <label className="field">
      <span className="label">Time</span>
      <select
        value={mapping.time ?? ''}
        onChange={(event) =>
          onChange({ ...mapping, time: event.target.value === '' ? null : event.target.value })
        }
      >
        <option value="">no time column</option>
        {preview.columns.map((column) => (
          <option key={column}>{column}</option>
        ))}
      </select>
    </label>
  );
}

interface TimeFormProps extends Omit<PartProps, 'preview'> {
  readonly label: string;
  readonly isOff: boolean;
}

function TimeForm({ label, isOff, mapping, onChange }: TimeFormProps): ReactNode {
  const isPattern = mapping.timeForm?.includes('%') ?? false;
  const known = TIME_FORMS.some((form) => form.id === mapping.timeForm);
  return (
    <>
      <label className="field">
        <span className="label">{label}</span>
        <select
          value={isPattern ? '%' : known ? (mapping.timeForm ?? '') : ''}
          disabled={isOff}
          onChange={(event) => {
            const form = event.target.value;
            onChange({
              ...mapping,
              timeForm: form === '' ? null : form === '%' ? '%Y-%m-%d %H:%M:%S' : form,
            });
          }}
        >
          <option value="">found by trying</option>
          {TIME_FORMS.map((form) => (
            <option key={form.id} value={form.id}>
              {form.title}
            </option>
          ))}
          <option value="%">a pattern of my own…</option>
        </select>
      </label>
      {isPattern && (
        <label className="field">
          <span className="label">Pattern</span>
          <input
            type="text"
            className="text-box mono"
            value={mapping.timeForm ?? ''}
            spellCheck={false}
            title="%Y %m %d %H %M %S, .%f fraction, %z offset, %b month name, %I %p twelve-hour clock"
            onChange={(event) => onChange({ ...mapping, timeForm: event.target.value })}
          />
        </label>
      )}
    </>
  );
}

interface ColumnRowProps extends Omit<MappingStepProps, 'onKeep'> {
  readonly column: string;
  readonly at: number;
}

function ColumnRow({ preview, column, at, mapping, onChange }: ColumnRowProps): ReactNode {
  const example = preview.records
    .map((record) => record.cells[at])
    .find((cell) => cell !== null && cell !== undefined && cell !== '');
  const field = fieldOf(mapping, column);
  return (
    <div className="mapping-column">
      <span className="mapping-name" title={column}>
        {column}
      </span>
      <span className="mono label mapping-example" title={example ?? undefined}>
        {example ?? '·'}
      </span>
      {mapping.time === column ? (
        <span className="mapping-time">time</span>
      ) : (
        <select
          aria-label={`${column} feeds`}
          className={field === null ? 'unmapped' : undefined}
          value={field ?? ''}
          onChange={(event) =>
            onChange(mapColumn(mapping, column, event.target.value === '' ? null : event.target.value))
          }
        >
          <option value="">kept beside</option>
          {MAPPABLE_FIELDS.map((one) => (
            <option key={one.name} value={one.name}>
              {one.label}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}
