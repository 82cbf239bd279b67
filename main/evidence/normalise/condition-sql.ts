/** Conditions of a format in SQL: always true or false, never NULL. */
import type { Condition, Scalar, Test } from '../../formats/format';
import { quoteText } from '../../store/sql';
import { asText, type Typed } from './convert-sql';
import type { Expression } from './layers';

/** What a name stands for; null when the record has no such name. */
export type Resolve = (name: string) => Typed | null;

function scalarText(scalar: Scalar): Expression {
  return quoteText(String(scalar));
}

function testSql(test: Test, value: Typed | null): Expression {
  if (typeof test !== 'object') {
    return value === null ? 'false' : `coalesce(${asText(value)} = ${scalarText(test)}, false)`;
  }
  if (isList(test)) {
    if (value === null) return 'false';
    return `coalesce(${asText(value)} IN (${test.map(scalarText).join(', ')}), false)`;
  }
  const parts: Expression[] = [];
  const add = (make: (text: Expression) => Expression): void => {
    parts.push(value === null ? 'false' : `coalesce(${make(asText(value))}, false)`);
  };
  const { matches, contains, starts, exists, above, below, not } = test;
  if (exists !== undefined) {
    const there = value === null ? 'false' : `(${value.sql} IS NOT NULL)`;
    parts.push(exists ? there : `NOT ${there}`);
  }
  if (matches !== undefined) add((text) => `regexp_matches(${text}, ${quoteText(matches)})`);
  if (contains !== undefined) add((text) => `contains(${text}, ${quoteText(contains)})`);
  if (starts !== undefined) add((text) => `starts_with(${text}, ${quoteText(starts)})`);
  if (above !== undefined) add((text) => `TRY_CAST(${text} AS DOUBLE) > ${above}`);
  if (below !== undefined) add((text) => `TRY_CAST(${text} AS DOUBLE) < ${below}`);
  if (not !== undefined) parts.push(`NOT ${testSql(not, value)}`);
  return `(${parts.join(' AND ')})`;
}

function isList(test: Test): test is readonly Scalar[] {
  return Array.isArray(test);
}

/** SQL of a condition; an empty one is true. */
export function conditionSql(condition: Condition, resolve: Resolve): Expression {
  const parts = condition.tests.map(([name, test]) => testSql(test, resolve(name)));
  if (condition.any.length > 0) {
    parts.push(`(${condition.any.map((one) => conditionSql(one, resolve)).join(' OR ')})`);
  }
  for (const one of condition.none) parts.push(`NOT ${conditionSql(one, resolve)}`);
  return parts.length === 0 ? 'true' : `(${parts.join(' AND ')})`;
}
