/** The chart's colours, read again when the theme of the document changes. */
import { useEffect, useState } from 'react';
import { type ChartColours, readColours } from './palette';

export function useChartColours(): ChartColours {
  const [colours, setColours] = useState(() => readColours(document.documentElement));
  useEffect(() => {
    const read = (): void => setColours(readColours(document.documentElement));
    read();
    const observer = new MutationObserver(read);
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
    return () => observer.disconnect();
  }, []);
  return colours;
}
