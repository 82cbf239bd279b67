/** Which name holds the time, and in which form: tried on the first records, by how much each form reads. */
import type { Format, TimeRule } from '../../formats/format';
import type { Database } from '../../store/database';
import { trusted } from '../../store/sql';
import { momentFrom, timeText } from './moment-sql';
import { planRecords, type Staged } from './record-sql';
import { openScope } from './value-sql';

/** Tried in this order; of equal shares the earlier wins. */
export const GUESSED_FORMS = [
  'iso',
  'date',
  'syslog',
  '%d/%b/%Y:%H:%M:%S %z',
  '%d-%b-%Y %H:%M:%S.%f',
  '%d %b %Y %H:%M:%S.%f',
  '%b %d, %Y %I:%M:%S.%f %p',
  '%b %d, %Y %H:%M:%S.%f',
  '%a, %d %b %Y %H:%M:%S %z',
  '%y/%m/%d %H:%M:%S',
  'epoch',
  'filetime',
] as const;
/** A bare number is a time only under a name that says so. */
const NUMBER_FORMS = new Set<string>(['epoch', 'filetime']);
const TIME_WORD =
  /time|date|stamp|when|epoch|created|opened|logged|occurred|^ts$|^at$|_at$|zeit|datum|heure|fecha/i;
/** An event happened before it was closed, updated, sent on or expired. */
const LATER_WORD = /clos|updat|modif|expir|end|resolv|ingest|receiv|process|delet|finish|due/i;
const LEAST_SHARE = 0.6;
const SAMPLE = '(SELECT * FROM record LIMIT 200)';
/** 2000 to 2100, in µs: a number outside is no time of an event. */
const PLAUSIBLE = [946_684_800_000_000, 4_102_444_800_000_000] as const;

export interface TimeGuess {
  readonly name: string;
  readonly form: string;
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
  forms: readonly string[] = GUESSED_FORMS,
): Promise<TimeGuess | null> {
  const tried = names.flatMap((name) =>
    forms
      .filter((form) => !NUMBER_FORMS.has(form) || TIME_WORD.test(name) || forms.length === 1)
      .map((form) => ({ name, form })),
  );
  if (tried.length === 0) return null;
  const best: { guess: TimeGuess; worth: number }[] = [];
  for (const name of new Set(tried.map((one) => one.name))) {
    const own = tried.filter((one) => one.name === name);
    // A value makes the name one that the reader extracts.
    const looking = { ...format, values: { ...format.values, time_guess: { from: name } } };
    const plan = planRecords(looking, staged, SAMPLE);
    const scope = openScope(plan.layers, plan.resolve, staged.meta);
    const text = plan.layers.open().add(timeText({ from: name }, scope));
    const walls = own.map(({ form }) => {
      const rule: TimeRule = { from: name, form, zone: 'utc' };
      const context = { zone: null, year: '2000', yearAssumed: true, dateOrder: 'guessed' as const };
      const { utc } = momentFrom(rule, { text, fine: null }, context, plan.layers);
      const [from, to] = PLAUSIBLE;
      return NUMBER_FORMS.has(form)
        ? `count(*) FILTER (WHERE ${utc} BETWEEN ${from} AND ${to})`
        : `count(${utc})`;
    });
    const table = await database.all(
      trusted(`SELECT count(${text}), ${walls.join(', ')} FROM ${plan.layers.from()}`),
    );
    const [filled = 0, ...read] = (table.rows[0] ?? []).map(Number);
    const shares = read.map((count) => (filled === 0 ? 0 : count / filled));
    const top = Math.max(0, ...shares);
    const guess = own[shares.indexOf(top)];
    if (guess !== undefined && top >= LEAST_SHARE) best.push({ guess, worth: worth(name, top) });
  }
  best.sort((a, b) => b.worth - a.worth);
  return best[0]?.guess ?? null;
}
