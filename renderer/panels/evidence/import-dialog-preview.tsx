/** What one file would become: why this format, its alternatives, and its first records with their times read. */
import { type ReactNode, useRef } from 'react';
import { ENCODINGS, encodingTitle, knownEncoding } from '../../../shared/encodings';
import { type ImportOptions, isReadWhole, type Preview } from '../../../shared/evidence';
import { Button } from '../../ui/button';
import {
  countText,
  fieldMicros,
  flagWords,
  precisionOf,
  timeLine,
  timeMarks,
  wallLine,
} from '../../ui/event-text';
import { MappingStep } from './import-dialog-mapping';
import { MembersTable } from './import-dialog-members';
import { ZonePicker } from './import-dialog-zone';
import { formatOf, isGeneric, needsZone, type PlanFile } from './import-plan';
import { guessMapping } from './mapping';
import { useFormats } from './use-formats';

/** What the wizard may begin from: text that no format knows. */
const LINES: ReadonlySet<string> = new Set(['generic-lines', 'generic-delimited']);

type PreviewRecord = Preview['records'][number];

/** Generic formats whose columns can be kept as a format of their own. */
const KEEPABLE = new Set(['generic-delimited', 'generic-json']);

export interface FilePreviewProps {
  readonly file: PlanFile;
  readonly options: ImportOptions;
  /** The zone chosen for all files, and the instant whose offsets are shown; null where there is but this one. */
  readonly zoneOfAll: { readonly zone: string | null; readonly atUs: number } | null;
  /** Problem in words when the file could not be looked into. */
  readonly failure: ReactNode;
  readonly onOptions: (options: ImportOptions) => void;
  /** Opens the wizard for lines that nothing reads. */
  readonly onDescribe: () => void;
  /** Keeps the mapping as a format. */
  readonly onKeepMapping: () => void;
  /** Grows when formats were added. */
  readonly formatsVersion: number;
}

export function FilePreview({
  file,
  options,
  zoneOfAll,
  failure,
  onOptions,
  onDescribe,
  onKeepMapping,
  formatsVersion,
}: FilePreviewProps): ReactNode {
  const { preview } = file;
  const format = formatOf(file);
  const candidates = preview?.candidates.length ? preview.candidates : file.candidates;
  const chosen = candidates.find((one) => one.format === format?.id);
  const whole = format !== null && isReadWhole(format.id);
  const empty = file.sizeBytes === 0;
  // Stays in place, and keeps the focus, while the records are read anew under another zone.
  const asksZone = useRef(false);
  if (preview !== null) asksZone.current = needsZone(file);
  if (file.problem !== null) {
    return (
      <div className="preview-note">
        <p className="bad">{file.problem.what}</p>
        {file.problem.why !== undefined && <p>{file.problem.why}</p>}
        {file.problem.help !== undefined && <p>{file.problem.help}</p>}
      </div>
    );
  }
  return (
    <div className="preview">
      <div className="preview-format">
        {whole ? (
          <p className="field">
            <span className="label">Format</span>
            <span>{format.title}</span>
          </p>
        ) : (
          <label className="field">
            <span className="label">Format</span>
            <select
              value={format?.id ?? ''}
              onChange={(event) => onOptions({ ...file.options, format: event.target.value })}
            >
              {format === null && <option value="">unrecognised: choose a format</option>}
              {candidates.map((one) => (
                <option key={one.format} value={one.format}>
                  {one.title} — reads {Math.round(one.score * 100)} % of the first records
                </option>
              ))}
              <OtherFormats known={candidates.map((one) => one.format)} version={formatsVersion} />
            </select>
          </label>
        )}
        {preview !== null && preview.encoding !== '' && (
          <label className="field">
            <span className="label">Encoding</span>
            <select
              value={file.options.encoding ?? preview.encoding}
              onChange={(event) => {
                const encoding = knownEncoding(event.target.value);
                if (encoding !== null) onOptions({ ...file.options, encoding });
              }}
            >
              {ENCODINGS.map((one) => (
                <option key={one} value={one}>
                  {encodingTitle(one)}
                  {one === preview.encoding && preview.encodingGuessed ? ', a guess' : ''}
                </option>
              ))}
            </select>
          </label>
        )}
        {zoneOfAll !== null && asksZone.current && (
          <div className="field">
            <span className="label">Zone</span>
            <ZonePicker
              label={`Zone of ${file.name}`}
              zone={file.options.zone ?? null}
              placeholder={`${zoneOfAll.zone ?? 'UTC, assumed'}: as for all files`}
              back="Back to the zone of all files"
              opens="down"
              atUs={zoneOfAll.atUs}
              onChange={(zone) => {
                const { zone: _, ...rest } = file.options;
                onOptions(zone === null ? rest : { ...rest, zone });
              }}
            />
          </div>
        )}
        <p className="why">
          {chosen !== undefined
            ? `${chosen.why.charAt(0).toUpperCase()}${chosen.why.slice(1)}.`
            : empty
              ? 'The file is empty: it gets a row in the ledger and no records.'
              : format === null
                ? 'No format reads these records: choose one that should, or describe them.'
                : 'No format reads these records.'}
          {preview !== null && (
            <span className="label">{preview.compression === null ? '' : ` · ${preview.compression}`}</span>
          )}
        </p>
      </div>
      {failure}
      {preview?.problem && format !== null && <p className="bad">{preview.problem.what}</p>}
      {preview !== null && !empty && (format === null || LINES.has(format.id)) && (
        <p className="describe">
          <Button onClick={onDescribe}>Describe these lines…</Button>
          <span className="label">
            {format?.id === 'generic-delimited' ? 'If this is no table: say' : 'Say'} what their pieces mean;
            the format is kept for files like this one.
          </span>
        </p>
      )}
      {isGeneric(file) && preview !== null && (
        <MappingStep
          preview={preview}
          mapping={file.options.mapping ?? preview.mapping ?? guessMapping(preview.columns)}
          onChange={(mapping) => onOptions({ ...file.options, mapping })}
          onKeep={KEEPABLE.has(preview.chosen ?? '') ? onKeepMapping : null}
        />
      )}
      {preview === null ? (
        failure === null && <p className="preview-wait">Reading the first records…</p>
      ) : preview.members !== undefined ? (
        <MembersTable members={preview.members} />
      ) : empty || format === null ? null : whole && preview.records.length === 0 ? (
        <p className="preview-wait">
          No message is understood in the first packets. Every packet becomes a record, and each conversation
          an event.
        </p>
      ) : (
        <RecordsTable preview={preview} zone={options.zone ?? preview.zone.name ?? 'UTC'} />
      )}
    </div>
  );
}

/** Every other format, for when the guess is wrong; none reads these records as they are. */
function OtherFormats({
  known,
  version,
}: {
  readonly known: readonly string[];
  readonly version: number;
}): ReactNode {
  const formats = useFormats(version);
  const others = formats.filter(({ id }) => !known.includes(id));
  return (
    <optgroup label="All other formats">
      {others.map(({ id, title }) => (
        <option key={id} value={id}>
          {title}
        </option>
      ))}
    </optgroup>
  );
}

export function RecordsTable({
  preview,
  zone,
}: {
  readonly preview: Preview;
  readonly zone: string;
}): ReactNode {
  if (preview.records.length === 0) return <p className="preview-wait">The file holds no records.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard.
    <section className="preview-records" aria-label="First records" tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col" className="right">
              #
            </th>
            <th scope="col">Time ({zone})</th>
            {zone !== 'UTC' && <th scope="col">UTC</th>}
            <th scope="col">Record</th>
            <th scope="col">Becomes</th>
          </tr>
        </thead>
        <tbody>
          {preview.records.map((record) => (
            <RecordRow key={record.number} record={record} zone={zone} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function RecordRow({ record, zone }: { readonly record: PreviewRecord; readonly zone: string }): ReactNode {
  const { event } = record;
  return (
    <tr className={record.reject === null ? undefined : 'rejected'}>
      <td className="right mono label">{countText(record.number)}</td>
      {event === null ? <td colSpan={zone === 'UTC' ? 1 : 2} /> : <TimeCells event={event} zone={zone} />}
      <td className="mono raw" title={record.raw}>
        {record.raw}
      </td>
      {event === null ? (
        <td className="warn message">rejected: {record.reject ?? 'not read'}</td>
      ) : (
        <td className="message" title={String(event.message ?? '')}>
          <span className="domain" data-domain={event.event_domain} title={String(event.event_domain ?? '')}>
            <span className="domain-mark" aria-hidden="true" />
            <span className="sr-only">{String(event.event_domain ?? '')}</span>
          </span>{' '}
          {String(event.message ?? '·')}
        </td>
      )}
    </tr>
  );
}

function TimeCells({
  event,
  zone,
}: {
  readonly event: NonNullable<PreviewRecord['event']>;
  readonly zone: string;
}): ReactNode {
  const at = fieldMicros(event.timestamp);
  const flags = typeof event.time_flags === 'number' ? event.time_flags : 0;
  const step = typeof event.time_precision_us === 'number' ? event.time_precision_us : null;
  const precision = precisionOf(step, flags);
  const marks = timeMarks(flags, precision);
  const wall = fieldMicros(event.recorded_wall);
  const rest = typeof event.time_remainder_ns === 'number' ? event.time_remainder_ns : 0;
  return (
    <>
      <td className="mono">
        {at === null ? (
          <span className="warn">undated {String(event.recorded_text ?? '')}</span>
        ) : (
          <>
            {wall === null ? timeLine(at, zone, precision, rest) : wallLine(wall, precision, rest)}
            {marks !== '' && (
              <span className="doubt" title={flagWords(flags, precision).join('. ')}>
                {' '}
                {marks}
              </span>
            )}
          </>
        )}
      </td>
      {zone !== 'UTC' && (
        <td className="mono label">{at === null ? '·' : timeLine(at, 'UTC', precision, rest)}</td>
      )}
    </>
  );
}
