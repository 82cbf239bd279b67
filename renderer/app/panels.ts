/** Finds the panels: every `renderer/panels/<id>/panel.ts` that exports `panel`. Nothing is registered by hand. */
import type { Panel, PanelPlace } from '../state/panel';

const modules = import.meta.glob<{ readonly panel?: Panel }>('../panels/*/panel.ts', { eager: true });

const ORDER = 100;

export const PANELS: readonly Panel[] = Object.values(modules)
  .flatMap(({ panel }) => (panel === undefined ? [] : [panel]))
  .sort((one, other) => (one.order ?? ORDER) - (other.order ?? ORDER) || (one.id < other.id ? -1 : 1));

export function panelById(id: string): Panel | undefined {
  return PANELS.find((panel) => panel.id === id);
}

export function panelsAt(place: PanelPlace): readonly Panel[] {
  return PANELS.filter((panel) => panel.defaultPlace === place);
}
