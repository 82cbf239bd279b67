/** The selected event's detail and its neighbours, read when the selection rests. */
import { useEffect, useState } from 'react';
import type { Filter } from '../../../shared/filter';
import type { Problem } from '../../../shared/problem';
import { CANCELLED, type Engine } from '../../state/engine';
import { type ArrowRows, readArrowRows } from '../../ui/arrow-rows';
import { EVENT_LINE_COLUMNS } from '../../ui/event-list';
import type { EventDetail } from './detail';

export interface DetailState {
  readonly eventId: string;
  readonly detail: EventDetail | null;
  readonly problem: Problem | null;
}

/** Keeps the last detail until the next is there, so that walking through rows does not flicker. */
export function useDetail(engine: Engine, eventId: string | null, facts: number): DetailState | null {
  const [state, setState] = useState<DetailState | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: changed facts can change what is known of the event.
  useEffect(() => {
    if (eventId === null) {
      setState(null);
      return;
    }
    const controller = new AbortController();
    void engine.call('event.detail', { eventId }, controller.signal).then((outcome) => {
      if (controller.signal.aborted) return;
      if (outcome.ok) setState({ eventId, detail: outcome.value, problem: null });
      else if (outcome.problem.code !== CANCELLED)
        setState({ eventId, detail: null, problem: outcome.problem });
    });
    return () => controller.abort();
  }, [engine, eventId, facts]);
  return state;
}

const AROUND = 4;
/** The rows around an event in time order under a filter; null while unknown or when the filter leaves it out. */
export function useAround(
  engine: Engine,
  eventId: string | null,
  filter: Filter,
  facts: number,
  active: boolean,
): ArrowRows | null {
  const [state, setState] = useState<{ readonly key: string; readonly rows: ArrowRows | null } | null>(null);
  const filterText = JSON.stringify(filter);
  const key = `${facts} ${eventId} ${filterText}`;
  useEffect(() => {
    if (eventId === null || !active) return;
    const controller = new AbortController();
    const read = async (): Promise<ArrowRows | null> => {
      const spec = { filter: JSON.parse(filterText), sort: [{ field: 'timestamp', descending: false }] };
      const { viewId } = await engine.load('view.open', spec, controller.signal);
      const { row } = await engine.load('view.locate', { viewId, eventId, time: null }, controller.signal);
      if (row === null) return null;
      const page = {
        viewId,
        offset: Math.max(0, row - AROUND),
        limit: 2 * AROUND + 1,
        columns: [...EVENT_LINE_COLUMNS],
      };
      return readArrowRows((await engine.load('view.page', page, controller.signal)).arrow);
    };
    read().then(
      (rows) => {
        if (!controller.signal.aborted) setState({ key, rows });
      },
      // Neighbours are a convenience; the detail itself reports what is wrong.
      () => undefined,
    );
    return () => controller.abort();
  }, [engine, eventId, filterText, key, active]);
  return state !== null && state.key === key ? state.rows : null;
}
