/** One operation of the analyst: the change in the journal, then everything that follows from it, then word of it. */
import type { Outcome } from '../../shared/problem';
import type { CaseState } from '../../shared/protocol';
import type { Operation } from '../case/operation';
import { clocksOf } from './clocks';
import { type Call, type EngineContext, writableCaseOf } from './context';
import { keepCustody } from './custody';
import type { OpenCase } from './open-case';

/** Runs `change`, which returns what it wrote to the journal, or null where there was nothing to change. */
export async function operate(
  { context }: Pick<Call, 'context'>,
  change: (open: OpenCase) => Promise<Outcome<Operation | null>>,
): Promise<Outcome<CaseState>> {
  return context.exclusive(async () => {
    const open = writableCaseOf(context);
    if (!open.ok) return open;
    const changed = await change(open.value);
    if (!changed.ok) return changed;
    if (changed.value) await follow(context, open.value, changed.value);
    return { ok: true, value: open.value.state() };
  });
}

async function follow(context: EngineContext, open: OpenCase, { diff }: Operation): Promise<void> {
  const records = [...diff.added, ...diff.removed, ...diff.updated.flat()];
  const kinds = new Set(records.map(({ kind }) => kind));
  const isOfFacts = kinds.has('removal') || kinds.has('clock');
  const isOfLedger = kinds.has('custody');
  if (isOfFacts) {
    // Rows move in the tables, so no view may be read between.
    await open.views?.invalidate();
    await open.cache?.setWork({ removed: open.workspace.removed(), clocks: clocksOf(open.workspace) });
    await open.views?.invalidate();
  }
  if (isOfFacts || isOfLedger) await keepCustody(open);
  // A clock moves times, not events.
  if (kinds.has('removal') || !isOfFacts) await open.marks?.refresh(kinds.has('removal'));
  context.notify(isOfFacts || isOfLedger ? 'facts.changed' : 'work.changed', { case: open.state() });
}
