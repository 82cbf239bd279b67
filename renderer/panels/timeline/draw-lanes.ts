/** Draws the lanes on a canvas: density where points are too many, else points with their domain's shape, and spans. */
import { mix } from '../../../shared/chart/theme';
import { EVENT_DOMAINS } from '../../../shared/fields';
import type { Histogram } from './histogram';
import { type Lane, POINT_HEIGHT, pointMiddle, SPAN_HEIGHT, spanTop } from './lanes';
import type { ChartColours } from './palette';
import type { TimeScale } from './time-scale';

export interface LaneDrawing {
  readonly scale: TimeScale;
  readonly lanes: readonly Lane[];
  /** Bins by domain, for density; null while there are none. */
  readonly density: Histogram | null;
  readonly dense: boolean;
  readonly colours: ChartColours;
  readonly selectedId: string | null;
  readonly hoveredId: string | null;
}

/** Above this many points in a lane shapes would only cover each other. */
const MOST_SHAPES = 500;
const RADIUS = 3.5;

export function drawLanes(context: CanvasRenderingContext2D, drawing: LaneDrawing): void {
  const { lanes, scale, colours } = drawing;
  for (const lane of lanes) {
    context.fillStyle = colours.line;
    context.fillRect(0, lane.top, scale.width, 1);
    if (drawing.dense && !lane.isView) drawDensity(context, lane, drawing);
    drawSpans(context, lane, drawing);
    drawPoints(context, lane, drawing);
  }
}

/** Each bin by its share of the fullest one, on a log scale: one event is still seen. */
function drawDensity(context: CanvasRenderingContext2D, lane: Lane, drawing: LaneDrawing): void {
  const { density, colours, scale } = drawing;
  const series = density?.series.find(({ key }) => key === lane.domain);
  if (density === null || series === undefined) return;
  const hue = colours.domain(lane.domain);
  const highest = Math.log1p(series.counts.reduce((most, count) => Math.max(most, count), 1));
  const shades = Array.from({ length: 9 }, (_, step) => mix(hue, colours.ground, 0.25 + (step / 8) * 0.75));
  const width = scale.width / density.bins;
  const top = pointMiddle(lane) - POINT_HEIGHT / 2 + 1;
  for (let bin = 0; bin < density.bins; bin += 1) {
    const count = series.counts[bin] ?? 0;
    if (count === 0) continue;
    context.fillStyle = shades[Math.round((Math.log1p(count) / highest) * 8)] ?? hue;
    const left = Math.floor(bin * width);
    context.fillRect(left, top, Math.max(1, Math.floor((bin + 1) * width) - left), POINT_HEIGHT - 2);
  }
}

function drawSpans(context: CanvasRenderingContext2D, lane: Lane, drawing: LaneDrawing): void {
  const { colours, scale, selectedId, hoveredId } = drawing;
  const hue = colours.domain(lane.domain);
  const body = mix(hue, colours.ground, 0.3);
  const bright = mix(hue, colours.ground, 0.5);
  context.font = '11px "Inter Variable", sans-serif';
  context.textBaseline = 'middle';
  for (const { event, left, right, row } of lane.spans) {
    const top = spanTop(lane, row);
    const x0 = Math.max(-2, left);
    const x1 = Math.min(scale.width + 2, right);
    const lit = event.eventId === selectedId || event.eventId === hoveredId;
    context.fillStyle = lit ? bright : body;
    context.fillRect(x0, top, Math.max(2, x1 - x0), SPAN_HEIGHT);
    context.fillStyle = hue;
    if (left >= 0) context.fillRect(x0, top, 2, SPAN_HEIGHT);
    if (right <= scale.width) context.fillRect(x1 - 1, top, 1, SPAN_HEIGHT);
    drawLabel(context, event.message, Math.max(2, x0 + 6), top + SPAN_HEIGHT / 2 + 0.5, x1 - 4, colours.text);
    if (event.eventId === selectedId) ring(context, x0, top, Math.max(2, x1 - x0), SPAN_HEIGHT, colours.text);
  }
}

const LEAST_LABEL = 28;

/** A span's own words, as far as they fit. */
function drawLabel(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  end: number,
  colour: string,
): void {
  const room = end - x;
  if (room < LEAST_LABEL) return;
  context.fillStyle = colour;
  context.fillText(
    cutToFit(text, room, (part) => context.measureText(part).width),
    x,
    y,
  );
}

/** A text that no reader could hold is not measured letter by letter. */
const MOST_LETTERS = 400;

/** The text, or as much of its beginning as fits with an ellipsis. */
export function cutToFit(text: string, room: number, widthOf: (text: string) => number): string {
  const letters = [...text.slice(0, MOST_LETTERS)];
  if (text.length <= MOST_LETTERS && widthOf(text) <= room) return text;
  let fits = 0;
  for (let low = 0, high = letters.length; low <= high; ) {
    const middle = (low + high) >> 1;
    if (widthOf(`${letters.slice(0, middle).join('')}…`) <= room) {
      fits = middle;
      low = middle + 1;
    } else high = middle - 1;
  }
  return fits === 0 ? '' : `${letters.slice(0, fits).join('').trimEnd()}…`;
}

function drawPoints(context: CanvasRenderingContext2D, lane: Lane, drawing: LaneDrawing): void {
  if (drawing.dense && !lane.isView) return;
  const { colours, selectedId, hoveredId } = drawing;
  const middle = pointMiddle(lane);
  const hue = colours.domain(lane.domain);
  context.fillStyle = hue;
  const asShapes = lane.points.length <= MOST_SHAPES;
  for (const { event, x } of lane.points) {
    if (asShapes) drawShape(context, lane.domain, x, middle, RADIUS);
    else {
      const half = event.severity >= 4 ? POINT_HEIGHT / 2 : POINT_HEIGHT / 2 - 3;
      context.fillRect(x - 0.5, middle - half, 1.25, half * 2);
    }
  }
  const lit = lane.points.filter(({ event }) => event.eventId === selectedId || event.eventId === hoveredId);
  for (const { event, x } of lit) {
    context.fillStyle = hue;
    drawShape(context, lane.domain, x, middle, RADIUS + 1);
    if (event.eventId === selectedId) ring(context, x - 6, middle - 6, 12, 12, colours.text);
  }
}

function ring(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  colour: string,
) {
  context.strokeStyle = colour;
  context.lineWidth = 1.5;
  context.strokeRect(x - 0.75, y - 0.75, width + 1.5, height + 1.5);
}

/** The same shapes as the domain marks of the grid: circle, diamond, square, triangle, plus, bar. */
export function drawShape(
  context: CanvasRenderingContext2D,
  domain: string,
  x: number,
  y: number,
  radius: number,
): void {
  context.beginPath();
  switch (EVENT_DOMAINS.find((one) => one === domain)) {
    case 'operations':
      context.arc(x, y, radius, 0, Math.PI * 2);
      break;
    case 'security':
      polygon(context, [
        [x, y - radius * 1.25],
        [x + radius * 1.25, y],
        [x, y + radius * 1.25],
        [x - radius * 1.25, y],
      ]);
      break;
    case 'ot':
      polygon(context, [
        [x, y - radius],
        [x + radius * 1.1, y + radius],
        [x - radius * 1.1, y + radius],
      ]);
      break;
    case 'physical': {
      const arm = radius * 0.4;
      context.rect(x - arm, y - radius, arm * 2, radius * 2);
      context.rect(x - radius, y - arm, radius * 2, arm * 2);
      break;
    }
    case 'network':
      context.rect(x - radius, y - radius * 0.45, radius * 2, radius * 0.9);
      break;
    default:
      context.rect(x - radius * 0.9, y - radius * 0.9, radius * 1.8, radius * 1.8);
  }
  context.fill();
}

function polygon(context: CanvasRenderingContext2D, corners: readonly (readonly [number, number])[]): void {
  corners.forEach(([x, y], index) => {
    if (index === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
  context.closePath();
}

/** The whole case in a strip: where there are events at all, on a log scale, so that a gap is a gap. */
export function drawOverview(
  context: CanvasRenderingContext2D,
  totals: Float64Array,
  scale: TimeScale,
  height: number,
  colours: ChartColours,
): void {
  const highest = Math.log1p(Math.max(...totals));
  const width = scale.width / totals.length;
  context.fillStyle = colours.faint;
  for (let bin = 0; bin < totals.length; bin += 1) {
    const count = totals[bin] ?? 0;
    if (count === 0) continue;
    const bar = Math.max(2, (Math.log1p(count) / highest) * (height - 2));
    const left = Math.floor(bin * width);
    context.fillRect(left, height - bar, Math.max(1, Math.floor((bin + 1) * width) - left), bar);
  }
}
