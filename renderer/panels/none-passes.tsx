/** That no event passes the filter, and the reason where a value was asked for that no event can have. */
import type { ReactNode } from 'react';
import { strangers } from '../../shared/filter/closed';
import { useFilter } from '../state/hooks';

export function NonePasses(): ReactNode {
  const { filter } = useFilter();
  const [one] = strangers(filter);
  const why = one === undefined ? '' : ` There is no ${one.field} “${one.value}”, only ${list(one.values)}.`;
  return `No event passes the filter.${why}`;
}

function list(values: readonly string[]): string {
  return values.length < 2 ? values.join('') : `${values.slice(0, -1).join(', ')} and ${values.at(-1)}`;
}
