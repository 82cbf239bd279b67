/** The whole case in one strip below the time bar: where there is evidence, what is shown, what is brushed. */
import { type PointerEvent, type ReactNode, useRef } from 'react';
import type { TimeWindow } from '../../state/time-window';
import { Canvas } from './canvas';
import { drawOverview } from './draw-lanes';
import { type Histogram, totalsWithin } from './histogram';
import type { ChartColours } from './palette';
import { type TimeScale, timeAt, xOf } from './time-scale';

export const OVERVIEW_HEIGHT = 18;
export const OVERVIEW_BINS = 400;

export interface OverviewProps {
  /** What passes the filter, over its own stretch. */
  readonly histogram: Histogram;
  readonly whole: TimeWindow;
  readonly width: number;
  readonly window: TimeWindow | null;
  readonly brush: TimeWindow | null;
  readonly colours: ChartColours;
  readonly onWindow: (window: TimeWindow) => void;
}

export function Overview({
  histogram,
  whole,
  width,
  window,
  brush,
  colours,
  onWindow,
}: OverviewProps): ReactNode {
  const scale: TimeScale = { from: whole.from, to: whole.to, width };
  const held = useRef<number | null>(null);
  const move = (event: PointerEvent<HTMLDivElement>): void => {
    if (held.current === null || window === null) return;
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const from = timeAt(scale, x) - held.current;
    onWindow({ from, to: from + (window.to - window.from) });
  };
  return (
    <div
      className="timeline-overview"
      aria-hidden="true"
      title="The whole case, on a log scale. Drag to move what is shown."
      onPointerDown={(event) => {
        if (window === null || event.button !== 0) return;
        const time = timeAt(scale, event.clientX - event.currentTarget.getBoundingClientRect().left);
        const inside = time >= window.from && time < window.to;
        held.current = inside ? time - window.from : (window.to - window.from) / 2;
        event.currentTarget.setPointerCapture(event.pointerId);
        move(event);
      }}
      onPointerMove={move}
      onPointerUp={() => {
        held.current = null;
      }}
    >
      <Canvas
        width={width}
        height={OVERVIEW_HEIGHT}
        draw={(context) =>
          drawOverview(
            context,
            totalsWithin(histogram, whole, OVERVIEW_BINS),
            scale,
            OVERVIEW_HEIGHT,
            colours,
          )
        }
      />
      {brush !== null && <Stretch className="overview-brush" scale={scale} stretch={brush} />}
      {window !== null && <Stretch className="overview-window" scale={scale} stretch={window} />}
    </div>
  );
}

interface StretchProps {
  readonly className: string;
  readonly scale: TimeScale;
  readonly stretch: TimeWindow;
}

function Stretch({ className, scale, stretch }: StretchProps): ReactNode {
  const left = Math.max(0, xOf(scale, stretch.from));
  const right = Math.min(scale.width, xOf(scale, stretch.to));
  return <div className={className} style={{ left, width: Math.max(3, right - left) }} />;
}
