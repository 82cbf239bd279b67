/**
 * Arithmetic of virtual rows: which rows a scroll position shows, and where they are drawn. "Content" pixels are
 * those of the whole view, however tall; "canvas" pixels are those of the element that scrolls, which a browser caps.
 */

/** Chromium stops at about 33.5 M device pixels; a quarter of it leaves room for 400 % zoom. */
export const CANVAS_CAP = 8_000_000;

/** One opened row detail: `height` pixels of content below row `after`. */
export interface Gap {
  readonly after: number;
  readonly height: number;
}

export interface Extent {
  readonly rowCount: number;
  readonly rowHeight: number;
  /** Height of the area rows are seen in, without header. */
  readonly viewport: number;
  readonly gap: Gap | null;
}

export interface RowWindow {
  readonly first: number;
  /** One past the last row drawn. */
  readonly end: number;
}

/** Height of all rows, in content pixels. */
export function contentHeight(extent: Extent): number {
  return extent.rowCount * extent.rowHeight + (extent.gap?.height ?? 0);
}

/** Height of the scrolling element. */
export function canvasHeight(extent: Extent): number {
  return Math.min(contentHeight(extent), Math.max(CANVAS_CAP, extent.viewport));
}

/** True when the content is taller than a browser element may be, so that scroll positions are scaled. */
export function isScaled(extent: Extent): boolean {
  return contentHeight(extent) > canvasHeight(extent);
}

function lastTop(height: number, extent: Extent): number {
  return Math.max(0, height - extent.viewport);
}

/** Nearest allowed content position. */
export function clampTop(contentTop: number, extent: Extent): number {
  return Math.min(Math.max(0, contentTop), lastTop(contentHeight(extent), extent));
}

/** Content position that a scroll position of the canvas stands for. */
export function toContent(canvasTop: number, extent: Extent): number {
  if (!isScaled(extent)) return clampTop(canvasTop, extent);
  const canvasLast = lastTop(canvasHeight(extent), extent);
  if (canvasLast <= 0) return 0;
  const contentLast = lastTop(contentHeight(extent), extent);
  return clampTop(Math.round((canvasTop / canvasLast) * contentLast), extent);
}

/** Scroll position of the canvas for a content position; inverse of `toContent` to within one canvas pixel. */
export function toCanvas(contentTop: number, extent: Extent): number {
  const top = clampTop(contentTop, extent);
  if (!isScaled(extent)) return top;
  const contentLast = lastTop(contentHeight(extent), extent);
  if (contentLast <= 0) return 0;
  return (top / contentLast) * lastTop(canvasHeight(extent), extent);
}

/**
 * What a scroll event means. A move of less than a screen (touch, wheel, arrow of the scrollbar) moves the content by
 * as many pixels; a longer one (dragging the thumb) goes to the place it stands for. Both ends are always reached.
 */
export function followScroll(
  contentTop: number,
  canvasFrom: number,
  canvasTo: number,
  extent: Extent,
): number {
  if (!isScaled(extent)) return toContent(canvasTo, extent);
  const moved = canvasTo - canvasFrom;
  const canvasLast = lastTop(canvasHeight(extent), extent);
  if (canvasTo <= 0 || canvasTo >= canvasLast - 0.5) return toContent(canvasTo, extent);
  if (Math.abs(moved) >= extent.viewport) return toContent(canvasTo, extent);
  return clampTop(contentTop + moved, extent);
}

/** Content position of a row's upper edge. */
export function rowTop(row: number, extent: Extent): number {
  const gap = extent.gap !== null && row > extent.gap.after ? extent.gap.height : 0;
  return row * extent.rowHeight + gap;
}

/** Row at a content position; inside an opened detail, the row the detail belongs to. */
export function rowAt(contentTop: number, extent: Extent): number {
  if (extent.rowCount === 0) return 0;
  const { gap, rowHeight } = extent;
  let top = Math.max(0, contentTop);
  if (gap !== null) {
    const gapTop = (gap.after + 1) * rowHeight;
    if (top >= gapTop + gap.height) top -= gap.height;
    else if (top >= gapTop) return gap.after;
  }
  return Math.min(Math.floor(top / rowHeight), extent.rowCount - 1);
}

/** Rows to draw for a content position, `overscan` more on either side. */
export function rowWindow(contentTop: number, extent: Extent, overscan: number): RowWindow {
  if (extent.rowCount === 0) return { first: 0, end: 0 };
  const first = Math.max(0, rowAt(contentTop, extent) - overscan);
  const last = rowAt(contentTop + extent.viewport, extent);
  return { first, end: Math.min(extent.rowCount, last + 1 + overscan) };
}

/** Rows wholly inside the viewport: what Page Down moves by. At least one. */
export function pageRows(extent: Extent): number {
  return Math.max(1, Math.floor(extent.viewport / extent.rowHeight) - 1);
}

/** Content position that brings a row into sight, moving no further than needed. */
export function reveal(row: number, contentTop: number, extent: Extent): number {
  const top = rowTop(row, extent);
  const below = extent.gap?.after === row ? extent.gap.height : 0;
  const bottom = top + extent.rowHeight + below;
  if (top < contentTop || bottom - top > extent.viewport) return clampTop(top, extent);
  if (bottom > contentTop + extent.viewport) return clampTop(bottom - extent.viewport, extent);
  return contentTop;
}

/** Content position with the row a third from the top, for jumps that need context above and below. */
export function center(row: number, extent: Extent): number {
  return clampTop(rowTop(row, extent) - Math.floor(extent.viewport / 3), extent);
}
