/** Which name holds the time, and in which form: a look at the first cells, then each form by how much it reads. */
import type { Format, TimeRule } from '../../formats/format';
import type { Database } from '../../store/database';
import { quoteText, trusted } from '../../store/sql';
import { asText } from './convert-sql';
import { momentFrom, timeText } from './moment-sql';
import { plainTitle, planRecords, type RecordPlan, type Staged } from './record-sql';
import { leavesRest } from './time-sql';
import { openScope } from './value-sql';

const DATE_FORMS = ['iso', 'date', '%y/%m/%d %H:%M:%S'];
const WORD_FORMS = [
  'syslog',
  '%d/%b/%Y:%H:%M:%S %z',
  '%d-%b-%Y %H:%M:%S.%f',
  '%d %b %Y %H:%M:%S.%f',
  '%b %d, %Y %I:%M:%S.%f %p',
  '%b %d, %Y %H:%M:%S.%f',
  '%a, %d %b %Y %H:%M:%S %z',
];
const NUMBER_FORMS = ['epoch', 'filetime'];

/** A bare number is a time only under a name that says so. */
const TIME_WORD =
  /time|date|stamp|when|epoch|created|opened|logged|occurred|^ts$|^at$|_at$|zeit|datum|heure|fecha/i;
/** An event happened before it was closed, updated, sent on or expired. */
const LATER_WORD = /clos|updat|modif|expir|end|resolv|ingest|receiv|process|delet|finish|due/i;
/** Titles of a time of the day, which a duration is not. */
const CLOCK_TITLE = /(?:time|clock|timeofday|zeit|heure|hora|ora|tijd|tid)$/;
const NO_CLOCK_TITLE = /dur|elaps|taken|spent|down|up|run|respon|late|delay|dauer|lauf|zone/;
const CLOCK = String.raw`^[ ]*\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?[AaPp]\.?[Mm]\.?)?(?: ?(?:Z|UTC|GMT|[+-]\d{2}:?\d{2}))?[ ]*$`;
const LEAST_SHARE = 0.6;
const LOOK = '(SELECT * FROM record LIMIT 50)';
const SAMPLE = '(SELECT * FROM record LIMIT 200)';
/** Names whose cells are read in every form; a torn file may have a thousand that look like times. */
const MOST_TRIED = 10;
/** 2000 to 2100, in µs: a number outside is no time of an event. */
const PLAUSIBLE = [946_684_800_000_000, 4_102_444_800_000_000] as const;

export interface TimeGuess {
  readonly name: string;
  readonly form: string;
  /** The column that holds the time of the day, where the other holds the date only. */
  readonly clock?: string;
}

/** Names of the columns of a guess, as values of a format. */
const DAY_VALUE = 'guessed_day';
const CLOCK_VALUE = 'guessed_clock';

/** What a format says of a guessed time; a record without a time of the day keeps its date. */
export function timeOfGuess({ name, form, clock }: TimeGuess): Pick<Format, 'values'> & { time: TimeRule } {
  if (clock === undefined) return { values: {}, time: { from: name, form, zone: 'asked' } };
  return {
    values: { [DAY_VALUE]: { from: name }, [CLOCK_VALUE]: { from: clock } },
    time: {
      value: { first: [{ text: `{${DAY_VALUE}} {${CLOCK_VALUE}}` }, { from: DAY_VALUE }] },
      form,
      zone: 'asked',
    },
  };
}

/** Forms a cell may have, by its looks; whether they read it is for SQL to say. */
function formsLike(cell: string): readonly string[] {
  if (/^-?\d{9,19}(?:[.,]\d+)?$/.test(cell)) return NUMBER_FORMS;
  if (/^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:\D|$)|^\d{8}T\d{4}/.test(cell)) return DATE_FORMS;
  return /^(?:\S{2,10} )?\S{0,5}[^\s\d]{3}.*\d{1,2}:\d\d/.test(cell) ? WORD_FORMS : [];
}

/** A value makes a name one that the reader extracts, wherever the format itself does not use it. */
function planWith(format: Format, staged: Staged, names: readonly string[], base: string): RecordPlan {
  const values = Object.fromEntries(names.map((name, index) => [`time_guess_${index}`, { from: name }]));
  return planRecords({ ...format, values: { ...format.values, ...values } }, staged, base);
}

/** For each name the forms that most of its first cells look like. */
async function likelyForms(
  database: Database,
  format: Format,
  staged: Staged,
  names: readonly string[],
): Promise<ReadonlyArray<{ readonly name: string; readonly forms: readonly string[] }>> {
  const plan = planWith(format, staged, names, LOOK);
  const cells = names.map((name) => {
    const value = plan.resolve(name);
    return value === null ? 'NULL' : `left(trim(${asText(value)}), 60)`;
  });
  const table = await database.all(trusted(plan.layers.select(cells.join(', '))));
  return names.flatMap((name, index) => {
    const filled = table.rows.flatMap((row) => (typeof row[index] === 'string' ? [row[index]] : []));
    for (const forms of [DATE_FORMS, WORD_FORMS, NUMBER_FORMS]) {
      const alike = filled.filter((cell) => formsLike(cell) === forms).length;
      const isNamed = forms !== NUMBER_FORMS || TIME_WORD.test(name);
      if (isNamed && alike > 0 && alike >= filled.length * LEAST_SHARE) return [{ name, forms }];
    }
    return [];
  });
}

/** Share of filled cells that each form reads. */
async function readShares(
  database: Database,
  format: Format,
  staged: Staged,
  names: readonly string[],
  forms: readonly string[],
  rest?: 'unread',
): Promise<readonly number[]> {
  const plan = planWith(format, staged, names, SAMPLE);
  const scope = openScope(plan.layers, plan.resolve, staged.meta);
  const text = plan.layers.open().add(timeText({ join: [...names] }, scope));
  const counts = forms.map((form) => {
    const rule: TimeRule = { join: [...names], form, zone: 'utc' };
    const year = { year: '2000', yearAssumed: true, ...(rest === undefined ? {} : { rest }) };
    const context = { ...year, zone: null, dateOrder: 'guessed' as const };
    const { utc } = momentFrom(rule, { text, fine: null }, context, plan.layers);
    const [from, to] = PLAUSIBLE;
    const isNumber = NUMBER_FORMS.includes(form);
    return isNumber ? `count(*) FILTER (WHERE ${utc} BETWEEN ${from} AND ${to})` : `count(${utc})`;
  });
  const table = await database.all(trusted(plan.layers.select(`count(${text}), ${counts.join(', ')}`)));
  const [filled = 0, ...read] = (table.rows[0] ?? []).map(Number);
  return read.map((count) => (filled === 0 ? 0 : count / filled));
}

/**
 * As `readShares` of one name; forms behind one that reads every cell are not asked, for it is taken before them, nor
 * its slower readings where the quick one does.
 */
async function sharesOf(
  database: Database,
  format: Format,
  staged: Staged,
  name: string,
  [first, ...others]: readonly string[],
): Promise<readonly number[]> {
  if (first === undefined) return [];
  if (leavesRest([first])) {
    const quick = await readShares(database, format, staged, [name], [first], 'unread');
    if (quick[0] === 1) return quick;
  }
  const share = await readShares(database, format, staged, [name], [first]);
  if (share[0] === 1 || others.length === 0) return share;
  return [...share, ...(await readShares(database, format, staged, [name], others))];
}

function worth(name: string, share: number): number {
  return share + (TIME_WORD.test(name) ? 0.5 : 0) - (LATER_WORD.test(name) ? 0.3 : 0);
}

/** The best (name, form), or null when no name reads as a time in most records. */
export async function guessTime(
  database: Database,
  format: Format,
  staged: Staged,
  names: readonly string[],
): Promise<TimeGuess | null> {
  if (names.length === 0) return null;
  const found: { readonly guess: TimeGuess; readonly worth: number }[] = [];
  const likely = await likelyForms(database, format, staged, names);
  const tried = likely.toSorted((a, b) => worth(b.name, 0) - worth(a.name, 0)).slice(0, MOST_TRIED);
  for (const { name, forms } of tried) {
    // The next are worth less even if all of their cells are read.
    if (found.some((one) => one.worth >= worth(name, 1))) break;
    const shares = await sharesOf(database, format, staged, name, forms);
    const top = Math.max(0, ...shares);
    const form = forms[shares.indexOf(top)];
    if (form !== undefined && top >= LEAST_SHARE) {
      found.push({ guess: { name, form }, worth: worth(name, top) });
    }
  }
  found.sort((a, b) => b.worth - a.worth);
  return found[0]?.guess ?? null;
}

/**
 * Dates often stand in one column and the time of the day in another. Where the guessed time holds no time of the day
 * and a column of that name does, both are read together.
 */
export async function withClock(
  database: Database,
  format: Format,
  staged: Staged,
  names: readonly string[],
  guess: TimeGuess,
): Promise<TimeGuess> {
  if (!DATE_FORMS.includes(guess.form)) return guess;
  const clocks = names.filter((name) => {
    const title = plainTitle(name);
    return name !== guess.name && CLOCK_TITLE.test(title) && !NO_CLOCK_TITLE.test(title);
  });
  if (clocks.length === 0) return guess;
  const plan = planWith(format, staged, [guess.name, ...clocks], SAMPLE);
  const counts = [guess.name, ...clocks].map((name, at) => {
    const value = plan.resolve(name);
    if (value === null) return '0, 0';
    const text = asText(value);
    const has = at === 0 ? `contains(${text}, ':')` : `regexp_matches(${text}, ${quoteText(CLOCK)})`;
    return `count(${text}), count(*) FILTER (WHERE ${has})`;
  });
  const table = await database.all(trusted(plan.layers.select(counts.join(', '))));
  const [, withTime = 0, ...rest] = (table.rows[0] ?? []).map(Number);
  const clock = clocks.find((_, at) => {
    const filled = rest[at * 2] ?? 0;
    return filled > 0 && (rest[at * 2 + 1] ?? 0) >= filled * LEAST_SHARE;
  });
  if (withTime > 0 || clock === undefined) return guess;
  const shares = await readShares(database, format, staged, [guess.name, clock], DATE_FORMS);
  const top = Math.max(0, ...shares);
  const form = DATE_FORMS[shares.indexOf(top)];
  return form === undefined || top < LEAST_SHARE ? guess : { ...guess, form, clock };
}

/** Titles that can hardly mean anything but the time of the record. */
const PLAIN_TIME = /^(?:event|log|record|utc|local|start)?(?:time|timestamp|datetime|date|when|ts)$/;

/**
 * For evidence in which no name reads as a time in most records: the one whose title still says time, and the form
 * that reads most of it. Its text is kept as written where that is no time.
 */
export async function guessPoorTime(
  database: Database,
  format: Format,
  staged: Staged,
  names: readonly string[],
): Promise<(TimeGuess & { readonly share: number }) | null> {
  const name = names.find((one) => PLAIN_TIME.test(plainTitle(one)));
  if (name === undefined) return null;
  const forms = [...DATE_FORMS, ...WORD_FORMS, ...NUMBER_FORMS];
  const shares = await readShares(database, format, staged, [name], forms);
  const share = Math.max(0, ...shares);
  return { name, form: forms[shares.indexOf(share)] ?? 'iso', share };
}
