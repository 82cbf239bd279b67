/** Single events for the lanes, a bounded page of them, once the window has come to rest. */
import { useEffect, useState } from 'react';
import type { Filter } from '../../../shared/filter';
import type { Engine } from '../../state/engine';
import { useEngine, useFactsVersion } from '../../state/hooks';
import type { TimeWindow } from '../../state/time-window';
import { readArrowRows } from '../../ui/arrow-rows';
import { LANE_PAGE, type LaneQuery, laneQuery } from './lane-query';
import { LANE_COLUMNS, type LaneEvent, laneEvents } from './lanes';

export interface LaneState {
  readonly events: readonly LaneEvent[];
  /** Too many points to draw one by one: draw their density. */
  readonly dense: boolean;
  /** Events asked for but not fetched. */
  readonly more: number;
}

const NOTHING: LaneState = { events: [], dense: true, more: 0 };
const REST_MS = 160;

/** `total` is how many events of the filter lie in the window; null while it is not known. */
export function useLaneEvents(filter: Filter, window: TimeWindow | null, total: number | null): LaneState {
  const engine = useEngine();
  const facts = useFactsVersion();
  const [state, setState] = useState(NOTHING);
  const from = window?.from ?? null;
  const to = window?.to ?? null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: new facts are fetched anew.
  useEffect(() => {
    if (from === null || to === null || total === null) {
      setState(NOTHING);
      return;
    }
    const controller = new AbortController();
    const query = laneQuery(filter, { from, to }, total);
    const timer = setTimeout(() => {
      void fetchLanes(engine, query, controller.signal).then((next) => {
        if (next !== null) setState(next);
      });
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [engine, facts, filter, from, to, total]);
  return state;
}

async function fetchLanes(engine: Engine, query: LaneQuery, signal: AbortSignal): Promise<LaneState | null> {
  const opened = await engine.call('view.open', query.spec, signal);
  if (!opened.ok) return null;
  const wanted = Math.min(opened.value.shown, query.limit);
  const events: LaneEvent[] = [];
  for (let offset = 0; offset < wanted; offset += LANE_PAGE) {
    const page = await engine.call(
      'view.page',
      {
        viewId: opened.value.viewId,
        offset,
        limit: Math.min(LANE_PAGE, wanted - offset),
        columns: [...LANE_COLUMNS],
      },
      signal,
    );
    if (!page.ok) return null;
    events.push(...laneEvents(readArrowRows(page.value.arrow)));
  }
  return signal.aborted ? null : { events, dense: query.dense, more: opened.value.shown - wanted };
}
