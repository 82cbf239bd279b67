/** Lengths of time as they are typed: `15 min`, `2h`, `1 d 12 h`, `90s`, `500 ms`. Pure. */

const UNITS: Readonly<Record<string, number>> = {
  us: 1,
  µs: 1,
  ms: 1000,
  s: 1_000_000,
  sec: 1_000_000,
  min: 60_000_000,
  m: 60_000_000,
  h: 3_600_000_000,
  d: 86_400_000_000,
  day: 86_400_000_000,
  days: 86_400_000_000,
  w: 604_800_000_000,
};

const MOST = 1e16;

/** Microseconds; null for what is no length of time. A number alone is minutes. */
export function parseDuration(text: string): number | null {
  const plain = text.trim().toLowerCase();
  if (plain === '') return null;
  if (/^\d+(\.\d+)?$/.test(plain)) return bounded(Number(plain) * 60_000_000);
  const parts = [...plain.matchAll(/(\d+(?:\.\d+)?)\s*([a-zµ]+)/g)];
  if (
    parts
      .map(([whole]) => whole)
      .join('')
      .replace(/\s/g, '') !== plain.replace(/\s/g, '')
  )
    return null;
  let sum = 0;
  for (const [, amount = '', unit = ''] of parts) {
    const size = UNITS[unit];
    if (size === undefined) return null;
    sum += Number(amount) * size;
  }
  return bounded(sum);
}

function bounded(us: number): number | null {
  return us >= 0 && us <= MOST ? Math.round(us) : null;
}
