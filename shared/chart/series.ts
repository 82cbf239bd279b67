/** Bars, stacked bars, lines and areas. Bars over values lie down, so that their names can be read. Pure. */
import type { Groups } from './groups';
import type { ChartInput, ChartPicture, Plot } from './option';
import {
  amountPart,
  baseOption,
  CHARACTER,
  cut,
  FOOT,
  labelRoom,
  legendPart,
  legendRows,
  type Part,
  placesPart,
  tipText,
} from './parts';
import { plainLook, quietLook, type SeriesLook, seriesLook } from './theme';
import { amountText, axisAmount } from './words';

type Drawn = Pick<ChartPicture, 'option' | 'plot' | 'along' | 'leastHeight'>;

const LEAST_BAR = 13;
const LEGEND_ROW = 18;
const END_LABEL = 13;

export function seriesOption(input: ChartInput, groups: Groups, additive: boolean): Drawn {
  const { spec, labels, width, height, theme } = input;
  const isBar = spec.mark === 'bar' || spec.mark === 'stacked-bar';
  const along = isBar && groups.x.kind === 'value' ? 'y' : 'x';
  const looks = looksOf(input, groups);
  const names = groups.rows.places.map(({ label }) => cut(label));
  const isSplit = spec.colour !== null;
  // Lines carry their names at their ends; where those or filled shapes touch, a legend says which is which.
  const atEnd = isSplit && spec.mark === 'line' && endsApart(groups, height - 26 - FOOT, additive);
  const legendHeight = input.legend && isSplit && !atEnd ? legendRows(names, width) * LEGEND_ROW + 6 : 0;
  const isTime = groups.x.kind === 'time';
  const amountRoom = axisAmount(groups.highest).length * CHARACTER + 18;
  const nameRoom = Math.max(...names.map(({ length }) => length)) * CHARACTER + 14;
  const right = atEnd ? Math.min(width / 3, nameRoom) : along === 'y' ? amountRoom : 16;
  const top = legendHeight + (along === 'x' ? 26 : 6);
  // The first date under an axis of time is centred below its edge.
  const left = along === 'y' ? labelRoom(groups.x, width * 0.4) : Math.max(amountRoom, isTime ? 46 : 0);
  const bottom = along === 'y' ? 40 : FOOT;
  const plot: Plot = {
    left: Math.round(left),
    top,
    width: Math.max(1, Math.round(width - left - right)),
    height: Math.max(1, Math.round(height - top - bottom)),
  };
  const places = placesPart(input, groups.x, labels.x, plot, along);
  const amounts = amountPart(input, labels.measure, groups, along, along === 'x' ? plot.height : plot.width);
  const option = {
    ...baseOption(input, 'axis'),
    grid: { ...plot, containLabel: false, outerBoundsMode: 'none' },
    xAxis: along === 'x' ? places : { ...amounts, nameLocation: 'middle', nameGap: 24 },
    yAxis: along === 'x' ? amounts : places,
    ...(legendHeight > 0
      ? {
          legend: legendPart(
            theme,
            names.map((name, at) => ({ name, icon: looks[at]?.symbol ?? 'rect' })),
          ),
        }
      : {}),
    series: groups.rows.places.map((_, row) =>
      one(input, groups, row, looks[row], { name: names[row] ?? '', atEnd }, additive, along),
    ),
  };
  if (input.tooltip) withTip(option, groups, labels.measure);
  return {
    option,
    plot,
    along,
    leastHeight:
      along === 'y' ? top + bottom + groups.x.places.length * LEAST_BAR * barsAbreast(input, groups) : 160,
  };
}

/** Whether names at the ends of the lines of a plot this high would stand clear of each other. */
function endsApart(groups: Groups, height: number, additive: boolean): boolean {
  const ends = groups.values.map((values) => (additive ? (values.at(-1) ?? 0) : (values.at(-1) ?? null)));
  const scale = height / Math.max(groups.highest, Number.MIN_VALUE);
  const heights = ends.flatMap((end) => (end === null ? [] : [end * scale])).sort((a, b) => a - b);
  return heights.every((at, index) => index === 0 || at - (heights[index - 1] ?? 0) >= END_LABEL);
}

function barsAbreast({ spec }: ChartInput, groups: Groups): number {
  return spec.mark === 'bar' ? Math.max(1, groups.rows.places.length) : 1;
}

function looksOf({ spec, theme }: ChartInput, groups: Groups): readonly SeriesLook[] {
  if (spec.colour === null) return [plainLook(theme)];
  const { field } = spec.colour;
  return groups.rows.places.map(({ kind, value }, index) =>
    kind === 'value' ? seriesLook(theme, field, value, index) : quietLook(theme),
  );
}

function one(
  { spec, theme }: ChartInput,
  groups: Groups,
  row: number,
  look: SeriesLook | undefined,
  { name, atEnd }: { readonly name: string; readonly atEnd: boolean },
  additive: boolean,
  along: 'x' | 'y',
): Part {
  const values = groups.values[row] ?? [];
  const colour = look?.colour ?? theme.label;
  const stack =
    spec.mark === 'stacked-bar' || (spec.mark === 'area' && groups.rows.places.length > 1) ? 'all' : null;
  const base = { name, ...(stack === null ? {} : { stack }), silent: true };
  if (spec.mark === 'bar' || spec.mark === 'stacked-bar') {
    const many = values.length > 120;
    const isAlone = groups.rows.places.length === 1;
    return {
      ...base,
      type: 'bar',
      data: values,
      barCategoryGap: groups.x.kind === 'value' ? '26%' : many ? '0%' : '12%',
      barGap: '6%',
      barMaxWidth: groups.x.kind === 'value' ? 28 : 120,
      itemStyle: {
        color: colour,
        ...(many ? {} : { borderColor: theme.ground, borderWidth: isAlone ? 0 : 0.5 }),
        ...(look?.decal === undefined || many || isAlone ? {} : { decal: look.decal }),
      },
      // The amount stands at the bar's end: no eye has to travel to the axis.
      label: {
        show: isAlone && along === 'y',
        position: 'right',
        color: theme.text,
        fontSize: 11,
        formatter: ({ value }: { readonly value: number | null }) => amountText(value),
      },
    };
  }
  // Nothing counted is zero; nothing measured is a gap.
  const filled = additive ? values.map((value) => value ?? 0) : values;
  return {
    ...base,
    type: 'line',
    data: filled,
    symbol: look?.symbol ?? 'circle',
    symbolSize: 6,
    showSymbol: values.length <= 60,
    showAllSymbol: true,
    connectNulls: false,
    lineStyle: { color: colour, width: spec.mark === 'area' ? 1 : 1.75, type: look?.dash ?? 'solid' },
    itemStyle: { color: colour, ...(look?.decal === undefined ? {} : { decal: look.decal }) },
    ...(spec.mark === 'area'
      ? { areaStyle: { color: colour, opacity: groups.rows.places.length > 1 ? 0.8 : 0.45 } }
      : {}),
    ...(atEnd ? { endLabel: { show: true, formatter: name, color: colour, fontSize: 11, distance: 6 } } : {}),
  };
}

/** What stands at a place: every series that has an amount there. */
function withTip(option: Record<string, unknown>, groups: Groups, measure: string): void {
  const { tooltip } = option;
  if (typeof tooltip !== 'object' || tooltip === null) return;
  option.tooltip = {
    ...tooltip,
    formatter: (found: unknown) => {
      const first: unknown = Array.isArray(found) ? found[0] : found;
      const at =
        typeof first === 'object' && first !== null && 'dataIndex' in first ? Number(first.dataIndex) : -1;
      return placeTip(groups, at, measure);
    },
  };
}

/** The words of a place: its label, then each series with its amount. */
export function placeTip(groups: Groups, at: number, measure: string): string {
  const place = groups.x.places[at];
  if (place === undefined) return '';
  const lines = groups.rows.places.flatMap(({ label }, row) => {
    const value = groups.values[row]?.[at] ?? null;
    return value === null ? [] : [[groups.rows.field === null ? measure : label, value] as const];
  });
  return tipText(place.label, lines);
}
