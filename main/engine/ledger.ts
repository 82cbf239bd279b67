/** The ledger as the page lists it and as the table `evidence` holds it, from the segments' own descriptions. */
import { existsSync } from 'node:fs';
import { describeProblem } from '../../shared/problem';
import type { SegmentRef, Workspace } from '../case/workspace';
import { type EvidenceEntry, recordFileOf } from '../evidence/segment';
import { shippedFormats } from '../formats';
import type { CacheSegment } from '../store/cache';
import type { OwnRecords } from '../store/digests';
import { RECORD_TEXT } from '../store/parquet';
import type { EvidenceValues } from '../store/tables';

/** Formats whose records are one text each; their keys as columns say nothing more. */
const WHOLE: ReadonlySet<string> = new Set(['json', 'xml', 'evtx', 'zeek']);

/** What each evidence that counts keeps of its source's own columns; none for captures. */
export function ownRecords(workspace: Workspace): OwnRecords[] {
  const removed = workspace.removed();
  const readers = new Map(shippedFormats().formats.map(({ id, read }) => [id, read.kind]));
  return workspace.segments.flatMap(({ folder, entries }) =>
    entries.flatMap((entry): OwnRecords[] => {
      const { row, sourceColumns: names } = entry;
      const file = recordFileOf(folder, entry);
      if (file === null || removed.has(row.evidence_id) || !existsSync(file.path)) return [];
      const isWhole = names.at(-1) === RECORD_TEXT && WHOLE.has(readers.get(row.format ?? '') ?? '');
      return [{ ...file, names, isWhole: isWhole || file.keys !== undefined }];
    }),
  );
}

/** One row of `evidence`, without `removed`; keys of `EVIDENCE_COLUMNS`. */
export function evidenceValues(entry: EvidenceEntry): EvidenceValues {
  const clock = entry.clockModel;
  return {
    ...entry.row,
    problem: entry.row.problem ? describeProblem(entry.row.problem) : null,
    importer_version: entry.importerVersion,
    imported_at: entry.importedAt,
    options: JSON.stringify(entry.options),
    clock_offset_us: clock?.offsetUs ?? null,
    clock_drift_ppm: clock?.driftPpm ?? null,
    clock_reference_at: clock ? new Date(clock.referenceAtUs / 1000).toISOString() : null,
  };
}

/** What the working database needs of a segment. */
export function cacheSegment(segment: SegmentRef): CacheSegment {
  return {
    name: segment.name,
    folder: segment.folder,
    version: segment.version,
    evidence: segment.entries.map(evidenceValues),
    evidenceIds: segment.entries.map(({ row }) => row.evidence_id),
  };
}

/** The entry of an evidence and the segment that has it. */
export function findEvidence(
  segments: readonly SegmentRef[],
  evidenceId: number,
): { entry: EvidenceEntry; segment: SegmentRef } | null {
  for (const segment of segments) {
    const entry = segment.entries.find(({ row }) => row.evidence_id === evidenceId);
    if (entry) return { entry, segment };
  }
  return null;
}
