/** Places under the pointer and under the keys: a plot as a lattice of cells. Pure. */
import type { Plot } from '../../../shared/chart/option';

export interface Lattice {
  readonly plot: Plot;
  /** Cells across and up; 1 where only one direction is chosen from. */
  readonly columns: number;
  readonly rows: number;
}

export interface Cell {
  readonly column: number;
  readonly row: number;
}

/** Cells [from, to], both in it, in either direction. */
export interface Span {
  readonly from: Cell;
  readonly to: Cell;
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(most - 1, value));
}

export function cellAt({ plot, columns, rows }: Lattice, x: number, y: number): Cell {
  return {
    column: clamp(Math.floor(((x - plot.left) / plot.width) * columns), columns),
    row: clamp(Math.floor(((y - plot.top) / plot.height) * rows), rows),
  };
}

export function isInside({ plot }: Lattice, x: number, y: number): boolean {
  return (
    x >= plot.left - 2 &&
    x <= plot.left + plot.width + 2 &&
    y >= plot.top - 2 &&
    y <= plot.top + plot.height + 2
  );
}

export function ordered({ from, to }: Span): Span {
  return {
    from: { column: Math.min(from.column, to.column), row: Math.min(from.row, to.row) },
    to: { column: Math.max(from.column, to.column), row: Math.max(from.row, to.row) },
  };
}

export function moved(
  lattice: Pick<Lattice, 'columns' | 'rows'>,
  cell: Cell,
  columns: number,
  rows: number,
): Cell {
  return {
    column: clamp(cell.column + columns, lattice.columns),
    row: clamp(cell.row + rows, lattice.rows),
  };
}

export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export function rectOf({ plot, columns, rows }: Lattice, span: Span): Rect {
  const { from, to } = ordered(span);
  return {
    left: plot.left + (from.column / columns) * plot.width,
    top: plot.top + (from.row / rows) * plot.height,
    width: ((to.column - from.column + 1) / columns) * plot.width,
    height: ((to.row - from.row + 1) / rows) * plot.height,
  };
}

/** What is not chosen, to be dimmed: stretches across (or down) of cells nobody chose. */
export function outside(lattice: Lattice, chosen: readonly boolean[], along: 'x' | 'y'): readonly Rect[] {
  const rects: Rect[] = [];
  let start: number | null = null;
  for (let at = 0; at <= chosen.length; at += 1) {
    const isOut = at < chosen.length && chosen[at] !== true;
    if (isOut && start === null) start = at;
    if (isOut || start === null) continue;
    const span =
      along === 'x'
        ? { from: { column: start, row: 0 }, to: { column: at - 1, row: lattice.rows - 1 } }
        : { from: { column: 0, row: start }, to: { column: lattice.columns - 1, row: at - 1 } };
    rects.push(rectOf(lattice, span));
    start = null;
  }
  return rects;
}
