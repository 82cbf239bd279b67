/** The tokens of the theme in force as values: a canvas cannot use CSS variables. */
import type { Neutrals } from '../../shared/chart/theme';

export interface Tokens extends Neutrals {
  readonly selectedLine: string;
  readonly domain: (domain: string) => string;
  /** Hues of series that are no domains, from 1. */
  readonly series: (number: number) => string;
}

export function readTokens(element: Element): Tokens {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim() || '#888888';
  return {
    text: token('--text'),
    label: token('--text-label'),
    faint: token('--text-faint'),
    line: token('--line'),
    lineStrong: token('--line-strong'),
    ground: token('--ground'),
    raised: token('--raised'),
    selectedLine: token('--selected-line'),
    domain: (domain) => token(`--domain-${/^[a-z]+$/.test(domain) ? domain : 'other'}`),
    series: (number) => token(`--series-${number}`),
  };
}
