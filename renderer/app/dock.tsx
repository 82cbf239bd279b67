/**
 * The docked panels. Side panels stand in edge groups of fixed width, the centre takes the rest; every panel can be
 * moved, tabbed, floated or closed, and the layout is kept with the case.
 */
import {
  type DockviewApi,
  DockviewReact,
  type DockviewReadyEvent,
  type IDockviewHeaderActionsProps,
  type IDockviewPanel,
  type IDockviewPanelHeaderProps,
} from 'dockview-react';
import 'dockview-react/dist/styles/dockview.css';
import { Maximize2, X } from 'lucide-react';
import { type ReactNode, useCallback, useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { useCommands, useWorkbench } from '../state/hooks';
import type { Panel } from '../state/panel';
import type { Workbench } from '../state/workbench';
import { IconButton } from '../ui/button';
import { styleNonce } from '../ui/nonce';
import {
  makeRoomFor,
  placePanel,
  restoreLayout,
  type SidesThatFit,
  setSides,
  sidesThatFit,
  visiblePanels,
} from './dock-layout';
import { ErrorBoundary } from './error-boundary';
import { pressKey } from './keys';
import { PANELS, panelById } from './panels';
import './dock.css';

const components = Object.fromEntries(
  PANELS.map(({ id, title, View }) => [id, () => <PanelBody title={title} View={View} />]),
);

const THEME = { name: 'throughline', className: 'dock-theme', dndTabIndicator: 'line' } as const;

export function Dock(): ReactNode {
  const workbench = useWorkbench();
  const api = useRef<DockviewApi | null>(null);
  const stop = useRef<(() => void) | null>(null);
  const host = useRef<HTMLElement>(null);
  const room = useCallback((): SidesThatFit => sidesThatFit(host.current?.clientWidth ?? 0), []);
  const onReady = useCallback(
    (event: DockviewReadyEvent) => {
      api.current = event.api;
      stop.current = followLayout(event.api, workbench, room);
    },
    [workbench, room],
  );
  useEffect(() => () => stop.current?.(), []);
  useRoom(host, api);
  useWishes(api, room);
  usePanelCommands(api, room);
  const nonce = styleNonce();
  const keepTab = (event: React.KeyboardEvent): void => {
    if (!takesTooMuch(event)) return;
    event.stopPropagation();
    pressKey(event.nativeEvent, workbench.commands.getState().commands);
  };
  return (
    <main ref={host} className="dock" aria-label="Panels" onKeyDownCapture={keepTab}>
      <DockviewReact
        components={components}
        defaultTabComponent={Tab}
        rightHeaderActionsComponent={GroupActions}
        theme={THEME}
        onReady={onReady}
        scrollbars="native"
        tabGroupAccent="off"
        getTabContextMenuItems={() => ['maximize', 'float', 'separator', 'close', 'closeOthers']}
        {...(nonce === undefined ? {} : { nonce })}
      />
    </main>
  );
}

/**
 * On a tab the docking library closes the panel at Backspace and Delete, whatever is held beside: Ctrl+Backspace after a
 * click on a tab would take the panel along with the filter. The button beside the tabs closes; keys with Ctrl or Alt
 * are the window's.
 */
function takesTooMuch(event: React.KeyboardEvent): boolean {
  const isTab = event.target instanceof HTMLElement && event.target.getAttribute('role') === 'tab';
  return (
    isTab &&
    (event.key === 'Backspace' || event.key === 'Delete' || event.ctrlKey || event.metaKey || event.altKey)
  );
}

function PanelBody({
  title,
  View,
}: {
  readonly title: string;
  readonly View: React.ComponentType;
}): ReactNode {
  return (
    <div className="panel-body">
      <ErrorBoundary name={title} again="Reload panel">
        <View />
      </ErrorBoundary>
    </div>
  );
}

function Tab({ api }: IDockviewPanelHeaderProps): ReactNode {
  return <div className="dock-tab">{api.title}</div>;
}

/** Right of a group's tabs, seen on hover and focus: what a right click on a tab offers too. */
function GroupActions({ containerApi, activePanel }: IDockviewHeaderActionsProps): ReactNode {
  if (activePanel === undefined) return null;
  const title = activePanel.title ?? 'panel';
  const inGrid = activePanel.group.api.location.type === 'grid';
  return (
    <div className="dock-actions">
      {inGrid && (
        <IconButton
          label={`Maximise or restore ${title}`}
          keys="Shift+Esc"
          onClick={() => toggleMaximised(containerApi, activePanel)}
        >
          <Maximize2 />
        </IconButton>
      )}
      <IconButton label={`Close ${title}: Ctrl+K opens it again`} onClick={() => activePanel.api.close()}>
        <X />
      </IconButton>
    </div>
  );
}

function toggleMaximised(api: DockviewApi, panel: IDockviewPanel): void {
  if (api.hasMaximizedGroup()) api.exitMaximizedGroup();
  else api.maximizeGroup(panel);
}

/** Moves the focus to the next or previous panel in sight. */
function focusGroup(api: DockviewApi, step: 1 | -1): void {
  const shown = api.panels.filter((panel) => panel.api.isVisible && panel.api.isActive);
  const groups = api.groups.filter((group) => group.activePanel !== undefined && group.api.isVisible);
  const at = groups.findIndex((group) => group.element.contains(document.activeElement));
  const next = groups[(at + step + groups.length) % groups.length]?.activePanel ?? shown[0];
  if (next === undefined) return;
  next.api.setActive();
  focusInto(next);
}

/** Restores the kept layout, and keeps every change. A case that opens later brings its own. */
function followLayout(api: DockviewApi, { layout }: Workbench, room: () => SidesThatFit): () => void {
  let own = layout.getState().layout;
  let quiet = false;
  const restore = (kept: unknown): void => {
    quiet = true;
    restoreLayout(api, kept);
    setSides(api, room());
    quiet = false;
    layout.getState().setVisible(visiblePanels(api));
  };
  restore(own);
  const changed = api.onDidLayoutChange(() => {
    if (quiet) return;
    own = api.toJSON();
    layout.getState().setLayout(own);
    layout.getState().setVisible(visiblePanels(api));
  });
  const active = api.onDidActivePanelChange(() => layout.getState().setVisible(visiblePanels(api)));
  const stop = layout.subscribe((now, before) => {
    if (now.layout === before.layout || now.layout === own) return;
    own = now.layout;
    restore(own);
  });
  return () => {
    changed.dispose();
    active.dispose();
    stop();
  };
}

/** Fulfils what panels and commands ask for with `showPanel`. */
function useWishes(api: React.RefObject<DockviewApi | null>, room: () => SidesThatFit): void {
  const wish = useStore(useWorkbench().layout, (state) => state.wish);
  useEffect(() => {
    if (wish === null || api.current === null) return;
    const panel = panelById(wish.panel);
    if (panel === undefined) return;
    const shown = placePanel(api.current, panel);
    makeRoomFor(api.current, shown, room());
    shown.api.setActive();
    if (wish.focus) focusInto(shown);
  }, [wish, api, room]);
}

/** In a narrow window (or at 200 % zoom) side panels step aside; they come back when there is room again. */
function useRoom(host: React.RefObject<HTMLElement | null>, api: React.RefObject<DockviewApi | null>): void {
  const { layout } = useWorkbench();
  useEffect(() => {
    if (host.current === null) return;
    let before = sidesThatFit(host.current.clientWidth);
    const observer = new ResizeObserver(([entry]) => {
      const fits = sidesThatFit(entry?.contentRect.width ?? 0);
      const changed = fits.left !== before.left || fits.right !== before.right;
      before = fits;
      if (changed && api.current !== null && !layout.getState().maximised) setSides(api.current, fits);
    });
    observer.observe(host.current);
    return () => observer.disconnect();
  }, [host, api, layout]);
}

/**
 * The panel's own first stop: what it marks, else the first thing that takes the focus, else its tab: the focus must
 * not stay behind in another panel.
 */
function focusInto({ view, group }: IDockviewPanel): void {
  const { element } = view.content;
  const stops = [
    element.querySelector<HTMLElement>('[data-focus-first]'),
    element.querySelector<HTMLElement>(
      '[role="grid"][tabindex="0"], [tabindex="0"], input:enabled, select:enabled, button:enabled',
    ),
    group.element.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]'),
  ];
  for (const stop of stops) {
    stop?.focus();
    if (stop !== null && stop === document.activeElement) return;
  }
}

/** In the order of their keys, `0` after `9`, so that a list of them reads as the keyboard does. */
function byKey(panels: readonly Panel[]): readonly Panel[] {
  const place = ({ shortcut = '' }: Panel): string => shortcut.replace(/0$/, ':');
  return panels.toSorted((a, b) => (place(a) < place(b) ? -1 : 1));
}

function usePanelCommands(api: React.RefObject<DockviewApi | null>, room: () => SidesThatFit): void {
  const { layout } = useWorkbench();
  const { showPanel, setMaximised } = layout.getState();
  const maximised = useStore(layout, (state) => state.maximised);
  useCommands([
    ...byKey(PANELS.filter(({ defaultPlace }) => defaultPlace !== 'window')).map((panel) => ({
      id: `panel.${panel.id}`,
      title: `Show ${panel.title}`,
      group: 'Panels',
      ...(panel.shortcut === undefined ? {} : { keys: panel.shortcut }),
      run: () => showPanel(panel.id),
    })),
    {
      id: 'layout.centre',
      title: maximised ? 'Show the side panels again' : 'Give the centre the whole window',
      group: 'Panels',
      keys: '\\',
      run: () => {
        if (api.current !== null) setSides(api.current, { left: maximised, right: maximised });
        setMaximised(!maximised);
      },
    },
    {
      id: 'layout.maximise',
      title: 'Maximise or restore the active panel',
      group: 'Panels',
      keys: 'Shift+Escape',
      run: () => {
        const dock = api.current;
        if (dock?.activePanel) toggleMaximised(dock, dock.activePanel);
      },
    },
    {
      id: 'layout.next',
      title: 'Go to the next panel',
      group: 'Panels',
      keys: 'F6',
      run: () => api.current !== null && focusGroup(api.current, 1),
    },
    {
      id: 'layout.previous',
      title: 'Go to the previous panel',
      group: 'Panels',
      keys: 'Shift+F6',
      run: () => api.current !== null && focusGroup(api.current, -1),
    },
    {
      id: 'layout.reset',
      title: 'Put the panels back where they were at first',
      group: 'Panels',
      run: () => {
        if (api.current !== null) {
          restoreLayout(api.current, null);
          setSides(api.current, room());
        }
        setMaximised(false);
      },
    },
  ]);
}
