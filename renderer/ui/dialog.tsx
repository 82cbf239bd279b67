/**
 * A modal dialog with a title. Escape and a click outside close it; the focus comes back to where it was, or goes on
 * where that is gone.
 */
import { Dialog as Base } from '@base-ui/react/dialog';
import { type ReactNode, type RefObject, useEffect, useRef } from 'react';
import { focusHomeWhenLost } from './focus-home';
import './dialog.css';

export interface DialogProps {
  readonly open: boolean;
  readonly title: string;
  /** Said once under the title, and read out with it. */
  readonly description?: string;
  /** `narrow` 420 px, `medium` 640, `wide` 960; `full` takes the window up to 1320. */
  readonly size?: 'narrow' | 'medium' | 'wide' | 'full';
  /** Hides the title from the eye (not from a screen reader): for palettes. */
  readonly bare?: boolean;
  /** The first text field unless said. */
  readonly initialFocus?: RefObject<HTMLElement | null>;
  readonly children: ReactNode;
  /** Buttons at the foot, the next step last. */
  readonly actions?: ReactNode;
  readonly onClose: () => void;
}

export function Dialog(props: DialogProps): ReactNode {
  const { open, title, description, size = 'medium', bare = false, initialFocus, actions } = props;
  const content = useRef<HTMLDivElement>(null);
  const firstField = (): HTMLElement | true =>
    content.current?.querySelector<HTMLElement>('input[type="text"], input[type="password"], textarea') ??
    true;
  useEffect(() => {
    const page = document;
    return open ? () => focusHomeWhenLost(page) : undefined;
  }, [open]);
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && props.onClose()}>
      <Base.Portal>
        <Base.Backdrop className="dialog-backdrop" />
        <Base.Viewport className={bare ? 'dialog-viewport palette-viewport' : 'dialog-viewport'}>
          <Base.Popup
            className={`dialog dialog-${size}`}
            initialFocus={initialFocus ?? (bare ? true : firstField)}
          >
            {bare ? (
              <Base.Title className="sr-only">{title}</Base.Title>
            ) : (
              <header className="dialog-title">
                <Base.Title>{title}</Base.Title>
                <Base.Close className="icon-button" aria-label="Close" title="Close (Esc)">
                  ×
                </Base.Close>
              </header>
            )}
            {description !== undefined && (
              <Base.Description className={bare ? 'sr-only' : 'dialog-description quiet'}>
                {description}
              </Base.Description>
            )}
            {bare ? (
              props.children
            ) : (
              <div ref={content} className="dialog-content">
                {props.children}
              </div>
            )}
            {actions !== undefined && <footer className="dialog-actions">{actions}</footer>}
          </Base.Popup>
        </Base.Viewport>
      </Base.Portal>
    </Base.Root>
  );
}
