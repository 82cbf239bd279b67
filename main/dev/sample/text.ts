/** How the sample's files write times and cells. */
import { LOCAL_OFFSET, type Micros } from './story';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (value: number): string => String(value).padStart(2, '0');

/** `2026-03-16T12:22:31.417206Z`, or with fewer digits. */
export function iso(at: Micros, digits = 6): string {
  const whole = new Date(Math.floor(at / 1000)).toISOString().slice(0, 19);
  if (digits === 0) return `${whole}Z`;
  const fraction = String(((at % 1_000_000) + 1_000_000) % 1_000_000)
    .padStart(6, '0')
    .slice(0, digits);
  return `${whole}.${fraction}Z`;
}

function localDate(at: Micros): Date {
  return new Date(Math.floor((at + LOCAL_OFFSET) / 1000));
}

/** `2026-03-16 22:52:31` in plant time, without a zone. */
export function localPlain(at: Micros): string {
  return localDate(at).toISOString().slice(0, 19).replace('T', ' ');
}

/** `16/03/2026 10:52:31 PM` in plant time. */
export function localDayFirst(at: Micros): string {
  const date = localDate(at);
  const hour = date.getUTCHours();
  const half = hour < 12 ? 'AM' : 'PM';
  return `${two(date.getUTCDate())}/${two(date.getUTCMonth() + 1)}/${date.getUTCFullYear()} ${hour % 12 || 12}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} ${half}`;
}

/** `Mar 16 22:52:31` in plant time, as syslog writes it: no year, no zone. */
export function localSyslog(at: Micros): string {
  const date = localDate(at);
  const day = String(date.getUTCDate()).padStart(2, ' ');
  return `${MONTHS[date.getUTCMonth()]} ${day} ${date.toISOString().slice(11, 19)}`;
}

/** `1773663751.417206`, as Zeek writes it. */
export function epoch(at: Micros): string {
  return `${Math.floor(at / 1_000_000)}.${String(at % 1_000_000).padStart(6, '0')}`;
}

/** One CSV line after RFC 4180; quotes only where needed. */
export function csvLine(cells: ReadonlyArray<string | number>): string {
  return cells
    .map((cell) => {
      const text = String(cell);
      return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    })
    .join(',');
}
