/** What the time forms share: the columns they give, the layers they may use, and fractions of a second. */
import type { Expression, Layer, Layers } from './layers';

/** Names of columns; `wall` NULL where the text cannot be read. */
export interface WallColumns {
  /** BIGINT, microseconds since 1970 on the wall. */
  readonly wall: string;
  /** INTEGER minutes east, NULL where the text states none. */
  readonly offset: string;
  /** 0–999 ns, and the width of the smallest step in µs. */
  readonly remainder: string;
  readonly precision: string;
  readonly flags: string;
}

/** Each on top of the one before. */
export type TimeLayers = readonly [Layer, Layer, Layer, Layer, Layer, Layer, Layer];

/** Where a reading gets its layers: each is opened on top of the last. */
export type OpenLayers = Pick<Layers, 'open'>;

/** As many as any reading needs; those that stay empty cost nothing. */
export function openTimeLayers(layers: OpenLayers): TimeLayers {
  const open = (): Layer => layers.open();
  return [open(), open(), open(), open(), open(), open(), open()];
}

export const SECOND = 1_000_000;
export const MINUTE = 60 * SECOND;
export const DAY = 86_400 * SECOND;
/** Years 1–9999: what TIMESTAMP and every reader of it can show. */
const EARLIEST = -62_135_596_800_000_000n;
const LATEST = 253_402_300_800_000_000n;

/** µs of a fraction's digits. */
export function fractionMicros(digits: Expression): Expression {
  return `coalesce(TRY_CAST(left(rpad(${digits}, 6, '0'), 6) AS BIGINT), 0)`;
}
export function fractionRest(digits: Expression): Expression {
  return `CASE WHEN strlen(${digits}) > 6 THEN CAST(substr(rpad(${digits}, 9, '0'), 7, 3) AS BIGINT) ELSE 0 END`;
}
export function fractionStep(digits: Expression): Expression {
  return `CASE WHEN coalesce(${digits}, '') = '' THEN ${SECOND} WHEN strlen(${digits}) > 6 THEN 0 ELSE [100000, 10000, 1000, 100, 10, 1][strlen(${digits})] END`;
}

export function inRange(micros: Expression): Expression {
  return `CASE WHEN ${micros} >= ${EARLIEST} AND ${micros} < ${LATEST} THEN ${micros} END`;
}
