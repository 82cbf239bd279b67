/** A name or explanation that appears on hover and on focus. Never holds anything that cannot be found elsewhere. */
import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { ReactElement, ReactNode } from 'react';
import './tooltip.css';

export interface TooltipProps {
  readonly text: ReactNode;
  /** Shown behind the text, `Ctrl+K`. */
  readonly keys?: string;
  readonly side?: 'top' | 'bottom' | 'left' | 'right';
  /** The element it belongs to; it keeps its own accessible name. */
  readonly children: ReactElement;
}

/** Once around the window: tooltips after the first come without delay. */
export function TooltipDelay({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <Base.Provider delay={400} closeDelay={0}>
      {children}
    </Base.Provider>
  );
}

export function Tooltip({ text, keys, side = 'bottom', children }: TooltipProps): ReactNode {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner className="tooltip-place" side={side} sideOffset={4}>
          <Base.Popup className="tooltip">
            {text}
            {keys !== undefined && <kbd>{keys}</kbd>}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
