/** An import under way and its end, told in one line. */
import type { Notice } from '../../../shared/protocol';
import { countText, plural } from '../../ui/event-text';
import { type Totals, totals } from './ledger';

export type ImportProgress = Notice<'import.progress'>;
export type ImportDone = Notice<'import.done'>;

/** Share of the bytes read, 0–1. */
export function progressShare(progress: ImportProgress): number {
  if (progress.bytesTotal <= 0) return progress.files === 0 ? 0 : progress.fileIndex / progress.files;
  return Math.min(1, progress.bytesRead / progress.bytesTotal);
}

/** `18 s`, `3 min`, `2 h`: as coarse as a guess deserves. */
export function leftText(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}

/** `3 of 9 · 41 % · 1 204 556 records · 18 s left`. */
export function progressLine(progress: ImportProgress): string {
  const parts = [
    `${countText(Math.min(progress.fileIndex + 1, progress.files))} of ${countText(progress.files)}`,
    `${Math.floor(progressShare(progress) * 100)} %`,
    plural(progress.records, 'record'),
  ];
  if (progress.secondsLeft !== null) parts.push(`${leftText(progress.secondsLeft)} left`);
  return parts.join(' · ');
}

export interface ImportResult extends Omit<Totals, 'sizeBytes'> {
  /** Files of which nothing could be read. */
  readonly unread: number;
  /** Files whose bytes were in the case before. */
  readonly known: number;
  /** Rows that want a look: failed, partial, unrecognised, containers not read whole, or with an assumed zone. */
  readonly attention: ImportDone['rows'];
}

/** A password is wanted, or the one given does not fit. */
function isLocked({ problem }: ImportDone['rows'][number]): boolean {
  return problem?.code.startsWith('container-password') ?? false;
}

export function summariseImport({ rows }: ImportDone): ImportResult {
  // A container says once for all that its members are locked, unless it has something worse to say.
  const telling = new Set(rows.filter((row) => row.member === null && isLocked(row)).map(({ path }) => path));
  const isSaid = (row: ImportDone['rows'][number]): boolean =>
    row.member !== null && isLocked(row) && telling.has(row.path);
  const { sizeBytes: _, ...sum } = totals(rows);
  return {
    ...sum,
    unread: rows.filter(({ status }) => status === 'failed' || status === 'unrecognised').length,
    known: rows.filter(({ status }) => status === 'duplicate').length,
    attention: rows.filter(
      (row) =>
        (row.status === 'failed' && !isSaid(row)) ||
        (row.status === 'container' && row.problem !== null) ||
        row.status === 'partial' ||
        row.status === 'unrecognised' ||
        (row.time_zone_source === 'assumed' && row.events > 0),
    ),
  };
}

/** What an import that ended came to, in one line. */
export function endedLine({ files, unread, known, events }: ImportResult): string {
  if (files > 0 && unread === files) return `Nothing could be read of ${plural(files, 'file')}`;
  const again = known === 0 ? '' : `, ${countText(known)} already in the case`;
  const rest = unread === 0 ? '' : `, ${countText(unread)} not read`;
  return `Imported ${plural(files - unread - known, 'file')}: ${plural(events, 'event')}${again}${rest}`;
}

/** Why a row wants a look, in words. */
export function attentionWords(row: ImportDone['rows'][number]): string {
  if (row.problem !== null) return row.problem.what;
  const parts: string[] = [];
  if (row.rejected > 0) parts.push(`${plural(row.rejected, 'record')} rejected`);
  if (row.undated > 0) parts.push(`${plural(row.undated, 'event')} undated`);
  if (row.time_zone_source === 'assumed') parts.push('zone assumed UTC');
  return parts.length > 0 ? parts.join(', ') : row.status;
}

/** `records = loaded + rejected + skipped` with its numbers. */
export function sumLine(sum: Pick<ImportResult, 'records' | 'loaded' | 'rejected' | 'skipped'>): string {
  return `${countText(sum.records)} records = ${countText(sum.loaded)} loaded + ${countText(sum.rejected)} rejected + ${countText(sum.skipped)} skipped`;
}
