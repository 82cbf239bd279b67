/** Zones to choose from: UTC, those the evidence was recorded in, the computer's own, then all. Pure. */
import { formatOffset, isZone, listZones, offsetAt } from '../../shared/time';
import type { EvidenceRow } from '../state/imports';

export interface ZoneGroup {
  readonly title: string;
  readonly zones: readonly string[];
}

export function zoneGroups(
  evidence: readonly Pick<EvidenceRow, 'time_zone' | 'removed'>[],
  own: string | null,
): readonly ZoneGroup[] {
  const found = new Map<string, number>();
  for (const { time_zone: zone, removed } of evidence) {
    if (zone !== null && zone !== 'UTC' && !removed && isZone(zone))
      found.set(zone, (found.get(zone) ?? 0) + 1);
  }
  const ofEvidence = [...found].sort((one, other) => other[1] - one[1]).map(([zone]) => zone);
  const first = new Set(['UTC', ...ofEvidence]);
  const ownZones = own !== null && isZone(own) && !first.has(own) ? [own] : [];
  for (const zone of ownZones) first.add(zone);
  return [
    { title: 'Universal', zones: ['UTC'] },
    { title: 'Zones of the evidence', zones: ofEvidence },
    { title: 'This computer', zones: ownZones },
    { title: 'All zones', zones: listZones().filter((zone) => !first.has(zone)) },
  ].filter(({ zones }) => zones.length > 0);
}

/** `+10:00` at an instant; empty for UTC. */
export function offsetText(zone: string, atUs: number): string {
  return zone === 'UTC' ? '' : formatOffset(offsetAt(zone, atUs));
}
