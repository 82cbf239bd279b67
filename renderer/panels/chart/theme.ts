/** The chart's colours from the tokens of the theme in force, read again when it changes. */
import { useEffect, useState } from 'react';
import type { ChartTheme } from '../../../shared/chart/theme';
import { EVENT_DOMAINS } from '../../../shared/fields';

function readTheme(): ChartTheme {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string): string => style.getPropertyValue(name).trim() || '#888888';
  return {
    text: token('--text'),
    label: token('--text-label'),
    faint: token('--text-faint'),
    line: token('--line'),
    lineStrong: token('--line-strong'),
    ground: token('--ground'),
    raised: token('--raised'),
    accent: token('--selected-line'),
    domains: Object.fromEntries([...EVENT_DOMAINS, 'other'].map((name) => [name, token(`--domain-${name}`)])),
    series: [1, 2, 3, 4, 5, 6, 7].map((number) => token(`--series-${number}`)),
    font: '"Inter Variable", system-ui, sans-serif',
    mono: '"JetBrains Mono Variable", ui-monospace, monospace',
  };
}

export function useChartTheme(): ChartTheme {
  const [theme, setTheme] = useState(readTheme);
  useEffect(() => {
    const read = (): void => setTheme(readTheme());
    read();
    const observer = new MutationObserver(read);
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => observer.disconnect();
  }, []);
  return theme;
}
