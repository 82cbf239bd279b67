/** The stacked histogram. Only draws: pointer, keys and tooltip belong to the surface above it. */
import { BarChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import * as echarts from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { type ReactNode, useEffect, useRef } from 'react';
import { type Histogram, niceTop } from './histogram';
import type { ChartColours } from './palette';

echarts.use([BarChart, GridComponent, CanvasRenderer]);

export interface HistogramChartProps {
  readonly histogram: Histogram;
  readonly width: number;
  readonly height: number;
  readonly colourOf: (key: string) => string;
  readonly colours: ChartColours;
}

/** What ECharts is told: one bar a bin, no gaps, zero at the bottom, no animation, no component of its own. */
export function chartOption({
  histogram,
  colourOf,
  colours,
}: HistogramChartProps): echarts.EChartsCoreOption {
  const top = niceTop(histogram.highest);
  return {
    animation: false,
    backgroundColor: 'transparent',
    grid: { left: 0, right: 0, top: 4, bottom: 0 },
    xAxis: {
      type: 'category',
      data: Array.from({ length: histogram.bins }, (_, bin) => bin),
      axisLabel: { show: false },
      axisTick: { show: false },
      axisLine: { show: false },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      min: 0,
      max: top,
      interval: top / 2,
      axisLabel: { show: false },
      splitLine: { lineStyle: { color: colours.line, width: 1 } },
    },
    series: histogram.series.map(({ key, counts }) => ({
      type: 'bar',
      stack: 'events',
      // Typed arrays would be read as pairs of coordinates.
      data: Array.from(counts),
      large: true,
      largeThreshold: 0,
      barCategoryGap: '0%',
      itemStyle: { color: colourOf(key) },
      silent: true,
    })),
  };
}

export function HistogramChart(props: HistogramChartProps): ReactNode {
  const { width, height } = props;
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<echarts.ECharts | null>(null);
  useEffect(() => {
    if (host.current === null) return;
    const made = echarts.init(host.current, null, { renderer: 'canvas' });
    chart.current = made;
    return () => {
      chart.current = null;
      made.dispose();
    };
  }, []);
  useEffect(() => {
    if (width > 0 && height > 0) chart.current?.resize({ width, height });
  }, [width, height]);
  useEffect(() => {
    chart.current?.setOption(chartOption(props), { notMerge: true, lazyUpdate: false });
  });
  return (
    <div className="timeline-histogram" aria-hidden="true">
      <div ref={host} className="timeline-canvas" style={{ width, height }} />
    </div>
  );
}
