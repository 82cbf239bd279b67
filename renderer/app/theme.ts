/** Puts the chosen theme and density on the document, and keeps them for windows without a case. */
import { useEffect } from 'react';
import { useStore } from 'zustand';
import type { StoreApi } from 'zustand/vanilla';
import { type DisplayState, displaySchema, type Theme } from '../state/display';
import { useWorkbench } from '../state/hooks';

const KEY = 'throughline-display';

/** `system` follows the computer, which may also ask for more contrast. */
export function resolveTheme(theme: Theme, prefers: (query: string) => boolean): Exclude<Theme, 'system'> {
  if (theme !== 'system') return theme;
  if (prefers('(prefers-contrast: more)')) return 'contrast';
  return prefers('(prefers-color-scheme: light)') ? 'light' : 'dark';
}

function readKept(): Partial<DisplayState> {
  try {
    const kept = displaySchema.safeParse(JSON.parse(localStorage.getItem(KEY) ?? ''));
    return kept.success ? kept.data : {};
  } catch {
    return {};
  }
}

/** Starts with the theme of the last window and keeps every change of it. */
export function rememberTheme(display: StoreApi<DisplayState>): void {
  const { theme, density } = { ...display.getState(), ...readKept() };
  display.setState({ theme, density });
  display.subscribe(({ theme: nextTheme, density: nextDensity }) => {
    try {
      localStorage.setItem(KEY, JSON.stringify({ zone: 'UTC', theme: nextTheme, density: nextDensity }));
    } catch {
      // A full or forbidden storage costs nothing but the memory of a theme.
    }
  });
}

/** Keeps `data-theme` and `data-density` of the document up to date. */
export function useTheme(): void {
  const { display } = useWorkbench();
  const theme = useStore(display, (state) => state.theme);
  const density = useStore(display, (state) => state.density);
  useEffect(() => {
    const queries = ['(prefers-color-scheme: light)', '(prefers-contrast: more)'].map((query) =>
      window.matchMedia(query),
    );
    const apply = (): void => {
      document.documentElement.dataset.theme = resolveTheme(
        theme,
        (query) => window.matchMedia(query).matches,
      );
    };
    apply();
    for (const query of queries) query.addEventListener('change', apply);
    return () => {
      for (const query of queries) query.removeEventListener('change', apply);
    };
  }, [theme]);
  useEffect(() => {
    document.documentElement.dataset.density = density;
  }, [density]);
}
