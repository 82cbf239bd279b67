/** Problems reported anywhere in the window, kept in the status bar until they are dismissed. */
import { Popover } from '@base-ui/react/popover';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { useWorkbench } from '../state/hooks';
import { Button, IconButton } from '../ui/button';
import { plural } from '../ui/event-text';
import { ProblemText } from '../ui/problem-text';
import { useOpenState } from './open-state';

export function MessageList(): ReactNode {
  const { reports, dismiss, dismissAll } = useStore(useWorkbench().messages);
  const open = useOpenState((state) => state.shown === 'messages');
  const show = useOpenState((state) => state.show);
  const hide = useOpenState((state) => state.hide);
  const last = reports.at(-1);
  if (last === undefined) return null;
  return (
    <Popover.Root open={open} onOpenChange={(next) => (next ? show('messages') : hide())}>
      <Popover.Trigger className="status-item status-button status-problem" title="Problems">
        <span className="status-mark-bad" aria-hidden="true" />
        <span className="status-last">{last.problem.what}</span>
        {reports.length > 1 && <span className="label">{plural(reports.length, 'problem')}</span>}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner className="menu-place" side="top" align="start" sideOffset={4}>
          <Popover.Popup className="messages" aria-label="Problems">
            <ul>
              {[...reports].reverse().map(({ id, problem }) => (
                <li key={id}>
                  <ProblemText problem={problem} />
                  <IconButton label="Dismiss" onClick={() => dismiss(id)}>
                    <X />
                  </IconButton>
                </li>
              ))}
            </ul>
            {reports.length > 1 && (
              <footer className="dialog-actions">
                <Button onClick={dismissAll}>Dismiss all</Button>
              </footer>
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
