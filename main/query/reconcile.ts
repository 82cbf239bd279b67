/** Two columns of different types on one common ground, so that what is the same is found equal and nothing else is. */
import type { SqlType } from '../../shared/fields';
import { type Sql, sql, trusted } from '../store/sql';

export interface CommonGround {
  readonly left: (column: Sql) => Sql;
  readonly right: (column: Sql) => Sql;
}

type Kind = 'text' | 'whole' | 'real' | 'time' | 'truth';

const same = (column: Sql): Sql => column;
const folded = (column: Sql): Sql => sql`lower(${column})`;
const asText = (column: Sql): Sql => sql`CAST(${column} AS VARCHAR)`;
const asReal = (column: Sql): Sql => sql`CAST(${column} AS DOUBLE)`;
const asWhole = (column: Sql): Sql => sql`CAST(${column} AS HUGEINT)`;
const asMicros = (column: Sql): Sql => sql`CAST(epoch_us(${column}) AS HUGEINT)`;

/** A real number as a whole one, NULL where it is none: no 2^53 is lost as it would be by comparing reals. */
const realAsWhole = (column: Sql): Sql =>
  sql`CASE WHEN isfinite(${column}) AND ${column} = trunc(${column}) AND abs(${column}) < 1e37 THEN CAST(${column} AS HUGEINT) END`;

const textAsReal = (column: Sql): Sql => sql`TRY_CAST(trim(${column}) AS DOUBLE)`;
const textAsWhole = (column: Sql): Sql =>
  sql`CASE WHEN regexp_full_match(trim(${column}), '[-+]?[0-9]{1,37}') THEN TRY_CAST(trim(${column}) AS HUGEINT)
    ELSE ${realAsWhole(textAsReal(column))} END`;
/** ISO 8601; without an offset it is UTC, as every time of the case is. */
const textAsMicros = (column: Sql): Sql =>
  sql`CAST(epoch_us(TRY_CAST(trim(${column}) AS TIMESTAMP WITH TIME ZONE)) AS HUGEINT)`;

/**
 * Numbers and texts meet as numbers, times and texts as instants, times and numbers as microseconds since 1970 UTC,
 * truths and texts as the words `true` and `false`, truths and numbers as 1 and 0. `ignoreCase` is for texts.
 */
export function reconcile(left: SqlType, right: SqlType, ignoreCase: boolean): CommonGround {
  const a = kindOf(left);
  const b = kindOf(right);
  if (a === 'text' && b === 'text') {
    return ignoreCase ? { left: folded, right: folded } : { left: same, right: same };
  }
  if (left === right) return { left: same, right: same };
  if (a === b) return { left: asWhole, right: asWhole };
  return { left: towards(a, b), right: towards(b, a) };
}

/** How a value of kind `own` is brought to the ground it shares with `other`. */
function towards(own: Kind, other: Kind): (column: Sql) => Sql {
  const either = (kind: Kind): boolean => own === kind || other === kind;
  if (either('time')) return microsOf(own);
  if (either('truth') && either('text')) {
    return own === 'text' ? (column) => sql`lower(trim(${column}))` : asText;
  }
  if (either('whole') || either('truth')) return wholeOf(own);
  if (own === 'text') return textAsReal;
  return asReal;
}

function microsOf(kind: Kind): (column: Sql) => Sql {
  if (kind === 'time') return asMicros;
  if (kind === 'text') return textAsMicros;
  if (kind === 'truth') return () => trusted('CAST(NULL AS HUGEINT)');
  return wholeOf(kind);
}

function wholeOf(kind: Kind): (column: Sql) => Sql {
  if (kind === 'text') return textAsWhole;
  return kind === 'real' ? realAsWhole : asWhole;
}

function kindOf(type: SqlType): Kind {
  if (type === 'VARCHAR') return 'text';
  if (type === 'BOOLEAN') return 'truth';
  if (type === 'TIMESTAMP') return 'time';
  return type === 'DOUBLE' ? 'real' : 'whole';
}
