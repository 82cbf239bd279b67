/** Findings: made and changed, with the events they cite. */
import { randomUUID } from 'node:crypto';
import type { Finding, MarkTarget } from '../../../shared/case';
import { fail, type Outcome, succeed } from '../../../shared/problem';
import { countCitations, normalise, subtract } from '../../case/event-set';
import type { EventSets } from '../../case/sets';
import type { CitationGroup } from '../../store/marks';
import { KEPT_MARKS } from '../../store/marks';
import { sql, trusted } from '../../store/sql';
import type { Handler } from '../handlers/handlers';
import { operate } from '../operate';
import { type Cited, citedBy, events, quoted } from './target';

/** A finding cites at most this many lists and sets; more are made one set. */
const MOST_TARGETS = 100;

const NONE: Cited = { groups: [], count: 0, explanation: null };

export const putFinding: Handler<'finding.put'> = async (params, call) => {
  const { id, cite, uncite, ...given } = params;
  const findingId = id ?? randomUUID();
  const state = await operate(call, async (open) => {
    const { workspace } = open;
    const before = id === null ? null : workspace.record('finding', id);
    if (id !== null && !before) return fail({ code: 'no-finding', what: 'There is no such finding.' });
    const absent = given.views.filter((view) => !workspace.record('view', view));
    if (absent.length > 0)
      return fail({ code: 'no-view', what: 'The finding names a view that is not saved.' });
    const fresh = sql`(e.event_id NOT IN (SELECT k.event_id FROM ${KEPT_MARKS} AS k WHERE k.mark_id = ${findingId}))`;
    const added = cite === null ? succeed(NONE) : await citedBy(open, cite, fresh, call.signal);
    if (!added.ok) return added;
    const gone =
      uncite.length === 0
        ? succeed(NONE)
        : await citedBy(open, { eventIds: uncite }, trusted('true'), call.signal);
    if (!gone.ok) return gone;
    const cites = await changed(workspace.sets, before?.cites ?? [], added.value, gone.value.groups);
    if (!cites.ok) return cites;
    const finding: Finding = {
      kind: 'finding',
      id: findingId,
      schema: 1,
      ...given,
      cites: cites.value,
      by: workspace.author,
      at: call.context.now().toISOString(),
    };
    const label = labelOf(before, finding, added.value.count, gone.value.count);
    const diff = before
      ? { added: [], updated: [[before, finding] satisfies [Finding, Finding]], removed: [] }
      : { added: [finding], updated: [], removed: [] };
    return workspace.journal.append(label, diff);
  });
  return state.ok ? succeed({ case: state.value, id: findingId }) : state;
};

async function changed(
  sets: EventSets,
  before: readonly MarkTarget[],
  added: Cited,
  gone: readonly CitationGroup[],
): Promise<Outcome<MarkTarget[]>> {
  const targets: MarkTarget[] = [];
  for (const target of before) {
    if (gone.length === 0) {
      targets.push(target);
      continue;
    }
    const groups = await sets.read(target);
    if (!groups.ok) return groups;
    const left = subtract(groups.value, gone);
    if (countCitations(left) === countCitations(groups.value)) targets.push(target);
    else if (left.length > 0) {
      targets.push(await sets.target(left, Array.isArray(target) ? null : target.explanation));
    }
  }
  if (added.count > 0) targets.push(await sets.target(added.groups, added.explanation));
  return targets.length <= MOST_TARGETS ? succeed(targets) : asOne(sets, targets);
}

async function asOne(sets: EventSets, targets: readonly MarkTarget[]): Promise<Outcome<MarkTarget[]>> {
  const all: CitationGroup[] = [];
  for (const target of targets) {
    const groups = await sets.read(target);
    if (!groups.ok) return groups;
    all.push(...groups.value);
  }
  return succeed([await sets.target(normalise(all), null)]);
}

function labelOf(before: Finding | null, { title }: Finding, added: number, gone: number): string {
  if (!before) return `Add finding ${quoted(title)}`;
  if (added > 0 && gone === 0) return `Cite ${events(added)} in ${quoted(title)}`;
  if (gone > 0 && added === 0) return `Cite ${events(gone)} no longer in ${quoted(title)}`;
  return `Change finding ${quoted(title)}`;
}
