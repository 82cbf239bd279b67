/** The engine's bins as stacked series: at most seven keys, the rest together as "other". Pure. */
import { EVENT_DOMAINS } from '../../../shared/fields';
import type { HistogramSpec } from '../../../shared/view';
import { readArrowRows } from '../../ui/arrow-rows';

export type StackBy = HistogramSpec['by'];
export const STACK_BY: readonly StackBy[] = ['event_domain', 'event_dataset', 'evidence_id'];

const DOMAIN_ORDER: readonly string[] = EVENT_DOMAINS;

/** Keys the engine (and we) count together. No field has this value. */
export const OTHER = '*';
const MOST_SERIES = 7;

export interface Series {
  readonly key: string;
  /** Events in each bin. */
  readonly counts: Float64Array;
  readonly total: number;
}

export interface Histogram {
  readonly from: number;
  readonly to: number;
  readonly bins: number;
  readonly undated: number;
  /** Bottom of the stack first. */
  readonly series: readonly Series[];
  /** Sum over the series of each bin. */
  readonly totals: Float64Array;
  readonly highest: number;
  readonly total: number;
}

export interface HistogramAnswer {
  readonly from: number | null;
  readonly to: number | null;
  readonly undated: number;
  readonly arrow: Uint8Array;
}

/** Null when nothing under the filter has a time. */
export function readHistogram(answer: HistogramAnswer, bins: number, by: StackBy): Histogram | null {
  if (answer.from === null || answer.to === null || answer.to <= answer.from) return null;
  const rows = readArrowRows(answer.arrow);
  const byKey = new Map<string, Float64Array>();
  for (let row = 0; row < rows.length; row += 1) {
    const bin = rows.number(row, 'bin') ?? -1;
    const key = rows.text(row, 'key') ?? '';
    if (bin < 0 || bin >= bins) continue;
    let counts = byKey.get(key);
    if (counts === undefined) {
      counts = new Float64Array(bins);
      byKey.set(key, counts);
    }
    counts[bin] = (counts[bin] ?? 0) + (rows.number(row, 'count') ?? 0);
  }
  const all = [...byKey].map(([key, counts]) => ({ key, counts, total: sum(counts) }));
  const series = by === 'event_domain' ? orderDomains(all) : limitKeys(all, bins);
  const totals = new Float64Array(bins);
  for (const { counts } of series)
    for (let bin = 0; bin < bins; bin += 1) totals[bin] = at(totals, bin) + at(counts, bin);
  return {
    from: answer.from,
    to: answer.to,
    bins,
    undated: answer.undated,
    series,
    totals,
    highest: totals.reduce((most, count) => Math.max(most, count), 0),
    total: sum(totals),
  };
}

function at(counts: Float64Array, bin: number): number {
  return counts[bin] ?? 0;
}

function sum(counts: Float64Array): number {
  return counts.reduce((all, count) => all + count, 0);
}

/** Domains keep their places whatever their counts, so that the eye finds them again. */
function orderDomains(all: readonly Series[]): readonly Series[] {
  const rank = (key: string): number => {
    const index = DOMAIN_ORDER.indexOf(key);
    return index < 0 ? EVENT_DOMAINS.length : index;
  };
  return [...all].sort((one, other) => rank(one.key) - rank(other.key));
}

function limitKeys(all: readonly Series[], bins: number): readonly Series[] {
  const sorted = [...all].sort(
    (one, other) =>
      Number(one.key === OTHER) - Number(other.key === OTHER) ||
      other.total - one.total ||
      (one.key < other.key ? -1 : 1),
  );
  const own = sorted.filter(({ key }) => key !== OTHER);
  if (own.length === sorted.length && own.length <= MOST_SERIES) return own;
  const kept = own.slice(0, MOST_SERIES - 1);
  const rest = sorted.filter((series) => !kept.includes(series));
  const counts = new Float64Array(bins);
  for (const one of rest)
    for (let bin = 0; bin < bins; bin += 1) counts[bin] = at(counts, bin) + at(one.counts, bin);
  return [...kept, { key: OTHER, counts, total: sum(counts) }];
}

/** Start and end of a bin, microseconds. */
export function binBounds(histogram: Histogram, bin: number): { readonly from: number; readonly to: number } {
  const width = (histogram.to - histogram.from) / histogram.bins;
  return {
    from: Math.round(histogram.from + bin * width),
    to: Math.round(histogram.from + (bin + 1) * width),
  };
}

/** Its events in bins of another stretch, each where the middle of its own bin lies; those outside are left out. */
export function totalsWithin(
  { from, to, bins, totals }: Pick<Histogram, 'from' | 'to' | 'bins' | 'totals'>,
  stretch: { readonly from: number; readonly to: number },
  into: number,
): Float64Array {
  const found = new Float64Array(into);
  const width = (to - from) / bins;
  for (let bin = 0; bin < bins; bin += 1) {
    const middle = from + (bin + 0.5) * width - stretch.from;
    const place = Math.floor((middle / (stretch.to - stretch.from)) * into);
    if (place >= 0 && place < into) found[place] = at(found, place) + at(totals, bin);
  }
  return found;
}

/** One bin for every two pixels, within what the engine takes. */
export function binsFor(width: number): number {
  return Math.max(20, Math.min(2000, Math.floor(width / 2)));
}

const SECOND = 1_000_000;
const DAY = 86_400 * SECOND;
/** Lengths of time people count in, microseconds. */
const WIDTHS: readonly number[] = [
  ...[1, 10, 100, 1000, 10_000, 100_000].flatMap((unit) => [unit, 2 * unit, 5 * unit]),
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60 * SECOND),
  ...[1, 2, 3, 6, 12].map((hours) => hours * 3600 * SECOND),
  ...[1, 10, 100, 1000].flatMap((unit) => [DAY * unit, 2 * DAY * unit, 5 * DAY * unit]),
];

/**
 * A stretch in at most `bins` bins of a round width whose edges lie on round times of a zone `offsetUs` ahead of UTC;
 * less than a bin wider than asked for at either end.
 */
export function roundBins(
  from: number,
  to: number,
  bins: number,
  offsetUs: number,
): Pick<HistogramSpec, 'bins'> & { readonly from: number; readonly to: number } {
  // One bin is kept for the edges.
  const least = (to - from) / Math.max(1, bins - 1);
  const width = WIDTHS.find((one) => one >= least);
  if (width === undefined) return { from, to, bins };
  const start = Math.floor((from + offsetUs) / width) * width - offsetUs;
  const count = Math.max(1, Math.ceil((to - start) / width));
  return { from: start, to: start + count * width, bins: count };
}

const ROUND = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10];

/** A round number at or above the highest bar, for the axis; its half is round too. */
export function niceTop(highest: number): number {
  if (highest <= 1) return 1;
  if (highest <= 10) return Math.ceil(highest / 2) * 2;
  const power = 10 ** Math.floor(Math.log10(highest));
  return Math.round((ROUND.find((one) => one * power >= highest) ?? 10) * power);
}
