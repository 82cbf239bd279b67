/** What only the whole evidence can tell before it is normalised: the year, the order of day and month, its zone. */
import { TIME_FLAGS } from '../../../shared/fields';
import {
  civilFromMicros,
  isLeapYear,
  MICROS_PER_DAY,
  microsFromCivil,
  nearestYear,
} from '../../../shared/time';
import type { Format, TimeRule } from '../../formats/format';
import type { Database } from '../../store/database';
import { trusted } from '../../store/sql';
import type { CompileContext } from './compile-context';
import { dayBorders, dropDayBorders } from './day-borders';
import { type EventPlan, planEvents, type TimeColumn } from './event-sql';
import type { Layer } from './layers';
import { formsOf, type MomentContext, momentFrom } from './moment-sql';
import { findNamedZones } from './named-zones';
import type { Staged } from './record-sql';
import {
  type DateOrder,
  type FormContext,
  leavesRest,
  mayLackYear,
  NUMERIC_ORDER,
  statesOffset,
} from './time-sql';
import { yearsOfNeighbours } from './year-neighbours';

const HALF_YEAR = 180 * MICROS_PER_DAY;
const YARDSTICK_LENGTH = 366 * MICROS_PER_DAY;
/** How late a record of the old year may come: where the log goes back to the new year after it, and where it does not. */
const LATE_BETWEEN = 60 * MICROS_PER_DAY;
const LATE_AT_END = 7 * MICROS_PER_DAY;
/** More turns of the year than this and the records are in no order; then each is dated by itself. */
const MAX_TURNS = 400;
/** A leap year, so that 29 February can be read while the true year is not known. */
const YARDSTICK = { year: '2000', yearAssumed: true, dateOrder: 'day_first' as DateOrder, zone: 'UTC' };
const YARDSTICK_YEAR = 2000;

function number(value: unknown): number | null {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' ? value : null;
}

function usesForm(format: Format, staged: Staged, test: (form: string) => boolean): readonly TimeColumn[] {
  const plan = planEvents(format, staged, 'record');
  return [...plan.starts, ...plan.ends].filter((time) => formsOf(time.rule.form).some(test));
}

export interface Years {
  /** Expression over record_number. */
  readonly year: string;
  readonly source: 'asked' | 'in file' | 'file time';
  readonly notes: readonly string[];
}

/**
 * Years of times that state none: the first record's is `asked`, or else they follow from records that state theirs, or
 * else the last record's is the one nearest to the file's own time; between, a jump of more than half a year back is a
 * New Year. One forward is a late record of the old year if that is not long gone, else a quiet time within the year.
 * Null when every record states its year.
 */
export async function findYears(
  database: Database,
  format: Format,
  staged: Staged & Pick<CompileContext, 'writeDayEdges'>,
  asked: number | null,
  fileTimeUs: number,
  { rest, isSmall }: Pick<TimeHabits, 'rest' | 'isSmall'>,
): Promise<Years | null> {
  if (usesForm(format, staged, mayLackYear).length === 0) return null;
  const plan = planEvents(format, staged, isSmall ? 'record' : await dayBorders(database, format, staged));
  const time = plan.starts[0] ?? plan.ends[0];
  if (time === undefined) return null;
  const moment = momentFrom(
    time.rule,
    { text: time.text, fine: time.fine },
    { ...YARDSTICK, ...(rest === undefined ? {} : { rest }) },
    plan.layers,
  );
  const read = plan.layers.select(
    `record_number AS n, ${moment.wall} AS w, (${moment.flags} & ${TIME_FLAGS.yearAssumed}) = 0 AS dated`,
  );
  await database.run(trusted(`CREATE OR REPLACE TEMP TABLE year_walk AS ${read}`));
  // A WHERE above would be pushed below the layers, and each of them worked out several times.
  await database.run(trusted('DELETE FROM year_walk WHERE w IS NULL'));
  const turns = await database.all(
    trusted(
      `SELECT n, w - p FROM (SELECT n, w, lag(w) OVER (ORDER BY n) AS p FROM year_walk WHERE NOT dated) WHERE abs(w - p) > ${HALF_YEAR} ORDER BY n LIMIT ${MAX_TURNS + 1}`,
    ),
  );
  const ends = await database.all(
    trusted(
      `SELECT arg_max(w, n), max(n), max(w) FROM year_walk WHERE NOT dated UNION ALL SELECT NULL, n, w FROM (SELECT min(n) AS n, min(w) AS w FROM year_walk WHERE NOT dated AND dayofyear(make_timestamp(w)) = 60)`,
    ),
  );
  if (!isSmall) await dropDayBorders(database);
  const lastWall = number(ends.rows[0]?.[0]);
  if (lastWall === null) return null;
  const leapRecord = number(ends.rows[1]?.[1]);
  if (turns.rows.length > MAX_TURNS) return unordered(asked, fileTimeUs);
  const jumps = turns.rows.map((row) => ({ at: number(row[0]) ?? 0, by: number(row[1]) ?? 0 }));
  const walk = jumps.flatMap(({ at, by }, index) => {
    if (by < 0) return [{ at, step: 1 }];
    const late = (jumps[index + 1]?.by ?? 0) < 0 ? LATE_BETWEEN : LATE_AT_END;
    return YARDSTICK_LENGTH - by <= late ? [{ at, step: -1 }] : [];
  });
  const known = asked === null ? await yearsOfNeighbours(database, walk, YARDSTICK_YEAR) : null;
  await database.run(trusted('DROP TABLE year_walk'));
  if (known === 'no order') return unordered(asked, fileTimeUs);
  if (known !== null)
    return {
      year: yearTree(known),
      source: 'in file',
      notes: ['Some records state no year; it was taken from the nearest records that do.'],
    };
  const stepsBefore = (record: number): number =>
    walk.reduce((sum, turn) => (turn.at <= record ? sum + turn.step : sum), 0);
  const total = walk.reduce((sum, turn) => sum + turn.step, 0);
  let first = asked;
  if (first === null) {
    const last = civilFromMicros(lastWall);
    const secondOfDay = last.hour * 3600 + last.minute * 60 + last.second;
    const nearest = nearestYear({ month: last.month, day: last.day, secondOfDay }, fileTimeUs);
    first = (nearest ?? civilFromMicros(fileTimeUs).year) - total;
    // A log that holds 29 February lies in a leap year, whatever the file's time says.
    if (leapRecord !== null) {
      for (let back = 0; back < 8 && !isLeapYear(first + stepsBefore(leapRecord)); back += 1) first -= 1;
    }
  }
  const cuts = [{ from: 0, year: first }];
  for (const turn of walk) cuts.push({ from: turn.at, year: (cuts.at(-1)?.year ?? first) + turn.step });
  const notes =
    asked === null
      ? [
          `The records state no year; it was taken from the file’s own time (last record in ${first + total}).`,
        ]
      : [];
  return { year: yearTree(cuts), source: asked === null ? 'file time' : 'asked', notes };
}

function yearTree(cuts: readonly { readonly from: number; readonly year: number }[]): string {
  const [only] = cuts;
  if (cuts.length <= 1) return String(only?.year ?? YARDSTICK_YEAR);
  const middle = cuts.length >> 1;
  return `CASE WHEN record_number < ${cuts[middle]?.from ?? 0} THEN ${yearTree(cuts.slice(0, middle))} ELSE ${yearTree(cuts.slice(middle))} END`;
}

function unordered(asked: number | null, fileTimeUs: number): Years {
  const year = asked ?? civilFromMicros(fileTimeUs).year;
  return {
    year: String(year),
    source: asked === null ? 'file time' : 'asked',
    notes: [`The records state no year and are in no order; all were put in ${year}.`],
  };
}

export interface Order {
  readonly order: DateOrder;
  readonly notes: readonly string[];
}
const NO_ORDER: Order = { order: 'day_first', notes: [] };

/** Order of numeric dates from the whole evidence: a number above 12 can only be a day. Null where no rule asks. */
export async function findDateOrder(
  database: Database,
  format: Format,
  staged: Staged,
): Promise<Order | null> {
  const plan = planEvents(format, staged, 'record');
  const times = [...plan.starts, ...plan.ends].filter((time) => formsOf(time.rule.form).includes('date'));
  if (times.length === 0) return null;
  const counts = orderColumns(
    times.map(({ text }) => text),
    plan.layers.open(),
  );
  const table = await database.all(trusted(plan.layers.select(counts.join(', '))));
  return decideOrder(table.rows[0] ?? []);
}

/** Aggregates over columns of text for `decideOrder`: numeric dates, those only day first, those only month first. */
export function orderColumns(texts: readonly string[], layer: Layer): readonly string[] {
  const parts = texts.map((text) => layer.add(`regexp_extract(${text}, '${NUMERIC_ORDER}', ['a', 'b'])`));
  const days = (first: 'a' | 'b', second: 'a' | 'b'): string =>
    parts
      .map((part) => {
        const [day, month] = [first, second].map((name) => `TRY_CAST(${part}.${name} AS INTEGER)`);
        return `count(*) FILTER (WHERE ${day} BETWEEN 13 AND 31 AND ${month} BETWEEN 1 AND 12)`;
      })
      .join(' + ');
  const any = parts.map((part) => `count(nullif(${part}.a, ''))`).join(' + ');
  return [any, days('a', 'b'), days('b', 'a')];
}

export function decideOrder(counts: readonly unknown[]): Order {
  const [any = 0, dayFirst = 0, monthFirst = 0] = counts.map((count) => number(count) ?? 0);
  if (any === 0) return NO_ORDER;
  if (dayFirst > 0 && monthFirst > 0) {
    const isMonth = monthFirst > dayFirst;
    const usual = isMonth ? 'month first' : 'day first';
    return {
      order: isMonth ? 'mixed_month_first' : 'mixed',
      notes: [
        `Dates of both orders stand in it; those that fit both were read ${usual}, as most, and flagged.`,
      ],
    };
  }
  if (dayFirst > 0) return NO_ORDER;
  if (monthFirst > 0) return { order: 'month_first', notes: [] };
  return {
    order: 'guessed',
    notes: ['No date in it tells day from month; they were read day first and flagged.'],
  };
}

export interface Offsets {
  readonly stated: 'all' | 'some' | 'none';
  /** Judged on the first records only: a later one may state none all the same. */
  readonly isJudged: boolean;
}

const MOST_FIRST = 2048;
const FIRST_RECORDS = `(SELECT * FROM record LIMIT ${MOST_FIRST})`;

/** What the first records tell of how the evidence writes its times. */
export interface TimeHabits {
  readonly offsets: Offsets;
  /** See `FormContext`: whether the quick reading leaves hardly a text, or none at all. */
  readonly rest: FormContext['rest'];
  /** IANA names that records state beside their times. */
  readonly namedZones: readonly string[];
  /** All records were looked at. */
  readonly isSmall: boolean;
}

/** Where the zone of an evidence's times comes from, and how they are best read, judged on its first records. */
export async function findHabits(
  database: Database,
  format: Format,
  staged: Staged & Pick<CompileContext, 'isBig' | 'records'>,
): Promise<TimeHabits> {
  const isSmall = !staged.isBig && staged.records !== undefined && staged.records <= MOST_FIRST;
  const base = isSmall ? 'record' : FIRST_RECORDS;
  const plan = planEvents(format, staged, base);
  const [time] = plan.starts;
  const namedZones = await findNamedZones(database, format, staged, staged.isBig ? FIRST_RECORDS : 'record');
  const context = { ...YARDSTICK, namedZones };
  const plain = { rest: undefined, isSmall, namedZones };
  if (time === undefined) return { ...plain, offsets: { stated: 'none', isJudged: false } };
  const declared = declaredOffsets(time.rule);
  const times = [...plan.starts, ...plan.ends].map(({ rule }) => rule);
  // What the quick reading leaves of a finer text does not show in the moment.
  const isRefined = times.some(({ refine }) => refine !== undefined);
  const isTwofold = times.some(({ form }) => leavesRest(formsOf(form)));
  if ((staged.isBig || isSmall) && isTwofold && !isRefined) {
    const seen = await firstTimes(database, plan, { ...context, rest: 'unread' });
    // Where all records were looked at, none is left for another reading.
    const rest = isSmall ? 'unread' : 'inline';
    if (seen.left === 0) return { ...plain, rest, offsets: declared ?? judgedOffsets(seen) };
  }
  if (declared !== null) return { ...plain, offsets: declared };
  const seen = await firstTimes(database, planEvents(format, staged, base), context);
  return { ...plain, offsets: judgedOffsets(seen) };
}

/** What a rule says of the offsets of all its times; null where that is for each time to tell. */
function declaredOffsets(rule: TimeRule): Offsets | null {
  if (rule.zone === 'utc') return { stated: 'all', isJudged: false };
  const states = formsOf(rule.form).map(statesOffset);
  if (states.every((state) => state === 'always')) return { stated: 'all', isJudged: false };
  if (rule.stated === undefined && states.every((state) => state === 'never'))
    return { stated: 'none', isJudged: false };
  return null;
}

function judgedOffsets({ read, stated }: FirstTimes): Offsets {
  return { stated: stated === 0 ? 'none' : stated === read ? 'all' : 'some', isJudged: true };
}

interface FirstTimes {
  /** Starts that are read, and those of them that state their offset. */
  readonly read: number;
  readonly stated: number;
  /** Texts, of ends too, that are not read. */
  readonly left: number;
}

async function firstTimes(database: Database, plan: EventPlan, context: MomentContext): Promise<FirstTimes> {
  const times = [...plan.starts, ...plan.ends].map((time) =>
    momentFrom(time.rule, time, context, plan.layers),
  );
  const [start] = times;
  if (start === undefined) return { read: 0, stated: 0, left: 0 };
  const left = times.map(
    ({ text, wall }) => `count(*) FILTER (WHERE ${text} IS NOT NULL AND ${wall} IS NULL)`,
  );
  const offsets = `count(*) FILTER (WHERE ${start.wall} IS NOT NULL AND ${start.offset} IS NOT NULL)`;
  const table = await database.all(
    trusted(plan.layers.select(`count(${start.wall}), ${offsets}, ${left.join(' + ')}`)),
  );
  const [read = 0, stated = 0, unread = 0] = (table.rows[0] ?? []).map((count) => number(count) ?? 0);
  return { read, stated, left: unread };
}

/** Microseconds of ISO text, for samples that give a file time. */
export function yearStart(year: number): number {
  return microsFromCivil({ year, month: 1, day: 1, hour: 0, minute: 0, second: 0, micro: 0 });
}
