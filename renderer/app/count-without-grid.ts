/** Counts the filter in force when the event grid, which opens its view anyway, is not in sight. */
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { isCancelled } from '../state/engine';
import { useFactsVersion, useWorkbench } from '../state/hooks';

const GRID = 'events';
/** Long enough for the grid to say it first when it has just come into sight. */
const DELAY_MS = 300;

export function useCountWithoutGrid(): void {
  const { engine, filter: filterStore, counts, layout } = useWorkbench();
  const filter = useStore(filterStore, (state) => state.filter);
  const facts = useFactsVersion();
  const hasGrid = useStore(layout, (state) => state.visible.includes(GRID));
  // biome-ignore lint/correctness/useExhaustiveDependencies: new facts are counted anew.
  useEffect(() => {
    if (hasGrid) return;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      engine
        .load('view.open', { filter, sort: [] }, controller.signal)
        .then((opened) => counts.getState().publish(filter, opened))
        .catch((reason: unknown) => {
          // What the filter cannot say is shown by the panels that asked for rows; a count is only missing.
          if (!isCancelled(reason)) counts.getState().forget();
        });
    }, DELAY_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [engine, counts, filter, facts, hasGrid]);
}
