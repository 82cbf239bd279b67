/**
 * The shared filter as a SQL condition over `event AS e`. Names come from the field catalogue, values are bound. A
 * row passes or it does not: an empty field equals nothing, so `not` of a clause holds for it.
 */
import { parseNetwork } from '../../shared/address';
import { EVENT_FIELDS, eventField, type Field } from '../../shared/fields';
import type { Filter } from '../../shared/filter';
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import { ident, join, type Sql, sql, trusted } from '../store/sql';
import { addressesInside } from './addresses';
import { canonicalValues, oneOf, wholeRange, wholeValue } from './values';

export interface FilterSql {
  /** True, false or NULL for a row; NULL does not pass. */
  readonly condition: Sql;
  /** The table of distinct addresses must be there (`addresses.ts`). */
  readonly needsAddresses: boolean;
}

const DEEPEST = 60;
const TEXT_FIELDS = EVENT_FIELDS.filter((field) => field.type === 'VARCHAR');
export const ADDRESS_FIELDS: readonly string[] = ['source_ip', 'destination_ip'];

class Refused extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.what);
    this.problem = problem;
  }
}

/** Compiles a filter; fails on unknown fields, values of the wrong kind, bad networks and endless nesting. */
export function compileFilter(filter: Filter): Outcome<FilterSql> {
  const state = { needsAddresses: false };
  try {
    const condition = compile(filter, 0, state);
    return succeed({ condition, needsAddresses: state.needsAddresses });
  } catch (error) {
    if (error instanceof Refused) return fail(error.problem);
    throw error;
  }
}

/** The column of a field, on the alias every query uses. */
export function column(field: Field): Sql {
  return sql`e.${ident(field.name)}`;
}

/** The field of that name, or a problem that says there is none. */
export function knownField(name: string): Outcome<Field> {
  const field = eventField(name);
  if (field) return succeed(field);
  return fail({ code: 'unknown-field', what: `There is no field “${name.slice(0, 100)}”.` });
}

/** Some text field holds the words, whatever the case. */
export function holdsWords(text: string): Sql {
  return anyOf(TEXT_FIELDS.map((field) => sql`contains(lower(${column(field)}), lower(${text}))`));
}

interface State {
  needsAddresses: boolean;
}

function compile(filter: Filter, depth: number, state: State): Sql {
  if (depth > DEEPEST) {
    throw new Refused({ code: 'filter-too-deep', what: `The filter is nested more than ${DEEPEST} deep.` });
  }
  switch (filter.kind) {
    case 'and':
      return allOf(filter.of.map((part) => compile(part, depth + 1, state)));
    case 'or':
      return anyOf(filter.of.map((part) => compile(part, depth + 1, state)));
    case 'not':
      return sql`(NOT coalesce(${compile(filter.of, depth + 1, state)}, false))`;
    case 'in':
      return compileIn(filter);
    case 'null':
      return sql`(${column(mustKnow(filter.field))} IS NULL)`;
    case 'compare':
      return compileCompare(filter);
    case 'time': {
      const time = mustKnow('timestamp');
      return allOf([compareWhole(time, '>=', filter.from), compareWhole(time, '<', filter.to)]);
    }
    case 'contains': {
      const field = mustKnow(filter.field);
      const text = field.type === 'VARCHAR' ? column(field) : sql`CAST(${column(field)} AS VARCHAR)`;
      return sql`contains(lower(${text}), lower(${filter.text}))`;
    }
    case 'words':
      return holdsWords(filter.text);
    case 'cidr':
      return compileNetwork(filter, state);
    case 'marked':
    case 'member':
      throw new Refused({ code: 'not-yet', what: 'This cannot be filtered by yet.' });
  }
}

function allOf(parts: readonly Sql[]): Sql {
  return parts.length === 0 ? trusted('true') : sql`(${join(parts, ' AND ')})`;
}

function anyOf(parts: readonly Sql[]): Sql {
  return parts.length === 0 ? trusted('false') : sql`(${join(parts, ' OR ')})`;
}

function mustKnow(name: string): Field {
  const field = knownField(name);
  if (!field.ok) throw new Refused(field.problem);
  return field.value;
}

function compileIn(filter: Extract<Filter, { kind: 'in' }>): Sql {
  const field = mustKnow(filter.field);
  const texts = canonicalValues(field, filter.values);
  if (texts === null) {
    throw new Refused({
      code: 'filter-value',
      what: `“${field.label}” is compared with something that is none of its values.`,
      where: filter.values.slice(0, 3).map(String).join(', ').slice(0, 200),
      help: field.type === 'BOOLEAN' ? 'Use true or false.' : 'Use a number.',
    });
  }
  return oneOf(field, column(field), texts);
}

function compileCompare(filter: Extract<Filter, { kind: 'compare' }>): Sql {
  const field = mustKnow(filter.field);
  if (field.type === 'VARCHAR' || field.type === 'BOOLEAN') {
    throw new Refused({
      code: 'filter-field',
      what: `“${field.label}” has no order to compare by.`,
      help: 'Use equals or contains.',
    });
  }
  if (field.type !== 'DOUBLE') return compareWhole(field, filter.op, filter.value);
  return sql`(${column(field)} ${trusted(filter.op)} CAST(${String(filter.value)} AS DOUBLE))`;
}

/** Compares a field of whole numbers with any number: `port < 1.5` is `port <= 1`, beyond the range is all or none. */
function compareWhole(field: Field, op: '<' | '<=' | '>' | '>=', value: number): Sql {
  const range = wholeRange(field);
  if (range === undefined || Number.isNaN(value)) return trusted('false');
  const present = sql`(${column(field)} IS NOT NULL)`;
  if (value === Infinity) return op.startsWith('<') ? present : trusted('false');
  if (value === -Infinity) return op.startsWith('>') ? present : trusted('false');
  const isWhole = Number.isInteger(value);
  const whole = BigInt(op.startsWith('<') ? Math.floor(value) : Math.ceil(value));
  const operator = isWhole ? op : op.startsWith('<') ? '<=' : '>=';
  if (whole > range.most) return op.startsWith('<') ? present : trusted('false');
  if (whole < range.least) return op.startsWith('>') ? present : trusted('false');
  return sql`(${column(field)} ${trusted(operator)} ${wholeValue(field, whole)})`;
}

function compileNetwork(filter: Extract<Filter, { kind: 'cidr' }>, state: State): Sql {
  const network = parseNetwork(filter.network);
  if (network === null) {
    throw new Refused({
      code: 'filter-network',
      what: `“${filter.network.slice(0, 100)}” is no network.`,
      help: 'Write an address and a prefix length: 10.0.0.0/8 or 2001:db8::/32.',
    });
  }
  const names = filter.field === null ? ADDRESS_FIELDS : [filter.field];
  state.needsAddresses = true;
  return anyOf(
    names.map((name) => {
      const field = mustKnow(name);
      if (!ADDRESS_FIELDS.includes(name)) {
        throw new Refused({ code: 'filter-field', what: `“${field.label}” holds no addresses.` });
      }
      return sql`(${column(field)} IN (${addressesInside(network)}))`;
    }),
  );
}
