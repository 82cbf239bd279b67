/** The clocks the analyst has set, by evidence number, as the store applies them. */
import type { Clock } from '../../shared/case';
import { isZone } from '../../shared/time';
import type { Workspace } from '../case/workspace';
import type { EvidenceEntry } from '../evidence/segment';
import { shippedFormats } from '../formats';
import type { EvidenceClock, ZoneChange } from '../store/clock';

export function clocksOf(workspace: Workspace): Map<number, EvidenceClock> {
  const bySha = new Map<string, Clock>();
  for (const record of workspace.records()) if (record.kind === 'clock') bySha.set(record.id, record);
  const clocks = new Map<number, EvidenceClock>();
  if (bySha.size === 0) return clocks;
  for (const { entries } of workspace.segments) {
    for (const entry of entries) {
      const clock = entry.row.sha256 === null ? undefined : bySha.get(entry.row.sha256);
      if (!clock) continue;
      const { evidence_id: evidenceId } = entry.row;
      const { offsetUs, driftPpm, referenceAtUs } = clock;
      clocks.set(evidenceId, {
        evidenceId,
        offsetUs,
        driftPpm,
        referenceAtUs,
        zone: clock.zone === null ? null : zoneChange(entry, clock.zone),
      });
    }
  }
  return clocks;
}

/** True where the import read wall times under a zone that no record states, so that another can be named. */
export function takesZone({ row }: EvidenceEntry): boolean {
  return row.time_zone_source === 'asked' || row.time_zone_source === 'assumed';
}

function zoneChange(entry: EvidenceEntry, to: string): ZoneChange | null {
  if (!takesZone(entry) || !isZone(to)) return null;
  const { row } = entry;
  return {
    to,
    from: row.time_zone !== null && isZone(row.time_zone) ? row.time_zone : 'UTC',
    assumed: row.time_zone_source === 'assumed',
    endIsDuration: endsByDuration(row.format),
  };
}

function endsByDuration(id: string | null): boolean {
  const format = shippedFormats().formats.find((one) => one.id === id);
  if (!format) return false;
  const rules = [format.ended, ...(format.events ?? []).map(({ ended }) => ended)].filter(
    (rule) => rule !== undefined,
  );
  return rules.length > 0 && rules.every((rule) => rule === 'duration');
}
