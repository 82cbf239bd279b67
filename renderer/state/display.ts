/** How things are shown: zone, theme, row density. Reaches every panel. */
import { z } from 'zod';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { isZone } from '../../shared/time';

export const THEMES = ['system', 'dark', 'light', 'contrast'] as const;
export type Theme = (typeof THEMES)[number];

/** Row heights in px: compact 20, normal 24, roomy 30. */
export const DENSITIES = ['compact', 'normal', 'roomy'] as const;
export type Density = (typeof DENSITIES)[number];
export const ROW_HEIGHT: Readonly<Record<Density, number>> = { compact: 20, normal: 24, roomy: 30 };

export const displaySchema = z.object({
  zone: z.string().refine(isZone).catch('UTC'),
  theme: z.enum(THEMES).catch('system'),
  density: z.enum(DENSITIES).catch('normal'),
});

export interface DisplayState {
  /** IANA name or fixed offset in which every time is shown. */
  readonly zone: string;
  readonly theme: Theme;
  readonly density: Density;
  readonly setZone: (zone: string) => void;
  readonly setTheme: (theme: Theme) => void;
  readonly setDensity: (density: Density) => void;
}

export function createDisplay(initial: Partial<z.infer<typeof displaySchema>> = {}): StoreApi<DisplayState> {
  return createStore<DisplayState>()((set) => ({
    zone: 'UTC',
    theme: 'system',
    density: 'normal',
    ...initial,
    setZone: (zone) => {
      if (isZone(zone)) set({ zone });
    },
    setTheme: (theme) => set({ theme }),
    setDensity: (density) => set({ density }),
  }));
}
