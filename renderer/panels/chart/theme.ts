/** The chart's colours from the tokens of the theme in force, read again when it changes. */
import { useEffect, useState } from 'react';
import type { ChartTheme } from '../../../shared/chart/theme';
import { EVENT_DOMAINS } from '../../../shared/fields';
import { readTokens } from '../../ui/tokens';

function readTheme(): ChartTheme {
  const { text, label, faint, line, lineStrong, ground, raised, selectedLine, domain, series } = readTokens(
    document.documentElement,
  );
  return {
    text,
    label,
    faint,
    line,
    lineStrong,
    ground,
    raised,
    accent: selectedLine,
    domains: Object.fromEntries([...EVENT_DOMAINS, 'other'].map((name) => [name, domain(name)])),
    series: [1, 2, 3, 4, 5, 6, 7].map(series),
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
