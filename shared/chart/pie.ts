/** Pies: at most seven slices, each with its name, amount and share beside it. Pure. */
import { type Groups, MOST_SERIES, type Place } from './groups';
import type { ChartInput, ChartPicture } from './option';
import { baseOption, cut, tipText } from './parts';
import { quietLook, seriesLook } from './theme';
import { amountText } from './words';

type Drawn = Pick<ChartPicture, 'option' | 'plot' | 'along' | 'leastHeight'>;

export interface Slice {
  readonly place: Place;
  readonly amount: number;
  /** What it stands for: one place, or all that have no slice of their own. */
  readonly places: readonly Place[];
}

/** The slices in order, clockwise from the top; those beyond the seventh, and the rest, as one. */
export function slicesOf(groups: Groups): readonly Slice[] {
  const along = groups.x.field === null ? groups.rows : groups.x;
  const all = along.places.map((place, at) => ({
    place,
    places: [place],
    amount: groups.values.reduce((sum, row, index) => {
      const value = groups.x.field === null ? (index === at ? row[0] : null) : row[at];
      return sum + (value ?? 0);
    }, 0),
  }));
  const sorted = all.filter(({ amount }) => amount > 0);
  const own = sorted.filter(({ place }) => place.kind !== 'rest');
  const rest = sorted.filter(({ place }) => place.kind === 'rest');
  const kept = own.length > MOST_SERIES ? own.slice(0, MOST_SERIES - 1) : own;
  const others = [...own.slice(kept.length), ...rest];
  if (others.length === 0) return kept;
  return [
    ...kept,
    {
      place: { kind: 'rest', value: null, end: null, label: 'other' },
      places: others.map(({ place }) => place),
      amount: amountOf(others),
    },
  ];
}

export function amountOf(slices: readonly Slice[]): number {
  return slices.reduce((sum, { amount }) => sum + amount, 0);
}

/** Pixels: the pie stands in the middle, with room for names on both sides. */
export function pieRadius(width: number, height: number): number {
  return Math.max(20, Math.min(height / 2 - 40, width / 2 - 150));
}

/** The words of a slice: its name, amount and share. */
export function sliceWords({ place, amount }: Slice, all: number): string {
  return `${place.label}: ${shareText(amount, all)}`;
}

export function pieOption(input: ChartInput, groups: Groups): Drawn {
  const { width, height, theme, spec } = input;
  const slices = slicesOf(groups);
  const all = amountOf(slices);
  const field = spec.x?.field ?? spec.colour?.field ?? null;
  const option: Record<string, unknown> = {
    ...baseOption(input, 'item'),
    series: [
      {
        type: 'pie',
        radius: [0, pieRadius(width, height)],
        center: ['50%', '50%'],
        startAngle: 90,
        silent: false,
        emphasis: { disabled: true },
        data: slices.map(({ place, amount }, index) => {
          const look =
            place.kind === 'value' ? seriesLook(theme, field, place.value, index) : quietLook(theme);
          return {
            name: place.label,
            value: amount,
            itemStyle: {
              color: look.colour,
              borderColor: theme.ground,
              borderWidth: 1,
              ...(look.decal === undefined || slices.length === 1 ? {} : { decal: look.decal }),
            },
          };
        }),
        label: {
          color: theme.text,
          fontSize: 12,
          lineHeight: 16,
          formatter: ({ dataIndex }: { readonly dataIndex: number }) => {
            const slice = slices[dataIndex];
            return slice === undefined ? '' : `${cut(slice.place.label)}\n${shareText(slice.amount, all)}`;
          },
        },
        // Half the height of a name, so that none lies over its slice.
        labelLine: { length: 16, length2: 8, lineStyle: { color: theme.lineStrong } },
      },
    ],
  };
  if (input.tooltip && typeof option.tooltip === 'object') {
    option.tooltip = {
      ...option.tooltip,
      formatter: (found: unknown) => {
        const at =
          typeof found === 'object' && found !== null && 'dataIndex' in found ? Number(found.dataIndex) : -1;
        const slice = slices[at];
        return slice === undefined ? '' : tipText(slice.place.label, [[input.labels.measure, slice.amount]]);
      },
    };
  }
  return { option, plot: { left: 0, top: 0, width, height }, along: 'x', leastHeight: 200 };
}

/** `1 204 (12 %)`. */
export function shareText(amount: number, all: number): string {
  const share = all === 0 ? 0 : (amount / all) * 100;
  const percent = share > 0 && share < 1 ? '<1' : String(Math.round(share));
  return `${amountText(amount)} (${percent} %)`;
}
