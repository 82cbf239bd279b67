/** Rows of the saved views that lie on the timeline, within the stretch in sight, once it has come to rest. */
import { useEffect, useMemo, useState } from 'react';
import type { Engine } from '../../state/engine';
import { useEngine, useFactsVersion, useWork } from '../../state/hooks';
import type { TimeWindow } from '../../state/time-window';
import { type ArrowRows, readArrowRows } from '../../ui/arrow-rows';
import type { LaneEvent, ViewLane } from './lanes';

/** More lanes than this leave no room for the histogram. */
const MOST_LANES = 6;
const MOST_ROWS = 2000;
const REST_MS = 180;

export function useViewLanes(window: TimeWindow | null): readonly ViewLane[] {
  const engine = useEngine();
  const facts = useFactsVersion();
  const { views, version } = useWork();
  const wanted = useMemo(
    () => views.flatMap(({ id, name, lane }) => (lane === null ? [] : [{ id, name }])).slice(0, MOST_LANES),
    [views],
  );
  const [lanes, setLanes] = useState<readonly ViewLane[]>([]);
  const from = window?.from ?? null;
  const to = window?.to ?? null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: new facts, marks or views are fetched anew.
  useEffect(() => {
    if (from === null || to === null || wanted.length === 0) {
      setLanes((was) => (was.length === 0 ? was : []));
      return;
    }
    const controller = new AbortController();
    const timer = setTimeout(() => {
      void fetchLanes(engine, wanted, { from, to }, controller.signal).then((next) => {
        if (!controller.signal.aborted) setLanes(next);
      });
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [engine, facts, version, wanted, from, to]);
  return lanes;
}

async function fetchLanes(
  engine: Engine,
  views: readonly { readonly id: string; readonly name: string }[],
  window: TimeWindow,
  signal: AbortSignal,
): Promise<readonly ViewLane[]> {
  const lanes: ViewLane[] = [];
  for (const { id, name } of views) {
    const answer = await engine.call('view.lane', { id, ...window, limit: MOST_ROWS }, signal);
    if (signal.aborted) return [];
    // A view that cannot be read keeps its lane, empty: its panel says why.
    const events = answer.ok ? viewEvents(readArrowRows(answer.value.arrow), name) : [];
    const total = answer.ok ? answer.value.total : 0;
    lanes.push({ id, title: name, events, more: Math.max(0, total - events.length) });
  }
  return lanes;
}

/** Rows of a lane as its marks; a row that is no event can be read but not selected. */
export function viewEvents(rows: ArrowRows, view: string): readonly LaneEvent[] {
  const events: LaneEvent[] = [];
  for (let row = 0; row < rows.length; row += 1) {
    const from = rows.number(row, 'start');
    if (from === null) continue;
    const end = rows.number(row, 'end');
    events.push({
      eventId: rows.text(row, 'event_id') ?? '',
      domain: '',
      from,
      to: end !== null && end > from ? end : null,
      severity: 0,
      message: rows.text(row, 'label') ?? '',
      view,
    });
  }
  return events;
}
