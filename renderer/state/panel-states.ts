/** What each panel wants kept with the case: opaque here, checked by the panel's own schema when read. */
import { createStore, type StoreApi } from 'zustand/vanilla';

export interface PanelStates {
  readonly values: Readonly<Record<string, unknown>>;
  readonly put: (key: string, value: unknown) => void;
  readonly restore: (values: Readonly<Record<string, unknown>>) => void;
}

export function createPanelStates(): StoreApi<PanelStates> {
  return createStore<PanelStates>()((set, get) => ({
    values: {},
    put: (key, value) => set({ values: { ...get().values, [key]: value } }),
    restore: (values) => set({ values }),
  }));
}
