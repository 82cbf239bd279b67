/** Commands that belong to no panel: case, undo, view, help. */
import { useStore } from 'zustand';
import { describeProblem } from '../../shared/problem';
import { DENSITIES, THEMES } from '../state/display';
import { useCommands, useWorkbench } from '../state/hooks';
import { useOpenState } from './open-state';

const THEME_TITLES = {
  system: 'Theme: as the computer',
  dark: 'Theme: dark',
  light: 'Theme: light',
  contrast: 'Theme: high contrast',
} as const;

export function useFrameCommands(): void {
  const { session, display, filter, messages } = useWorkbench();
  const open = useStore(session, (state) => state.case);
  const back = useStore(filter, (state) => state.canGoBack);
  const forward = useStore(filter, (state) => state.canGoForward);
  const show = useOpenState((state) => state.show);
  const noCase = open === null ? 'No case is open.' : null;

  const operate = async (kind: 'undo' | 'redo', label: string | null): Promise<void> => {
    const outcome = await session.getState()[kind]();
    const { announce, report, tell } = messages.getState();
    if (outcome.ok) tell(`${kind === 'undo' ? 'Undone' : 'Redone'}: ${label ?? ''}`);
    else {
      announce(describeProblem(outcome.problem));
      report(outcome.problem, 'frame');
    }
  };

  useCommands([
    {
      id: 'palette.open',
      title: 'Find a command',
      group: 'Help',
      keys: 'Ctrl+K F1',
      run: () => show('palette'),
    },
    {
      id: 'help.shortcuts',
      title: 'Keyboard shortcuts',
      group: 'Help',
      keys: '?',
      run: () => show('shortcuts'),
    },
    {
      id: 'operation.undo',
      title: open?.undo ? `Undo: ${open.undo}` : 'Undo',
      group: 'Case',
      keys: 'Ctrl+Z',
      unavailable: noCase ?? (open?.undo ? null : 'There is nothing to undo.'),
      run: () => void operate('undo', open?.undo ?? null),
    },
    {
      id: 'operation.redo',
      title: open?.redo ? `Redo: ${open.redo}` : 'Redo',
      group: 'Case',
      keys: 'Ctrl+Shift+Z Ctrl+Y',
      unavailable: noCase ?? (open?.redo ? null : 'There is nothing to redo.'),
      run: () => void operate('redo', open?.redo ?? null),
    },
    {
      id: 'case.close',
      title: 'Close the case',
      group: 'Case',
      unavailable: noCase,
      run: () => void session.getState().closeCase(),
    },
    {
      id: 'filter.back',
      title: 'Back to the filter before',
      group: 'Filter',
      keys: '[',
      unavailable: noCase ?? (back ? null : 'There is no filter before this one.'),
      run: () => filter.getState().back(),
    },
    {
      id: 'filter.forward',
      title: 'Forward to the filter after',
      group: 'Filter',
      keys: ']',
      unavailable: noCase ?? (forward ? null : 'There is no filter after this one.'),
      run: () => filter.getState().forward(),
    },
    {
      id: 'zone.choose',
      title: 'Choose the time zone shown',
      group: 'View',
      keys: 'Alt+Z',
      unavailable: noCase,
      run: () => show('zone'),
    },
    ...THEMES.map((theme) => ({
      id: `theme.${theme}`,
      title: THEME_TITLES[theme],
      group: 'View',
      run: () => display.getState().setTheme(theme),
    })),
    ...DENSITIES.map((density) => ({
      id: `density.${density}`,
      title: `Rows: ${density}`,
      group: 'View',
      also: 'density height',
      run: () => display.getState().setDensity(density),
    })),
  ]);
}
