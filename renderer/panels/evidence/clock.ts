/** The clock of an evidence as the analyst reads and writes it. Pure. */
import type { Clock } from '../../../shared/case';
import { formatDuration } from '../../../shared/time';

export type ClockModel = Pick<Clock, 'zone' | 'offsetUs' | 'driftPpm' | 'referenceAtUs' | 'reason'>;

const SECOND = 1_000_000;
const DAY_SECONDS = 86_400;

/**
 * Microseconds of `+0:06:12`, `-1:30.5`, `372`, `-0.25 s`, `2 h 5 min`; null for anything else. The sign says what is
 * added to the times recorded.
 */
export function parseOffset(text: string): number | null {
  const plain = text.trim().replace('−', '-');
  const sign = plain.startsWith('-') ? -1 : 1;
  const body = plain.replace(/^[+-]\s*/, '');
  const clock = /^(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d{1,6})?)(?:\s*s)?$/.exec(body);
  const words = /^(?:(\d+)\s*d)?\s*(?:(\d+)\s*h)?\s*(?:(\d+)\s*min)?\s*(?:(\d+(?:\.\d{1,6})?)\s*s)?$/.exec(
    body,
  );
  const found = clock ?? words;
  if (body === '' || found === null) return null;
  const [days, hours, minutes, seconds] =
    clock === null ? found.slice(1) : [undefined, found[1], found[2], found[3]];
  const whole = Number(days ?? 0) * DAY_SECONDS + Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60;
  return sign * (whole * SECOND + Math.round(Number(seconds ?? 0) * SECOND));
}

/** `+00:06:12`, with as many digits of a second as it has. */
export function offsetText(us: number): string {
  const size = Math.abs(us);
  const two = (value: number): string => String(value).padStart(2, '0');
  const seconds = Math.floor(size / SECOND);
  const fraction = size % SECOND;
  const tail = fraction === 0 ? '' : `.${String(fraction).padStart(6, '0').replace(/0+$/, '')}`;
  const sign = us < 0 ? '-' : '+';
  return `${sign}${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${tail}`;
}

/** `6 min 12 s slow`, `2 s fast`; a slow clock shows too little and has a positive offset. */
export function clockWords(us: number): string {
  if (us === 0) return 'right';
  return `${formatDuration(Math.abs(us))} ${us > 0 ? 'slow' : 'fast'}`;
}

/** Microseconds added to a time recorded at `us` (UTC, under the evidence's zone). */
export function shiftAt({ offsetUs, driftPpm, referenceAtUs }: ClockModel, us: number): number {
  return offsetUs + Math.round((driftPpm * (us - referenceAtUs)) / 1e6);
}

/** The recorded time behind a corrected one, to a microsecond. */
export function recordedAt(clock: ClockModel, correctedUs: number): number {
  const rate = 1 + clock.driftPpm / 1e6;
  return Math.round((correctedUs - clock.offsetUs + (clock.driftPpm * clock.referenceAtUs) / 1e6) / rate);
}

export function driftPerDay(ppm: number): number {
  return (ppm * DAY_SECONDS) / 1e6;
}

export function driftPpm(secondsPerDay: number): number {
  return (secondsPerDay * 1e6) / DAY_SECONDS;
}

/** One line for the ledger: `6 min 12 s slow, drifting 1.2 s a day`. */
export function clockLine(clock: ClockModel): string {
  const drift = driftPerDay(clock.driftPpm);
  const parts = [
    ...(clock.zone === null ? [] : [`read in ${clock.zone}`]),
    ...(clock.offsetUs === 0 ? [] : [clockWords(clock.offsetUs)]),
    ...(drift === 0 ? [] : [`drifting ${Number(drift.toFixed(3))} s a day`]),
  ];
  return parts.length === 0 ? 'right' : parts.join(', ');
}
