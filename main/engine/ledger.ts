/** The ledger as the page lists it and as the table `evidence` holds it, from the segments' own descriptions. */
import { describeProblem } from '../../shared/problem';
import type { SegmentRef } from '../case/workspace';
import type { EvidenceEntry } from '../evidence/segment';
import type { CacheSegment } from '../store/cache';
import type { EvidenceValues } from '../store/tables';

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
