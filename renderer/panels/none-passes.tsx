/** That no event passes the filter, and the reason where a value was asked for that no event can have. */
import type { ReactNode } from 'react';
import type { Filter } from '../../shared/filter';
import { strangers } from '../../shared/filter/closed';
import { useFilter } from '../state/hooks';

export function NonePasses(): ReactNode {
  const { filter } = useFilter();
  const [one] = strangers(filter);
  const why = one === undefined ? '' : ` There is no ${one.field} “${one.value}”, only ${list(one.values)}.`;
  return `No event passes the filter.${why}${hasWords(filter) ? UNSEARCHED : ''}`;
}

const UNSEARCHED =
  ' Words were looked for in the fields of events, not in the other columns that the sources have of their own.';

function hasWords(filter: Filter): boolean {
  if (filter.kind === 'or' && filter.of.some((part) => part.kind === 'member')) return false;
  if (filter.kind === 'and' || filter.kind === 'or') return filter.of.some(hasWords);
  return filter.kind === 'words';
}

function list(values: readonly string[]): string {
  return values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} and ${values.at(-1)}`;
}
