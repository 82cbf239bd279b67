/** Fields whose values are a closed list, and what a filter asks of them that no event can have. */
import { eventField } from '../fields';
import type { Filter } from '../filter';
import { shortName } from './names';

export interface Stranger {
  /** As filter text names it. */
  readonly field: string;
  readonly value: string;
  /** The list. */
  readonly values: readonly string[];
}

/** A value of a closed list as the list writes it, whatever its case; any other as it is. */
export function listedValue(field: string, text: string): string {
  return eventField(field)?.values?.find((one) => one === text.toLowerCase()) ?? text;
}

/** Values that stand in no list of their field, where events must have them to pass; those a filter excludes do no harm. */
export function strangers(filter: Filter): readonly Stranger[] {
  if (filter.kind === 'and' || filter.kind === 'or') return filter.of.flatMap(strangers);
  if (filter.kind !== 'in') return [];
  const { values } = eventField(filter.field) ?? {};
  if (values === undefined) return [];
  return filter.values
    .map(String)
    .filter((value) => !values.includes(value))
    .map((value) => ({ field: shortName(filter.field), value, values }));
}
