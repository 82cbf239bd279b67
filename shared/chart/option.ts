/**
 * A chart as ECharts takes it: a plain object, no HTML, nothing of the library imported. The window draws it on a
 * canvas, the report as SVG. Beside it, where the plot lies and what stands where, for brushing and for the table.
 */
import type { ChartSpec } from '../chart';
import { type Answer, type Groups, isAdditive, readGroups } from './groups';
import { heatOption } from './heat';
import { pieOption } from './pie';
import { readScatter, type ScatterData, scatterOption } from './scatter';
import { seriesOption } from './series';
import type { ChartTheme } from './theme';
import { type ChartLabels, describeChart } from './words';

export interface ChartInput {
  readonly spec: ChartSpec;
  readonly answer: Answer;
  readonly labels: ChartLabels;
  readonly theme: ChartTheme;
  readonly zone: string;
  /** Pixels of the whole picture. */
  readonly width: number;
  readonly height: number;
  /** False where nothing points: the report. */
  readonly tooltip: boolean;
  /** False where the names of the series stand beside the picture. */
  readonly legend: boolean;
}

/** Pixels of the plot inside the picture. */
export interface Plot {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface ChartPicture {
  /** For `setOption`; empty where there is nothing to draw. */
  readonly option: Readonly<Record<string, unknown>>;
  readonly plot: Plot;
  /** Places run along the bottom, or down the left side. */
  readonly along: 'x' | 'y';
  readonly groups: Groups | null;
  readonly scatter: ScatterData | null;
  readonly words: string;
  /** Height below which the marks would be too thin to tell. */
  readonly leastHeight: number;
}

export function chartPicture(input: ChartInput): ChartPicture {
  const { spec, answer, labels, zone } = input;
  const words = describeChart(spec, labels, answer.buckets);
  if (spec.mark === 'pivot') return { ...NOTHING, words };
  if (spec.mark === 'scatter') {
    const scatter = readScatter(spec, answer);
    return { ...NOTHING, ...scatterOption(input, scatter), scatter, words };
  }
  const groups = readGroups(spec, answer, zone);
  if (groups.tooMany || groups.values.length === 0) return { ...NOTHING, groups, words };
  const drawn =
    spec.mark === 'heat-map'
      ? heatOption(input, groups)
      : spec.mark === 'pie'
        ? pieOption(input, groups)
        : seriesOption(input, groups, isAdditive(spec));
  return { ...NOTHING, ...drawn, groups, words };
}

const NOTHING: ChartPicture = {
  option: {},
  plot: { left: 0, top: 0, width: 0, height: 0 },
  along: 'x',
  groups: null,
  scatter: null,
  words: '',
  leastHeight: 0,
};
