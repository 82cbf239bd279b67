/** The plot itself: a gutter with names, the chart with its surface, the time bar, the overview. */
import { type ReactNode, useMemo, useRef, useState } from 'react';
import { describeStretch } from '../../../shared/filter-words';
import { useSelection, useShowPanel, useTimeWindow, useZone } from '../../state/hooks';
import type { TimeWindow } from '../../state/time-window';
import { countText } from '../../ui/event-text';
import { Canvas } from './canvas';
import { drawLanes } from './draw-lanes';
import type { Histogram } from './histogram';
import { HistogramChart } from './histogram-chart';
import { eventAt, placeLanes } from './lanes';
import { Overview } from './overview';
import type { ChartColours } from './palette';
import { Surface } from './surface';
import { TimeAxis, ZoneName } from './time-axis';
import { type TimeScale, timeAt } from './time-scale';
import { BinTip, EventTip, Tip } from './tip';
import type { LaneState } from './use-lane-events';
import { useSize } from './use-size';

const AUTHOR = 'timeline';
const LEAST_HISTOGRAM = 48;

export interface StageProps {
  readonly histogram: Histogram;
  readonly overview: Histogram;
  readonly density: Histogram | null;
  readonly lanes: LaneState;
  readonly brush: TimeWindow | null;
  readonly colours: ChartColours;
  readonly colourOf: (key: string) => string;
  readonly labelOf: (key: string) => string;
  readonly onBrush: (brush: TimeWindow | null) => void;
}

export function Stage(props: StageProps): ReactNode {
  const { histogram, overview, density, colours, brush } = props;
  const chart = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(chart);
  const zone = useZone();
  const time = useTimeWindow();
  const { selected, hoverTime, select, hover } = useSelection();
  const showPanel = useShowPanel();
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
    () => placeLanes(scale, [...domains, ...spanning.split(',')], props.lanes.events),
    [scale, domains, spanning, props.lanes.events],
  );
  const lanesHeight = lanes.reduce((sum, lane) => sum + lane.height, 0);
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
        {lanes.map((lane) => (
          <div
            key={lane.domain}
            className="lane-name"
            data-domain={lane.domain}
            style={{ top: histogramHeight + lane.top, height: lane.height }}
          >
            <span className="domain-mark" />
            {lane.domain}
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
              hoveredId: under?.eventId ?? null,
            })
          }
        />
        <Surface
          scale={scale}
          brush={brush}
          selectedTime={selected?.time ?? null}
          hoverTime={hoverTime}
          label={label}
          onPress={(x, y) => {
            const event = eventAt(lanes, x, y - histogramHeight);
            if (event === null) return false;
            select(event.eventId, event.from, AUTHOR);
            showPanel('inspector', false);
            return true;
          }}
          onHover={(next) => {
            setPlace(next);
            hover(next === null ? null : timeAt(scale, next.x));
          }}
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
        whole case
      </div>
      <Overview
        histogram={overview}
        width={width}
        window={time.window}
        brush={brush}
        colours={colours}
        onWindow={time.setWindow}
      />
    </div>
  );
}
