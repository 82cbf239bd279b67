/** What a key does in the grid; the same table feeds the shortcut sheet. Keys with a text box in focus never come here. */

export type GridAction =
  | { readonly kind: 'rows'; readonly by: number; readonly extend: boolean }
  | { readonly kind: 'page'; readonly by: -1 | 1; readonly extend: boolean }
  | { readonly kind: 'edge'; readonly to: 'first' | 'last'; readonly extend: boolean }
  | { readonly kind: 'cells'; readonly by: -1 | 1 }
  | { readonly kind: 'detail' }
  | { readonly kind: 'close' }
  | { readonly kind: 'hit'; readonly backwards: boolean }
  | { readonly kind: 'copy'; readonly what: 'rows' | 'cell' }
  | { readonly kind: 'menu' }
  | { readonly kind: 'find' };

export interface KeyPress {
  readonly key: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

export const GRID_SHORTCUTS: readonly { readonly keys: string; readonly does: string }[] = [
  { keys: 'j k ArrowDown ArrowUp', does: 'Next, previous row; with Shift select more' },
  { keys: 'ArrowLeft ArrowRight', does: 'Previous, next cell' },
  { keys: 'PageUp PageDown', does: 'A screen of rows' },
  { keys: 'Home End', does: 'First, last row' },
  { keys: 'Enter', does: 'Open or close the row' },
  { keys: 'Ctrl+F', does: 'Find in the rows shown' },
  { keys: 'Ctrl+C', does: 'Copy the rows selected' },
  { keys: 'Ctrl+Shift+C', does: 'Copy the cell' },
  { keys: 'Shift+F10', does: 'Menu of the cell' },
];

/** The action of a key press, or null when the grid leaves the key to others. */
export function gridAction(press: KeyPress): GridAction | null {
  const control = press.ctrlKey || press.metaKey;
  if (press.altKey) return null;
  if (control) return controlAction(press);
  const extend = press.shiftKey;
  switch (press.key) {
    case 'ArrowDown':
      return { kind: 'rows', by: 1, extend };
    case 'ArrowUp':
      return { kind: 'rows', by: -1, extend };
    case 'j':
    case 'J':
      return { kind: 'rows', by: 1, extend };
    case 'k':
    case 'K':
      return { kind: 'rows', by: -1, extend };
    case 'PageDown':
      return { kind: 'page', by: 1, extend };
    case 'PageUp':
      return { kind: 'page', by: -1, extend };
    case 'Home':
      return { kind: 'edge', to: 'first', extend };
    case 'End':
      return { kind: 'edge', to: 'last', extend };
    case 'ArrowRight':
      return { kind: 'cells', by: 1 };
    case 'ArrowLeft':
      return { kind: 'cells', by: -1 };
    case 'Enter':
      return { kind: 'detail' };
    case 'Escape':
      // With Shift it is the window's: it maximises.
      return extend ? null : { kind: 'close' };
    case 'n':
      return { kind: 'hit', backwards: false };
    case 'N':
      return { kind: 'hit', backwards: true };
    case 'ContextMenu':
      return { kind: 'menu' };
    case 'F10':
      return press.shiftKey ? { kind: 'menu' } : null;
    default:
      return null;
  }
}

function controlAction(press: KeyPress): GridAction | null {
  switch (press.key) {
    case 'c':
      return { kind: 'copy', what: 'rows' };
    case 'C':
      return { kind: 'copy', what: 'cell' };
    case 'f':
      return { kind: 'find' };
    case 'Home':
      return { kind: 'edge', to: 'first', extend: press.shiftKey };
    case 'End':
      return { kind: 'edge', to: 'last', extend: press.shiftKey };
    default:
      return null;
  }
}
