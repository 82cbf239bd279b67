/** The plot itself: a gutter with names, the chart with its surface, the time bar, the overview. */
import { type ReactNode, useMemo, useRef, useState } from 'react';
import { describeStretch } from '../../../shared/filter/words';
import { formatDuration } from '../../../shared/time';
import {
  useAnnounce,
  useCounts,
  useSelection,
  useShowPanel,
  useTimeWindow,
  useZone,
} from '../../state/hooks';
import type { TimeWindow } from '../../state/time-window';
import { countText, plural } from '../../ui/event-text';
import { useSize } from '../../ui/use-size';
import { NonePasses } from '../none-passes';
import { Canvas } from './canvas';
import { drawLanes } from './draw-lanes';
import { type Histogram, niceTop, type StackBy } from './histogram';
import { HistogramChart } from './histogram-chart';
import { eventAt, fitLanes, heightOf, type ViewLane } from './lanes';
import { Overview } from './overview';
import type { ChartColours } from './palette';
import { Surface } from './surface';
import { TimeAxis, ZoneName } from './time-axis';
import { type TimeScale, timeAt } from './time-scale';
import { BinTip, EventTip, roughly, Tip } from './tip';
import type { LaneState } from './use-lane-events';

const AUTHOR = 'timeline';
const LEAST_HISTOGRAM = 48;
/** Share of the height the histogram keeps before spans get more rows. */
const HISTOGRAM_SHARE = 0.36;

export interface StageProps {
  readonly by: StackBy;
  readonly histogram: Histogram;
  readonly overview: Histogram;
  /** First and last event of the case, whatever the filter. */
  readonly whole: TimeWindow;
  /** What is shown of it; null for all. */
  readonly window: TimeWindow | null;
  readonly density: Histogram | null;
  readonly lanes: LaneState;
  /** Saved views that lie on the timeline. */
  readonly views: readonly ViewLane[];
  readonly brush: TimeWindow | null;
  readonly colours: ChartColours;
  readonly colourOf: (key: string) => string;
  readonly labelOf: (key: string) => string;
  readonly onBrush: (brush: TimeWindow | null) => void;
}

/** What the highest line of the histogram stands for, and the width of a bar. */
function ScaleNames({
  histogram,
  height,
}: {
  readonly histogram: Histogram;
  readonly height: number;
}): ReactNode {
  const top = niceTop(histogram.highest);
  const bin = Math.round((histogram.to - histogram.from) / histogram.bins);
  const width = bin >= 60_000_000 ? Math.round(bin / 60_000_000) * 60_000_000 : bin;
  return (
    <>
      <span className="scale-name" style={{ top: 0 }}>
        {countText(top)}
      </span>
      {height > 64 && top >= 2 && (
        <span className="scale-name" style={{ top: Math.round(height / 2) - 5 }}>
          {countText(top / 2)}
        </span>
      )}
      <span className="scale-name scale-unit" style={{ top: height - 16 }}>
        in {formatDuration(roughly(width))}
      </span>
    </>
  );
}

export function Stage(props: StageProps): ReactNode {
  const { histogram, overview, density, colours, brush } = props;
  const chart = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(chart);
  const zone = useZone();
  const time = useTimeWindow();
  const { selected, hoverTime, select, hover } = useSelection();
  const showPanel = useShowPanel();
  const announce = useAnnounce();
  const { counts, stale } = useCounts();
  const [place, setPlace] = useState<{ readonly x: number; readonly y: number } | null>(null);

  const scale: TimeScale = useMemo(
    () => ({ from: histogram.from, to: histogram.to, width: Math.max(1, width) }),
    [histogram, width],
  );
  const domains = useMemo(
    () => (density ?? histogram).series.filter(({ total }) => total > 0).map(({ key }) => key),
    [density, histogram],
  );
  const spanning = props.lanes.events.map(({ domain }) => domain).join();
  const lanes = useMemo(
    () =>
      fitLanes(
        scale,
        [...domains, ...spanning.split(',')],
        props.lanes.events,
        height,
        Math.max(LEAST_HISTOGRAM, height * HISTOGRAM_SHARE),
        props.views,
      ),
    [scale, domains, spanning, props.lanes.events, props.views, height],
  );
  const lanesHeight = heightOf(lanes);
  const histogramHeight = Math.max(LEAST_HISTOGRAM, height - lanesHeight);
  const under = place === null ? null : eventAt(lanes, place.x, place.y - histogramHeight);
  const bin =
    place === null || place.y > histogramHeight
      ? -1
      : Math.min(histogram.bins - 1, Math.floor((place.x / scale.width) * histogram.bins));
  const middle = Math.round((scale.from + scale.to) / 2);
  const range = brush === null ? '' : ` Brushed: ${describeStretch(brush.from, brush.to, zone)}.`;
  const label = `${countText(histogram.total)} events, ${describeStretch(scale.from, scale.to, zone)}, ${zone}.${range} Arrow keys move a brush, Enter filters to it.`;

  return (
    <div className="timeline-stage">
      <div className="timeline-gutter" aria-hidden="true">
        <ScaleNames histogram={histogram} height={histogramHeight} />
        {lanes.map((lane) => (
          <div
            key={lane.domain}
            className={lane.isView ? 'lane-name lane-view' : 'lane-name'}
            title={lane.title}
            data-domain={lane.isView ? undefined : lane.domain}
            style={{ top: histogramHeight + lane.top, height: lane.height }}
          >
            <span className="domain-mark" />
            <span className="lane-title">{lane.title}</span>
            {lane.hidden > 0 && (
              <span className="label" title="Spans that found no room; zoom in">
                +{lane.hidden}
              </span>
            )}
          </div>
        ))}
      </div>
      <div className="timeline-chart" ref={chart}>
        <HistogramChart
          histogram={histogram}
          width={width}
          height={histogramHeight}
          colourOf={props.colourOf}
          colours={colours}
        />
        <Canvas
          width={width}
          height={lanesHeight}
          draw={(context) =>
            drawLanes(context, {
              scale,
              lanes,
              density,
              dense: props.lanes.dense,
              colours,
              selectedId: selected?.eventId ?? null,
              hoveredId: under === null || under.eventId === '' ? null : under.eventId,
            })
          }
        />
        {histogram.total === 0 && lanes.every((lane) => lane.spans.length === 0) && (
          <p className="timeline-none">
            {counts !== null && !stale && counts.undated > 0 && counts.undated === counts.shown ? (
              `${plural(counts.undated, 'event')} under this filter, without a time: the rows below show what was written.`
            ) : counts?.shown === 0 && !stale ? (
              <NonePasses />
            ) : (
              <>
                Nothing in this stretch under this filter. <kbd>0</kbd> shows all of the time.
              </>
            )}
          </p>
        )}
        <Surface
          scale={scale}
          brush={brush}
          selectedTime={selected?.time ?? null}
          hoverTime={hoverTime}
          label={label}
          onPress={(x, y) => {
            const event = eventAt(lanes, x, y - histogramHeight);
            if (event === null || event.eventId === '') return false;
            select(event.eventId, event.from, AUTHOR);
            showPanel('inspector', false);
            return true;
          }}
          onHover={(next) => {
            setPlace(next);
            hover(next === null ? null : timeAt(scale, next.x));
          }}
          onDraft={(draft) => announce(describeStretch(draft.from, draft.to, zone))}
          onBrush={props.onBrush}
          onZoom={time.zoom}
          onZoomTo={time.setWindow}
          onPan={time.pan}
        >
          {place !== null && under !== null && (
            <Tip x={place.x} width={width}>
              <EventTip event={under} zone={zone} />
            </Tip>
          )}
          {place !== null && under === null && bin >= 0 && (histogram.totals[bin] ?? 0) > 0 && (
            <Tip x={place.x} width={width}>
              <BinTip
                histogram={histogram}
                isDomain={props.by === 'event_domain'}
                bin={bin}
                zone={zone}
                labelOf={props.labelOf}
                colourOf={props.colourOf}
              />
            </Tip>
          )}
        </Surface>
      </div>
      <ZoneName zone={zone} at={middle} />
      <TimeAxis scale={scale} zone={zone} />
      <div className="timeline-whole label" aria-hidden="true">
        all of the time
      </div>
      <Overview
        histogram={overview}
        whole={props.whole}
        width={width}
        window={props.window}
        brush={brush}
        colours={colours}
        onWindow={time.setWindow}
      />
    </div>
  );
}
