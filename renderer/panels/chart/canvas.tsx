/** The drawn chart itself; tips are shown where the surface above says the pointer is. */
import { type ReactNode, useEffect, useImperativeHandle, useRef } from 'react';
import type { Chart, Drawing } from './use-drawing';

export interface ChartHandle {
  readonly tipAt: (place: { readonly x: number; readonly y: number } | null) => void;
}

export interface ChartCanvasProps {
  readonly drawing: Drawing;
  readonly option: Readonly<Record<string, unknown>>;
  readonly width: number;
  readonly height: number;
  /** A pie's slice was clicked. */
  readonly onSlice?: (index: number) => void;
  readonly ref: React.Ref<ChartHandle>;
}

export function ChartCanvas({ drawing, option, width, height, onSlice, ref }: ChartCanvasProps): ReactNode {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<Chart | null>(null);
  const size = useRef({ width, height });
  size.current = { width, height };
  const slice = useRef(onSlice);
  slice.current = onSlice;
  useEffect(() => {
    if (host.current === null) return;
    const { width: wide, height: high } = size.current;
    const made = drawing.makeChart(host.current, wide, high);
    made.on('click', (event) => slice.current?.(event.dataIndex));
    chart.current = made;
    return () => {
      chart.current = null;
      made.dispose();
    };
  }, [drawing]);
  useEffect(() => {
    if (width > 0 && height > 0) chart.current?.resize({ width, height });
    chart.current?.setOption(option, { notMerge: true, lazyUpdate: false });
  }, [option, width, height]);
  useImperativeHandle(
    ref,
    () => ({
      tipAt: (place) => {
        if (place === null) chart.current?.dispatchAction({ type: 'hideTip' });
        else chart.current?.dispatchAction({ type: 'showTip', x: place.x, y: place.y });
      },
    }),
    [],
  );
  return <div ref={host} className="chart-canvas" aria-hidden="true" style={{ width, height }} />;
}
