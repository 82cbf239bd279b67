/** The one place a screen reader listens to for words that pass: counts, undo, progress. */
import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { useWorkbench } from '../state/hooks';

export function Announcer(): ReactNode {
  const { text, number } = useStore(useWorkbench().messages, (state) => state.announced);
  return (
    <div className="sr-only" role="status" aria-live="polite" aria-atomic="true">
      {/* The key makes equal words a change that is read again. */}
      <span key={number}>{text}</span>
    </div>
  );
}
