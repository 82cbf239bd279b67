/**
 * What lies over a chart and takes pointer and keys: dragging or Shift+arrows choose places, Enter filters every panel
 * by them, Escape gives up. Drawing below it knows nothing of this.
 */
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react';
import { type Cell, cellAt, isInside, type Lattice, moved, type Rect, rectOf, type Span } from './lattice';

export interface SurfaceProps {
  readonly lattice: Lattice;
  readonly label: string;
  /** Parts of the plot that are not chosen. */
  readonly dimmed: readonly Rect[];
  /** Words of a cell, for screen readers and the status line. */
  readonly describe: (cell: Cell) => string;
  readonly onHover: (place: { readonly x: number; readonly y: number } | null) => void;
  readonly onSay: (text: string) => void;
  readonly onChoose: (span: Span | null) => void;
  readonly children?: ReactNode;
}

const CLICK_PX = 4;
const STEPS: Readonly<Record<string, readonly [columns: number, rows: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
  Home: [-1e9, 0],
  End: [1e9, 0],
};

export function Surface(props: SurfaceProps): ReactNode {
  const { lattice } = props;
  const host = useRef<HTMLDivElement>(null);
  const held = useRef<{ x: number; y: number; cell: Cell; moved: boolean } | null>(null);
  const [draft, setDraft] = useState<Span | null>(null);
  const [cursor, setCursor] = useState<Cell | null>(null);

  const place = (event: PointerEvent): { x: number; y: number } => {
    const box = host.current?.getBoundingClientRect();
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    const { x, y } = place(event);
    if (event.button !== 0 || !isInside(lattice, x, y)) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    held.current = { x, y, cell: cellAt(lattice, x, y), moved: false };
    setCursor(null);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    const { x, y } = place(event);
    const press = held.current;
    if (press === null) {
      props.onHover(isInside(lattice, x, y) ? { x, y } : null);
      return;
    }
    if (!press.moved && Math.hypot(x - press.x, y - press.y) < CLICK_PX) return;
    press.moved = true;
    props.onHover(null);
    setDraft({ from: press.cell, to: cellAt(lattice, x, y) });
  };
  const onPointerUp = (event: PointerEvent<HTMLDivElement>): void => {
    const press = held.current;
    held.current = null;
    if (press === null) return;
    const { x, y } = place(event);
    setDraft(null);
    if (press.moved) props.onChoose({ from: press.cell, to: cellAt(lattice, x, y) });
    else if (props.dimmed.length > 0) props.onChoose(null);
    else props.onChoose({ from: press.cell, to: press.cell });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== host.current || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = STEPS[event.key];
    if (step !== undefined) {
      const at = draft?.to ?? cursor;
      const next = at === null ? { column: 0, row: 0 } : moved(lattice, at, step[0], step[1]);
      setCursor(next);
      const from = event.shiftKey ? (draft?.from ?? at ?? next) : next;
      setDraft({ from, to: next });
      props.onSay(
        event.shiftKey ? `${props.describe(from)} to ${props.describe(next)}` : props.describe(next),
      );
    } else if (event.key === 'Enter' || event.key === ' ') {
      if (draft === null) return;
      props.onChoose(draft);
      setDraft(null);
    } else if (event.key === 'Escape') {
      if (draft === null) props.onChoose(null);
      setDraft(null);
      setCursor(null);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const drawn = draft === null ? null : rectOf(lattice, draft);
  return (
    <div
      ref={host}
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes keys.
      tabIndex={0}
      className="chart-surface"
      data-focus-first=""
      aria-roledescription="chart"
      aria-label={props.label}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={() => {
        held.current = null;
        setDraft(null);
      }}
      onPointerLeave={() => props.onHover(null)}
      onBlur={() => setDraft(null)}
      onKeyDown={onKeyDown}
    >
      {drawn === null &&
        props.dimmed.map((rect) => (
          <div key={`${rect.left} ${rect.top}`} className="chart-dimmed" style={{ ...rect }} />
        ))}
      {drawn !== null && <div className="chart-draft" style={{ ...drawn }} />}
      {props.children}
    </div>
  );
}
