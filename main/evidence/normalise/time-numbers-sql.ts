/** Times written as one number: seconds and finer since 1970, 2001 or 1601, FILETIME, days since 1899. Exact: no double holds them. */
import type { TimeLayers, WallColumns } from './time-columns';
import { DAY, fractionStep, inRange } from './time-columns';

const EPOCH_1601 = 11_644_473_600_000_000;
/** Where numbers count from, µs since 1970: Apple from 2001, WebKit from 1601. */
export const APPLE_ORIGIN = 978_307_200_000_000;
export const WEBKIT_ORIGIN = -EPOCH_1601;
const EPOCH_1899 = 25_569;

/** A number in text, by its digits: no double holds nanoseconds since 1970. */
export function epoch(
  text: string,
  unit: 's' | 'ms' | 'us' | 'ns' | 'auto',
  layers: TimeLayers,
  origin = 0,
): WallColumns {
  const [first, second, third, fourth, fifth, sixth, seventh] = layers;
  const clean = first.add(
    `CASE WHEN regexp_full_match(${text}, '-?\\d{1,19}(?:[.,]\\d*)?') THEN replace(${text}, ',', '.') END`,
  );
  // Exponents only come from programs that already went through a double.
  const scientific = first.add(
    `CASE WHEN regexp_full_match(${text}, '-?\\d+(?:\\.\\d+)?[eE][+]?\\d{1,2}') THEN TRY_CAST(TRY_CAST(${text} AS DOUBLE) AS DECIMAL(28, 6)) END`,
  );
  const plain = second.add(`coalesce(${clean}, CAST(${scientific} AS VARCHAR))`);
  const whole = third.add(`TRY_CAST(split_part(${plain}, '.', 1) AS BIGINT)`);
  const digits = third.add(`split_part(${plain}, '.', 2)`);
  const size = `abs(CAST(${whole} AS HUGEINT))`;
  const digitsOfUnit =
    unit === 'auto'
      ? `CASE WHEN ${size} < 100000000000 THEN 0 WHEN ${size} < 100000000000000 THEN 3 WHEN ${size} < 100000000000000000 THEN 6 ELSE 9 END`
      : String({ s: 0, ms: 3, us: 6, ns: 9 }[unit]);
  const shift = fourth.add(`CASE WHEN ${plain} IS NOT NULL THEN ${digitsOfUnit} END`);
  // Nanoseconds = the digits with the point moved; kept exact in a 128-bit integer.
  const padded = `left(rpad(${digits}, 9, '0'), 9 - ${shift})`;
  const fraction = `CASE WHEN ${shift} = 9 THEN 0 ELSE CAST(${padded} AS HUGEINT) END`;
  const sign = `CASE WHEN starts_with(${plain}, '-') THEN -1 ELSE 1 END`;
  const ns = fifth.add(
    `CAST(${whole} AS HUGEINT) * CAST([1000000000, 1000000, 1000, 1][${shift} // 3 + 1] AS HUGEINT) + ${sign} * ${fraction}`,
  );
  const rest = sixth.add(`CAST(((${ns} % 1000) + 1000) % 1000 AS BIGINT)`);
  // Floor, not truncation: times before 1970 have a remainder too.
  const micros = sixth.add(`TRY_CAST((${ns} - (((${ns} % 1000) + 1000) % 1000)) // 1000 AS BIGINT)`);
  const step = `CASE ${shift} WHEN 0 THEN ${fractionStep(digits)} WHEN 3 THEN CASE WHEN strlen(${digits}) > 3 THEN 0 WHEN strlen(${digits}) > 0 THEN 1 ELSE 1000 END WHEN 6 THEN CASE WHEN strlen(${digits}) > 0 THEN 0 ELSE 1 END ELSE 0 END`;
  return {
    wall: seventh.add(inRange(origin === 0 ? micros : `(${micros} + ${origin})`)),
    offset: sixth.add(`CASE WHEN ${plain} IS NOT NULL THEN 0 END`),
    remainder: rest,
    precision: sixth.add(step),
    flags: sixth.add('0'),
  };
}

export function filetime(text: string, [first, second, third]: TimeLayers): WallColumns {
  const hex = `regexp_full_match(${text}, '0[xX][0-9a-fA-F]{1,16}')`;
  const ticks = first.add(
    `CASE WHEN ${hex} OR regexp_full_match(${text}, '\\d{1,19}') THEN nullif(TRY_CAST(${text} AS BIGINT), 0) END`,
  );
  return {
    wall: third.add(inRange(second.add(`(${ticks} // 10 - ${EPOCH_1601})`))),
    offset: third.add(`CASE WHEN ${ticks} IS NOT NULL THEN 0 END`),
    remainder: third.add(`(${ticks} % 10) * 100`),
    precision: third.add('0'),
    flags: third.add('0'),
  };
}

/** Days since 1899-12-30; `micro` for the same number × 10^6. */
export function ole(text: string, micro: boolean, [first, second, third, fourth]: TimeLayers): WallColumns {
  const clean = first.add(
    `CASE WHEN regexp_full_match(${text}, '\\d{1,13}(?:[.,]\\d*)?') THEN replace(${text}, ',', '.') END`,
  );
  const whole = second.add(`TRY_CAST(split_part(${clean}, '.', 1) AS BIGINT)`);
  const rest = second.add(`coalesce(TRY_CAST('0.' || split_part(${clean}, '.', 2) AS DOUBLE), 0)`);
  const days = micro ? `${whole} // 1000000` : whole;
  const ofDay = micro ? `(${whole} % 1000000 + ${rest}) * 86400` : `${rest} * ${DAY}`;
  const micros = third.add(`(${days} - ${EPOCH_1899}) * ${DAY} + CAST(round(${ofDay}) AS BIGINT)`);
  return {
    wall: fourth.add(inRange(micros)),
    offset: third.add('CAST(NULL AS INTEGER)'),
    remainder: third.add('0'),
    // A double holds days since 1899 to about a microsecond; what writes them works in milliseconds.
    precision: third.add('1000'),
    flags: third.add('0'),
  };
}
