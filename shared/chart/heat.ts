/** Heat maps: places across and down, the amount as depth of one hue on a logarithmic scale. Pure. */
import type { Groups } from './groups';
import type { ChartInput, ChartPicture, Plot } from './option';
import { baseOption, FOOT, labelRoom, placesPart, tipText } from './parts';
import { mix } from './theme';
import { amountText } from './words';

type Drawn = Pick<ChartPicture, 'option' | 'plot' | 'along' | 'leastHeight'>;

const LEAST_CELL = 11;
/** A cell this large has room for its number. */
const NUMBER_WIDTH = 34;
const NUMBER_HEIGHT = 14;
const SCALE_HEIGHT = 26;

export function heatOption(input: ChartInput, groups: Groups): Drawn {
  const { labels, width, height, theme } = input;
  const left = labelRoom(groups.rows, width * 0.35);
  const plot: Plot = {
    left,
    top: SCALE_HEIGHT,
    width: Math.max(1, width - left - 16),
    height: Math.max(1, height - SCALE_HEIGHT - FOOT),
  };
  const cellWidth = plot.width / Math.max(1, groups.x.places.length);
  const cellHeight = plot.height / Math.max(1, groups.rows.places.length);
  const data = groups.values.flatMap((row, y) =>
    row.flatMap((value, x) => (value === null ? [] : [[x, y, depth(value), value]])),
  );
  const most = data.reduce((highest, cell) => Math.max(highest, cell[2] ?? 0), 0);
  const option: Record<string, unknown> = {
    ...baseOption(input, 'item'),
    grid: { ...plot, containLabel: false, outerBoundsMode: 'none' },
    xAxis: placesPart(input, groups.x, labels.x, plot, 'x'),
    yAxis: placesPart(input, groups.rows, labels.y, plot, 'y'),
    visualMap: {
      type: 'continuous',
      dimension: 2,
      min: 0,
      max: Math.max(most, 1e-9),
      calculable: false,
      orient: 'horizontal',
      left: 0,
      top: 0,
      itemWidth: 9,
      itemHeight: 120,
      padding: 2,
      text: [`${amountText(groups.highest)} ${labels.measure}`, '0'],
      textStyle: { color: theme.label, fontSize: 11 },
      inRange: { color: [0.14, 0.38, 0.66, 1].map((share) => mix(theme.accent, theme.ground, share)) },
    },
    series: [
      {
        type: 'heatmap',
        data,
        encode: { x: 0, y: 1, value: 2 },
        silent: !input.tooltip,
        itemStyle: { borderColor: theme.ground, borderWidth: Math.min(cellWidth, cellHeight) > 6 ? 1 : 0 },
        label: {
          show: cellWidth >= NUMBER_WIDTH && cellHeight >= NUMBER_HEIGHT,
          fontSize: 11,
          color: theme.text,
          formatter: ({ value }: { readonly value: readonly number[] }) => amountText(value[3] ?? null),
        },
        emphasis: { disabled: true },
      },
    ],
  };
  // A dark number on the deep end of the scale would be lost.
  const [series] = Array.isArray(option.series) ? option.series : [];
  if (series !== undefined) series.data = data.map((cell) => cellItem(cell, most, theme.ground));
  if (input.tooltip && typeof option.tooltip === 'object') {
    option.tooltip = {
      ...option.tooltip,
      formatter: (found: unknown) => cellTip(groups, found, labels.measure),
    };
  }
  return {
    option,
    plot,
    along: 'x',
    leastHeight: SCALE_HEIGHT + FOOT + groups.rows.places.length * LEAST_CELL,
  };
}

/** Logarithmic, so that one event beside thousands is still seen. */
function depth(value: number): number {
  return Math.log1p(Math.max(0, value));
}

function cellItem(cell: readonly number[], most: number, ground: string): unknown {
  return (cell[2] ?? 0) > most * 0.6 ? { value: cell, label: { color: ground } } : { value: cell };
}

function cellTip(groups: Groups, found: unknown, measure: string): string {
  const value: unknown = typeof found === 'object' && found !== null && 'value' in found ? found.value : null;
  if (!Array.isArray(value)) return '';
  const [x, y, , amount] = value.map(Number);
  const across = groups.x.places[x ?? -1]?.label ?? '';
  const down = groups.rows.places[y ?? -1]?.label ?? '';
  return tipText(`${across}\n${down}`, [[measure, amount ?? 0]]);
}
