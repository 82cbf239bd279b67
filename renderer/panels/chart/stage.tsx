/** The picture with its surface: what is brushed on it, and what the pointer and the keys are on. */
import { type ReactNode, useCallback, useMemo, useRef } from 'react';
import type { Place } from '../../../shared/chart/groups';
import { type ChartInput, type ChartPicture, chartPicture } from '../../../shared/chart/option';
import { type Slice, slicesOf } from '../../../shared/chart/pie';
import { axisBounds, type ScatterAxis } from '../../../shared/chart/scatter';
import { placeTip } from '../../../shared/chart/series';
import { amountText } from '../../../shared/chart/words';
import { useAnnounce } from '../../state/hooks';
import { ChartCanvas, type ChartHandle } from './canvas';
import { type Box, type Brush, samePlace } from './clause';
import { type Cell, type Lattice, ordered, outside, type Rect, type Span } from './lattice';
import { PieSurface } from './pie-surface';
import { Surface } from './surface';
import type { Drawing } from './use-drawing';

export interface StageProps {
  readonly drawing: Drawing;
  readonly input: ChartInput;
  readonly brush: Brush;
  readonly box: Box | null;
  readonly onBrush: (brush: Brush) => void;
  readonly onBox: (box: Box | null) => void;
}

/** Cells of a scatter plot for the keyboard, and for a drag. */
const FINE = { columns: 60, rows: 30 };

export function Stage({ drawing, input, brush, box, onBrush, onBox }: StageProps): ReactNode {
  const chart = useRef<ChartHandle>(null);
  const announce = useAnnounce();
  const picture = useMemo(() => chartPicture(input), [input]);
  const { groups, scatter, plot, along } = picture;
  const { spec, labels, width, height } = input;
  const isHeat = spec.mark === 'heat-map';
  const places = groups?.x.places ?? [];
  const rows = groups?.rows.places ?? [];
  const lattice: Lattice = useMemo(() => {
    if (scatter !== null) return { plot, ...FINE };
    if (along === 'y') return { plot, columns: 1, rows: Math.max(1, places.length) };
    return { plot, columns: Math.max(1, places.length), rows: isHeat ? Math.max(1, rows.length) : 1 };
  }, [scatter, plot, along, places.length, isHeat, rows.length]);

  const onHover = useCallback((place: { readonly x: number; readonly y: number } | null) => {
    chart.current?.tipAt(place);
  }, []);
  const axes = scatterRanges(scatter);
  const describe = (cell: Cell): string => {
    if (groups === null) {
      const at = scatterAt(axes, cell);
      return at === null
        ? ''
        : `${labels.x} ${amountText(Math.round(at.x))}, ${labels.y} ${amountText(at.y)}`;
    }
    if (isHeat) {
      const value = groups.values[cell.row]?.[cell.column] ?? null;
      return `${places[cell.column]?.label ?? ''}, ${rows[cell.row]?.label ?? ''}: ${value === null ? 'none' : amountText(value)}`;
    }
    return placeTip(groups, along === 'y' ? cell.row : cell.column, labels.measure).replaceAll('\n', ', ');
  };
  const onChoose = (span: Span | null): void => {
    if (span === null) {
      onBrush({ x: [], rows: isHeat ? [] : brush.rows });
      onBox(null);
      return;
    }
    const { from, to } = ordered(span);
    if (groups === null) {
      const start = scatterAt(axes, { column: from.column - 0.5, row: to.row + 0.5 });
      const end = scatterAt(axes, { column: to.column + 0.5, row: from.row - 0.5 });
      if (start !== null && end !== null) onBox({ x: [start.x, end.x], y: [start.y, end.y] });
      return;
    }
    const [first, last] = along === 'y' ? [from.row, to.row] : [from.column, to.column];
    onBrush({
      x: places.slice(first, last + 1),
      rows: isHeat ? rows.slice(from.row, to.row + 1) : brush.rows,
    });
  };
  const slices = spec.mark === 'pie' && groups !== null ? slicesOf(groups) : null;
  const isChosen = ({ places: own }: Slice): boolean =>
    own.every((place) => brush.x.some((one) => samePlace(one, place)));
  const onSlices = (some: readonly Slice[]): void =>
    onBrush({ x: some.flatMap((one) => one.places), rows: [] });
  return (
    <div className="chart-stage" style={{ width, height }}>
      <ChartCanvas
        ref={chart}
        drawing={drawing}
        option={picture.option}
        width={width}
        height={height}
        onSlice={(index) => {
          const slice = slices?.[index];
          if (slice === undefined) return;
          onSlices(isChosen(slice) && brush.x.length === slice.places.length ? [] : [slice]);
        }}
      />
      {slices !== null ? (
        <PieSurface
          slices={slices}
          chosen={brush.x.length === 0 ? [] : slices.map(isChosen)}
          label={`${picture.words}. Arrow keys walk its slices, Shift chooses several, Enter filters every panel to them.`}
          width={width}
          height={height}
          onSay={announce}
          onChoose={onSlices}
        />
      ) : (
        <Surface
          lattice={lattice}
          label={`${picture.words}. Arrow keys walk it, Shift chooses a stretch, Enter filters every panel to it.`}
          dimmed={dimmed(lattice, groups === null ? null : { places, rows, along, isHeat }, brush, box, axes)}
          describe={describe}
          onHover={onHover}
          onSay={announce}
          onChoose={onChoose}
        />
      )}
    </div>
  );
}

/** What a brush leaves out, as parts of the plot. */
function dimmed(
  lattice: Lattice,
  of: {
    readonly places: readonly Place[];
    readonly rows: readonly Place[];
    readonly along: 'x' | 'y';
    readonly isHeat: boolean;
  } | null,
  brush: Brush,
  box: Box | null,
  axes: Ranges | null,
): readonly Rect[] {
  if (of === null) return box === null || axes === null ? [] : aroundBox(lattice, box, axes);
  const rects: Rect[] = [];
  const isIn = (list: readonly Place[], place: Place): boolean => list.some((one) => samePlace(one, place));
  if (brush.x.length > 0) {
    rects.push(
      ...outside(
        lattice,
        of.places.map((place) => isIn(brush.x, place)),
        of.along,
      ),
    );
  }
  if (of.isHeat && brush.rows.length > 0) {
    rects.push(
      ...outside(
        lattice,
        of.rows.map((place) => isIn(brush.rows, place)),
        'y',
      ),
    );
  }
  return rects;
}

interface Ranges {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** Ends of a scatter plot's axes, a little wider than its points. */
function scatterRanges(scatter: ChartPicture['scatter']): Ranges | null {
  const side = (axis: ScatterAxis | null | undefined): [number, number] | null => {
    if (axis === null || axis === undefined || !Number.isFinite(axis.from)) return null;
    const { from, to } = axisBounds(axis);
    return [from, to];
  };
  const x = side(scatter?.x);
  const y = side(scatter?.y);
  return x === null || y === null ? null : { x, y };
}

function scatterAt(axes: Ranges | null, cell: Cell): { readonly x: number; readonly y: number } | null {
  if (axes === null) return null;
  const [x0, x1] = axes.x;
  const [y0, y1] = axes.y;
  return {
    x: x0 + ((cell.column + 0.5) / FINE.columns) * (x1 - x0),
    y: y1 - ((cell.row + 0.5) / FINE.rows) * (y1 - y0),
  };
}

function aroundBox({ plot }: Lattice, box: Box, axes: Ranges): readonly Rect[] {
  const across = (value: number): number =>
    plot.left + ((value - axes.x[0]) / (axes.x[1] - axes.x[0])) * plot.width;
  const down = (value: number): number =>
    plot.top + ((axes.y[1] - value) / (axes.y[1] - axes.y[0])) * plot.height;
  const left = across(box.x[0]);
  const right = across(box.x[1]);
  const top = down(box.y[1]);
  const bottom = down(box.y[0]);
  return [
    { left: plot.left, top: plot.top, width: left - plot.left, height: plot.height },
    { left: right, top: plot.top, width: plot.left + plot.width - right, height: plot.height },
    { left, top: plot.top, width: right - left, height: top - plot.top },
    { left, top: bottom, width: right - left, height: plot.top + plot.height - bottom },
  ].filter(({ width, height }) => width > 0.5 && height > 0.5);
}
