/** The legend: keys with their counts, and the one clause that choosing among them makes. Pure. */
import type { Filter } from '../../../shared/filter';
import { type Histogram, OTHER, type StackBy } from './histogram';

/** Author of the clause the legend makes. */
export const LEGEND = 'timeline.legend';

export interface LegendKey {
  readonly key: string;
  readonly label: string;
  readonly count: number;
  /** Part of what is chosen; all are, when nothing is chosen. */
  readonly chosen: boolean;
}

function fieldOf(by: StackBy): string {
  return by;
}

function keyValue(by: StackBy, key: string): string | number {
  return by === 'evidence_id' ? Number(key) : key;
}

/** Keys chosen by the legend's own clause for this field; null when it makes none. */
export function chosenKeys(filter: Filter | null, by: StackBy): readonly string[] | null {
  if (filter?.kind !== 'in' || filter.field !== fieldOf(by)) return null;
  return filter.values.map(String);
}

export function legendKeys(
  histogram: Histogram | null,
  chosen: readonly string[] | null,
  label: (key: string) => string,
): readonly LegendKey[] {
  if (histogram === null) return [];
  return histogram.series.map(({ key, total }) => ({
    key,
    label: key === OTHER ? 'other' : label(key),
    count: total,
    chosen: chosen === null || chosen.includes(key),
  }));
}

/**
 * The clause after a click on a key: only it; again, everything. With `add` the key joins or leaves what is chosen.
 * "other" stands for many values and cannot be chosen.
 */
export function choose(
  by: StackBy,
  chosen: readonly string[] | null,
  key: string,
  add: boolean,
): Filter | null {
  if (key === OTHER) return null;
  const was = chosen ?? [];
  const next = add
    ? was.includes(key)
      ? was.filter((one) => one !== key)
      : [...was, key]
    : was.length === 1 && was[0] === key
      ? []
      : [key];
  if (next.length === 0) return null;
  return { kind: 'in', field: fieldOf(by), values: next.map((one) => keyValue(by, one)) };
}
