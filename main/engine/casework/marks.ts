/** Stars, tags and notes: put on and taken off, one event or a million, one operation each. */
import { randomUUID } from 'node:crypto';
import type { Mark } from '../../../shared/case';
import { fail, type Outcome, type Problem, succeed } from '../../../shared/problem';
import { countCitations, subtract } from '../../case/event-set';
import type { Operation, RecordsDiff } from '../../case/operation';
import { KEPT_MARKS } from '../../store/marks';
import { type Sql, sql, trusted } from '../../store/sql';
import type { Handler } from '../handlers/handlers';
import type { OpenCase } from '../open-case';
import { operate } from '../operate';
import { type Cited, citedBy, events, quoted } from './target';

type What = Mark['what'];

export const putMark: Handler<'mark.put'> = async ({ what, value, on }, call) => {
  const wrong = wrongValue(what, value);
  if (wrong) return fail(wrong);
  let marked = 0;
  const state = await operate(call, async (open) => {
    const cited = await citedBy(open, on, sql`NOT ${carries(what, value)}`, call.signal);
    if (!cited.ok) return cited;
    marked = cited.value.count;
    if (marked === 0) return succeed(null);
    const { workspace } = open;
    const mark: Mark = {
      kind: 'mark',
      id: randomUUID(),
      schema: 1,
      what,
      value,
      on: await workspace.sets.target(cited.value.groups, cited.value.explanation),
      by: workspace.author,
      at: call.context.now().toISOString(),
    };
    return workspace.journal.append(putLabel(what, value, marked), {
      added: [mark],
      updated: [],
      removed: [],
    });
  });
  return state.ok ? succeed({ case: state.value, marked }) : state;
};

export const removeMark: Handler<'mark.remove'> = async ({ what, value, on }, call) => {
  let unmarked = 0;
  const state = await operate(call, async (open) => {
    const cited = await citedBy(open, on, carries(what, value), call.signal);
    if (!cited.ok) return cited;
    unmarked = cited.value.count;
    if (unmarked === 0) return succeed(null);
    return takeOff(open, what, value, cited.value);
  });
  return state.ok ? succeed({ case: state.value, unmarked }) : state;
};

/** Each mark keeps the events that are not taken off; one that is left without any goes. */
async function takeOff(
  open: OpenCase,
  what: What,
  value: string | null,
  cited: Cited,
): Promise<Outcome<Operation>> {
  const { workspace } = open;
  const diff: RecordsDiff = { added: [], updated: [], removed: [] };
  for (const mark of workspace.records()) {
    if (mark.kind !== 'mark' || mark.what !== what || (value !== null && mark.value !== value)) continue;
    const groups = await workspace.sets.read(mark.on);
    // A set that cannot be read leads to no event, so nothing can be taken off it.
    if (!groups.ok) continue;
    const left = subtract(groups.value, cited.groups);
    const count = countCitations(left);
    if (count === countCitations(groups.value)) continue;
    if (count === 0) diff.removed.push(mark);
    else {
      const explanation = Array.isArray(mark.on) ? null : mark.on.explanation;
      diff.updated.push([mark, { ...mark, on: await workspace.sets.target(left, explanation) }]);
    }
  }
  return workspace.journal.append(removeLabel(what, value, cited.count), diff);
}

/** The event carries such a mark; `value` null: any of that kind. */
function carries(what: What, value: string | null): Sql {
  const same = value === null ? trusted('') : sql` AND k."value" = ${value}`;
  return sql`(e.event_id IN (SELECT k.event_id FROM ${KEPT_MARKS} AS k WHERE k.what = ${what}${same}))`;
}

function wrongValue(what: What, value: string | null): Problem | null {
  if (what === 'star') {
    return value === null ? null : { code: 'mark-value', what: 'A star carries no text.' };
  }
  if (value === null || value.trim() === '') {
    return { code: 'mark-value', what: what === 'tag' ? 'A tag needs a name.' : 'A note needs a text.' };
  }
  if (what === 'tag' && value.length > 200) {
    return {
      code: 'mark-value',
      what: 'A tag is at most 200 characters long.',
      help: 'Write a note instead.',
    };
  }
  return null;
}

function putLabel(what: What, value: string | null, count: number): string {
  if (what === 'star') return `Star ${events(count)}`;
  if (what === 'tag') return `Tag ${events(count)} ${quoted(value ?? '')}`;
  return `Note on ${events(count)}`;
}

function removeLabel(what: What, value: string | null, count: number): string {
  if (what === 'star') return `Unstar ${events(count)}`;
  if (what === 'note') return `Remove notes from ${events(count)}`;
  return value === null ? `Untag ${events(count)}` : `Untag ${events(count)} ${quoted(value)}`;
}
