/** Everything the ledger knows of one evidence, each value to be selected and copied. */
import type { ReactNode } from 'react';
import { encodingTitle, knownEncoding } from '../../../shared/encodings';
import { instantText } from '../../grid/result-cell';
import { countText, fieldMicros, sizeText } from '../../ui/event-text';
import { clockLine } from './clock';
import type { Coverage } from './coverage';
import { EvidenceCoverage } from './evidence-coverage';
import { CouldNotBeSeen, Notes } from './evidence-quality';
import { sumLine } from './import-progress';
import { isUndescribed, type LedgerEntry, rowName, statusMeans, yearText, zoneText } from './ledger';
import { StatusMark } from './ledger-columns';

export interface EvidenceDetailsProps {
  readonly row: LedgerEntry;
  readonly zone: string;
  readonly writable: boolean;
  readonly coverage: Coverage;
  readonly onRejects: () => void;
  readonly onFilter: () => void;
  readonly onRemove: () => void;
  readonly onClock: () => void;
  readonly onCustody: () => void;
  readonly onAgain: () => void;
  readonly onDescribe: () => void;
}

export function EvidenceDetails(props: EvidenceDetailsProps): ReactNode {
  const { row } = props;
  const zone = zoneText(row);
  const year = yearText(row);
  const encoding = knownEncoding(row.encoding);
  const time = (text: string | null) => {
    const us = fieldMicros(text);
    return us === null ? '·' : instantText(us, props.zone);
  };
  return (
    <section className="evidence-details" aria-label={`Details of ${rowName(row)}`}>
      <h3 title={row.path}>{rowName(row)}</h3>
      <p>
        <StatusMark row={row} word /> <span className="label">{statusMeans(row)}</span>
      </p>
      {row.problem !== null && (
        <div className="evidence-problem">
          <p>{row.problem.what}</p>
          {row.problem.why !== undefined && <p className="label">{row.problem.why}</p>}
          {row.problem.where !== undefined && <p className="mono label">{row.problem.where}</p>}
          {row.problem.help !== undefined && <p>{row.problem.help}</p>}
          {row.rejected > 0 && <RejectsButton row={row} onRejects={props.onRejects} />}
        </div>
      )}
      {row.missing && (
        <p className="warn">The original is not where it was. Its records stay; its bytes cannot be shown.</p>
      )}
      <EvidenceCoverage row={row} zone={props.zone} coverage={props.coverage} />
      {row.quality === null ? <Notes notes={row.notes} /> : <CouldNotBeSeen quality={row.quality} />}
      <dl className="facts">
        <Fact name="Records" value={sumLine(row)} />
        <Fact
          name="Events"
          value={
            row.undated === 0
              ? countText(row.events)
              : `${countText(row.events)}, ${countText(row.undated)} undated`
          }
        />
        <Fact name="Format" value={row.format_title ?? row.format ?? 'none'} />
        {encoding !== null && <Fact name="Encoding" value={encodingTitle(encoding)} />}
        {row.dissectors.length > 0 && <Fact name="Dissectors" value={row.dissectors.join(', ')} />}
        {zone !== null && <Fact name="Zone" value={`${zone.zone}, ${zone.source}`} doubt={zone.assumed} />}
        {row.events > 0 && (
          <Fact name="Clock" value={row.clock === null ? 'taken as right' : clockLine(row.clock)} />
        )}
        {row.clock !== null && row.clock.reason !== '' && <Fact name="Known by" value={row.clock.reason} />}
        {year !== null && <Fact name="Year" value={year.source} doubt={year.assumed} />}
        <Fact name="First" value={time(row.first)} mono />
        <Fact name="Last" value={time(row.last)} mono />
        {row.acquirer !== null && <Fact name="Acquired by" value={row.acquirer} />}
        {row.exhibitNumber !== null && <Fact name="Exhibit" value={row.exhibitNumber} />}
        <Fact name="Size" value={sizeText(row.size_bytes)} />
        <Fact name="Stored" value={row.stored === 'copy' ? 'copied into the case' : 'read where it lies'} />
        <Fact name="Path" value={row.path} mono />
        {row.member !== null && <Fact name="Inside" value={row.member} mono />}
        <Fact name="SHA-256" value={row.sha256 ?? 'not computed'} mono />
        {row.records > 0 && <Fact name="In SQL" value={`record_${row.evidence_id}`} mono />}
      </dl>
      <div className="evidence-acts">
        <button type="button" className="button" onClick={props.onFilter} disabled={row.events === 0}>
          Show only its events
        </button>
        <button
          type="button"
          className="button"
          onClick={props.onClock}
          disabled={!props.writable || row.removed || row.events === 0}
        >
          Set the clock…
        </button>
        <button
          type="button"
          className="button"
          onClick={props.onCustody}
          disabled={!props.writable || row.removed || row.sha256 === null}
        >
          Custody…
        </button>
        <button
          type="button"
          className="button"
          onClick={props.onAgain}
          disabled={!props.writable || row.removed || row.status === 'duplicate'}
        >
          Import again…
        </button>
        {isUndescribed(row) && (
          <button
            type="button"
            className="button"
            onClick={props.onDescribe}
            disabled={!props.writable || row.removed}
          >
            Describe its lines…
          </button>
        )}
        {row.rejected > 0 && row.problem === null && <RejectsButton row={row} onRejects={props.onRejects} />}
        <button
          type="button"
          className="button"
          onClick={props.onRemove}
          disabled={!props.writable || row.removed}
        >
          Remove
        </button>
      </div>
    </section>
  );
}

function RejectsButton({ row, onRejects }: Pick<EvidenceDetailsProps, 'row' | 'onRejects'>): ReactNode {
  return (
    <button type="button" className="button" onClick={onRejects}>
      Show {row.rejected === 1 ? 'the reject' : `the ${countText(row.rejected)} rejects`}
    </button>
  );
}

interface FactProps {
  readonly name: string;
  readonly value: string;
  readonly mono?: boolean;
  readonly doubt?: boolean;
}

function Fact({ name, value, mono, doubt }: FactProps): ReactNode {
  return (
    <>
      <dt>{name}</dt>
      <dd className={`${mono === true ? 'mono' : ''}${doubt === true ? ' doubt' : ''}`}>{value}</dd>
    </>
  );
}
