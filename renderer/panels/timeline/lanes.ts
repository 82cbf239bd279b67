/** What stands in the lanes below the histogram: points and spans of single events, packed and found again. Pure. */
import { EVENT_DOMAINS } from '../../../shared/fields';
import type { ArrowRows } from '../../ui/arrow-rows';
import { type TimeScale, xOf } from './time-scale';

export interface LaneEvent {
  readonly eventId: string;
  readonly domain: string;
  readonly from: number;
  /** Null for a point. */
  readonly to: number | null;
  readonly severity: number;
  readonly message: string;
  /** Name of the saved view whose row this is. */
  readonly view?: string;
}

/** Event columns a lane needs. */
export const LANE_COLUMNS: readonly string[] = [
  'event_id',
  'timestamp',
  'ended_at',
  'event_domain',
  'event_severity',
  'message',
];

/** Dated events of a page. */
export function laneEvents(rows: ArrowRows): LaneEvent[] {
  const events: LaneEvent[] = [];
  for (let row = 0; row < rows.length; row += 1) {
    const from = rows.number(row, 'timestamp');
    const eventId = rows.text(row, 'event_id');
    if (from === null || eventId === null) continue;
    const ended = rows.number(row, 'ended_at');
    events.push({
      eventId,
      domain: rows.text(row, 'event_domain') ?? '',
      from,
      to: ended !== null && ended > from ? ended : null,
      severity: rows.number(row, 'event_severity') ?? 0,
      message: rows.text(row, 'message') ?? '',
    });
  }
  return events;
}

export interface PlacedSpan {
  readonly event: LaneEvent;
  /** Pixels from the left of the stretch; may reach out of it. */
  readonly left: number;
  readonly right: number;
  /** Row within its lane, from 0. */
  readonly row: number;
}

export interface PlacedPoint {
  readonly event: LaneEvent;
  readonly x: number;
}

export interface Lane {
  /** The domain's name, or the id of the saved view whose rows these are. */
  readonly domain: string;
  readonly title: string;
  /** Drawn one by one, however many the other lanes hold. */
  readonly isView: boolean;
  readonly points: readonly PlacedPoint[];
  readonly spans: readonly PlacedSpan[];
  /** Spans that found no row. */
  readonly hidden: number;
  /** Top and height in px. */
  readonly top: number;
  readonly height: number;
}

/** Rows of a saved view, in a lane of their own below the domains. */
export interface ViewLane {
  readonly id: string;
  readonly title: string;
  readonly events: readonly LaneEvent[];
  /** Rows in the stretch beyond those fetched. */
  readonly more: number;
}

export const POINT_HEIGHT = 14;
export const SPAN_HEIGHT = 14;
const SPAN_PITCH = 16;
const PADDING = 3;
const MOST_ROWS = 3;
/** A span narrower than this is drawn as a point. */
const LEAST_SPAN = 5;
const GAP = 2;

/** Lanes in the domains' order, of those domains that have anything. */
export function placeLanes(
  scale: TimeScale,
  domains: readonly string[],
  events: readonly LaneEvent[],
  spanRows: number = MOST_ROWS,
  views: readonly ViewLane[] = [],
): readonly Lane[] {
  const order = [...EVENT_DOMAINS.filter((domain) => domains.includes(domain))];
  let top = 0;
  const lanes = order.map((domain) => {
    const own = events.filter((event) => event.domain === domain);
    const lane = placeLane(scale, { domain, title: domain, isView: false }, own, top, spanRows);
    top += lane.height;
    return lane;
  });
  const below = views.map(({ id, title, events: own, more }) => {
    const lane = placeLane(scale, { domain: id, title, isView: true }, own, top, spanRows);
    top += lane.height;
    return { ...lane, hidden: lane.hidden + more };
  });
  return [...lanes, ...below];
}

function placeLane(
  scale: TimeScale,
  head: Pick<Lane, 'domain' | 'title' | 'isView'>,
  events: readonly LaneEvent[],
  top: number,
  spanRows: number,
): Lane {
  const points: PlacedPoint[] = [];
  const wide: { event: LaneEvent; left: number; right: number }[] = [];
  for (const event of events) {
    const left = xOf(scale, event.from);
    const right = event.to === null ? left : xOf(scale, event.to);
    if (right < 0 || left > scale.width) continue;
    if (right - left >= LEAST_SPAN) wide.push({ event, left, right });
    else points.push({ event, x: left });
  }
  wide.sort((one, other) => one.left - other.left);
  const ends: number[] = [];
  const spans: PlacedSpan[] = [];
  let hidden = 0;
  for (const span of wide) {
    let row = ends.findIndex((end) => end + GAP <= span.left);
    if (row < 0) row = ends.length;
    if (row >= spanRows) {
      hidden += 1;
      continue;
    }
    ends[row] = span.right;
    spans.push({ ...span, row });
  }
  const rows = ends.length;
  const height = PADDING * 2 + (rows === 0 || points.length > 0 ? POINT_HEIGHT : 0) + rows * SPAN_PITCH;
  return { ...head, points, spans, hidden, top, height };
}

/** Lanes with as many rows of spans as leave the histogram at least `room` px of `height`. */
export function fitLanes(
  scale: TimeScale,
  domains: readonly string[],
  events: readonly LaneEvent[],
  height: number,
  room: number,
  views: readonly ViewLane[] = [],
): readonly Lane[] {
  let lanes = placeLanes(scale, domains, events, MOST_ROWS, views);
  for (let rows = MOST_ROWS - 1; rows > 0 && height - heightOf(lanes) < room; rows -= 1) {
    lanes = placeLanes(scale, domains, events, rows, views);
  }
  return lanes;
}

export function heightOf(lanes: readonly Lane[]): number {
  return lanes.reduce((sum, lane) => sum + lane.height, 0);
}

/** Top of a span's row within its lane; points have the first line when there are any. */
export function spanTop(lane: Lane, row: number): number {
  return lane.top + PADDING + (lane.points.length > 0 ? POINT_HEIGHT : 0) + row * SPAN_PITCH;
}

export function pointMiddle(lane: Lane): number {
  return lane.top + PADDING + POINT_HEIGHT / 2;
}

const REACH = 5;

/** The event drawn at a place: the nearest point within reach, else the span under it. */
export function eventAt(lanes: readonly Lane[], x: number, y: number): LaneEvent | null {
  const lane = lanes.find((one) => y >= one.top && y < one.top + one.height);
  if (lane === undefined) return null;
  if (Math.abs(y - pointMiddle(lane)) <= POINT_HEIGHT / 2) {
    let best: PlacedPoint | null = null;
    for (const point of lane.points) {
      const distance = Math.abs(point.x - x);
      if (distance <= REACH && (best === null || distance < Math.abs(best.x - x))) best = point;
    }
    if (best !== null) return best.event;
  }
  const span = lane.spans.find((one) => {
    const y0 = spanTop(lane, one.row);
    return x >= one.left - 1 && x <= one.right + 1 && y >= y0 - 1 && y <= y0 + SPAN_HEIGHT + 1;
  });
  return span?.event ?? null;
}
