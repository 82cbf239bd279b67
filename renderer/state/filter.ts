/**
 * The shared filter: clauses, each with the panel that made it, muted or not. A panel leaves its own clause out when
 * it must not filter itself. Every change can be walked back and forward.
 */
import { z } from 'zod';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { EVERYTHING, type Filter, filterSchema } from '../../shared/filter';

export interface Clause {
  readonly id: string;
  /** Panel that made it; `bar` for what was typed. */
  readonly author: string;
  readonly filter: Filter;
  /** Kept and shown, but without effect. */
  readonly muted: boolean;
}

export const clausesSchema = z
  .array(z.object({ id: z.string(), author: z.string(), filter: filterSchema, muted: z.boolean() }))
  .max(200);

export interface FilterState {
  readonly clauses: readonly Clause[];
  /** All clauses that are not muted, together. */
  readonly filter: Filter;
  readonly canGoBack: boolean;
  readonly canGoForward: boolean;
  /** Adds a clause unless an equal one is there, which is then unmuted. */
  readonly add: (filter: Filter, author: string) => void;
  /** The author's one clause: replaced, or removed with null. */
  readonly setFrom: (author: string, filter: Filter | null) => void;
  readonly replace: (id: string, filter: Filter) => void;
  /** Everything that was typed or clicked, anew; what `keep` holds stays as it is. */
  readonly replaceAll: (filters: readonly Filter[], keep: readonly Clause[]) => void;
  readonly remove: (id: string) => void;
  readonly toggleMuted: (id: string) => void;
  readonly invert: (id: string) => void;
  readonly clear: () => void;
  readonly back: () => void;
  readonly forward: () => void;
  /** A stored set of clauses, without history. */
  readonly restore: (clauses: readonly Clause[]) => void;
}

const MOST_STEPS = 200;

/** The clauses in effect, except those of some authors. */
export function combine(clauses: readonly Clause[], except: readonly string[] = []): Filter {
  const parts = clauses
    .filter(({ muted, author }) => !muted && !except.includes(author))
    .map(({ filter }) => filter);
  const [only] = parts;
  if (only === undefined) return EVERYTHING;
  return parts.length === 1 ? only : { kind: 'and', of: parts };
}

/** The opposite; twice is the filter itself. */
export function invertFilter(filter: Filter): Filter {
  return filter.kind === 'not' ? filter.of : { kind: 'not', of: filter };
}

export function sameFilter(one: Filter, other: Filter): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

export function createFilter(): StoreApi<FilterState> {
  let past: (readonly Clause[])[] = [];
  let future: (readonly Clause[])[] = [];
  let lastId = 0;

  return createStore<FilterState>()((set, get) => {
    const show = (clauses: readonly Clause[]): void => {
      const next = combine(clauses);
      const filter = sameFilter(next, get().filter) ? get().filter : next;
      set({ clauses, filter, canGoBack: past.length > 0, canGoForward: future.length > 0 });
    };
    const change = (clauses: readonly Clause[]): void => {
      if (JSON.stringify(clauses) === JSON.stringify(get().clauses)) return;
      past = [...past, get().clauses].slice(-MOST_STEPS);
      future = [];
      show(clauses);
    };
    const make = (filter: Filter, author: string): Clause => {
      lastId += 1;
      return { id: `c${lastId}`, author, filter, muted: false };
    };
    const edit = (id: string, how: (clause: Clause) => Clause | null): void =>
      change(
        get().clauses.flatMap((clause) => {
          const next = clause.id === id ? how(clause) : clause;
          return next === null ? [] : [next];
        }),
      );
    return {
      clauses: [],
      filter: EVERYTHING,
      canGoBack: false,
      canGoForward: false,
      add: (filter, author) => {
        const same = get().clauses.find((clause) => sameFilter(clause.filter, filter));
        if (same === undefined) change([...get().clauses, make(filter, author)]);
        else edit(same.id, (clause) => ({ ...clause, muted: false }));
      },
      setFrom: (author, filter) => {
        const { clauses } = get();
        const own = clauses.find((clause) => clause.author === author);
        if (filter === null) change(clauses.filter((clause) => clause.author !== author));
        else if (own === undefined) change([...clauses, make(filter, author)]);
        else edit(own.id, (clause) => ({ ...clause, filter, muted: false }));
      },
      replace: (id, filter) => edit(id, (clause) => ({ ...clause, filter })),
      replaceAll: (filters, keep) => {
        const old = get().clauses;
        const made = filters.map(
          (filter) =>
            old.find((clause) => !clause.muted && sameFilter(clause.filter, filter)) ?? make(filter, 'bar'),
        );
        change([...made, ...keep]);
      },
      remove: (id) => edit(id, () => null),
      toggleMuted: (id) => edit(id, (clause) => ({ ...clause, muted: !clause.muted })),
      invert: (id) => edit(id, (clause) => ({ ...clause, filter: invertFilter(clause.filter) })),
      clear: () => change([]),
      back: () => {
        const before = past.pop();
        if (before === undefined) return;
        future.push(get().clauses);
        show(before);
      },
      forward: () => {
        const after = future.pop();
        if (after === undefined) return;
        past.push(get().clauses);
        show(after);
      },
      restore: (clauses) => {
        past = [];
        future = [];
        for (const { id } of clauses) lastId = Math.max(lastId, Number(id.slice(1)) || 0);
        show(clauses);
      },
    };
  });
}
