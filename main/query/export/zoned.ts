/** Instants of an export: ISO 8601 in the chosen zone, with the offset in force. */
import { formatInstant, formatOffset, MICROS_PER_SECOND, offsetAt } from '../../../shared/time';

/** `2026-03-16T18:05:00.000000+01:00`, and `Z` in UTC. */
export function zonedText(utcUs: number, zone: string): string {
  const text = formatInstant(utcUs, zone, 6).replace(' ', 'T');
  if (zone === 'UTC' || zone === 'Z') return `${text}Z`;
  // Offsets change on whole seconds; asking for the second keeps the look-up exact.
  const second = Math.floor(utcUs / MICROS_PER_SECOND) * MICROS_PER_SECOND;
  return `${text}${formatOffset(offsetAt(zone, second))}`;
}
