/**
 * Written times in SQL: every form gives the wall time in microseconds, the offset the text states, what microseconds
 * cannot hold, the clock's step and flags. Unreadable text gives NULL, never an error. No zone is applied here.
 */
import { TIME_FLAGS } from '../../../shared/fields';
import { MANIFOLD_ZONES, OFFSET, patternParts, SHORT_OFFSET, ZONE_WORDS } from '../../formats/time-pattern';
import { quoteText } from '../../store/sql';
import type { Expression } from './layers';
import {
  DAY,
  fractionMicros,
  fractionRest,
  fractionStep,
  MINUTE,
  type OpenLayers,
  openTimeLayers,
  SECOND,
  type WallColumns,
} from './time-columns';
import { columnsOf, inline, type Reading, UNREAD } from './time-inline';
import { APPLE_ORIGIN, epoch, filetime, ole, WEBKIT_ORIGIN } from './time-numbers-sql';

/** What a form needs to know about the whole evidence. */
export interface FormContext {
  /** Year of a time that states none: an expression over record_number, and whether nobody gave it. */
  readonly year: Expression;
  readonly yearAssumed: boolean;
  /** Order of numeric dates, for the form `date`. */
  readonly dateOrder: DateOrder;
  /**
   * What the quick reading of the first form leaves is read in layers of its own; or behind CASE, which costs nothing
   * where nothing is left and much where something is; or not at all, where it is known that nothing is left.
   */
  readonly rest?: 'inline' | 'unread';
}
export type DateOrder = 'day_first' | 'month_first' | 'guessed' | 'mixed' | 'mixed_month_first';

/** As a cell may end: what it says, or a word that says too little. */
const ZONE = `${OFFSET}|${MANIFOLD_ZONES}`;
const CLOCK_TAIL = `^((?:[.,](\\d+))? ?(${ZONE})?)$`;
const ISO_SLOW =
  `^(\\d{4})(?:[-/](\\d{1,2})[-/](\\d{1,2})|(\\d\\d)(\\d\\d))` +
  `(?:(?:[Tt_]| +)(\\d{1,2})(?::(\\d\\d)(?::(\\d\\d)(?:[.,](\\d+))?)?|(\\d\\d)(?:(\\d\\d)(?:[.,](\\d+))?)?) ?(${ZONE})?)?$`;

/** Minutes east of `Z`, `UTC`, `+0200`, `-03:30`, `+02`, `UTC-5`, `EST`; NULL for no text and for manifold words. */
export function offsetMinutes(text: Expression): Expression {
  const hours = `CAST(substr(${text}, 2, 2) AS INTEGER)`;
  const minutes = `coalesce(TRY_CAST(right(${text}, 2) AS INTEGER), 0)`;
  const size = `${hours} * 60 + CASE WHEN strlen(${text}) > 3 THEN ${minutes} ELSE 0 END`;
  const part = (group: 1 | 2): Expression =>
    `coalesce(TRY_CAST(regexp_extract(${text}, ${quoteText(`${SHORT_OFFSET}$`)}, ${group}) AS INTEGER), 0)`;
  const short = `CASE WHEN substr(${text}, 4, 1) = '-' THEN -1 ELSE 1 END * (${part(1)} * 60 + ${part(2)})`;
  const words = Object.entries(ZONE_WORDS).map(([word, east]) => `WHEN ${quoteText(word)} THEN ${east}`);
  const whens = [
    `coalesce(${text}, '') = '' THEN NULL`,
    `starts_with(${text}, '+') THEN ${size}`,
    `starts_with(${text}, '-') THEN 0 - (${size})`,
    `${text} IN ('Z', 'z', 'UTC', 'GMT') THEN 0`,
    `substr(${text}, 1, 3) IN ('UTC', 'GMT') THEN ${short}`,
  ];
  return `CASE WHEN ${whens.join(' WHEN ')} ELSE CASE ${text} ${words.join(' ')} END END`;
}

/** Microseconds of the day, NULL when no clock shows it; second 60 and hour 24 (24:00:00) carry over. */
function clockMicros(hour: Expression, minute: Expression, second: Expression): Expression {
  const [h, m, s] = [hour, minute, second].map(
    (part) => `CASE WHEN coalesce(${part}, '') = '' THEN 0 ELSE TRY_CAST(${part} AS BIGINT) END`,
  );
  const fits = `(${h} < 24 OR (${h} = 24 AND ${m} = 0 AND ${s} = 0)) AND ${m} < 60 AND ${s} <= 60`;
  return `CASE WHEN ${fits} THEN ((${h}) * 3600 + (${m}) * 60 + (${s})) * ${SECOND} END`;
}

/** A second 60 is placed on the second after it, as POSIX counts; the flag says so. */
function leapFlag(second: Expression): Expression {
  return `CASE WHEN ${second} = '60' THEN ${TIME_FLAGS.leapSecond} ELSE 0 END`;
}

function dayMicros(year: Expression, month: Expression, day: Expression): Expression {
  return `epoch_us(TRY_CAST(${year} || '-' || ${month} || '-' || ${day} AS TIMESTAMP))`;
}

/** Names of the months as logs and spreadsheets write them, in languages that call them after the Roman ones. */
const MONTH_NAMES = [
  'january januar januari januára janvier janvāris janeiro jänner enero gennaio',
  'february februar februari február februāris février fevrier febrero febbraio fevereiro',
  'march märz maerz mars marts mart marzo março marco maart mrt märts marec marca március martie maret',
  'april aprill aprile aprilie aprīlis avril abril',
  'may mai mayo maggio maio mei maj maja maijs',
  'june juni juin junio junho giugno',
  'july juli juillet julio julho luglio',
  'august augustus augusti augusts augusztus août aout agosto',
  'september septembre septiembre septembro septembrie septembris settembre setiembre setembro',
  'october oktober oktoober október oktobris octobre octubre octombrie ottobre outubro',
  'november novembre noviembre novembro novembrie novembris',
  'december dezember decembre décembre dezembro diciembre dicembre desember decembrie decembris',
].map((names) => quoteText(` ${names}`));
/** The first letters of two months. */
const TWO_MONTHS = 'jui';

/** Month number of a name, or of its first three letters or more; NULL for any other word (Finnish `marraskuu`). */
function monthNumber(text: Expression): Expression {
  const word = `rtrim(lower(${text}), '.')`;
  const english = `position(${word} IN 'jan feb mar apr may jun jul aug sep oct nov dec')`;
  const whens = MONTH_NAMES.map(
    (names, index) => `WHEN contains(${names}, ' ' || ${word}) THEN ${index + 1}`,
  );
  return `CASE WHEN strlen(${word}) = 3 AND ${english} % 4 = 1 THEN (${english} + 3) // 4 WHEN length(${word}) < 3 OR ${word} = '${TWO_MONTHS}' THEN NULL ${whens.join(' ')} END`;
}

/** What is asked of no text costs nothing: most texts are read by another form, or more quickly. */
function whereText(text: string, sql: Expression): Expression {
  return `CASE WHEN ${text} IS NOT NULL THEN ${sql} END`;
}

/** What the quick readings `walls` have not read, by another. */
export function readRest(
  text: string,
  walls: readonly string[],
  { rest }: FormContext,
  layers: OpenLayers,
  read: Reading,
): WallColumns {
  const isLeft = walls.map((wall) => `${wall} IS NULL`).join(' AND ');
  if (rest === 'unread') return UNREAD;
  if (rest === undefined) return read(layers.open().add(`CASE WHEN ${isLeft} THEN ${text} END`), layers);
  return columnsOf(layers.open().add(inline(text, `${isLeft} AND ${text} IS NOT NULL`, read)));
}

/** Every other way of writing it. */
function isoSlow(text: string, layers: OpenLayers): WallColumns {
  const [first, second, third] = openTimeLayers(layers);
  const fast = `strlen(${text}) >= 19 AND substr(${text}, 14, 1) = ':' AND substr(${text}, 17, 1) = ':' AND substr(${text}, 5, 1) = '-'`;
  const base = first.add(`CASE WHEN ${fast} THEN TRY_CAST(left(${text}, 19) AS TIMESTAMP) END`);
  const tail = first.add(
    `CASE WHEN strlen(${text}) > 19 AND ${fast} THEN regexp_extract(substr(${text}, 20), ${quoteText(CLOCK_TAIL)}, ['all', 'f', 'z']) END`,
  );
  const slow = second.add(
    `CASE WHEN ${base} IS NULL THEN regexp_extract(${text}, ${quoteText(ISO_SLOW)}, ['y', 'mo', 'd', 'mo2', 'd2', 'h', 'mi', 's', 'f', 'mi2', 's2', 'f2', 'z']) END`,
  );
  const either = (a: string, b: string): Expression => `${slow}.${a} || ${slow}.${b}`;
  const day = dayMicros(`${slow}.y`, `(${either('mo', 'mo2')})`, `(${either('d', 'd2')})`);
  const clock = clockMicros(`${slow}.h`, `(${either('mi', 'mi2')})`, `(${either('s', 's2')})`);
  const fraction = second.add(`CASE WHEN ${base} IS NOT NULL THEN coalesce(${tail}.f, '') END`);
  const slowFraction = `(${either('f', 'f2')})`;
  const fastWall = `CASE WHEN ${tail} IS NULL THEN epoch_us(${base}) WHEN ${tail}.all <> '' THEN epoch_us(${base}) + ${fractionMicros(fraction)} END`;
  const step = `CASE WHEN ${slow}.h = '' THEN ${DAY} WHEN ${slow}.s = '' AND ${slow}.s2 = '' THEN ${MINUTE} ELSE ${fractionStep(slowFraction)} END`;
  const add = (sql: Expression): string => third.add(whereText(text, sql));
  return {
    wall: add(
      `CASE WHEN ${base} IS NOT NULL THEN ${fastWall} WHEN ${slow}.y <> '' THEN ${day} + ${clock} + ${fractionMicros(slowFraction)} END`,
    ),
    offset: add(
      `CASE WHEN ${base} IS NOT NULL THEN ${offsetMinutes(`${tail}.z`)} ELSE ${offsetMinutes(`${slow}.z`)} END`,
    ),
    remainder: add(
      `CASE WHEN ${base} IS NOT NULL THEN ${fractionRest(fraction)} ELSE ${fractionRest(slowFraction)} END`,
    ),
    precision: add(`CASE WHEN ${base} IS NOT NULL THEN ${fractionStep(fraction)} ELSE ${step} END`),
    flags: add(
      `CASE WHEN ${slow}.h = '' THEN ${TIME_FLAGS.dateOnly} ELSE 0 END + ${leapFlag(`concat(${slow}.s, ${slow}.s2)`)}`,
    ),
  };
}

/** What nearly every computer writes: DuckDB reads it by itself, and its offset stands at its end. */
const ISO_PLAIN =
  '\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,6})?(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)?';
/** Digits of a fraction are counted from here. */
const SECONDS_END = 20;

/** ISO 8601 in its plain shape at once; what is not of that shape, or no such day, by its parts. */
function iso(text: string, context: FormContext, layers: OpenLayers): WallColumns {
  const [first, second, third] = openTimeLayers(layers);
  // A TIMESTAMP has no zone: the cast reads the wall, and passes over the offset.
  const wall = first.add(
    `CASE WHEN regexp_full_match(${text}, ${quoteText(ISO_PLAIN)}) THEN TRY_CAST(${text} AS TIMESTAMP) END`,
  );
  const slow = readRest(text, [wall], context, layers, isoSlow);
  const top = layers.open();
  // Neither a date nor a clock has a sign so near to its end.
  const sign = `substr(${text}, strlen(${text}) - 5, 1)`;
  const isNamed = second.add(`CASE WHEN ${wall} IS NOT NULL THEN ends_with(${text}, 'Z') END`);
  const isSigned = second.add(
    `CASE WHEN ${wall} IS NOT NULL AND NOT ends_with(${text}, 'Z') THEN ${sign} IN ('+', '-') END`,
  );
  const minutes = `CAST(substr(${text}, strlen(${text}) - 4, 2) AS INTEGER) * 60 + CAST(right(${text}, 2) AS INTEGER)`;
  const signed = third.add(
    `CASE WHEN ${isSigned} THEN CASE ${sign} WHEN '-' THEN -1 ELSE 1 END * (${minutes}) END`,
  );
  const ending = third.add(`CASE WHEN ${isNamed} THEN 1 WHEN ${isSigned} THEN 6 ELSE 0 END`);
  const either = (plain: Expression, other: Expression): string =>
    top.add(`CASE WHEN ${wall} IS NOT NULL THEN ${plain} ELSE ${other} END`);
  return {
    wall: either(`epoch_us(${wall})`, slow.wall),
    offset: either(`CASE WHEN ${isNamed} THEN 0 ELSE ${signed} END`, slow.offset),
    remainder: either('0', slow.remainder),
    precision: either(
      `[${SECOND}, 100000, 10000, 1000, 100, 10, 1][greatest(strlen(${text}) - ${ending} - ${SECONDS_END}, 0) + 1]`,
      slow.precision,
    ),
    flags: either('0', slow.flags),
  };
}

/** Which of two numbers is the day, as far as the evidence as a whole tells. */
function dayAndMonth(
  parts: string,
  order: DateOrder,
): { day: Expression; month: Expression; guessed: string } {
  const [a, b] = [`${parts}.a`, `${parts}.b`];
  if (order === 'day_first') return { day: a, month: b, guessed: 'false' };
  if (order === 'month_first') return { day: b, month: a, guessed: 'false' };
  const swap = `TRY_CAST(${b} AS INTEGER) > 12`;
  const decided = `TRY_CAST(${a} AS INTEGER) > 12 OR ${swap} OR TRY_CAST(${a} AS INTEGER) = TRY_CAST(${b} AS INTEGER)`;
  const usual = order === 'mixed_month_first' ? `NOT coalesce(TRY_CAST(${a} AS INTEGER) > 12, false)` : swap;
  return {
    day: `CASE WHEN ${usual} THEN ${b} ELSE ${a} END`,
    month: `CASE WHEN ${usual} THEN ${a} ELSE ${b} END`,
    guessed: `NOT (${decided})`,
  };
}

/** RE2 and group names of a form that is read by one pattern. */
function shaped(
  text: string,
  shape: { readonly pattern: string; readonly groups: readonly string[] },
  order: DateOrder,
  context: FormContext,
  layers: OpenLayers,
): WallColumns {
  const [first, second, third] = openTimeLayers(layers);
  const names = shape.groups.map(quoteText).join(', ');
  const parts = first.add(`regexp_extract(${text}, ${quoteText(shape.pattern)}, [${names}])`);
  const part = (name: string): Expression | null => (shape.groups.includes(name) ? `${parts}.${name}` : null);
  const numeric = shape.groups.includes('a') ? dayAndMonth(parts, order) : null;
  const named = part('b_name');
  const yearText = part('y4');
  const shortYear = part('y2');
  const century = `CASE WHEN ${shortYear} < '70' THEN '20' ELSE '19' END || ${shortYear}`;
  const years = [
    ...(yearText === null ? [] : [`nullif(${yearText}, '')`]),
    ...['y4b', 'y4c'].flatMap((name) => part(name) ?? []).map((one) => `nullif(${one}, '')`),
    ...(shortYear === null ? [] : [`CASE WHEN ${shortYear} <> '' THEN ${century} END`]),
  ];
  const written = years.length === 0 ? 'CAST(NULL AS VARCHAR)' : `coalesce(${years.join(', ')}, NULL)`;
  const found = (sql: Expression): string => second.add(whereText(text, sql));
  const year = found(`coalesce(${written}, CAST(${context.year} AS VARCHAR))`);
  const isYearless = found(`${written} IS NULL`);
  const month =
    named === null
      ? second.add(`CAST(${numeric?.month ?? part('mo') ?? `'1'`} AS VARCHAR)`)
      : found(`CAST(${monthNumber(named)} AS VARCHAR)`);
  const day = second.add(`CAST(${numeric?.day ?? part('d') ?? `'1'`} AS VARCHAR)`);
  const half = part('p');
  const hourText = part('h') ?? `''`;
  const twelve = `CAST(CASE WHEN TRY_CAST(${hourText} AS INTEGER) BETWEEN 1 AND 12 THEN TRY_CAST(${hourText} AS INTEGER) % 12 + CASE WHEN upper(left(${half}, 1)) = 'P' THEN 12 ELSE 0 END ELSE 99 END AS VARCHAR)`;
  const hour = second.add(
    half === null ? hourText : `CASE WHEN ${half} <> '' THEN ${twelve} ELSE ${hourText} END`,
  );
  const minute = part('mi') ?? `''`;
  const seconds = part('s') ?? `''`;
  const fraction = second.add(part('f') ?? `''`);
  const ordinal = part('j');
  const date =
    ordinal === null
      ? dayMicros(year, month, day)
      : `CASE WHEN TRY_CAST(${ordinal} AS INTEGER) BETWEEN 1 AND 366 THEN ${dayMicros(year, `'1'`, `'1'`)} + (TRY_CAST(${ordinal} AS BIGINT) - 1) * ${DAY} END`;
  const isRead = `${parts}.${shape.groups[0] ?? 'all'} <> ''`;
  const clock = clockMicros(hour, minute, seconds);
  const zone = part('z');
  const step = `CASE WHEN ${hourText} = '' THEN ${DAY} WHEN ${seconds} = '' THEN ${MINUTE} ELSE ${fractionStep(fraction)} END`;
  const yearFlag = context.yearAssumed
    ? `CASE WHEN ${isYearless} THEN ${TIME_FLAGS.yearAssumed} ELSE 0 END`
    : '0';
  const orderFlag =
    numeric === null ? '0' : `CASE WHEN ${numeric.guessed} THEN ${TIME_FLAGS.dayMonthGuessed} ELSE 0 END`;
  const add = (sql: Expression): string => third.add(whereText(text, sql));
  return {
    wall: third.add(`CASE WHEN ${isRead} THEN ${date} + ${clock} + ${fractionMicros(fraction)} END`),
    offset: zone === null ? third.add('CAST(NULL AS INTEGER)') : add(offsetMinutes(zone)),
    remainder: add(fractionRest(fraction)),
    precision: add(step),
    flags: add(
      `${yearFlag} + ${orderFlag} + CASE WHEN ${hourText} = '' THEN ${TIME_FLAGS.dateOnly} ELSE 0 END + ${leapFlag(seconds)}`,
    ),
  };
}

const CLOCK = `(\\d{1,2}):(\\d\\d)(?::(\\d\\d)(?:[.,](\\d+))?)? ?([AaPp]\\.? ?[Mm]\\.?)? ?(${ZONE})?`;
const NUMERIC_DATE = {
  pattern: `^((\\d{1,2})[/.-](\\d{1,2})[/.-](?:(\\d{4})|(\\d\\d))(?:(?:[ T]+|, *)${CLOCK})?)$`,
  groups: ['all', 'a', 'b', 'y4', 'y2', 'h', 'mi', 's', 'f', 'p', 'z'],
};
/** Weekday and year may stand before or after; RFC 3164 §4.1.2 has neither. */
const SYSLOG = {
  pattern: `^((?:[^\\s\\d,]{2,4},? )?(?:(\\d{4}) )?([^\\s\\d.]{3,9})\\.? +(\\d{1,2}),?(?: (\\d{4}))? (\\d{1,2}):(\\d\\d):(\\d\\d)(?:[.,](\\d+))?(?: ?(${ZONE}))?(?: (\\d{4}))?)$`,
  groups: ['all', 'y4', 'b_name', 'd', 'y4b', 'h', 'mi', 's', 'f', 'z', 'y4c'],
};

/** `Mon dd hh:mm:ss`, the one shape of nearly every syslog, by its places; whatever else by the pattern. */
function syslog(text: string, context: FormContext, layers: OpenLayers): WallColumns {
  const base = layers
    .open()
    .add(
      `CASE WHEN strlen(${text}) = 15 AND ${text} LIKE '___ __ __:__:__' THEN try_strptime(concat(${text}, ' ', ${context.year}), '%b %d %H:%M:%S %Y') END`,
    );
  const slow = readRest(text, [base], context, layers, (one, within) =>
    shaped(one, SYSLOG, 'day_first', context, within),
  );
  const top = layers.open();
  const flag = context.yearAssumed ? TIME_FLAGS.yearAssumed : 0;
  const either = (quick: Expression, other: string): string =>
    top.add(`CASE WHEN ${base} IS NOT NULL THEN ${quick} ELSE ${other} END`);
  return {
    wall: either(`epoch_us(${base})`, slow.wall),
    offset: top.add(slow.offset),
    remainder: either('0', slow.remainder),
    precision: either(String(SECOND), slow.precision),
    flags: either(String(flag), slow.flags),
  };
}

/** Columns that read `text` (a column name) in one form: a name of `TIME_FORMS` or a pattern with %. */
export function readForm(text: string, form: string, context: FormContext, layers: OpenLayers): WallColumns {
  switch (form) {
    case 'iso':
      return iso(text, context, layers);
    case 'syslog':
      return syslog(text, context, layers);
    case 'epoch':
      return epoch(text, 'auto', openTimeLayers(layers));
    case 'epoch_s':
      return epoch(text, 's', openTimeLayers(layers));
    case 'epoch_ms':
      return epoch(text, 'ms', openTimeLayers(layers));
    case 'epoch_us':
      return epoch(text, 'us', openTimeLayers(layers));
    case 'epoch_ns':
      return epoch(text, 'ns', openTimeLayers(layers));
    case 'filetime':
      return filetime(text, openTimeLayers(layers));
    case 'apple':
      return epoch(text, 'auto', openTimeLayers(layers), APPLE_ORIGIN);
    case 'webkit':
      return epoch(text, 'us', openTimeLayers(layers), WEBKIT_ORIGIN);
    case 'ole':
    case 'ole_micro':
      return ole(text, form === 'ole_micro', openTimeLayers(layers));
    case 'date':
      return shaped(text, NUMERIC_DATE, context.dateOrder, context, layers);
    case 'day_first':
    case 'month_first':
      return shaped(text, NUMERIC_DATE, form, context, layers);
    default:
      return shaped(text, patternParts(form), 'day_first', context, layers);
  }
}

/** Whether a quick reading of the first form may leave texts to a slower one: see `FormContext.rest`. */
export function leavesRest(forms: readonly string[]): boolean {
  return forms.length > 1 || forms.some((form) => form === 'iso' || form === 'syslog');
}

/** Whether a form may lack a year, and so needs `FormContext.year`. */
export function mayLackYear(form: string): boolean {
  return form === 'syslog' || (form.includes('%') && !/%[Yyc]/.test(form));
}

/** Whether a form's times state their own offset: always, sometimes, never. */
export function statesOffset(form: string): 'always' | 'sometimes' | 'never' {
  if (form.startsWith('epoch') || ['filetime', 'apple', 'webkit'].includes(form)) return 'always';
  if (form.includes('%z')) return 'always';
  return form.includes('%') || form.startsWith('ole') ? 'never' : 'sometimes';
}

/** The number before and after the first separator of a numeric date, for finding their order. */
export const NUMERIC_ORDER = '^(\\d{1,2})[/.-](\\d{1,2})[/.-]\\d';
