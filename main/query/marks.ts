/**
 * Marks as the queries see them: one row per event and mark in the engine's memory, and three columns every event
 * has by them: `starred`, `tags` and `note`.
 */
import type { Field } from '../../shared/fields';
import { MARK_FIELDS } from '../../shared/view-fields';
import { ident, type Sql, sql, trusted } from '../store/sql';

/**
 * `event_id`, `what` (star, tag, note, finding), `value` (the tag, the note's text, the finding's id; NULL for a
 * star), `mark_id`.
 */
export const MARK_TABLE: Sql = trusted('view_memory.main.mark');

export const CREATE_MARKS: Sql = sql`CREATE TABLE ${MARK_TABLE} (
  event_id UBIGINT, what VARCHAR, value VARCHAR, mark_id VARCHAR)`;

const BY_NAME = new Map(MARK_FIELDS.map((field) => [field.name, field]));

export function markField(name: string): Field | undefined {
  return BY_NAME.get(name);
}

export function isMarkField(name: string): boolean {
  return BY_NAME.has(name);
}

/** A field of the table `from` of events: a column, or what the marks say. */
export function fieldExpression(field: Pick<Field, 'name'>, from: Sql): Sql {
  const event = sql`${from}.event_id`;
  if (field.name === 'starred') return isMarked(event, 'star', null);
  if (field.name === 'tags') return gathered(event, 'tag', ', ');
  if (field.name === 'note') return gathered(event, 'note', '\n');
  return sql`${from}.${ident(field.name)}`;
}

/** The event carries such a mark; `value` null: any. */
export function isMarked(event: Sql, what: string, value: string | null): Sql {
  const wanted = value === null ? trusted('') : sql` AND k.value = ${value}`;
  return sql`(${event} IN (SELECT k.event_id FROM ${MARK_TABLE} AS k WHERE k.what = ${what}${wanted}))`;
}

function gathered(event: Sql, what: string, separator: string): Sql {
  return sql`(SELECT string_agg(DISTINCT k.value, ${separator} ORDER BY k.value) FROM ${MARK_TABLE} AS k
    WHERE k.event_id = ${event} AND k.what = ${what})`;
}
