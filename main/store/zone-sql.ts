/** Wall time → offset under the evidence's zone, as a tree of CASE made from the one time module: no table, no join. */
import { TIME_FLAGS } from '../../shared/fields';
import { microsFromCivil, offsetAt, wallIntervals, zoneTransitions } from '../../shared/time';

/** SQL of one value. */
type Expression = string;

const start = (year: number): number =>
  microsFromCivil({ year, month: 1, day: 1, hour: 0, minute: 0, second: 0, micro: 0 });

/** Outside these years the offset at the border holds; zones kept their local mean time until 1847 at least. */
const FIRST_YEAR = 1840;
const LAST_YEAR = 2100;
const FLAG_SPACE = 16;

interface Stretch {
  readonly fromUs: number;
  readonly packed: number;
}

const known = new Map<string, readonly Stretch[]>();

function stretchesOf(zone: string): readonly Stretch[] {
  const found = known.get(zone);
  if (found !== undefined) return found;
  const stretches: Stretch[] = [];
  for (const interval of wallIntervals(zone, start(FIRST_YEAR), start(LAST_YEAR))) {
    // An ambiguous time is read as the earlier instant, one that never was with the offset before the change.
    const flag = { unique: 0, ambiguous: TIME_FLAGS.ambiguous, nonexistent: TIME_FLAGS.nonexistent };
    const packed = interval.offsetSeconds * FLAG_SPACE + flag[interval.kind];
    if (stretches.at(-1)?.packed !== packed) stretches.push({ fromUs: interval.fromUs, packed });
  }
  known.set(zone, stretches);
  return stretches;
}

function tree(wall: Expression, stretches: readonly Stretch[]): Expression {
  const [only] = stretches;
  if (stretches.length <= 1) return String(only?.packed ?? 0);
  const middle = stretches.length >> 1;
  const cut = stretches[middle]?.fromUs ?? 0;
  return `CASE WHEN ${wall} < ${cut} THEN ${tree(wall, stretches.slice(0, middle))} ELSE ${tree(wall, stretches.slice(middle))} END`;
}

export interface ZoneReading {
  /** Seconds east of UTC. */
  readonly offsetSeconds: (packed: Expression) => Expression;
  readonly flags: (packed: Expression) => Expression;
  /** To be kept in a column and handed to the other two. */
  readonly packed: Expression;
}

/** How a column of wall microseconds reads under a zone that `isZone` accepts; earlier of two instants. */
export function readUnderZone(zone: string, wall: Expression): ZoneReading {
  return {
    packed: `CASE WHEN ${wall} IS NOT NULL THEN ${tree(wall, stretchesOf(zone))} END`,
    // >> keeps the sign, so the flags below it never leak into the offset.
    offsetSeconds: (packed) => `(${packed} >> 4)`,
    flags: (packed) => `(${packed} & 15)`,
  };
}

/** Seconds east of UTC that a zone has at a column of instants, microseconds since 1970 UTC. */
export function offsetUnderZone(zone: string, instant: Expression): Expression {
  const from = start(FIRST_YEAR);
  const stretches: Stretch[] = [{ fromUs: from, packed: offsetAt(zone, from) }];
  for (const { atUs, offsetAfterSeconds } of zoneTransitions(zone, from, start(LAST_YEAR))) {
    stretches.push({ fromUs: atUs, packed: offsetAfterSeconds });
  }
  return tree(instant, stretches);
}
