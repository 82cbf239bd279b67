/** What the status bar says and a screen reader announces: problems until dismissed, short words that pass. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Problem } from '../../shared/problem';

export interface Report {
  readonly id: number;
  readonly problem: Problem;
  /** Where it came from: a panel's id. */
  readonly author: string;
}

export interface MessagesState {
  /** Newest last; equal ones are kept once. */
  readonly reports: readonly Report[];
  /** Last thing to be read out, with a number that makes equal words new. */
  readonly announced: { readonly text: string; readonly number: number };
  /** What was just done, for the eye as well; `undo` offers to take it back. */
  readonly told: { readonly text: string; readonly number: number; readonly undo: boolean } | null;
  readonly report: (problem: Problem, author: string) => void;
  /** Says what was done where it is seen and read out. */
  readonly tell: (text: string, undo?: boolean) => void;
  readonly hush: () => void;
  readonly dismiss: (id: number) => void;
  readonly dismissAll: () => void;
  readonly announce: (text: string) => void;
}

const MOST = 100;

export function createMessages(): StoreApi<MessagesState> {
  let last = 0;
  return createStore<MessagesState>()((set, get) => ({
    reports: [],
    announced: { text: '', number: 0 },
    told: null,
    report: (problem, author) => {
      last += 1;
      const rest = get().reports.filter(
        (one) => one.problem.code !== problem.code || one.problem.what !== problem.what,
      );
      set({ reports: [...rest, { id: last, problem, author }].slice(-MOST) });
    },
    dismiss: (id) => set({ reports: get().reports.filter((one) => one.id !== id) }),
    dismissAll: () => set({ reports: [] }),
    tell: (text, undo = false) => {
      const number = (get().told?.number ?? 0) + 1;
      set({ told: { text, number, undo } });
      get().announce(undo ? `${text}. Ctrl+Z undoes it.` : text);
    },
    hush: () => set({ told: null }),
    announce: (text) => set({ announced: { text, number: get().announced.number + 1 } }),
  }));
}
