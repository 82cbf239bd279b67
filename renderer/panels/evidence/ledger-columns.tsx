/** The ledger's columns in the wide and in the narrow form of the panel. */
import type { ReactNode } from 'react';
import { countText, fieldMicros, sizeText, splitForEllipsis, timeLine } from '../../ui/event-text';
import { clockLine } from './clock';
import type { Coverage } from './coverage';
import { CoverageBar } from './coverage-bar';
import {
  addsUp,
  type LedgerEntry,
  type LedgerSort,
  rowName,
  statusMeans,
  statusTone,
  zoneText,
} from './ledger';

export interface LedgerColumn {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  readonly sort: LedgerSort | null;
  readonly width: string;
  readonly right: boolean;
  readonly render: (row: LedgerEntry, zone: string, coverage: Coverage) => ReactNode;
}

/** A long name gives way in its middle: its end tells files of one folder apart. */
export function MiddleText({
  text,
  tail = 12,
}: {
  readonly text: string;
  readonly tail?: number;
}): ReactNode {
  const [head, end] = splitForEllipsis(text, tail);
  return (
    <span className="middle" title={text}>
      <span className="middle-head">{head}</span>
      {end !== '' && <span className="middle-tail">{end}</span>}
    </span>
  );
}

/** The name, with a sign where the analyst has set the evidence's clock. */
function EvidenceName({ row }: { readonly row: LedgerEntry }): ReactNode {
  return (
    <>
      <MiddleText text={rowName(row)} />
      {row.clock !== null && (
        <span
          className="clock-sign"
          role="img"
          aria-label={`clock ${clockLine(row.clock)}`}
          title={clockLine(row.clock)}
        >
          ◷
        </span>
      )}
    </>
  );
}

/** Status as mark, colour and word. */
export function StatusMark({ row, word }: { readonly row: LedgerEntry; readonly word: boolean }): ReactNode {
  const text = row.removed ? 'removed' : row.status;
  return (
    <span className={`status ${row.removed ? 'quiet' : statusTone(row)}`} title={statusMeans(row)}>
      <span className="status-mark" aria-hidden="true" />
      {word ? text : <span className="sr-only">{text}</span>}
    </span>
  );
}

function count(value: number, quietZero = true): ReactNode {
  return <span className={value === 0 && quietZero ? 'zero' : undefined}>{countText(value)}</span>;
}

/** First and last as days and minutes in the display zone; the exact times are in the details. */
export function spanText(row: Pick<LedgerEntry, 'first' | 'last'>, zone: string): string {
  const first = fieldMicros(row.first);
  const last = fieldMicros(row.last);
  if (first === null || last === null) return '';
  const from = timeLine(first, zone, 'minute', 0);
  const to = timeLine(last, zone, 'minute', 0);
  if (from === to) return from;
  return from.slice(0, 10) === to.slice(0, 10) ? `${from} – ${to.slice(11)}` : `${from} – ${to}`;
}

function zoneCell(row: LedgerEntry): ReactNode {
  const zone = zoneText(row);
  if (zone === null) return <span className="zero">·</span>;
  return (
    <span title={`${zone.zone}, ${zone.source}`}>
      {zone.zone}
      <span className={zone.assumed ? 'doubt' : 'label'}> {zone.source}</span>
    </span>
  );
}

const number = (
  id: 'records' | 'loaded' | 'rejected' | 'skipped' | 'events' | 'undated',
  title: string,
  help: string,
  sort: LedgerSort | null,
): LedgerColumn => ({
  id,
  title,
  help,
  sort,
  width: '84px',
  right: true,
  render: (row) => count(row[id]),
});

export const WIDE_COLUMNS: readonly LedgerColumn[] = [
  {
    id: 'status',
    title: 'Status',
    help: 'What became of the file',
    sort: 'status',
    width: '112px',
    right: false,
    render: (row) => <StatusMark row={row} word />,
  },
  {
    id: 'name',
    title: 'Evidence',
    help: 'File, or the place inside its container',
    sort: 'name',
    width: 'minmax(160px, 1.4fr)',
    right: false,
    render: (row) => <EvidenceName row={row} />,
  },
  {
    id: 'format',
    title: 'Format',
    help: 'What its records were taken for',
    sort: 'format',
    width: 'minmax(120px, 1fr)',
    right: false,
    render: (row) =>
      row.format_title === null && row.format === null ? (
        <span className="zero">·</span>
      ) : (
        <span title={row.format ?? undefined}>{row.format_title ?? row.format}</span>
      ),
  },
  {
    ...number('records', 'Records', 'Records found by the splitter: loaded + rejected + skipped', 'records'),
    render: (row) => (
      <span
        className={addsUp(row) ? undefined : 'bad'}
        title={addsUp(row) ? undefined : 'The parts do not add up: please report this'}
      >
        {countText(row.records)}
      </span>
    ),
  },
  number('loaded', '= loaded', 'Records that became events', null),
  number('rejected', '+ rejected', 'Records that could not be read, each with its reason', 'rejected'),
  number('skipped', '+ skipped', 'Records left out on purpose', null),
  number('undated', 'Undated', 'Events kept without a time', 'undated'),
  {
    id: 'span',
    title: 'First – last',
    help: 'Times of the events in the display zone',
    sort: 'first',
    width: 'minmax(296px, 0.9fr)',
    right: false,
    render: (row, zone) => <span className="mono">{spanText(row, zone) || '·'}</span>,
  },
  {
    id: 'coverage',
    title: 'Coverage',
    help: 'When it has events, over the time of the whole case',
    sort: null,
    width: 'minmax(140px, 0.8fr)',
    right: false,
    render: (row, _, { bins }) =>
      row.removed || row.events === row.undated ? null : <CoverageBar counts={bins.get(row.evidence_id)} />,
  },
  {
    id: 'zone',
    title: 'Zone',
    help: 'Zone of the recorded times, and who said so',
    sort: null,
    width: 'minmax(150px, 0.8fr)',
    right: false,
    render: zoneCell,
  },
  {
    id: 'problem',
    title: 'Problem',
    help: 'What went wrong, if anything did',
    sort: null,
    width: 'minmax(120px, 1fr)',
    right: false,
    render: (row) =>
      row.problem === null ? null : (
        <span title={row.problem.help ?? row.problem.why}>{row.problem.what}</span>
      ),
  },
];

export const NARROW_COLUMNS: readonly LedgerColumn[] = [
  {
    id: 'status',
    title: '',
    help: 'Status',
    sort: 'status',
    width: '18px',
    right: false,
    render: (row) => <StatusMark row={row} word={false} />,
  },
  {
    id: 'name',
    title: 'Evidence',
    help: 'File, or the place inside its container',
    sort: 'name',
    width: '1fr',
    right: false,
    render: (row, _, { bins }) => (
      <>
        <EvidenceName row={row} />
        {!row.removed && bins.has(row.evidence_id) && (
          <CoverageBar counts={bins.get(row.evidence_id)} className="strip" />
        )}
      </>
    ),
  },
  {
    id: 'records',
    title: 'Records',
    help: 'Records found',
    sort: 'records',
    width: 'auto',
    right: true,
    render: (row) => countText(row.records),
  },
];

/** Size and records in one line, for lists where a file is one row. */
export function sizeLine(row: LedgerEntry): string {
  return `${sizeText(row.size_bytes)}, ${countText(row.records)} records`;
}
