/** Colours of the timeline: those of the theme in force, and steps of one hue where several keys share a domain. */
import { mix } from '../../../shared/chart/theme';
import { readTokens, type Tokens } from '../../ui/tokens';

export type ChartColours = Tokens;
export const readColours = readTokens;

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
