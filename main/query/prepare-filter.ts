/** A filter of events made ready to run: its `member` sources resolved, its table of addresses there. */
import type { Filter } from '../../shared/filter';
import { fail, type Outcome } from '../../shared/problem';
import { compileFilter, eventScope, type FilterSql } from './filter';
import type { Views } from './views';

export async function prepareFilter(
  views: Views,
  filter: Filter,
  signal?: AbortSignal,
): Promise<Outcome<FilterSql>> {
  const members = hasMembers(filter) ? await views.membersOf?.(filter, signal) : undefined;
  if (members && !members.ok) return members;
  if (!members && hasMembers(filter)) {
    return fail({ code: 'no-sources', what: 'This filter needs sources, which are not at hand here.' });
  }
  const compiled = compileFilter(filter, eventScope(members?.value ?? new Map()));
  if (compiled.ok) await views.needAddresses(compiled.value.needsAddresses);
  return compiled;
}

/** The clauses of a filter, itself included. */
export function* clausesOf(filter: Filter): Generator<Filter> {
  const open: Filter[] = [filter];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    yield next;
    if (next.kind === 'and' || next.kind === 'or') open.push(...next.of);
    else if (next.kind === 'not') open.push(next.of);
  }
}

export function hasMembers(filter: Filter): boolean {
  for (const clause of clausesOf(filter)) if (clause.kind === 'member') return true;
  return false;
}
