/** What a panel is to the frame. Each folder below `renderer/panels` has a `panel.ts` that exports `panel`. */
import type { ComponentType } from 'react';

/** Where a panel stands until the analyst moves it; `window` takes the whole window while no case is open. */
export type PanelPlace = 'left' | 'centre-top' | 'centre-bottom' | 'right' | 'window';

export interface Panel {
  /** The folder's name. */
  readonly id: string;
  /** Title of its tab. */
  readonly title: string;
  readonly View: ComponentType;
  /** Dialogs and drop targets of the panel: drawn once at the window's root, whether the panel is open or not. */
  readonly Overlay?: ComponentType;
  readonly defaultPlace: PanelPlace;
  /** Order among the tabs of one place; 100 unless said. */
  readonly order?: number;
  /** Key that shows the panel and moves the focus there, as in `Command.keys`. */
  readonly shortcut?: string;
}

export function definePanel(panel: Panel): Panel {
  return panel;
}
