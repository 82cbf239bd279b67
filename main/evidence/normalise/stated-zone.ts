/** Zones that records state beside their times: offsets, words for one, and names of the IANA time zone database. */
import { TIME_FLAGS } from '../../../shared/fields';
import { OFFSET } from '../../formats/time-pattern';
import { quoteText } from '../../store/sql';
import { readUnderZone } from '../../store/zone-sql';
import type { Layers } from './layers';
import type { WallColumns } from './time-columns';
import { offsetMinutes } from './time-sql';

/**
 * A wall time whose text states no offset, under the zone in the column `stated`: an offset or a word for one
 * (`ZONE_WORDS`), or one of `names`. Where it is neither, the time is the evidence's, and flagged.
 */
export function withStatedZone(
  wall: WallColumns,
  stated: string,
  names: readonly string[],
  layers: Layers,
): WallColumns {
  const readings = layers.open();
  const top = layers.open();
  const isAsked = `${wall.offset} IS NULL AND ${stated} IS NOT NULL`;
  const minutes = readings.add(
    `CASE WHEN ${isAsked} AND regexp_full_match(${stated}, ${quoteText(OFFSET)}) THEN ${offsetMinutes(stated)} END`,
  );
  const zones = names.map((name) => ({ name, zone: readUnderZone(name, wall.wall) }));
  const whens = zones.map(({ name, zone }) => `WHEN ${quoteText(name)} THEN ${zone.packed}`);
  const [any] = zones;
  if (any === undefined) {
    return {
      ...wall,
      offset: top.add(`coalesce(${wall.offset}, ${minutes})`),
      flags: top.add(unknownFlag(wall, `${isAsked} AND ${minutes} IS NULL`)),
    };
  }
  const packed = readings.add(`CASE WHEN ${isAsked} THEN CASE ${stated} ${whens.join(' ')} END END`);
  const named = `CAST(${any.zone.offsetSeconds(packed)} // 60 AS INTEGER)`;
  const isUnknown = `${isAsked} AND ${minutes} IS NULL AND ${packed} IS NULL`;
  return {
    ...wall,
    offset: top.add(`coalesce(${wall.offset}, ${minutes}, ${named})`),
    flags: top.add(`${unknownFlag(wall, isUnknown)} + coalesce(${any.zone.flags(packed)}, 0)`),
  };
}

function unknownFlag({ flags }: WallColumns, isUnknown: string): string {
  return `${flags} + CASE WHEN ${isUnknown} THEN ${TIME_FLAGS.zoneAssumed} ELSE 0 END`;
}
