/** The one event everybody looks at, whether the filter lets it through, and the instant under the pointer. */
import { createStore, type StoreApi } from 'zustand/vanilla';

export interface SelectedEvent {
  readonly eventId: string;
  /** Microseconds since 1970 UTC; null for an undated event. */
  readonly time: number | null;
  /** Panel that chose it, so that it does not jump to its own choice. */
  readonly author: string;
}

export interface SelectionState {
  readonly selected: SelectedEvent | null;
  /** The filter in force leaves the selected event out: whoever shows or uses it says so. */
  readonly outside: boolean;
  /** Instant under the pointer in any panel, for a shared cross-hair. */
  readonly hoverTime: number | null;
  readonly select: (eventId: string, time: number | null, author: string) => void;
  /** What the engine says of an event under the filter in force; nothing where another was selected meanwhile. */
  readonly judge: (eventId: string, outside: boolean) => void;
  readonly clearSelection: () => void;
  readonly hover: (time: number | null) => void;
}

export function createSelection(): StoreApi<SelectionState> {
  return createStore<SelectionState>()((set, get) => ({
    selected: null,
    outside: false,
    hoverTime: null,
    select: (eventId, time, author) => {
      const was = get().selected;
      if (was?.eventId === eventId && was.author === author && was.time === time) return;
      set({ selected: { eventId, time, author }, ...(was?.eventId === eventId ? {} : { outside: false }) });
    },
    judge: (eventId, outside) => {
      if (get().selected?.eventId === eventId) set({ outside });
    },
    clearSelection: () => set({ selected: null, outside: false }),
    hover: (hoverTime) => {
      if (get().hoverTime !== hoverTime) set({ hoverTime });
    },
  }));
}
