/** The grid's view over the filter in force: opened anew when filter, sort or facts change, at the same place. */
import { type RefObject, useEffect, useMemo, useReducer, useState } from 'react';
import type { Filter } from '../../../shared/filter';
import type { Fold, Sort } from '../../../shared/view';
import type { Engine } from '../../state/engine';
import { readArrowRows } from '../../ui/arrow-rows';
import type { GridHandle } from './grid';
import { type SessionState, type ViewCalls, ViewSession } from './view-session';

export interface ViewWish {
  readonly filter: Filter;
  readonly sort: Sort;
  /** Null: every event is a row. */
  readonly fold: Fold | null;
  readonly fields: readonly string[];
  /** Grows when events changed. */
  readonly facts: number;
  /** False while no case is open. */
  readonly active: boolean;
}

export interface GridView extends SessionState {
  /** Grows whenever rows came in. */
  readonly revision: number;
  /** Opens the view again after a failure. */
  readonly retry: () => void;
}

function callsOf(engine: Engine): ViewCalls {
  return {
    open: (spec, signal) => engine.load('view.open', spec, signal),
    page: async (viewId, offset, limit, columns, signal) => {
      const answer = await engine.load('view.page', { viewId, offset, limit, columns: [...columns] }, signal);
      return readArrowRows(answer.arrow);
    },
    locate: async (viewId, eventId, time, signal) =>
      (await engine.load('view.locate', { viewId, eventId, time }, signal)).row,
  };
}

const NOWHERE = { eventId: null, time: null };
const NOTHING: SessionState = { opened: null, opening: false, failure: undefined };

export function useViewSession(engine: Engine, wish: ViewWish, grid: RefObject<GridHandle | null>): GridView {
  const [state, setState] = useState<SessionState>(NOTHING);
  const [revision, addRevision] = useReducer((count: number) => count + 1, 0);
  const [attempt, retry] = useReducer((count: number) => count + 1, 0);
  const session = useMemo(() => new ViewSession(callsOf(engine), setState, addRevision), [engine]);
  useEffect(() => () => session.dispose(), [session]);

  const specText = JSON.stringify({
    filter: wish.filter,
    sort: wish.sort,
    ...(wish.fold === null ? {} : { fold: wish.fold }),
  });
  const fieldsText = wish.fields.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: columns alone need no new view; the next effect fetches them.
  useEffect(() => {
    if (!wish.active) return;
    const anchor = grid.current?.anchor() ?? NOWHERE;
    void session.show(JSON.parse(specText), fieldsText.split(','), anchor, grid.current?.screen() ?? 40);
  }, [session, specText, wish.facts, wish.active, attempt]);

  useEffect(() => {
    const { opened } = session.state;
    if (opened === null || opened.fields.join() === fieldsText) return;
    void session.showFields(fieldsText.split(','), grid.current?.topRow() ?? 0, grid.current?.screen() ?? 40);
  }, [session, fieldsText, grid]);

  return { ...state, revision, retry };
}
