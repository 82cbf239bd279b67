/** What a chart is drawn with: colours, and the marks beside them that eyes without colour tell series apart by. */
import { EVENT_DOMAINS } from '../fields';

/** The colours that say nothing: writing, lines and grounds. */
export interface Neutrals {
  readonly text: string;
  readonly label: string;
  readonly faint: string;
  readonly line: string;
  readonly lineStrong: string;
  readonly ground: string;
  readonly raised: string;
}

export interface ChartTheme extends Neutrals {
  /** Selection; also the full end of a heat map's scale. */
  readonly accent: string;
  /** The hue of a domain, by its name. */
  readonly domains: Readonly<Record<string, string>>;
  /** Colours of series that are no domains, in order; told apart in every kind of colour vision. */
  readonly series: readonly string[];
  readonly font: string;
  readonly mono: string;
}

/** The light theme of the window, for pages that are read on paper. `theme.test.ts` holds both together. */
export const LIGHT_CHART: ChartTheme = {
  text: '#14181c',
  label: '#4a545e',
  faint: '#65707a',
  line: '#dee1e3',
  lineStrong: '#a6aeb6',
  ground: '#fbfbfa',
  raised: '#ffffff',
  accent: '#1d5fa3',
  domains: {
    operations: '#2a78cc',
    security: '#c03e0b',
    service: '#ac58a8',
    ot: '#0b8763',
    physical: '#a87d00',
    network: '#5c6f85',
    other: '#8d979f',
  },
  series: ['#5682e0', '#ac8116', '#672f3d', '#55928b', '#253a8a', '#8a501e', '#48678e'],
  font: 'system-ui, sans-serif',
  mono: 'ui-monospace, monospace',
};

/** The colour mixed with the ground: 1 is the colour itself. Both as `#rrggbb`. */
export function mix(colour: string, ground: string, share: number): string {
  const parts = [1, 3, 5].map((at) => {
    const one = Number.parseInt(colour.slice(at, at + 2), 16);
    const other = Number.parseInt(ground.slice(at, at + 2), 16);
    return Math.round(one * share + other * (1 - share));
  });
  if (parts.some(Number.isNaN)) return colour;
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

const DOMAINS: readonly string[] = EVENT_DOMAINS;

/** True for a column whose values are domains: `event_domain`, also of a joined table. */
export function isDomainField(field: string): boolean {
  return field === 'event_domain' || field.endsWith('.event_domain');
}

export interface SeriesLook {
  readonly colour: string;
  readonly symbol: string;
  readonly dash: 'solid' | 'dashed' | 'dotted' | readonly number[];
  /** Pattern of a filled shape, as ECharts takes it; undefined for the plain one. */
  readonly decal: Readonly<Record<string, unknown>> | undefined;
}

/** Symbols of the domains are those of grid and timeline. */
const DOMAIN_SYMBOLS: Readonly<Record<string, string>> = {
  operations: 'circle',
  security: 'diamond',
  service: 'rect',
  ot: 'triangle',
  physical: 'path://M3,0h4v3h3v4h-3v3h-4v-3h-3v-4h3z',
  network: 'path://M0,3h10v4h-10z',
};
const SYMBOLS = [
  'circle',
  'rect',
  'triangle',
  'diamond',
  DOMAIN_SYMBOLS.physical ?? 'pin',
  'roundRect',
  'arrow',
];
const DASHES: readonly SeriesLook['dash'][] = [
  'solid',
  'dashed',
  'dotted',
  [8, 2, 2, 2],
  [2, 4],
  [10, 4],
  [1, 2],
];

/** Thin lines of the ground's colour over the fill: present, never loud. */
function decals(ground: string): readonly (Readonly<Record<string, unknown>> | undefined)[] {
  const colour = faded(ground, 0.5);
  const lines = (rotation: number, dashY: readonly number[]): Readonly<Record<string, unknown>> => ({
    symbol: 'rect',
    color: colour,
    dashArrayX: [1, 0],
    dashArrayY: dashY,
    rotation,
  });
  const dots = { symbol: 'circle', symbolSize: 0.6, color: colour, dashArrayX: [6, 6], dashArrayY: [6, 0] };
  return [
    undefined,
    lines(Math.PI / 4, [1, 6]),
    dots,
    lines(-Math.PI / 4, [1, 6]),
    lines(0, [1, 5]),
    lines(Math.PI / 2, [1, 5]),
    lines(Math.PI / 4, [1, 3]),
  ];
}

function faded(colour: string, opacity: number): string {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return `rgba(${red},${green},${blue},${opacity})`;
}

/** How one series among several looks: a domain by its hue and shape, others by their place. */
export function seriesLook(
  theme: ChartTheme,
  field: string | null,
  value: unknown,
  index: number,
): SeriesLook {
  const patterns = decals(theme.ground);
  if (field !== null && isDomainField(field)) {
    const at = DOMAINS.indexOf(String(value));
    return {
      colour: theme.domains[at < 0 ? 'other' : String(value)] ?? theme.faint,
      symbol: DOMAIN_SYMBOLS[String(value)] ?? 'circle',
      dash: DASHES[Math.max(0, at) % DASHES.length] ?? 'solid',
      decal: at < 0 ? undefined : patterns[at % patterns.length],
    };
  }
  return {
    colour: theme.series[index % theme.series.length] ?? theme.label,
    symbol: SYMBOLS[index % SYMBOLS.length] ?? 'circle',
    dash: DASHES[index % DASHES.length] ?? 'solid',
    decal: patterns[index % patterns.length],
  };
}

/** What stands for all the rest, or for no value: grey, told by its pattern and name. */
export function quietLook(theme: ChartTheme): SeriesLook {
  return { colour: theme.faint, symbol: 'emptyCircle', dash: [2, 2], decal: undefined };
}

/** The one series of a chart that is not split: neutral, for it has nothing to tell apart. */
export function plainLook(theme: ChartTheme): SeriesLook {
  return { colour: theme.series[0] ?? theme.label, symbol: 'circle', dash: 'solid', decal: undefined };
}
