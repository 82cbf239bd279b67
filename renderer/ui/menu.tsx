/**
 * Menus. `Menu` hangs under a button; `ContextMenuAt` opens at a place on the screen, for a right click or the menu
 * key in a grid. Both take a plain list, so that what they offer can be tested without drawing it.
 */
import { Menu as Base } from '@base-ui/react/menu';
import { type ReactElement, type ReactNode, useMemo, useRef } from 'react';
import './menu.css';

export interface MenuAction {
  readonly kind?: 'action';
  readonly label: string;
  readonly keys?: string;
  /** A tick before the label; null or absent for actions that are no switch. */
  readonly checked?: boolean | null;
  readonly disabled?: boolean;
  readonly hint?: string;
  readonly run: () => void;
}

export type MenuEntry =
  | MenuAction
  | { readonly kind: 'line' }
  | { readonly kind: 'heading'; readonly label: string }
  | { readonly kind: 'submenu'; readonly label: string; readonly entries: readonly MenuEntry[] };

export function MenuEntries({ entries }: { readonly entries: readonly MenuEntry[] }): ReactNode {
  return entries.map((entry, index) => {
    const key = 'label' in entry ? `${index} ${entry.label}` : `${index}`;
    if (entry.kind === 'line') return <Base.Separator key={key} className="menu-line" />;
    if (entry.kind === 'heading') {
      return (
        <div key={key} className="menu-heading label" role="presentation">
          {entry.label}
        </div>
      );
    }
    if (entry.kind === 'submenu') {
      return (
        <Base.SubmenuRoot key={key}>
          <Base.SubmenuTrigger className="menu-item">
            <span className="menu-tick" />
            <span className="menu-label">{entry.label}</span>
            <span className="menu-keys" aria-hidden="true">
              ›
            </span>
          </Base.SubmenuTrigger>
          <Popup side="right" align="start" alignOffset={-5}>
            <MenuEntries entries={entry.entries} />
          </Popup>
        </Base.SubmenuRoot>
      );
    }
    return <Item key={key} action={entry} />;
  });
}

function Item({ action }: { readonly action: MenuAction }): ReactNode {
  const { checked = null } = action;
  const body = (
    <>
      <span className="menu-tick" aria-hidden="true">
        {checked === true ? '✓' : ''}
      </span>
      <span className="menu-label">{action.label}</span>
      {action.hint !== undefined && <span className="menu-hint label">{action.hint}</span>}
      {action.keys !== undefined && <span className="menu-keys label">{keysShown(action.keys)}</span>}
    </>
  );
  const disabled = action.disabled ?? false;
  if (checked !== null) {
    return (
      <Base.CheckboxItem
        className="menu-item"
        checked={checked}
        disabled={disabled}
        closeOnClick
        onCheckedChange={() => action.run()}
      >
        {body}
      </Base.CheckboxItem>
    );
  }
  return (
    <Base.Item className="menu-item" disabled={disabled} onClick={() => action.run()}>
      {body}
    </Base.Item>
  );
}

interface PopupProps {
  readonly children: ReactNode;
  readonly side?: 'bottom' | 'right';
  readonly align?: 'start' | 'end';
  readonly alignOffset?: number;
  readonly anchor?: { getBoundingClientRect: () => DOMRect };
}

function Popup({
  children,
  side = 'bottom',
  align = 'start',
  alignOffset = 0,
  anchor,
}: PopupProps): ReactNode {
  return (
    <Base.Portal>
      <Base.Positioner
        className="menu-place"
        side={side}
        align={align}
        sideOffset={2}
        alignOffset={alignOffset}
        {...(anchor === undefined ? {} : { anchor })}
      >
        <Base.Popup className="menu">{children}</Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  );
}

export interface MenuProps {
  /** The button the menu hangs under. */
  readonly trigger: ReactElement;
  readonly entries: readonly MenuEntry[];
  readonly align?: 'start' | 'end';
}

export function Menu({ trigger, entries, align = 'start' }: MenuProps): ReactNode {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Popup align={align}>
        <MenuEntries entries={entries} />
      </Popup>
    </Base.Root>
  );
}

export interface ContextMenuAtProps {
  /** Place in the window, px; null closes the menu. */
  readonly at: { readonly x: number; readonly y: number } | null;
  readonly entries: readonly MenuEntry[];
  readonly onClose: () => void;
}

export function ContextMenuAt({ at, entries, onClose }: ContextMenuAtProps): ReactNode {
  const last = useRef({ x: 0, y: 0 });
  if (at !== null) last.current = at;
  const { x, y } = last.current;
  const anchor = useMemo(() => ({ getBoundingClientRect: () => new DOMRect(x, y, 0, 0) }), [x, y]);
  return (
    <Base.Root open={at !== null} onOpenChange={(open) => !open && onClose()} modal={false}>
      <Popup anchor={anchor}>
        <MenuEntries entries={entries} />
      </Popup>
    </Base.Root>
  );
}

/** A letter stands for its key, as on the key cap. */
function keysShown(keys: string): string {
  return keys.length === 1 ? keys.toUpperCase() : keys;
}
