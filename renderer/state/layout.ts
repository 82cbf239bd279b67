/** Which panels are open where. The docking library's own JSON, kept as it is; the frame checks it by using it. */
import { createStore, type StoreApi } from 'zustand/vanilla';

export interface LayoutState {
  /** Serialised layout; null means the default one. */
  readonly layout: unknown;
  /** Ids of the panels that are in sight: the active tab of its group. */
  readonly visible: readonly string[];
  /** Asked for by a panel or command, fulfilled by the frame; the number makes equal wishes new. */
  readonly wish: { readonly panel: string; readonly focus: boolean; readonly number: number } | null;
  /** True while one panel has the whole window. */
  readonly maximised: boolean;
  readonly setLayout: (layout: unknown) => void;
  readonly setVisible: (visible: readonly string[]) => void;
  readonly setMaximised: (maximised: boolean) => void;
  /** Shows a panel, opening it again when it was closed. */
  readonly showPanel: (panel: string, focus?: boolean) => void;
}

export function createLayout(): StoreApi<LayoutState> {
  return createStore<LayoutState>()((set, get) => ({
    layout: null,
    visible: [],
    wish: null,
    maximised: false,
    setLayout: (layout) => set({ layout }),
    setVisible: (visible) => {
      if (get().visible.join() !== visible.join()) set({ visible });
    },
    setMaximised: (maximised) => set({ maximised }),
    showPanel: (panel, focus = true) =>
      set({ wish: { panel, focus, number: (get().wish?.number ?? 0) + 1 } }),
  }));
}
