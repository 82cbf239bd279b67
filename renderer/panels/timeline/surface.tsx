/**
 * What lies over histogram and lanes and takes pointer and keys: brush, pan, zoom, hover, choosing an event. Drawing
 * below it knows nothing of this.
 */
import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import type { TimeWindow } from '../../state/time-window';
import { type BrushKey, CLICK_PX, cursorAt, dragTo, type Grip, gripAt, stepBrush } from './brush';
import { type TimeScale, timeAt, xOf } from './time-scale';

export interface SurfaceProps {
  readonly scale: TimeScale;
  /** The range that filters now. */
  readonly brush: TimeWindow | null;
  readonly selectedTime: number | null;
  readonly hoverTime: number | null;
  readonly label: string;
  /** True when the press was used up by an event under it. */
  readonly onPress: (x: number, y: number) => boolean;
  readonly onHover: (place: { readonly x: number; readonly y: number } | null) => void;
  /** A brush moved by keys, not yet applied. */
  readonly onDraft: (brush: TimeWindow) => void;
  readonly onBrush: (brush: TimeWindow | null) => void;
  readonly onZoom: (factor: number, at: number) => void;
  readonly onZoomTo: (window: TimeWindow) => void;
  readonly onPan: (share: number) => void;
  readonly children: ReactNode;
}

const BRUSH_KEYS: Readonly<Record<string, BrushKey>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  'Shift+ArrowLeft': 'shrink',
  'Shift+ArrowRight': 'grow',
  'Alt+ArrowLeft': 'grow-left',
  'Alt+ArrowRight': 'shrink-left',
};

/** Pixels of a wheel for a doubling. */
const WHEEL_DOUBLE = 240;

export function Surface(props: SurfaceProps): ReactNode {
  const { scale, brush } = props;
  const host = useRef<HTMLDivElement>(null);
  const held = useRef<{ grip: Grip; x: number; moved: boolean; pan: boolean } | null>(null);
  const [draft, setDraft] = useState<TimeWindow | null>(null);
  const shown = draft ?? brush;
  useWheel(host, props);

  const place = (event: PointerEvent): { x: number; y: number } => {
    const box = host.current?.getBoundingClientRect();
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0 && event.button !== 1) return;
    const { x } = place(event);
    event.currentTarget.setPointerCapture(event.pointerId);
    held.current = {
      grip: gripAt(scale, brush, x),
      x,
      moved: false,
      pan: event.button === 1 || event.altKey,
    };
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    const { x, y } = place(event);
    const press = held.current;
    if (press === null) {
      event.currentTarget.style.cursor = cursorAt(scale, brush, x);
      props.onHover({ x, y });
      return;
    }
    if (!press.moved && Math.abs(x - press.x) < CLICK_PX) return;
    if (press.pan) {
      props.onPan((press.x - x) / scale.width);
      held.current = { ...press, x, moved: true };
    } else {
      held.current = { ...press, moved: true };
      setDraft(dragTo(scale, press.grip, x));
      props.onHover(null);
    }
  };
  const onPointerUp = (event: PointerEvent<HTMLDivElement>): void => {
    const press = held.current;
    held.current = null;
    if (press === null) return;
    const { x, y } = place(event);
    if (press.moved && !press.pan) {
      setDraft(null);
      props.onBrush(dragTo(scale, press.grip, x));
    } else if (!press.moved && !props.onPress(x, y) && press.grip.kind === 'new') props.onBrush(null);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== host.current || event.ctrlKey || event.metaKey) return;
    const name = `${event.shiftKey ? 'Shift+' : ''}${event.altKey ? 'Alt+' : ''}${event.key}`;
    const step = BRUSH_KEYS[name];
    const others: Readonly<Record<string, () => void>> = {
      Enter: () => {
        if (draft !== null) props.onBrush(draft);
        setDraft(null);
      },
      Escape: () => {
        if (draft === null) props.onBrush(null);
        setDraft(null);
      },
      PageUp: () => props.onPan(-0.5),
      PageDown: () => props.onPan(0.5),
    };
    if (step !== undefined) {
      const next = stepBrush(scale, shown, step);
      setDraft(next);
      props.onDraft(next);
    } else if (others[name] !== undefined) others[name]();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      ref={host}
      role="application"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: an application takes keys.
      tabIndex={0}
      className="timeline-surface"
      data-focus-first=""
      aria-roledescription="timeline"
      aria-label={props.label}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={() => {
        held.current = null;
        setDraft(null);
      }}
      onPointerLeave={() => props.onHover(null)}
      onDoubleClick={() => shown !== null && props.onZoomTo(shown)}
      onKeyDown={onKeyDown}
    >
      {shown !== null && <Brush scale={scale} brush={shown} isDraft={draft !== null} />}
      {props.hoverTime !== null && <Line scale={scale} at={props.hoverTime} className="timeline-hover" />}
      {props.selectedTime !== null && (
        <Line scale={scale} at={props.selectedTime} className="timeline-selected" />
      )}
      {props.children}
    </div>
  );
}

/** Ctrl+wheel zooms at the pointer, Shift+wheel or a sideways wheel pans; the plain wheel is left to the page. */
function useWheel(host: React.RefObject<HTMLDivElement | null>, props: SurfaceProps): void {
  const latest = useRef(props);
  useEffect(() => {
    latest.current = props;
  });
  useEffect(() => {
    const { current } = host;
    if (current === null) return;
    const onWheel = (event: WheelEvent): void => {
      const { scale, onZoom, onPan } = latest.current;
      const sideways = event.deltaX !== 0 ? event.deltaX : event.shiftKey ? event.deltaY : 0;
      if (event.ctrlKey || event.metaKey) {
        const x = event.clientX - current.getBoundingClientRect().left;
        onZoom(2 ** (-event.deltaY / WHEEL_DOUBLE), timeAt(scale, x));
      } else if (sideways !== 0) onPan(sideways / scale.width);
      else return;
      event.preventDefault();
    };
    current.addEventListener('wheel', onWheel, { passive: false });
    return () => current.removeEventListener('wheel', onWheel);
  }, [host]);
}

interface BrushProps {
  readonly scale: TimeScale;
  readonly brush: TimeWindow;
  readonly isDraft: boolean;
}

/** What lies outside is dimmed; the range itself keeps its colours. */
function Brush({ scale, brush, isDraft }: BrushProps): ReactNode {
  const left = Math.max(-2, xOf(scale, brush.from));
  const right = Math.min(scale.width + 2, xOf(scale, brush.to));
  return (
    <>
      <div className="timeline-outside" style={{ left: 0, width: Math.max(0, left) }} />
      <div className="timeline-outside" style={{ left: Math.max(0, right), right: 0 }} />
      <div
        className={isDraft ? 'timeline-brush draft' : 'timeline-brush'}
        style={{ left, width: Math.max(1, right - left) }}
      />
    </>
  );
}

interface LineProps {
  readonly scale: TimeScale;
  readonly at: number;
  readonly className: string;
}

function Line({ scale, at, className }: LineProps): ReactNode {
  const x = xOf(scale, at);
  if (x < 0 || x > scale.width) return null;
  return <div className={className} style={{ left: x }} />;
}
