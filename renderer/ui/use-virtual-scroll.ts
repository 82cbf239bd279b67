/**
 * Where a virtual list stands: turns the browser's scrolling into a position in the view and back. Views too tall for one
 * element are scaled; there the wheel moves by pixels of content and the thumb by share of the whole.
 */

import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import * as scroll from './virtual-scroll';

export interface VirtualScroll {
  readonly extent: scroll.Extent;
  /** Position in the whole view, in content pixels. */
  readonly contentTop: number;
  /** The same in pixels of the scrolling element. */
  readonly canvasTop: number;
  /** −1, 0 or 1: where the last move went. */
  readonly direction: number;
  readonly scrollTo: (contentTop: number) => void;
}

interface Place {
  readonly contentTop: number;
  readonly canvasTop: number;
  readonly direction: number;
}

export interface VirtualScrollOptions {
  readonly scroller: RefObject<HTMLDivElement | null>;
  readonly rowCount: number;
  readonly rowHeight: number;
  /** Height of header and filter row, which cover the top of the scroller. */
  readonly headHeight: number;
  readonly gap: scroll.Gap | null;
}

const LINE_PX = 24;
/** A scroller out of step with its rows is put right once it rests: each time costs a layout. */
const REST_MS = 120;

export function useVirtualScroll(options: VirtualScrollOptions): VirtualScroll {
  const { scroller, rowCount, rowHeight, headHeight, gap } = options;
  const [viewport, setViewport] = useState(0);
  const [place, setPlace] = useState<Place>({ contentTop: 0, canvasTop: 0, direction: 0 });
  const extent: scroll.Extent = { rowCount, rowHeight, viewport, gap };
  const latest = useRef({ extent, place });
  latest.current = { extent, place };

  const put = useCallback((contentTop: number, canvasTop: number) => {
    const before = latest.current.place;
    const direction = Math.sign(contentTop - before.contentTop);
    if (direction === 0 && canvasTop === before.canvasTop) return;
    const next = { contentTop, canvasTop, direction };
    latest.current = { ...latest.current, place: next };
    setPlace(next);
  }, []);

  const scrollTo = useCallback(
    (contentTop: number) => {
      const element = scroller.current;
      const now = latest.current.extent;
      const top = Math.round(scroll.clampTop(contentTop, now));
      if (element === null) return;
      element.scrollTop = scroll.toCanvas(top, now);
      put(top, element.scrollTop);
    },
    [scroller, put],
  );

  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const measure = () => setViewport(Math.max(0, element.clientHeight - headHeight));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller, headHeight]);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    let rest: ReturnType<typeof setTimeout> | undefined;
    const onScroll = () => {
      clearTimeout(rest);
      const { extent: now, place: at } = latest.current;
      const to = element.scrollTop;
      // Our own move comes back as an event; a browser may round it to a device pixel.
      if (Math.abs(to - at.canvasTop) < 0.75) return;
      // Drawn before the frame is painted, or a fast drag would show nothing but ground.
      flushSync(() => put(Math.round(scroll.followScroll(at.contentTop, at.canvasTop, to, now)), to));
    };
    const onWheel = (event: WheelEvent) => {
      const { extent: now, place: at } = latest.current;
      if (!scroll.isScaled(now) || event.ctrlKey || event.shiftKey || event.deltaY === 0) return;
      event.preventDefault();
      const unit = event.deltaMode === 1 ? LINE_PX : event.deltaMode === 2 ? now.viewport : 1;
      scrollTo(at.contentTop + event.deltaY * unit);
      if (event.deltaX !== 0) element.scrollLeft += event.deltaX * unit;
    };
    const settle = () => {
      const { extent: now, place: at } = latest.current;
      if (scroll.isScaled(now)) scrollTo(at.contentTop);
    };
    const onScrollEnd = () => {
      clearTimeout(rest);
      rest = setTimeout(settle, REST_MS);
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    element.addEventListener('wheel', onWheel, { passive: false });
    element.addEventListener('scrollend', onScrollEnd);
    return () => {
      clearTimeout(rest);
      element.removeEventListener('scroll', onScroll);
      element.removeEventListener('wheel', onWheel);
      element.removeEventListener('scrollend', onScrollEnd);
    };
  }, [scroller, put, scrollTo]);

  // A shorter view, a taller row or an opened detail can leave the position outside or out of step.
  useLayoutEffect(() => {
    if (viewport === 0) return;
    const now = { rowCount, rowHeight, viewport, gap };
    const at = latest.current.place;
    const top = Math.round(scroll.clampTop(at.contentTop, now));
    const element = scroller.current;
    if (element === null) return;
    const canvas = scroll.toCanvas(top, now);
    if (Math.abs(canvas - element.scrollTop) >= 0.75) element.scrollTop = canvas;
    put(top, element.scrollTop);
  }, [rowCount, rowHeight, viewport, gap, scroller, put]);

  return { extent, ...place, scrollTo };
}
