/** The chart library with what our charts use of it, and pictures out of it. Loaded when the first chart is drawn. */
import { BarChart, HeatmapChart, LineChart, PieChart, ScatterChart } from 'echarts/charts';
import {
  GridComponent,
  LegendComponent,
  TooltipComponent,
  VisualMapContinuousComponent,
} from 'echarts/components';
import * as echarts from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers';

echarts.use([
  BarChart,
  HeatmapChart,
  LineChart,
  PieChart,
  ScatterChart,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  VisualMapContinuousComponent,
  LabelLayout,
  CanvasRenderer,
  SVGRenderer,
]);

export type Chart = echarts.ECharts;
type Option = Readonly<Record<string, unknown>>;

export function makeChart(host: HTMLElement, width: number, height: number): Chart {
  return echarts.init(host, null, { renderer: 'canvas', width, height });
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** The picture as SVG text, with its words as title. */
export function svgOf(option: Option, width: number, height: number, words: string, ground: string): string {
  const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
  chart.setOption({ ...option, backgroundColor: ground });
  const svg = chart.renderToSVGString();
  chart.dispose();
  const title = words.replace(/[&<>"]/g, (sign) => ESCAPES[sign] ?? sign);
  return svg.replace(/^(<svg[^>]*>)/, (head) => `${head}<title>${title}</title>`);
}

/** The picture as PNG at twice the size, null where the browser gives none. */
export function pngOf(option: Option, width: number, height: number, ground: string): Promise<Blob | null> {
  const host = document.createElement('div');
  const chart = echarts.init(host, null, { renderer: 'canvas', width, height });
  chart.setOption({ ...option, backgroundColor: ground });
  const canvas = chart.renderToCanvas({ pixelRatio: 2, backgroundColor: ground });
  chart.dispose();
  return new Promise((done) => canvas.toBlob(done, 'image/png'));
}
