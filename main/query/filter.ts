/**
 * The shared filter as a SQL condition over the columns of a scope: the events, or any source. Names come from the
 * scope, values are bound. A row passes or it does not: an empty field equals nothing, so `not` of a clause holds
 * for it.
 */
import { parseNetwork } from '../../shared/address';
import { EVENT_FIELDS, eventField, type Field, type SqlType } from '../../shared/fields';
import type { Filter, FilterValue } from '../../shared/filter';
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import { join, type Sql, sql, trusted } from '../store/sql';
import { addressesInside } from './addresses';
import { fieldExpression, isMarked, isMarkField, markField } from './marks';
import { reconcile } from './reconcile';
import { canonicalValues, oneOf, wholeRange, wholeValue } from './values';

export interface FilterSql {
  /** True, false or NULL for a row; NULL does not pass. */
  readonly condition: Sql;
  /** The table of distinct addresses must be there (`addresses.ts`). */
  readonly needsAddresses: boolean;
  /** The rows that pass change with the marks. */
  readonly needsMarks: boolean;
}

/** A column a filter may name. */
export interface ScopeColumn {
  readonly label: string;
  readonly type: SqlType;
  readonly expression: Sql;
  readonly holdsAddresses: boolean;
  /** Its addresses are in the one form the importers give them. */
  readonly isCanonical: boolean;
}

/** What the names of a filter mean. */
export interface Scope {
  column(name: string): ScopeColumn | null;
  /** What `words` looks into. */
  readonly texts: () => readonly Sql[];
  /** Names of the columns that `cidr` looks into when it names none. */
  readonly sides: readonly string[];
  /** Name of the column `time` is about. */
  readonly time: string | null;
  /** The event of a row; null where rows are no events. */
  readonly event: () => Sql | null;
  /** SELECT of the one column of each `member` clause, made ready before. */
  readonly members: ReadonlyMap<Filter, Members>;
}

export interface Members {
  readonly select: Sql;
  /** The same with addresses in one form, where the field holds such and the column may not. */
  readonly canonical: Sql | null;
  readonly type: SqlType;
}

const DEEPEST = 60;
const TEXT_FIELDS = EVENT_FIELDS.filter((field) => field.type === 'VARCHAR');
export const ADDRESS_FIELDS: readonly string[] = ['source_ip', 'destination_ip'];

/** Whether a field of events holds IP or MAC addresses alone. */
export function isAddressField(name: string): boolean {
  return /_(ip|mac)$/.test(name) && eventField(name) !== undefined;
}

class Refused extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.what);
    this.problem = problem;
  }
}

/**
 * Compiles a filter; fails on unknown fields, values of the wrong kind, bad networks and endless nesting. Without a
 * scope it is about `event AS e`.
 */
export function compileFilter(filter: Filter, scope: Scope = eventScope(NO_MEMBERS)): Outcome<FilterSql> {
  const state = { needsAddresses: false, needsMarks: false };
  try {
    const condition = compile(filter, 0, { scope, state });
    return succeed({ condition, ...state });
  } catch (error) {
    if (error instanceof Refused) return fail(error.problem);
    throw error;
  }
}

const NO_MEMBERS: ReadonlyMap<Filter, Members> = new Map();

/** `event AS e`, with the columns that marks give it. */
export function eventScope(members: ReadonlyMap<Filter, Members>): Scope {
  return {
    column(name) {
      const field = eventField(name) ?? markField(name);
      return field
        ? {
            ...field,
            expression: column(field),
            holdsAddresses: ADDRESS_FIELDS.includes(name),
            isCanonical: isAddressField(name),
          }
        : null;
    },
    texts: () => TEXT_FIELDS.map(column),
    sides: ADDRESS_FIELDS,
    time: 'timestamp',
    event: () => trusted('e.event_id'),
    members,
  };
}

/** The column of a field, on the alias every query uses. */
export function column(field: Field): Sql {
  return fieldExpression(field, trusted('e'));
}

/** The field of that name, or a problem that says there is none. */
export function knownField(name: string): Outcome<Field> {
  const field = eventField(name) ?? markField(name);
  return field ? succeed(field) : fail(unknownField(name));
}

export function unknownField(name: string): Problem {
  return { code: 'unknown-field', what: `There is no field “${name.slice(0, 100)}”.` };
}

/** Some text field holds the words, whatever the case. */
export function holdsWords(text: string): Sql {
  return holdText(TEXT_FIELDS.map(column), text);
}

function holdText(columns: readonly Sql[], text: string): Sql {
  // Letters beyond ASCII are written in one piece or in two (UAX #15), and sigma has two small forms.
  // DuckDB composes no further than the first NUL.
  const isAscii = [...text].every((sign) => sign < '\u0080');
  const folded = (value: Sql): Sql =>
    isAscii
      ? sql`lower(${value})`
      : sql`replace(lower(nfc_normalize(replace(${value}, chr(0), chr(1)))), 'ς', 'σ')`;
  return anyOf(columns.map((one) => sql`contains(${folded(one)}, ${folded(sql`${text}`)})`));
}

interface Compiling {
  readonly scope: Scope;
  readonly state: { needsAddresses: boolean; needsMarks: boolean };
}

function compile(filter: Filter, depth: number, given: Compiling): Sql {
  if (depth > DEEPEST) {
    throw new Refused({ code: 'filter-too-deep', what: `The filter is nested more than ${DEEPEST} deep.` });
  }
  switch (filter.kind) {
    case 'and':
      return allOf(filter.of.map((part) => compile(part, depth + 1, given)));
    case 'or':
      return anyOf(filter.of.map((part) => compile(part, depth + 1, given)));
    case 'not':
      return sql`(NOT coalesce(${compile(filter.of, depth + 1, given)}, false))`;
    case 'in':
      return compileIn(filter, given);
    case 'null':
      return sql`(${mustKnow(filter.field, given).expression} IS NULL)`;
    case 'compare':
      return compileCompare(filter, given);
    case 'time': {
      const time = mustKnow(given.scope.time ?? 'timestamp', given);
      return allOf([compareWhole(time, '>=', filter.from), compareWhole(time, '<', filter.to)]);
    }
    case 'contains': {
      const field = mustKnow(filter.field, given);
      const text = field.type === 'VARCHAR' ? field.expression : sql`CAST(${field.expression} AS VARCHAR)`;
      return holdText([text], filter.text);
    }
    case 'words':
      return holdText(given.scope.texts(), filter.text);
    case 'cidr':
      return compileNetwork(filter, given);
    case 'marked': {
      const event = given.scope.event();
      if (event === null) {
        throw new Refused({
          code: 'filter-field',
          what: 'These rows are no events, so they carry no marks.',
        });
      }
      given.state.needsMarks = true;
      return isMarked(event, filter.what, filter.value);
    }
    case 'member':
      return compileMember(filter, given);
  }
}

export function allOf(parts: readonly Sql[]): Sql {
  return parts.length === 0 ? trusted('true') : sql`(${join(parts, ' AND ')})`;
}

function anyOf(parts: readonly Sql[]): Sql {
  return parts.length === 0 ? trusted('false') : sql`(${join(parts, ' OR ')})`;
}

function mustKnow(name: string, { scope, state }: Compiling): ScopeColumn {
  const found = scope.column(name);
  if (!found) throw new Refused(unknownField(name));
  if (isMarkField(name)) state.needsMarks = true;
  return found;
}

function compileIn(filter: Extract<Filter, { kind: 'in' }>, given: Compiling): Sql {
  const field = mustKnow(filter.field, given);
  const names = filter.field === 'evidence_id' ? filter.values.filter(isName) : [];
  if (names.length > 0) {
    const rest = filter.values.filter((value) => !isName(value));
    const numbered = rest.length === 0 ? [] : [compileIn({ ...filter, values: rest }, given)];
    return anyOf([ofEvidence(field, names), ...numbered]);
  }
  const texts = canonicalValues(field, filter.values);
  if (texts === null) {
    throw new Refused({
      code: 'filter-value',
      what: `“${field.label}” is compared with something that is none of its values.`,
      where: filter.values.slice(0, 3).map(String).join(', ').slice(0, 200),
      help: field.type === 'BOOLEAN' ? 'Use true or false.' : 'Use a number.',
    });
  }
  return oneOf(field, field.expression, texts);
}

/** What is no number names the evidence as its file is called: nobody knows the numbers. */
function isName(value: FilterValue): value is string {
  return typeof value === 'string' && !/^\d+$/.test(value);
}

function ofEvidence(field: ScopeColumn, names: readonly string[]): Sql {
  const given = names.map((name) => sql`lower(${name})`);
  const named = sql`SELECT evidence_id FROM evidence WHERE lower(name) IN (${join(given, ', ')})`;
  return sql`(${field.expression} IN (${named}))`;
}

function compileCompare(filter: Extract<Filter, { kind: 'compare' }>, given: Compiling): Sql {
  const field = mustKnow(filter.field, given);
  if (field.type === 'VARCHAR' || field.type === 'BOOLEAN') {
    throw new Refused({
      code: 'filter-field',
      what: `“${field.label}” has no order to compare by.`,
      help: 'Use equals or contains.',
    });
  }
  if (field.type !== 'DOUBLE') return compareWhole(field, filter.op, filter.value);
  return sql`(${field.expression} ${trusted(filter.op)} CAST(${String(filter.value)} AS DOUBLE))`;
}

/** Compares a field of whole numbers with any number: `port < 1.5` is `port <= 1`, beyond the range is all or none. */
function compareWhole(field: ScopeColumn, op: '<' | '<=' | '>' | '>=', value: number): Sql {
  const range = wholeRange(field);
  if (range === undefined || Number.isNaN(value)) return trusted('false');
  const present = sql`(${field.expression} IS NOT NULL)`;
  if (value === Infinity) return op.startsWith('<') ? present : trusted('false');
  if (value === -Infinity) return op.startsWith('>') ? present : trusted('false');
  const isWhole = Number.isInteger(value);
  const whole = BigInt(op.startsWith('<') ? Math.floor(value) : Math.ceil(value));
  const operator = isWhole ? op : op.startsWith('<') ? '<=' : '>=';
  if (whole > range.most) return op.startsWith('<') ? present : trusted('false');
  if (whole < range.least) return op.startsWith('>') ? present : trusted('false');
  return sql`(${field.expression} ${trusted(operator)} ${wholeValue(field, whole)})`;
}

function compileNetwork(filter: Extract<Filter, { kind: 'cidr' }>, given: Compiling): Sql {
  const network = parseNetwork(filter.network);
  if (network === null) {
    throw new Refused({
      code: 'filter-network',
      what: `“${filter.network.slice(0, 100)}” is no network.`,
      help: 'Write an address and a prefix length: 10.0.0.0/8 or 2001:db8::/32.',
    });
  }
  const names = filter.field === null ? given.scope.sides : [filter.field];
  given.state.needsAddresses = true;
  return anyOf(
    names.map((name) => {
      const field = mustKnow(name, given);
      if (!field.holdsAddresses) {
        throw new Refused({ code: 'filter-field', what: `“${field.label}” holds no addresses.` });
      }
      return sql`(${field.expression} IN (${addressesInside(network)}))`;
    }),
  );
}

function compileMember(filter: Extract<Filter, { kind: 'member' }>, given: Compiling): Sql {
  const field = mustKnow(filter.field, given);
  const members = given.scope.members.get(filter);
  if (!members) throw new Error('the sources of member clauses are made ready first');
  given.state.needsMarks = true;
  const keys = reconcile(field.type, members.type, false);
  return sql`(${keys.left(field.expression)} IN (SELECT ${keys.right(trusted('m.v'))}
    FROM (${members.canonical ?? members.select}) AS m))`;
}
