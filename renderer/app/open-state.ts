/** Which of the frame's own pop-ups is open; at most one. */
import { create } from 'zustand';

export type PopUp = 'palette' | 'shortcuts' | 'zone' | 'messages' | 'new-case';

interface OpenState {
  readonly shown: PopUp | null;
  readonly show: (popUp: PopUp) => void;
  readonly hide: () => void;
}

export const useOpenState = create<OpenState>()((set) => ({
  shown: null,
  show: (shown) => set({ shown }),
  hide: () => set({ shown: null }),
}));
