/** What was just done, for some seconds at the foot of the window, with the way back where there is one. */
import { type ReactNode, useEffect } from 'react';
import { useStore } from 'zustand';
import { useRunCommand, useWorkbench } from '../state/hooks';
import { Button } from '../ui/button';
import './toast.css';

const SHOWN_MS = 7000;

export function Toast(): ReactNode {
  const { told, hush } = useStore(useWorkbench().messages);
  const run = useRunCommand();
  const number = told?.number ?? 0;
  useEffect(() => {
    if (number === 0) return;
    const timer = setTimeout(hush, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [number, hush]);
  if (told === null) return null;
  // The announcer has read it out already.
  return (
    <div className="toast">
      <span className="toast-text" title={told.text}>
        {told.text}
      </span>
      {told.undo && (
        <Button
          look="plain"
          onClick={() => {
            hush();
            run('operation.undo');
          }}
        >
          Undo
        </Button>
      )}
    </div>
  );
}
