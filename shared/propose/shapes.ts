/**
 * What a piece of a line can look like. Each shape is one expression written here, used as it stands to find pieces in
 * sample lines and as RE2 in the format that is proposed: the two dialects agree on what is used.
 */

export interface Shape {
  readonly id: string;
  /** In the words of the interface. */
  readonly title: string;
  /** Sticky; no groups that capture. */
  readonly expression: RegExp;
  /** How a format reads it as a time; absent where it is none. */
  readonly form?: string;
  /** A date without a clock, or a clock without a date: both together are a time. */
  readonly half?: 'date' | 'clock';
}

const time = (id: string, form: string, expression: RegExp): Shape => ({
  id,
  title: 'time',
  expression,
  form,
});

/** Longest first where one begins like another. */
export const TIME_SHAPES: readonly Shape[] = [
  time(
    'iso',
    'iso',
    /\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z| ?(?:UTC|GMT)| ?[+-]\d\d:?\d\d)?/y,
  ),
  time('year-slash', '%Y/%m/%d %H:%M:%S.%f', /\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d(?:[.,]\d{1,9})?/y),
  time('year-dot', '%Y.%m.%d %H:%M:%S.%f', /\d{4}\.\d\d\.\d\d \d\d:\d\d:\d\d(?:[.,]\d{1,9})?/y),
  time(
    'day-month',
    'date',
    /\d{1,2}[/.-]\d{1,2}[/.-]\d{4} \d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?[AaPp][Mm])?/y,
  ),
  time('web', '%d/%b/%Y:%H:%M:%S %z', /\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}/y),
  time('ctime', '%a %b %e %H:%M:%S %Y', /[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}/y),
  time(
    'mail',
    '%a, %d %b %Y %H:%M:%S %z',
    /[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:[+-]\d{4}|GMT)/y,
  ),
  time('day-name', '%d-%b-%Y %H:%M:%S.%f', /\d{1,2}-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d(?:[.,]\d{1,9})?/y),
  time('day-blank', '%d %b %Y %H:%M:%S.%f', /\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d(?:[.,]\d{1,9})?/y),
  time('syslog', 'syslog', /[A-Z][a-z]{2} [ \d]\d (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d{1,9})?/y),
  time('epoch', 'epoch', /1\d{9}(?:\.\d{1,9}|\d{3}|\d{6}|\d{9})?/y),
];

export const HALF_SHAPES: readonly Shape[] = [
  { id: 'iso-date', title: 'date', expression: /\d{4}-\d\d-\d\d/y, form: 'iso', half: 'date' },
  { id: 'day-date', title: 'date', expression: /\d{1,2}[/.]\d{1,2}[/.]\d{4}/y, form: 'date', half: 'date' },
  { id: 'clock', title: 'clock', expression: /\d{1,2}:\d\d:\d\d(?:[.,]\d{1,9})?/y, half: 'clock' },
];

export const PLAIN_SHAPES: readonly Shape[] = [
  {
    id: 'mac',
    title: 'MAC address',
    expression: /(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}/y,
  },
  { id: 'ip', title: 'IP address', expression: /(?:\d{1,3}\.){3}\d{1,3}/y },
  {
    id: 'ip6',
    title: 'IP address',
    expression: /[0-9A-Fa-f]{1,4}:(?:[0-9A-Fa-f]{1,4}:|:)(?:[0-9A-Fa-f]{0,4}:){0,6}[0-9A-Fa-f]{0,4}/y,
  },
  { id: 'number', title: 'number', expression: /[+-]?\d+(?:\.\d+)?/y },
];

/** `quoted` and `inside` stand between their signs, `word` runs to a blank or to what follows it, `rest` to the end. */
export type PieceKind = string;

const byId = new Map(
  [...TIME_SHAPES, ...HALF_SHAPES, ...PLAIN_SHAPES].map((shape): [string, Shape] => [shape.id, shape]),
);

export function shapeOf(kind: PieceKind): Shape | null {
  return byId.get(kind) ?? null;
}

const WORDS: Readonly<Record<string, string>> = {
  quoted: 'quoted text',
  inside: 'text in brackets',
  word: 'word',
  rest: 'rest of the line',
};

export function kindTitle(kind: PieceKind): string {
  return shapeOf(kind)?.title ?? WORDS[kind] ?? kind;
}

/** Length of the shape at a place of a line, or 0; what goes on as a word there is something else. */
export function lengthAt(shape: Shape, line: string, at: number): number {
  const { expression } = shape;
  expression.lastIndex = at;
  const found = expression.exec(line)?.[0] ?? '';
  if (found === '') return 0;
  return isWordLike(line, at + found.length) ? 0 : found.length;
}

/** Whether a word or number goes on here. */
function isWordLike(line: string, at: number): boolean {
  const character = line[at] ?? '';
  if (/[A-Za-z0-9_%@/\\-]/.test(character)) return true;
  return /[.:,]/.test(character) && /[0-9]/.test(line[at + 1] ?? '') && character === '.';
}
