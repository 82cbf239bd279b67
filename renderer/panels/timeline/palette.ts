/** Colours of the chart, read from the tokens of the theme in force: a canvas cannot use CSS variables. */
import { mix } from '../../../shared/chart/theme';

export interface ChartColours {
  readonly text: string;
  readonly label: string;
  readonly faint: string;
  readonly line: string;
  readonly lineStrong: string;
  readonly ground: string;
  readonly selectedLine: string;
  readonly domain: (domain: string) => string;
}

export function readColours(element: Element): ChartColours {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim() || '#888888';
  return {
    text: token('--text'),
    label: token('--text-label'),
    faint: token('--text-faint'),
    line: token('--line'),
    lineStrong: token('--line-strong'),
    ground: token('--ground'),
    selectedLine: token('--selected-line'),
    domain: (domain) => token(`--domain-${/^[a-z]+$/.test(domain) ? domain : 'other'}`),
  };
}

/** Steps of one hue for several keys of a domain: the most frequent is the hue itself. */
const STEPS = [1, 0.62, 0.4, 0.82, 0.5, 0.32, 0.72];

/** A colour for each key: the hue of its domain, in steps where several share one. */
export function seriesColours(
  keys: readonly string[],
  domainOf: (key: string) => string,
  colours: Pick<ChartColours, 'domain' | 'ground'>,
): ReadonlyMap<string, string> {
  const used = new Map<string, number>();
  return new Map(
    keys.map((key) => {
      const domain = domainOf(key);
      const nth = used.get(domain) ?? 0;
      used.set(domain, nth + 1);
      return [key, mix(colours.domain(domain), colours.ground, STEPS[nth % STEPS.length] ?? 1)];
    }),
  );
}
