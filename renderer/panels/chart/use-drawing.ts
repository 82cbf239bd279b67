/** The chart library, once it is loaded. */
import { useEffect, useState } from 'react';

export type Drawing = typeof import('./drawing');
export type { Chart } from './drawing';

let loaded: Drawing | null = null;

export function useDrawing(): Drawing | null {
  const [drawing, setDrawing] = useState(loaded);
  useEffect(() => {
    let wanted = true;
    if (loaded === null) {
      void import('./drawing').then((module) => {
        loaded = module;
        if (wanted) setDrawing(module);
      });
    }
    return () => {
      wanted = false;
    };
  }, []);
  return drawing;
}
