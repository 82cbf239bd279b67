import { describe, expect, it } from 'vitest';
import type { Filter } from '../../shared/filter';
import { clausesSchema, combine, createFilter, invertFilter } from './filter';

const ot: Filter = { kind: 'in', field: 'event_domain', values: ['ot'] };
const words: Filter = { kind: 'words', text: 'pump' };
const range: Filter = { kind: 'time', from: 1, to: 2 };

function made() {
  const store = createFilter();
  return { store, now: () => store.getState() };
}

describe('filter', () => {
  it('is everything without clauses, the clause itself with one, all of them with more', () => {
    const { now } = made();
    expect(now().filter).toEqual({ kind: 'and', of: [] });
    now().add(ot, 'events');
    expect(now().filter).toEqual(ot);
    now().add(words, 'bar');
    expect(now().filter).toEqual({ kind: 'and', of: [ot, words] });
  });

  it('keeps one clause for equal filters and wakes it up when it was muted', () => {
    const { now } = made();
    now().add(ot, 'events');
    const [clause] = now().clauses;
    now().toggleMuted(clause!.id);
    expect(now().filter).toEqual({ kind: 'and', of: [] });
    now().add({ ...ot }, 'bar');
    expect(now().clauses).toHaveLength(1);
    expect(now().filter).toEqual(ot);
  });

  it('gives an author one clause that is replaced or taken away', () => {
    const { now } = made();
    now().setFrom('timeline', range);
    now().add(ot, 'bar');
    now().setFrom('timeline', { ...range, to: 3 });
    expect(now().clauses.map(({ filter }) => filter)).toEqual([{ ...range, to: 3 }, ot]);
    now().setFrom('timeline', null);
    expect(now().clauses).toHaveLength(1);
  });

  it('leaves out authors for panels that show what they filter', () => {
    const { now } = made();
    now().setFrom('timeline', range);
    now().add(ot, 'bar');
    expect(combine(now().clauses, ['timeline'])).toEqual(ot);
  });

  it('inverts a clause and back', () => {
    expect(invertFilter(invertFilter(ot))).toEqual(ot);
    const { now } = made();
    now().add(ot, 'bar');
    now().invert(now().clauses[0]!.id);
    expect(now().filter).toEqual({ kind: 'not', of: ot });
  });

  it('walks back and forward over every change, and forgets the way forward after a new one', () => {
    const { now } = made();
    now().add(ot, 'bar');
    now().add(words, 'bar');
    now().clear();
    now().back();
    expect(now().clauses).toHaveLength(2);
    now().back();
    now().back();
    expect(now().clauses).toHaveLength(0);
    expect(now().canGoBack).toBe(false);
    now().forward();
    expect(now().filter).toEqual(ot);
    now().add(range, 'bar');
    expect(now().canGoForward).toBe(false);
  });

  it('does not count a change that changes nothing', () => {
    const { now } = made();
    now().clear();
    now().setFrom('timeline', null);
    expect(now().canGoBack).toBe(false);
  });

  it('takes a text anew without losing authors of clauses that stay, nor muted ones', () => {
    const { now } = made();
    now().setFrom('timeline', range);
    now().add(ot, 'events');
    now().toggleMuted(now().clauses[1]!.id);
    const muted = now().clauses.filter((clause) => clause.muted);
    now().replaceAll([words, range], muted);
    expect(now().clauses.map(({ author }) => author)).toEqual(['bar', 'timeline', 'events']);
  });

  it('gives new clauses ids of their own after a restart', () => {
    const first = made();
    first.now().add(ot, 'bar');
    const kept = clausesSchema.parse(JSON.parse(JSON.stringify(first.now().clauses)));
    const second = made();
    second.now().restore(kept);
    second.now().add(words, 'bar');
    expect(new Set(second.now().clauses.map(({ id }) => id)).size).toBe(2);
    expect(second.now().canGoBack).toBe(true);
  });
});
