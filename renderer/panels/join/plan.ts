/** A join as the analyst builds it: two sides with filters as typed, conditions, what was filtered in the result. Pure. */
import { z } from 'zod';
import {
  conditionSchema,
  type Filter,
  type From,
  filterSchema,
  type Join,
  type Source,
} from '../../../shared/filter';
import { type FieldNames, parseFilter } from '../../../shared/filter/text';
import { fail, type Outcome, type Problem, succeed } from '../../../shared/problem';
import type { SourceColumn } from '../../../shared/protocol';
import { fromKey, fromOfKey } from '../../grid/tables';

const sideSchema = z.object({
  /** `table:event_view` or `saved:v1`. */
  from: z.string(),
  /** Events of the filter in force, live. */
  current: z.boolean(),
  /** A filter as typed. */
  text: z.string().max(10_000),
});
export type Side = z.infer<typeof sideSchema>;

export const planSchema = z.object({
  left: sideSchema,
  right: sideSchema,
  how: z.enum(['left', 'inner', 'anti']),
  /** What the right's columns are called by. */
  name: z.string().max(40),
  on: z.array(conditionSchema).max(8),
  /** Clauses on the result. */
  result: z.array(filterSchema).max(50),
  /** The saved view that is being changed, and its name. */
  saved: z.object({ id: z.string(), name: z.string() }).nullable(),
});
export type Plan = z.infer<typeof planSchema>;

export const EMPTY_PLAN: Plan = {
  left: { from: 'table:event_view', current: true, text: '' },
  right: { from: 'table:asset_view', current: false, text: '' },
  how: 'left',
  name: 'asset',
  on: [],
  result: [],
  saved: null,
};

export const HOW_WORDS: Readonly<Record<Plan['how'], string>> = {
  left: 'keep all of the left',
  inner: 'only matches',
  anti: 'only without a match',
};

/** Names of the columns a side has, for the filter that is typed there. */
export function namesOf(columns: readonly SourceColumn[]): FieldNames {
  const find = (name: string): string | undefined =>
    columns.find((column) => column.name === name)?.name ??
    columns.find((column) => column.name.toLowerCase() === name.toLowerCase())?.name;
  return {
    fieldOf: find,
    similar: (name) =>
      columns
        .map((column) => column.name)
        .filter((one) => one.toLowerCase().includes(name.toLowerCase().slice(0, 3)))
        .slice(0, 3),
  };
}

export function isEvents(from: From): boolean {
  return from.kind === 'table' && from.table === 'event_view';
}

/** One side as a source; `inForce` is the filter of the window, without what this and the chart made. */
export function sideSource(
  side: Side,
  inForce: Filter,
  columns: readonly SourceColumn[],
  zone: string,
): Outcome<Source> {
  const from = fromOfKey(side.from);
  if (from === null) return fail({ code: 'no-source', what: 'There is no such table.' });
  const typed = isEvents(from)
    ? parseFilter(side.text, zone)
    : side.text.trim() === ''
      ? parseFilter('', zone)
      : parseFilter(side.text, zone, namesOf(columns));
  if (!typed.ok) return typed;
  const parts = [...(side.current && isEvents(from) ? [inForce] : []), typed.value].filter(
    (one) => one.kind !== 'and' || one.of.length > 0,
  );
  const [only] = parts;
  const filter: Filter = parts.length === 1 && only !== undefined ? only : { kind: 'and', of: parts };
  return succeed({ from, filter });
}

/** The join of a plan; a problem names what is missing. */
export function planJoin(plan: Plan, left: Outcome<Source>, right: Outcome<Source>): Outcome<Join> {
  if (!left.ok) return left;
  if (!right.ok) return right;
  if (plan.on.length === 0) {
    return fail({
      code: 'no-condition',
      what: 'Say when two rows belong together.',
      help: 'Add a condition.',
    });
  }
  const problem = plan.on.map(missing).find((one) => one !== null);
  if (problem !== undefined && problem !== null) return fail(problem);
  return succeed({
    left: left.value,
    right: right.value,
    how: plan.how,
    name: plan.name.trim() === '' ? 'other' : plan.name.trim(),
    on: plan.on,
  });
}

function missing(condition: Plan['on'][number]): Problem | null {
  const values =
    condition.kind === 'asset'
      ? []
      : condition.kind === 'window'
        ? [condition.left, condition.from, condition.to]
        : [condition.left, condition.right];
  if (values.every((value) => value !== '')) return null;
  return { code: 'no-column', what: 'A condition has no column yet.', help: 'Choose one.' };
}

/** The result with what was filtered in it. */
export function planSource(join: Join, result: readonly Filter[]): Source {
  const [only] = result;
  const filter: Filter = result.length === 1 && only !== undefined ? only : { kind: 'and', of: [...result] };
  return { from: { kind: 'join', join }, filter };
}

/** A plan that shows a join that was saved; the filters of its sides are kept as text. */
export function planOf(source: Source, saved: Plan['saved'], print: (filter: Filter) => string): Plan | null {
  if (source.from.kind !== 'join') return null;
  const { join } = source.from;
  const side = ({ from, filter }: Source): Side => ({
    from: fromKey(from),
    current: false,
    text: print(filter),
  });
  const { filter } = source;
  return {
    left: side(join.left),
    right: side(join.right),
    how: join.how,
    name: join.name,
    on: [...join.on],
    result: filter.kind === 'and' ? [...filter.of] : [filter],
    saved,
  };
}
