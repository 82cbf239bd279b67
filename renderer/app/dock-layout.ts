/** The default layout, and how a kept one is brought back. */
import type { DockviewApi, IDockviewPanel, SerializedDockview } from 'dockview-react';
import type { Panel } from '../state/panel';
import { PANELS, panelsAt } from './panels';

const LEFT_WIDTH = 240;
const RIGHT_WIDTH = 340;
const TOP_SHARE = 0.42;
const LEAST_SIDE = 180;

const EDGES = { left: LEFT_WIDTH, right: RIGHT_WIDTH } as const;
type Edge = keyof typeof EDGES;

function edgeOf(panel: Panel): Edge | null {
  return panel.defaultPlace === 'left' || panel.defaultPlace === 'right' ? panel.defaultPlace : null;
}

/** The group at an edge, made when it is not there. */
function edgeGroup(api: DockviewApi, edge: Edge): string {
  const there = api.getEdgeGroup(edge);
  if (there !== undefined) return there.id;
  const made = api.addEdgeGroup(edge, {
    id: `edge-${edge}`,
    initialSize: EDGES[edge],
    minimumSize: LEAST_SIDE,
    collapsedSize: 0,
  });
  settleEdge(api, edge);
  return made.id;
}

const keptOpen = new WeakSet<object>();

/**
 * Its tabs lie on top, also where a kept layout made the group: the library lays those of an edge on their side. A click
 * on the tab in front folds an edge group, here to nothing, with no tab left to open it again: one that has
 * panels opens at once, also where a kept layout has it folded.
 */
function settleEdge(api: DockviewApi, edge: Edge): void {
  const group = api.getEdgeGroup(edge);
  if (group === undefined) return;
  group.setHeaderPosition('top');
  const open = (): void => {
    if (group.isCollapsed() && (api.getGroup(group.id)?.panels.length ?? 0) > 0) group.expand();
  };
  open();
  if (keptOpen.has(group)) return;
  keptOpen.add(group);
  group.onDidCollapsedChange(open);
}

/** Shows a panel where it belongs, or brings it to the front where it is. */
export function placePanel(api: DockviewApi, panel: Panel): IDockviewPanel {
  const there = api.getPanel(panel.id);
  if (there !== undefined) {
    const { location } = there.group.api;
    if (location.type === 'edge') {
      api.setEdgeGroupVisible(location.position, true);
      there.group.api.expand();
    }
    return there;
  }
  const base = { id: panel.id, component: panel.id, title: panel.title, inactive: true } as const;
  const edge = edgeOf(panel);
  if (edge !== null) {
    const group = edgeGroup(api, edge);
    api.setEdgeGroupVisible(edge, true);
    return api.addPanel({ ...base, position: { referenceGroup: group } });
  }
  const neighbours = panelsAt(panel.defaultPlace).filter(({ id }) => id !== panel.id);
  const near = neighbours.flatMap(({ id }) => api.getPanel(id) ?? [])[0];
  if (near !== undefined) return api.addPanel({ ...base, position: { referencePanel: near } });
  const centre = centrePanel(api);
  if (centre === undefined) return api.addPanel(base);
  const direction = panel.defaultPlace === 'centre-top' ? 'above' : 'below';
  return api.addPanel({ ...base, position: { referencePanel: centre, direction } });
}

/** Some panel that stands in the grid between the edges. */
function centrePanel(api: DockviewApi): IDockviewPanel | undefined {
  return api.panels.find(({ group }) => group.api.location.type === 'grid');
}

export function buildDefault(api: DockviewApi): void {
  api.clear();
  // Edges of another layout would keep its widths, and have folded themselves when their last panel went.
  for (const edge of ['left', 'right'] as const) {
    if (api.getEdgeGroup(edge) !== undefined) api.removeEdgeGroup(edge);
  }
  for (const panel of PANELS) if (panel.defaultPlace !== 'window') placePanel(api, panel);
  for (const place of ['left', 'centre-top', 'centre-bottom', 'right'] as const) {
    const [first] = panelsAt(place);
    if (first !== undefined) api.getPanel(first.id)?.api.setActive();
  }
  const [top] = panelsAt('centre-top');
  const timeline = top === undefined ? undefined : api.getPanel(top.id);
  timeline?.group.api.setSize({ height: Math.round(api.height * TOP_SHARE) });
  const [main] = panelsAt('centre-bottom');
  if (main !== undefined) api.getPanel(main.id)?.api.setActive();
}

function isLayout(value: unknown): value is SerializedDockview {
  return typeof value === 'object' && value !== null && 'grid' in value && 'panels' in value;
}

/** A layout as it was kept; the default one when there is none or it does not fit this version. */
export function restoreLayout(api: DockviewApi, kept: unknown): void {
  if (!isLayout(kept)) {
    buildDefault(api);
    return;
  }
  try {
    api.fromJSON(kept);
    for (const edge of ['left', 'right'] as const) settleEdge(api, edge);
    if (api.panels.length === 0) buildDefault(api);
  } catch {
    buildDefault(api);
  }
}

/** Shows or hides what stands left and right. */
export function setSides(api: DockviewApi, visible: SidesThatFit): void {
  for (const edge of ['left', 'right'] as const) {
    if (api.getEdgeGroup(edge) !== undefined && api.isEdgeGroupVisible(edge) !== visible[edge]) {
      api.setEdgeGroupVisible(edge, visible[edge]);
    }
  }
}

export type SidesThatFit = Readonly<Record<Edge, boolean>>;

const LEAST_CENTRE = 480;

/** Which side panels fit beside a centre worth having, for a window of this width. */
export function sidesThatFit(width: number): SidesThatFit {
  return {
    left: width >= LEAST_CENTRE + LEFT_WIDTH,
    right: width >= LEAST_CENTRE + LEFT_WIDTH + RIGHT_WIDTH,
  };
}

/** Where a side was asked for and both do not fit beside a centre worth having, the other one steps aside. */
export function makeRoomFor(api: DockviewApi, panel: IDockviewPanel, fits: SidesThatFit): void {
  const { location } = panel.group.api;
  if (location.type !== 'edge' || fits.right) return;
  if (location.position === 'left' || location.position === 'right') {
    const other = location.position === 'left' ? 'right' : 'left';
    if (api.getEdgeGroup(other) !== undefined) api.setEdgeGroupVisible(other, false);
  }
}

/** Ids of the panels in sight. */
export function visiblePanels(api: DockviewApi): readonly string[] {
  return api.panels.filter((panel) => panel.api.isVisible).map(({ id }) => id);
}
