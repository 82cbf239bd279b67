/** Which of the dialogs over files is open, and what it was opened with; at most one. */
import { create } from 'zustand';
import type { Source } from '../../shared/filter';
import type { Sort } from '../../shared/view';

/** Rows to write: where they come from, in which order, which columns. */
export interface ExportRequest {
  readonly source: Source;
  readonly sort: Readonly<Sort>;
  readonly columns: readonly string[];
  /** Set where packets are meant, those of the whole conversations. */
  readonly conversations?: boolean;
}

export type FileDialog =
  | { readonly kind: 'save-case' | 'verify' | 'report' | 'work-on' }
  | { readonly kind: 'export'; readonly request: ExportRequest }
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
