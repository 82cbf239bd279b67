/** "Shown of total" for the filter in force. Whoever opens its view says so here; nobody counts twice. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Filter } from '../../shared/filter';
import { sameFilter } from './filter';

export interface Counts {
  readonly shown: number;
  readonly total: number;
  readonly undated: number;
  readonly first: number | null;
  readonly last: number | null;
}

export interface CountsState {
  readonly counts: Counts | null;
  /** The filter `counts` was counted under. */
  readonly of: Filter | null;
  readonly publish: (of: Filter, counts: Counts) => void;
  readonly forget: () => void;
}

export function createCounts(): StoreApi<CountsState> {
  return createStore<CountsState>()((set) => ({
    counts: null,
    of: null,
    publish: (of, counts) => set({ of, counts }),
    forget: () => set({ of: null, counts: null }),
  }));
}

/** True when the counts belong to another filter than the one in force. */
export function areStale(state: CountsState, filter: Filter): boolean {
  return state.of === null || !sameFilter(state.of, filter);
}
