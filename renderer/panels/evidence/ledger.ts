/** The ledger as the evidence panel shows it: sums that add up before the reader's eyes, and each status in words. */
import type { Result } from '../../../shared/protocol';

export type LedgerEntry = Result<'evidence.list'>['rows'][number];

/** How loudly a status is shown; colour is never its only sign. */
export type Tone = 'good' | 'quiet' | 'warn' | 'bad';

/** What is summed of a row. */
type Counted = Pick<
  LedgerEntry,
  'size_bytes' | 'records' | 'loaded' | 'rejected' | 'skipped' | 'events' | 'undated'
> & { readonly removed?: boolean };

export interface Totals {
  readonly files: number;
  readonly sizeBytes: number;
  readonly records: number;
  readonly loaded: number;
  readonly rejected: number;
  readonly skipped: number;
  readonly events: number;
  readonly undated: number;
}

const STATUSES: Readonly<Record<LedgerEntry['status'], { readonly tone: Tone; readonly means: string }>> = {
  loaded: { tone: 'good', means: 'Every record is loaded or accounted for' },
  partial: { tone: 'warn', means: 'Some records could not be read; the rest is loaded' },
  failed: { tone: 'bad', means: 'Nothing of this file could be loaded' },
  unrecognised: { tone: 'warn', means: 'No format knows these records; choose one to import it' },
  duplicate: { tone: 'quiet', means: 'The same bytes are already in the case' },
  empty: { tone: 'quiet', means: 'The file holds no records' },
  container: { tone: 'quiet', means: 'Holds other files; each has a row of its own' },
  cancelled: { tone: 'warn', means: 'The import was cancelled; nothing of this file was kept' },
};

export function statusTone(row: LedgerEntry): Tone {
  return STATUSES[row.status].tone;
}

export function statusMeans(row: LedgerEntry): string {
  return row.removed ? 'Removed from the case; undo brings it back' : STATUSES[row.status].means;
}

/** records = loaded + rejected + skipped; false is a fault of ours and is shown as one. */
export function addsUp(row: Pick<LedgerEntry, 'records' | 'loaded' | 'rejected' | 'skipped'>): boolean {
  return row.records === row.loaded + row.rejected + row.skipped;
}

/** Lines that no format knows, or that are shown as they stand. */
export function isUndescribed(row: Pick<LedgerEntry, 'status' | 'format' | 'member'>): boolean {
  return row.member === null && (row.status === 'unrecognised' || row.format === 'generic-lines');
}

/** Sums over the rows that are part of the case; removed evidence counts nothing. */
export function totals(rows: readonly Counted[]): Totals {
  const sum = {
    files: 0,
    sizeBytes: 0,
    records: 0,
    loaded: 0,
    rejected: 0,
    skipped: 0,
    events: 0,
    undated: 0,
  };
  for (const row of rows) {
    if (row.removed === true) continue;
    sum.files += 1;
    sum.sizeBytes += row.size_bytes;
    sum.records += row.records;
    sum.loaded += row.loaded;
    sum.rejected += row.rejected;
    sum.skipped += row.skipped;
    sum.events += row.events;
    sum.undated += row.undated;
  }
  return sum;
}

/** How often each status occurs, worst first, for the line under the table. */
export function statusCounts(
  rows: readonly LedgerEntry[],
): readonly { readonly status: LedgerEntry['status']; readonly tone: Tone; readonly count: number }[] {
  const order: readonly Tone[] = ['bad', 'warn', 'good', 'quiet'];
  const counts = new Map<LedgerEntry['status'], number>();
  for (const row of rows) if (!row.removed) counts.set(row.status, (counts.get(row.status) ?? 0) + 1);
  return [...counts]
    .map(([status, count]) => ({ status, tone: STATUSES[status].tone, count }))
    .sort((a, b) => order.indexOf(a.tone) - order.indexOf(b.tone) || a.status.localeCompare(b.status));
}

const SOURCE_WORDS: Readonly<Record<string, string>> = {
  'in record': 'stated in each record',
  'in file': 'stated in the file',
  asked: 'chosen at import',
  assumed: 'assumed',
  'file time': 'taken from the file’s date',
};

export interface ZoneText {
  readonly zone: string;
  readonly source: string;
  /** True when nobody said so: the reader must see it. */
  readonly assumed: boolean;
}

/** The zone of an evidence and who said so; null for evidence without times. */
export function zoneText(row: Pick<LedgerEntry, 'time_zone' | 'time_zone_source'>): ZoneText | null {
  if (row.time_zone === null && row.time_zone_source === null) return null;
  return {
    zone: row.time_zone ?? 'offset',
    source: SOURCE_WORDS[row.time_zone_source ?? ''] ?? '',
    assumed: row.time_zone_source === 'assumed',
  };
}

/** Where the year came from when the records do not say it, and whether that is a guess. */
export function yearText(
  row: Pick<LedgerEntry, 'year_source'>,
): { readonly source: string; readonly assumed: boolean } | null {
  if (row.year_source === null || row.year_source === 'in record') return null;
  return {
    source: SOURCE_WORDS[row.year_source] ?? row.year_source,
    assumed: row.year_source === 'assumed' || row.year_source === 'file time',
  };
}

/** Name as listed: the member inside a container, else the file. */
export function rowName(row: Pick<LedgerEntry, 'name' | 'member'>): string {
  return row.member ?? row.name;
}

export type LedgerSort =
  | 'import'
  | 'name'
  | 'format'
  | 'records'
  | 'rejected'
  | 'undated'
  | 'first'
  | 'status';

const toneOrder: readonly Tone[] = ['bad', 'warn', 'good', 'quiet'];

function compareBy(sort: LedgerSort, a: LedgerEntry, b: LedgerEntry): number {
  switch (sort) {
    case 'import':
      return a.evidence_id - b.evidence_id;
    case 'name':
      return rowName(a).localeCompare(rowName(b));
    case 'format':
      return (a.format ?? '~').localeCompare(b.format ?? '~');
    case 'first':
      return (a.first ?? '~').localeCompare(b.first ?? '~');
    case 'status':
      return toneOrder.indexOf(statusTone(a)) - toneOrder.indexOf(statusTone(b));
    default:
      return b[sort] - a[sort];
  }
}

/** Sorted rows; removed evidence always last, ties in order of import. */
export function sortRows(rows: readonly LedgerEntry[], sort: LedgerSort, reverse: boolean): LedgerEntry[] {
  const sign = reverse ? -1 : 1;
  return [...rows].sort(
    (a, b) =>
      Number(a.removed) - Number(b.removed) || sign * compareBy(sort, a, b) || a.evidence_id - b.evidence_id,
  );
}
