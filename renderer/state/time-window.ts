/** The stretch of time the timeline shows. It does not filter; a brushed range does, as a clause of its own. */
import { createStore, type StoreApi } from 'zustand/vanilla';

/** Half-open [from, to), microseconds since 1970 UTC. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

export interface TimeWindowState {
  /** Null shows everything dated. */
  readonly window: TimeWindow | null;
  /** First and last dated event of the case under the filter without its time clause; null until known. */
  readonly extent: TimeWindow | null;
  readonly setWindow: (window: TimeWindow | null) => void;
  /** Least width of the window in microseconds: what the times of the events shown can tell apart, a few times over. */
  readonly narrowest: number;
  /** `stepUs`: the finest step of the events shown. */
  readonly setStep: (stepUs: number) => void;
  readonly setExtent: (extent: TimeWindow | null) => void;
  /** Moves the window, keeping its width, until the instant is in its middle; does nothing when it is in sight. */
  readonly showTime: (time: number) => void;
  readonly zoom: (factor: number, centre?: number) => void;
  /** Moves by a share of the window's width; negative is earlier. */
  readonly pan: (share: number) => void;
}

/** Nothing narrower than ten microseconds: the least an event's time can be told apart by, and a few bins. */
export const NARROWEST = 10;

/** Keeps a window's width within reason and inside the extent (with a margin of half a window). */
export function settleWindow(
  window: TimeWindow,
  extent: TimeWindow | null,
  narrowest = NARROWEST,
): TimeWindow | null {
  const width = Math.max(narrowest, Math.round(window.to - window.from));
  if (extent === null) return { from: Math.round(window.from), to: Math.round(window.from) + width };
  if (width >= extent.to - extent.from) return null;
  const least = extent.from - Math.floor(width / 2);
  const most = extent.to - Math.ceil(width / 2);
  const from = Math.round(Math.min(Math.max(window.from, least), Math.max(least, most)));
  return { from, to: from + width };
}

export function createTimeWindow(): StoreApi<TimeWindowState> {
  return createStore<TimeWindowState>()((set, get) => ({
    window: null,
    extent: null,
    narrowest: NARROWEST,
    setStep: (stepUs) => set({ narrowest: Math.max(1, stepUs) * NARROWEST }),
    setWindow: (window) => set({ window: window && settleWindow(window, get().extent, get().narrowest) }),
    setExtent: (extent) => {
      const was = get().extent;
      if (was?.from === extent?.from && was?.to === extent?.to) return;
      set({ extent });
    },
    showTime: (time) => {
      const { window, extent, narrowest } = get();
      if (window === null || (time >= window.from && time < window.to)) return;
      const half = (window.to - window.from) / 2;
      set({ window: settleWindow({ from: time - half, to: time + half }, extent, narrowest) });
    },
    zoom: (factor, centre) => {
      const { window, extent, narrowest } = get();
      const now = window ?? extent;
      if (now === null) return;
      const at = centre ?? (now.from + now.to) / 2;
      const from = at - (at - now.from) / factor;
      const to = at + (now.to - at) / factor;
      set({ window: settleWindow({ from, to }, extent, narrowest) });
    },
    pan: (share) => {
      const { window, extent, narrowest } = get();
      if (window === null) return;
      const by = (window.to - window.from) * share;
      set({ window: settleWindow({ from: window.from + by, to: window.to + by }, extent, narrowest) });
    },
  }));
}
