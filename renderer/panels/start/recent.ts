/** Small words of the start page: how long ago, and a path that fits. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `just now`, `12 min ago`, `3 h ago`, `yesterday`, `5 days ago`, then the date. Both in milliseconds. */
export function agoText(at: number, now: number): string {
  const passed = now - at;
  if (passed < MINUTE) return 'just now';
  if (passed < HOUR) return `${Math.floor(passed / MINUTE)} min ago`;
  if (passed < DAY) return `${Math.floor(passed / HOUR)} h ago`;
  if (passed < 2 * DAY) return 'yesterday';
  if (passed < 30 * DAY) return `${Math.floor(passed / DAY)} days ago`;
  return new Date(at).toISOString().slice(0, 10);
}

/** A path cut in its middle to at most `most` characters. */
export function middle(path: string, most: number): string {
  if (path.length <= most) return path;
  const tail = Math.ceil(most * 0.6);
  return `${path.slice(0, most - tail - 1)}…${path.slice(-tail)}`;
}
