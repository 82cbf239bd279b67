/** Which of the dialogs over files is open, and what it was opened with; at most one. */
import { create } from 'zustand';

export type FileDialog =
  | { readonly kind: 'save-case' | 'verify' | 'report' | 'export' | 'work-on' }
  /** `token` of a file that asks for a passphrase; null: it is still to be chosen. */
  | { readonly kind: 'open-case'; readonly token: string | null; readonly name: string };

interface ShownState {
  readonly shown: FileDialog | null;
  readonly show: (dialog: FileDialog) => void;
  readonly hide: () => void;
}

export const useShownDialog = create<ShownState>()((set) => ({
  shown: null,
  show: (shown) => set({ shown }),
  hide: () => set({ shown: null }),
}));
