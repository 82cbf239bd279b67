/** The bar at the top: the case and its menu, the search field, the zone on display, theme, help. */
import { ChevronDown, CircleHelp, Contrast } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { THEMES } from '../state/display';
import { useCase, useDisplay, useWorkbench } from '../state/hooks';
import { IconButton } from '../ui/button';
import { Menu, type MenuEntry } from '../ui/menu';
import { useOpenState } from './open-state';
import { SearchField } from './search-field';
import { ZonePicker } from './zone-picker';
import './top-bar.css';

export function TopBar(): ReactNode {
  const open = useCase();
  const show = useOpenState((state) => state.show);
  return (
    <header className="top-bar">
      {open === null ? <span className="brand">Throughline</span> : <CaseMenu />}
      {open === null ? <span className="top-space" /> : <SearchField />}
      {open !== null && <ZonePicker />}
      <ThemeMenu />
      <IconButton label="Keyboard shortcuts" keys="?" onClick={() => show('shortcuts')}>
        <CircleHelp />
      </IconButton>
    </header>
  );
}

/** Commands of the menu, in groups parted by lines. */
const OFFERED = [
  ['evidence.import', 'operation.undo', 'operation.redo'],
  ['case.saveAs', 'case.report'],
  ['case.open', 'case.verify', 'case.close'],
];

function CaseMenu(): ReactNode {
  const { commands } = useWorkbench();
  const open = useCase();
  const known = useStore(commands, (state) => state.commands);
  if (open === null) return null;
  const entries: MenuEntry[] = [
    { kind: 'heading', label: open.folder },
    ...OFFERED.flatMap((group, at): MenuEntry[] => {
      const items = group.flatMap((id): MenuEntry[] => {
        const command = known.find((one) => one.id === id);
        if (command?.run === undefined) return [];
        const keys = command.keys?.split(' ')[0];
        const disabled = Boolean(command.unavailable);
        return [
          { label: command.title, disabled, run: command.run, ...(keys === undefined ? {} : { keys }) },
        ];
      });
      return at === 0 || items.length === 0 ? items : [{ kind: 'line' }, ...items];
    }),
  ];
  return (
    <Menu
      trigger={
        <button type="button" className="case-button" aria-label={`Case ${open.name}`}>
          <span className="case-name">{open.name}</span>
          <ChevronDown aria-hidden="true" />
        </button>
      }
      entries={entries}
    />
  );
}

const TITLES = {
  system: 'As the computer',
  dark: 'Dark',
  light: 'Light',
  contrast: 'High contrast',
} as const;

function ThemeMenu(): ReactNode {
  const { theme, setTheme, density, setDensity } = useDisplay();
  const entries: MenuEntry[] = [
    { kind: 'heading', label: 'Theme' },
    ...THEMES.map(
      (one): MenuEntry => ({ label: TITLES[one], checked: one === theme, run: () => setTheme(one) }),
    ),
    { kind: 'line' },
    { kind: 'heading', label: 'Rows' },
    ...(['compact', 'normal', 'roomy'] as const).map(
      (one): MenuEntry => ({
        label: `${one.charAt(0).toUpperCase()}${one.slice(1)}`,
        checked: one === density,
        run: () => setDensity(one),
      }),
    ),
  ];
  return (
    <Menu
      align="end"
      trigger={
        <button type="button" className="icon-button" aria-label="Theme and rows" title="Theme and rows">
          <Contrast />
        </button>
      }
      entries={entries}
    />
  );
}
