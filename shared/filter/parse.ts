/**
 * Text → filter: `domain:ot,security -action:denied 10.0.0.0/8 "two words" time>=2016-12-15 (a OR b)`. Clauses beside
 * each other all must hold; `OR` binds weaker; `-` or `NOT` turns one round; `field:*` is "not empty".
 */
import { parseNetwork } from '../address';
import {
  EVERYTHING,
  type Filter,
  type FilterValue,
  filterSchema,
  MARK_WHATS,
  type MarkWhat,
} from '../filter';
import { fail, type Outcome, type Problem, succeed } from '../problem';
import { parseInstant, parseTimeRange } from '../time';
import { canonical, canonicalValue } from './canonical';
import { listedValue } from './closed';
import {
  ADDRESS_NAMES,
  resolveField,
  SEVERITY_FIELD,
  SEVERITY_NAMES,
  shortName,
  similarNames,
  valueKind,
} from './names';
import { type Piece, type Token, tokenize } from './tokens';

const DEEPEST = 40;

class Refused extends Error {
  readonly problem: Problem;

  constructor(problem: Omit<Problem, 'code'>) {
    super(problem.what);
    this.problem = { code: 'filter-text', ...problem };
  }
}

/** The field a name stands for, and names like one that stands for none. */
export interface FieldNames {
  readonly fieldOf: (name: string) => string | undefined;
  readonly similar: (name: string) => readonly string[];
  /** A value as its field writes it; other sources write what they like. */
  readonly spelling?: (field: string, text: string) => string;
}

const EVENT_NAMES: FieldNames = {
  fieldOf: (name) => resolveField(name)?.name,
  similar: similarNames,
  spelling: listedValue,
};

/**
 * Reads filter text; times without an offset are in `zone`. Empty text is everything. `names` are those of events
 * unless another source says its own.
 */
export function parseFilter(text: string, zone = 'UTC', names: FieldNames = EVENT_NAMES): Outcome<Filter> {
  const tokens = tokenize(text);
  if (!tokens.ok) return tokens;
  const state: State = { tokens: tokens.value, next: 0, zone, depth: 0, names };
  try {
    const filter = readAny(state);
    if (state.next < state.tokens.length) {
      throw new Refused({ what: 'A closing parenthesis has no opening one.', help: 'Remove it.' });
    }
    return succeed(canonical(filter));
  } catch (error) {
    if (error instanceof Refused) return fail(error.problem);
    throw error;
  }
}

interface State {
  readonly tokens: readonly Token[];
  next: number;
  readonly zone: string;
  readonly names: FieldNames;
  depth: number;
}

function word(token: Token | undefined): string | null {
  if (token?.kind !== 'clause' || token.pieces.length !== 1) return null;
  const [piece] = token.pieces;
  return piece === undefined || piece.quoted ? null : piece.text;
}

function readAny(state: State): Filter {
  const parts = [readAll(state)];
  while (word(state.tokens[state.next]) === 'OR') {
    state.next += 1;
    parts.push(readAll(state));
  }
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  if (parts.some((part) => part === EVERYTHING)) {
    throw new Refused({ what: 'OR needs something on both sides.', help: 'Write “a OR b”.' });
  }
  return { kind: 'or', of: parts };
}

function readAll(state: State): Filter {
  const parts: Filter[] = [];
  for (;;) {
    const token = state.tokens[state.next];
    const name = word(token);
    if (token === undefined || token.kind === 'close' || name === 'OR') break;
    if (name === 'AND') state.next += 1;
    else parts.push(readOne(state));
  }
  return parts.length === 0 ? EVERYTHING : { kind: 'and', of: parts };
}

function readOne(state: State): Filter {
  const token = state.tokens[state.next];
  if (token === undefined || token.kind === 'close' || word(token) === 'OR') {
    throw new Refused({ what: 'Something is missing after “-” or NOT.', help: 'Write what to leave out.' });
  }
  state.next += 1;
  state.depth += 1;
  if (state.depth > DEEPEST) throw new Refused({ what: 'The filter is nested too deep.' });
  try {
    if (token.kind === 'minus' || word(token) === 'NOT') return { kind: 'not', of: readOne(state) };
    if (token.kind === 'open') {
      const inner = readAny(state);
      if (state.tokens[state.next]?.kind !== 'close') {
        throw new Refused({ what: 'A parenthesis is not closed.', help: 'Close it with “)”.' });
      }
      state.next += 1;
      return inner;
    }
    return token.kind === 'clause' ? readClause(token.pieces, state) : EVERYTHING;
  } finally {
    state.depth -= 1;
  }
}

const CLAUSE = /^([A-Za-z_@][\w.@]*)(<=|>=|[:~<>=])(.*)$/s;

function readClause(pieces: readonly Piece[], state: State): Filter {
  const { zone, names } = state;
  const [first, ...rest] = pieces;
  if (first === undefined) return EVERYTHING;
  const parts = first.quoted ? null : CLAUSE.exec(first.text);
  const [, name = '', sign = '', start = ''] = parts ?? [];
  // `http://…` and `C:\…` are words, not fields called http and C.
  if (parts === null || /^(\/\/|\\)/.test(start)) return readWords(pieces);
  const marked = readMarked(name, sign, [...(start === '' ? [] : [{ text: start, quoted: false }]), ...rest]);
  if (marked !== null) return marked;
  const field = names.fieldOf(name);
  if (field === undefined) {
    const similar = names.similar(name);
    // A comparison is never meant as words to search for.
    const otherwise = sign === ':' ? 'Put the words in quotes to search for them.' : '';
    const help = `${similar.length > 0 ? `Did you mean ${similar.join(', ')}? ` : ''}${otherwise}`.trim();
    throw new Refused({
      what: `There is no field “${name}”.`,
      where: first.text.slice(0, 60),
      help: help === '' ? 'The search field offers names while a field is typed.' : help,
    });
  }
  const values: Piece[] = [...(start === '' ? [] : [{ text: start, quoted: false }]), ...rest];
  switch (sign) {
    case '~':
      return { kind: 'contains', field, text: values.map(({ text }) => text).join('') };
    case '<':
    case '<=':
    case '>':
    case '>=':
      return { kind: 'compare', field, op: sign, value: readNumber(field, oneText(values, name), zone) };
    default:
      return readEquals(field, values, state, sign === '=');
  }
}

const MARK_WORDS: Readonly<Record<string, MarkWhat>> = {
  star: 'star',
  starred: 'star',
  tag: 'tag',
  tagged: 'tag',
  note: 'note',
  noted: 'note',
  finding: 'finding',
};

/** `is:starred`, `tag:recon`, `member:"…"`; null where the clause is about a field. */
function readMarked(name: string, sign: string, pieces: readonly Piece[]): Filter | null {
  if (sign !== ':') return null;
  const text = pieces.map((piece) => piece.text).join('');
  if (name === 'member') return readMember(text);
  if (name === 'is') {
    const what = Object.hasOwn(MARK_WORDS, text) ? MARK_WORDS[text] : undefined;
    if (what === undefined) {
      throw new Refused({
        what: `“is:${text.slice(0, 60)}” says nothing.`,
        help: 'Write is:starred, is:tagged, is:noted or is:finding.',
      });
    }
    return { kind: 'marked', what, value: null };
  }
  const what = MARK_WHATS.find((one) => one === name);
  // `note` is a column of an event too: `note:*` means that it is not empty.
  if (what === undefined || (what === 'note' && text === '*' && pieces.every(({ quoted }) => !quoted)))
    return null;
  if (pieces.length === 0)
    throw new Refused({ what: `A value is missing after “${name}:”.`, help: 'Write one.' });
  if (text === '*' && pieces.every(({ quoted }) => !quoted)) return { kind: 'marked', what, value: null };
  const values = splitValues(pieces);
  if (values.some((value) => value.text === '' && !value.quoted)) {
    throw new Refused({
      what: `A value is missing after “${name}:”.`,
      help: `Write one, or “is:${name}” for any.`,
    });
  }
  return { kind: 'or', of: values.map((value) => ({ kind: 'marked', what, value: value.text })) };
}

function readMember(text: string): Filter {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    given = null;
  }
  const filter = filterSchema.safeParse(given);
  if (filter.success && filter.data.kind === 'member') return filter.data;
  throw new Refused({
    what: 'This is no membership in a view.',
    where: text.slice(0, 60),
    help: 'Such a clause is made by brushing a chart.',
  });
}

function readWords(pieces: readonly Piece[]): Filter {
  const [only] = pieces;
  const text = pieces.map((piece) => piece.text).join('');
  const isNetwork = pieces.length === 1 && only?.quoted === false && text.includes('/');
  if (isNetwork && parseNetwork(text) !== null) return { kind: 'cidr', field: null, network: text };
  return { kind: 'words', text };
}

function oneText(values: readonly Piece[], name: string): string {
  const text = values.map((piece) => piece.text).join('');
  if (text === '') throw new Refused({ what: `A value is missing after “${name}”.`, help: 'Write one.' });
  return text;
}

/** Values between commas; a comma inside quotes belongs to its value. */
function splitValues(values: readonly Piece[]): Piece[] {
  const list: Piece[] = [{ text: '', quoted: false }];
  for (const piece of values) {
    const parts = piece.quoted ? [piece.text] : piece.text.split(',');
    parts.forEach((text, index) => {
      if (index > 0) list.push({ text: '', quoted: false });
      const last = list.pop() ?? { text: '', quoted: false };
      list.push({ text: last.text + text, quoted: last.quoted || piece.quoted });
    });
  }
  return list;
}

/** `:` knows patterns: anything, a stretch of time, a network. `=` takes every value as it stands. */
function readEquals(
  field: string,
  pieces: readonly Piece[],
  { zone, names }: State,
  exactly: boolean,
): Filter {
  const values = splitValues(pieces);
  const [only] = values;
  if (values.some(({ text, quoted }) => text === '' && !quoted)) {
    throw new Refused({
      what: `A value is missing after “${shortName(field)}:”.`,
      help: `Write one, or “${shortName(field)}:*” for anything.`,
    });
  }
  if (!exactly && values.length === 1 && only !== undefined && !only.quoted) {
    if (only.text === '*') return { kind: 'not', of: { kind: 'null', field } };
    if (field === 'timestamp') return readTimes(only.text, zone);
    if (ADDRESS_NAMES.includes(field) && only.text.includes('/')) {
      if (parseNetwork(only.text) === null) {
        throw new Refused({
          what: `“${only.text.slice(0, 60)}” is no network.`,
          help: 'Write an address and a prefix length: 10.0.0.0/8.',
        });
      }
      return { kind: 'cidr', field, network: only.text };
    }
  }
  return { kind: 'in', field, values: values.map((piece) => readValue(field, piece, zone, names)) };
}

function readValue(field: string, { text, quoted }: Piece, zone: string, names: FieldNames): FilterValue {
  const spelt = names.spelling?.(field, text) ?? text;
  if (quoted) return spelt;
  const kind = valueKind(field);
  if (kind === 'time' || field === SEVERITY_FIELD) return readNumber(field, text, zone);
  return canonicalValue(field, spelt);
}

/** `2016-12` the month, `2016-12-15T08:06` the minute, `from..to` half-open; an open end is a comparison. */
function readTimes(text: string, zone: string): Filter {
  const [from = '', to, more] = text.split('..');
  if (more !== undefined) throw new Refused({ what: 'A stretch of time has two ends.', where: text });
  if (to === undefined) {
    const range = parseTimeRange(from, zone);
    if (!range.ok) throw new Refused({ ...range.problem, where: text });
    return { kind: 'time', from: range.value.fromUs, to: range.value.toUs };
  }
  const field = 'timestamp';
  if (to === '') return { kind: 'compare', field, op: '>=', value: readNumber(field, from, zone) };
  if (from === '') return { kind: 'compare', field, op: '<', value: readNumber(field, to, zone) };
  return { kind: 'time', from: readNumber(field, from, zone), to: readNumber(field, to, zone) };
}

function readNumber(field: string, text: string, zone: string): number {
  if (valueKind(field) === 'time') {
    const time = parseInstant(text, zone);
    if (!time.ok) throw new Refused({ ...time.problem, where: text.slice(0, 60) });
    return time.value.utcUs;
  }
  const severity = field === SEVERITY_FIELD ? SEVERITY_NAMES.indexOf(text) : -1;
  const number = severity >= 0 ? severity : Number(text);
  if (text.trim() === '' || !Number.isFinite(number)) {
    throw new Refused({
      what: `“${shortName(field)}” is compared with “${text.slice(0, 60)}”, which is no number.`,
      help: field === SEVERITY_FIELD ? `Write ${SEVERITY_NAMES.join(', ')}.` : 'Write a number.',
    });
  }
  return number;
}
