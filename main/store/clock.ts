/**
 * Clocks set after import, applied where Parquet is read: `timestamp = recorded_at + offset + drift`, wall times read
 * anew under another zone. The working database and the analyst's sandbox read through the same SELECT.
 */
import { EVENT_FIELDS, POINT_FIELDS, TIME_FLAGS } from '../../shared/fields';
import { type Sql, trusted } from './sql';
import type { EvidenceValues } from './tables';
import { offsetUnderZone, readUnderZone } from './zone-sql';

export interface EvidenceClock {
  readonly evidenceId: number;
  readonly offsetUs: number;
  readonly driftPpm: number;
  readonly referenceAtUs: number;
  /** Null where the import's reading of wall times stands. */
  readonly zone: ZoneChange | null;
}

export interface ZoneChange {
  readonly to: string;
  /** The zone the import read wall times in. */
  readonly from: string;
  /** Nobody named `from`: only records flagged so were read in it. */
  readonly assumed: boolean;
  /** Ends are starts plus a duration, not times written in the record. */
  readonly endIsDuration: boolean;
}

const SECOND = 1_000_000;
const UNREAD = TIME_FLAGS.zoneAssumed | TIME_FLAGS.ambiguous | TIME_FLAGS.nonexistent;

/** Clocks that do the same to every row, with the evidences they are set on. */
export function groupClocks(clocks: Iterable<EvidenceClock>): { clock: EvidenceClock; ids: number[] }[] {
  const groups = new Map<string, { clock: EvidenceClock; ids: number[] }>();
  for (const clock of clocks) {
    const { evidenceId, ...rest } = clock;
    const key = JSON.stringify(rest);
    const group = groups.get(key);
    if (group) group.ids.push(evidenceId);
    else groups.set(key, { clock, ids: [evidenceId] });
  }
  return [...groups.values()];
}

/** One text for one setting of all clocks. */
export function clocksText(clocks: Iterable<EvidenceClock>): string {
  const sorted = [...clocks].sort((a, b) => a.evidenceId - b.evidenceId);
  return JSON.stringify(
    sorted.map(({ evidenceId, offsetUs, driftPpm, referenceAtUs, zone }) => [
      evidenceId,
      offsetUs,
      driftPpm,
      referenceAtUs,
      zone && [zone.to, zone.from, zone.assumed, zone.endIsDuration],
    ]),
  );
}

/** SELECT of `EVENT_FIELDS` with a clock applied; `rows` is a SELECT of them as imported. */
export function clockedEvents(rows: Sql, clock: EvidenceClock): Sql {
  return trusted(`SELECT ${eventColumns(clock)} FROM (${placed(rows.text, clock)})`);
}

/** The same for `POINT_FIELDS`; `events` are the rows of the points' events as imported. */
export function clockedPoints(rows: Sql, events: Sql | null, clock: EvidenceClock): Sql {
  const columns = (at: string): string =>
    POINT_FIELDS.map(({ name, type }) =>
      name === 'timestamp' ? `CAST(${moved(at, clock)} AS ${type}) AS "timestamp"` : `p."${name}"`,
    ).join(', ');
  if (clock.zone === null || events === null) {
    return trusted(`SELECT ${columns('epoch_us(p."timestamp")')} FROM (${rows.text}) AS p`);
  }
  // A point moves with the event that read it.
  return trusted(`SELECT ${columns('epoch_us(p."timestamp") + coalesce(e.us - e.old_us, 0)')}
    FROM (${rows.text}) AS p LEFT JOIN (SELECT event_id, us, old_us FROM (${placed(events.text, clock)})) AS e
    ON e.event_id = p.event_id`);
}

/** What the table `evidence` says of an evidence whose clock is set. */
export function clockValues(row: EvidenceValues, clock: EvidenceClock | undefined): EvidenceValues {
  if (!clock) return row;
  return {
    ...row,
    ...(clock.zone === null ? {} : { time_zone: clock.zone.to, time_zone_source: 'asked' }),
    clock_offset_us: clock.offsetUs,
    clock_drift_ppm: clock.driftPpm,
    clock_reference_at: new Date(clock.referenceAtUs / 1000).toISOString(),
  };
}

/** Rows with `us` and `end_us`: what the record says under the zone now; `old_us`, `old_end_us`: as imported. */
function placed(rows: string, { zone }: EvidenceClock): string {
  const old = `SELECT *, epoch_us(recorded_at) AS old_us, epoch_us(ended_at) AS old_end_us FROM (${rows})`;
  if (zone === null)
    return `SELECT *, old_us AS us, old_end_us AS end_us, CAST(NULL AS BIGINT) AS packed FROM (${old})`;
  const isLocal = [
    'recorded_offset_minutes IS NULL',
    'recorded_at IS NOT NULL',
    ...(zone.assumed ? [`(time_flags & ${TIME_FLAGS.zoneAssumed}) <> 0`] : []),
  ].join(' AND ');
  const start = readUnderZone(zone.to, 'wall_us');
  const end = readUnderZone(zone.to, 'end_wall_us');
  const walls = `SELECT *, CASE WHEN ${isLocal} THEN epoch_us(recorded_wall) END AS wall_us,
    CASE WHEN ${isLocal} THEN old_end_us + CAST(${offsetUnderZone(zone.from, 'old_end_us')} AS BIGINT) * ${SECOND} END AS end_wall_us
    FROM (${old})`;
  const read = `SELECT *, ${start.packed} AS packed, ${end.packed} AS end_packed FROM (${walls})`;
  const moved = `SELECT *, CASE WHEN packed IS NULL THEN old_us
      ELSE wall_us - CAST(${start.offsetSeconds('packed')} AS BIGINT) * ${SECOND} END AS us FROM (${read})`;
  const ended = zone.endIsDuration
    ? 'old_end_us + (us - old_us)'
    : `end_wall_us - CAST(${end.offsetSeconds('end_packed')} AS BIGINT) * ${SECOND}`;
  return `SELECT *, CASE WHEN packed IS NULL THEN old_end_us ELSE ${ended} END AS end_us FROM (${moved})`;
}

function eventColumns(clock: EvidenceClock): string {
  const own: Readonly<Record<string, string>> = {
    timestamp: moved('us', clock),
    ended_at: moved('end_us', clock),
    recorded_at: 'make_timestamp(us)',
    time_flags: `CASE WHEN packed IS NULL THEN time_flags
      ELSE CAST(time_flags AS INTEGER) - (CAST(time_flags AS INTEGER) & ${UNREAD}) + (packed & 15) END`,
    // What the source counted stays; what follows from two wall times follows them.
    event_duration: 'event_duration + coalesce(((end_us - us) - (old_end_us - old_us)) * 1000, 0)',
  };
  return EVENT_FIELDS.map(({ name, type }) => {
    const sql = own[name];
    return sql === undefined ? `"${name}"` : `CAST(${sql} AS ${type}) AS "${name}"`;
  }).join(', ');
}

/** Microseconds as the clock model moves them, as a TIMESTAMP. */
function moved(us: string, { offsetUs, driftPpm, referenceAtUs }: EvidenceClock): string {
  for (const whole of [offsetUs, referenceAtUs]) {
    if (!Number.isSafeInteger(whole)) throw new Error('a clock is set in whole microseconds');
  }
  if (!Number.isFinite(driftPpm)) throw new Error('a clock drifts by a number');
  const drift =
    driftPpm === 0
      ? ''
      : ` + CAST(round(CAST('${driftPpm}' AS DOUBLE) * (${us} - (${referenceAtUs})) / 1e6) AS BIGINT)`;
  return `make_timestamp(${us} + (${offsetUs})${drift})`;
}
