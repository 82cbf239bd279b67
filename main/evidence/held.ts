/** Which files a case holds by their bytes: what is read again by mistake is a duplicate, what could not be read is not. */
import type { LedgerRow } from '../../shared/evidence';
import type { EvidenceEntry } from './segment';

/** What left nothing in the case must not stand in the way of another try. */
function holdsFacts({ status }: LedgerRow): boolean {
  return status !== 'duplicate' && !isUnread({ status }) && status !== 'unrecognised';
}

export function isUnread({ status }: Pick<LedgerRow, 'status'>): boolean {
  return status === 'failed' || status === 'cancelled';
}

/**
 * SHA-256 of the entries of one segment whose bytes need not be read again. A container with a member that could not
 * be read is none of them: it may come again with its password, or less deep in others.
 */
export function heldHashes(entries: readonly EvidenceEntry[]): ReadonlyMap<number, string> {
  const unread = new Set(
    entries.flatMap((entry) => {
      const members = entry.members ?? [];
      return isUnread(entry.row) ? members.map((_, depth) => placeOf(entry, depth)) : [];
    }),
  );
  return new Map(
    entries.flatMap((entry) => {
      const { row } = entry;
      const isHeld = holdsFacts(row) && !(row.status === 'container' && unread.has(placeOf(entry)));
      return isHeld && row.sha256 !== null ? [[row.evidence_id, row.sha256] as const] : [];
    }),
  );
}

/** The file and the members, `depth` of them, that lead to an entry. */
function placeOf({ row, members = [] }: EvidenceEntry, depth = members.length): string {
  return JSON.stringify([row.path, ...members.slice(0, depth).map(({ index }) => index)]);
}
