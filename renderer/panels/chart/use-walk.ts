/** Keys on a chart: arrows walk its cells, with Shift they choose a stretch, Enter filters by it, Escape gives up. */
import { type KeyboardEvent, useState } from 'react';
import { type Cell, type Lattice, moved, type Span } from './lattice';

export interface WalkProps {
  readonly lattice: Pick<Lattice, 'columns' | 'rows'>;
  /** Words of a cell, for screen readers and the status line. */
  readonly describe: (cell: Cell) => string;
  readonly onSay: (text: string) => void;
  readonly onChoose: (span: Span | null) => void;
}

export interface Walk {
  /** What Enter would filter by. */
  readonly draft: Span | null;
  readonly setDraft: (span: Span | null) => void;
  /** Walking begins anew. */
  readonly forget: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

const STEPS: Readonly<Record<string, readonly [columns: number, rows: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  Home: [-1e9, 0],
  End: [1e9, 0],
};

export function useWalk({ lattice, describe, onSay, onChoose }: WalkProps): Walk {
  const [draft, setDraft] = useState<Span | null>(null);
  const [cursor, setCursor] = useState<Cell | null>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEPS[event.key];
    if (step !== undefined) {
      const at = draft?.to ?? cursor;
      const next = at === null ? { column: 0, row: 0 } : moved(lattice, at, step[0], step[1]);
      setCursor(next);
      const from = event.shiftKey ? (draft?.from ?? at ?? next) : next;
      setDraft({ from, to: next });
      onSay(event.shiftKey ? `${describe(from)} to ${describe(next)}` : describe(next));
    } else if (event.key === 'Enter' || event.key === ' ') {
      if (draft === null) return;
      onChoose(draft);
      setDraft(null);
    } else if (event.key === 'Escape') {
      if (draft === null) onChoose(null);
      setDraft(null);
      setCursor(null);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return { draft, setDraft, forget: () => setCursor(null), onKeyDown };
}
