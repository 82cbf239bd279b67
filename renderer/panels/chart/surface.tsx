/**
 * What lies over a chart and takes pointer and keys: dragging or Shift+arrows choose places, Enter filters every panel
 * by them, Escape gives up. Drawing below it knows nothing of this.
 */
import { type PointerEvent, type ReactNode, useRef } from 'react';
import { type Cell, cellAt, isInside, type Lattice, type Rect, rectOf } from './lattice';
import { useWalk, type WalkProps } from './use-walk';

export interface SurfaceProps extends WalkProps {
  readonly lattice: Lattice;
  readonly label: string;
  /** Parts of the plot that are not chosen. */
  readonly dimmed: readonly Rect[];
  readonly onHover: (place: { readonly x: number; readonly y: number } | null) => void;
  readonly children?: ReactNode;
}

const CLICK_PX = 4;
export function Surface(props: SurfaceProps): ReactNode {
  const { lattice } = props;
  const host = useRef<HTMLDivElement>(null);
  const held = useRef<{ x: number; y: number; cell: Cell; moved: boolean } | null>(null);
  const { draft, setDraft, forget, onKeyDown } = useWalk(props);

  const place = (event: PointerEvent): { x: number; y: number } => {
    const box = host.current?.getBoundingClientRect();
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    const { x, y } = place(event);
    if (event.button !== 0 || !isInside(lattice, x, y)) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    held.current = { x, y, cell: cellAt(lattice, x, y), moved: false };
    forget();
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
