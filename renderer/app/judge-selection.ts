/** Asks whether the filter in force lets the selected event through, so that nobody uses one that is not shown unawares. */
import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import { EVERYTHING } from '../../shared/filter';
import { sameFilter } from '../state/filter';
import { useFactsVersion, useWork, useWorkbench } from '../state/hooks';

/** Long enough not to ask at every row walked over. */
const DELAY_MS = 120;

export function useJudgeSelection(): void {
  const { engine, filter: filterStore, selection } = useWorkbench();
  const filter = useStore(filterStore, (state) => state.filter);
  const eventId = useStore(selection, (state) => state.selected?.eventId ?? null);
  const version = useFactsVersion() + useWork().version;
  const opened = useRef<{ readonly key: string; readonly viewId: string } | null>(null);
  useEffect(() => {
    if (eventId === null) return;
    const { judge } = selection.getState();
    if (sameFilter(filter, EVERYTHING)) {
      judge(eventId, false);
      return;
    }
    const controller = new AbortController();
    const key = `${version} ${JSON.stringify(filter)}`;
    const ask = async (): Promise<void> => {
      if (opened.current?.key !== key) {
        const view = await engine.call('view.open', { filter, sort: [] }, controller.signal);
        if (!view.ok || controller.signal.aborted) return;
        opened.current = { key, viewId: view.value.viewId };
      }
      const place = { viewId: opened.current.viewId, eventId, time: null };
      const found = await engine.call('view.locate', place, controller.signal);
      if (found.ok && !controller.signal.aborted) judge(eventId, found.value.row === null);
    };
    const timer = setTimeout(() => void ask(), DELAY_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [engine, selection, filter, eventId, version]);
}
