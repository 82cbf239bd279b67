/** A chart of ECharts as SVG text, drawn without a window. */
import { BarChart, HeatmapChart, LineChart, PieChart, ScatterChart } from 'echarts/charts';
import {
  AriaComponent,
  DataZoomComponent,
  GraphicComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TitleComponent,
  VisualMapComponent,
} from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([
  BarChart,
  HeatmapChart,
  LineChart,
  PieChart,
  ScatterChart,
  AriaComponent,
  DataZoomComponent,
  GraphicComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TitleComponent,
  VisualMapComponent,
  SVGRenderer,
]);

/** `option` as `shared/chart/option` makes it; sizes in pixels. */
export function chartSvg(option: Readonly<Record<string, unknown>>, width: number, height: number): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ ...option, animation: false });
    return withoutHover(chart.renderToSVGString());
  } finally {
    chart.dispose();
  }
}

/** The rules for a pointer that hovers, which paper has not, are the last style of the drawing. */
function withoutHover(svg: string): string {
  const from = svg.lastIndexOf('<style');
  const to = svg.indexOf('</style>', from);
  return from < 0 || to < 0 ? svg : svg.slice(0, from) + svg.slice(to + '</style>'.length);
}
