/** Progress of imports in words and as a share. Pure. */
import type { LedgerRow } from '../../shared/evidence';
import type { ImportProgress } from '../state/imports';
import { countText, plural } from '../ui/event-text';

/** Share of the bytes read, 0–1; null while the whole is not known. */
export function shareOf(progress: Pick<ImportProgress, 'bytesRead' | 'bytesTotal'>): number | null {
  if (progress.bytesTotal <= 0) return null;
  return Math.min(1, progress.bytesRead / progress.bytesTotal);
}

/** "18 s left", "4 min left"; nothing that pretends to know to the second what it cannot. */
export function leftText(seconds: number | null): string | null {
  if (seconds === null) return null;
  if (seconds < 1) return 'almost done';
  if (seconds < 90) return `${Math.ceil(seconds)} s left`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min left`;
  return `${(seconds / 3600).toFixed(1)} h left`;
}

/** 1 234 → "1 234", 1 234 567 → "1.23 M". */
export function shortCount(value: number): string {
  if (value < 100_000) return countText(value);
  if (value < 1_000_000) return `${Math.floor(value / 1000)} k`;
  return `${(value / 1_000_000).toFixed(value < 10_000_000 ? 2 : 1)} M`;
}

/** "import 3 of 9 · 41 % · 1.20 M records · 18 s left". */
export function importText(progress: ImportProgress): string {
  const share = shareOf(progress);
  const parts = [`import ${Math.min(progress.fileIndex + 1, progress.files)} of ${progress.files}`];
  if (share !== null) parts.push(`${Math.floor(share * 100)} %`);
  parts.push(`${shortCount(progress.records)} records`);
  const left = leftText(progress.secondsLeft);
  if (left !== null) parts.push(left);
  return parts.join(' · ');
}

/** What is read out: every quarter, not every tick. */
export function quarterOf(progress: ImportProgress): number {
  return Math.floor((shareOf(progress) ?? 0) * 4);
}

/** "Imported 9 files: 1 204 556 events, 2 rejects, 1 file not read" or how it ended otherwise. */
export function resultText(result: {
  readonly status: 'done' | 'cancelled' | 'failed';
  readonly rows: readonly {
    readonly events: number;
    readonly rejected: number;
    readonly status: LedgerRow['status'];
  }[];
}): string {
  if (result.status === 'cancelled') return 'The import was cancelled; nothing of it was kept';
  const sum = (of: (row: { events: number; rejected: number }) => number): number =>
    result.rows.reduce((all, row) => all + of(row), 0);
  const events = sum(({ events: count }) => count);
  const rejected = sum(({ rejected: count }) => count);
  const found = `${plural(events, 'event')}${rejected > 0 ? `, ${plural(rejected, 'reject')}` : ''}`;
  if (result.status === 'failed') return `The import failed after ${found}`;
  const unread = result.rows.filter(({ status }) => status === 'failed' || status === 'unrecognised').length;
  const known = result.rows.filter(({ status }) => status === 'duplicate').length;
  const read = result.rows.length - unread - known;
  if (unread > 0 && read + known === 0) return `Nothing could be read of ${plural(unread, 'file')}`;
  const rest = unread === 0 ? '' : `, ${plural(unread, 'file')} not read`;
  const again = known === 0 ? '' : `, ${plural(known, 'file')} already in the case`;
  return `Imported ${plural(read, 'file')}: ${found}${again}${rest}`;
}
