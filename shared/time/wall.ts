/** Wall times under a zone: which instants a written time can mean, one by one and as a table for SQL. */
import { MICROS_PER_DAY, MICROS_PER_SECOND, type Micros } from './civil';
import { offsetAt, type ZoneTransition, zoneTransitions } from './zone';

export type WallKind = 'unique' | 'ambiguous' | 'nonexistent';

/**
 * What a wall time means. `unique`: one instant. `ambiguous` (clocks were put back): two, the earlier first.
 * `nonexistent` (clocks were put forward over it): two readings, first with the offset in force before the change,
 * which lands as far after the change as the time was past the gap's start, then with the offset after it.
 */
export interface WallReading {
  readonly kind: WallKind;
  readonly instants: readonly Micros[];
  /** Seconds, east positive, one for each instant. */
  readonly offsets: readonly number[];
}

/** No offset in the zone data is further than a day and some hours from another within a change. */
const REACH = 2 * MICROS_PER_DAY;

/** Reads a wall time under a zone. Throws on a name `isZone` refuses. */
export function wallToInstants(zone: string, wallUs: Micros): WallReading {
  const transitions = zoneTransitions(zone, wallUs - REACH, wallUs + REACH);
  const first = transitions[0];
  let offset = first?.offsetBeforeSeconds ?? offsetAt(zone, wallUs);
  let from = Number.NEGATIVE_INFINITY;
  const instants: Micros[] = [];
  const offsets: number[] = [];
  const tryOffset = (to: Micros): void => {
    const instant = wallUs - offset * MICROS_PER_SECOND;
    if (instant < from || instant >= to) return;
    instants.push(instant);
    offsets.push(offset);
  };
  for (const transition of transitions) {
    tryOffset(transition.atUs);
    from = transition.atUs;
    offset = transition.offsetAfterSeconds;
  }
  tryOffset(Number.POSITIVE_INFINITY);
  if (instants.length === 1) return { kind: 'unique', instants, offsets };
  if (instants.length > 1) return { kind: 'ambiguous', instants, offsets };
  const gap = transitions.find((transition) => isInGap(transition, wallUs));
  if (gap === undefined) throw new Error(`no reading of wall time ${wallUs} in ${zone}`);
  const sides = [gap.offsetBeforeSeconds, gap.offsetAfterSeconds];
  return {
    kind: 'nonexistent',
    instants: sides.map((side) => wallUs - side * MICROS_PER_SECOND),
    offsets: sides,
  };
}

function isInGap(transition: ZoneTransition, wallUs: Micros): boolean {
  return (
    wallUs >= transition.atUs + transition.offsetBeforeSeconds * MICROS_PER_SECOND &&
    wallUs < transition.atUs + transition.offsetAfterSeconds * MICROS_PER_SECOND
  );
}

/** Wall times [fromUs, toUs) that share one reading; offsets as in `WallReading`, the second null when unique. */
export interface WallInterval {
  readonly fromUs: Micros;
  readonly toUs: Micros;
  readonly kind: WallKind;
  readonly offsetSeconds: number;
  readonly otherOffsetSeconds: number | null;
}

/**
 * Cuts wall time [fromUs, toUs) into intervals of one reading, in order, without holes: the rows of the table that
 * SQL joins wall times against. Throws on a name `isZone` refuses.
 */
export function wallIntervals(zone: string, fromUs: Micros, toUs: Micros): readonly WallInterval[] {
  const cuts = new Set<Micros>([fromUs]);
  for (const transition of zoneTransitions(zone, fromUs - REACH, toUs + REACH)) {
    for (const offset of [transition.offsetBeforeSeconds, transition.offsetAfterSeconds]) {
      const cut = transition.atUs + offset * MICROS_PER_SECOND;
      if (cut > fromUs && cut < toUs) cuts.add(cut);
    }
  }
  const starts = [...cuts].sort((a, b) => a - b);
  return starts.map((start, index) => {
    const reading = wallToInstants(zone, start);
    return {
      fromUs: start,
      toUs: starts[index + 1] ?? toUs,
      kind: reading.kind,
      offsetSeconds: reading.offsets[0] ?? 0,
      otherOffsetSeconds: reading.offsets[1] ?? null,
    };
  });
}
