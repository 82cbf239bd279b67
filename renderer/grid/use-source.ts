/** Opens a source for reading: counts, columns and pages, anew when it, its order, the facts or the marks change. */
import { useEffect, useMemo, useReducer, useRef, useState } from 'react';
import type { Source } from '../../shared/filter';
import type { Problem } from '../../shared/problem';
import type { Result } from '../../shared/protocol';
import type { Sort } from '../../shared/view';
import { CANCELLED, type Engine, ProblemError } from '../state/engine';
import { useEngine, useFactsVersion, useWork } from '../state/hooks';
import { type ArrowRows, readArrowRows } from '../ui/arrow-rows';
import { PageCache } from '../ui/page-cache';

export type OpenedSource = Result<'source.open'> & {
  readonly source: Source;
  readonly cache: PageCache<ArrowRows>;
};

export interface SourceState {
  readonly opened: OpenedSource | null;
  readonly opening: boolean;
  readonly problem: Problem | null;
  /** Grows whenever rows came in. */
  readonly revision: number;
  readonly retry: () => void;
}

interface Opening {
  /** With the names of the columns its pages hold. */
  readonly opened: (OpenedSource & { readonly columnNames: string }) | null;
  readonly opening: boolean;
  readonly problem: Problem | null;
}

const PAGE_ROWS = 200;
const FIRST_ROWS = 60;
const CAPACITY = 40;
/** Changes that come faster than this are opened together. */
const REST_MS = 150;

/**
 * `source` null opens nothing. `columnsOf` says which columns pages hold, from those the source turned out to have.
 */
export function useSource(
  source: Source | null,
  sort: Sort,
  columnsOf: (columns: Result<'source.open'>['columns']) => readonly string[],
): SourceState {
  const engine = useEngine();
  const facts = useFactsVersion();
  const { version: work } = useWork();
  const [state, setState] = useState<Opening>({
    opened: null,
    opening: false,
    problem: null,
  });
  const [revision, grow] = useReducer((count: number) => count + 1, 0);
  const [attempt, retry] = useReducer((count: number) => count + 1, 0);
  const text = JSON.stringify(source === null ? null : { source, sort });
  const latest = useRef(columnsOf);
  latest.current = columnsOf;

  // biome-ignore lint/correctness/useExhaustiveDependencies: new facts or marks, or another try, open it anew.
  useEffect(() => {
    const wish: { readonly source: Source; readonly sort: Sort } | null = JSON.parse(text);
    if (wish === null) {
      setState({ opened: null, opening: false, problem: null });
      return;
    }
    const controller = new AbortController();
    setState((was) => ({ ...was, opening: true }));
    const timer = setTimeout(() => {
      const params = { source: wish.source, sort: [...wish.sort] };
      void engine.call('source.open', params, controller.signal).then((outcome) => {
        if (controller.signal.aborted) return;
        if (!outcome.ok) {
          if (outcome.problem.code === CANCELLED) return;
          setState({ opened: null, opening: false, problem: outcome.problem });
          return;
        }
        const columns = latest.current(outcome.value.columns);
        const cache = makeCache(engine, outcome.value, columns, grow, retry);
        // The rows on screen stay until the first of the new ones are there.
        void cache.settle(0, Math.min(FIRST_ROWS, outcome.value.rows)).then(() => {
          if (controller.signal.aborted) cache.dispose();
          else {
            const opened = { ...outcome.value, source: wish.source, cache, columnNames: columns.join('\n') };
            setState({ opened, opening: false, problem: null });
          }
        });
      });
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [engine, text, facts, work, attempt]);

  // Other columns of the same rows are only new pages.
  const { opened } = state;
  const wanted = opened === null ? '' : columnsOf(opened.columns).join('\n');
  const paged = useMemo(
    () =>
      opened === null || wanted === '' || wanted === opened.columnNames
        ? opened
        : { ...opened, cache: makeCache(engine, opened, wanted.split('\n'), grow, retry) },
    [engine, opened, wanted],
  );
  useEffect(() => () => opened?.cache.dispose(), [opened]);
  useEffect(
    () => () => {
      if (paged !== opened) paged?.cache.dispose();
    },
    [paged, opened],
  );
  return { ...state, opened: paged, revision, retry };
}

function makeCache(
  engine: Engine,
  { sourceId, rows }: Result<'source.open'>,
  columns: readonly string[],
  onChange: () => void,
  onStale: () => void,
): PageCache<ArrowRows> {
  return new PageCache<ArrowRows>({
    rowCount: rows,
    pageRows: PAGE_ROWS,
    capacity: CAPACITY,
    parallel: 2,
    load: async (offset, limit, signal) => {
      const params = { sourceId, offset, limit, columns: [...columns] };
      const page = await engine.call('source.page', params, signal);
      if (page.ok) return readArrowRows(page.value.arrow);
      // The engine keeps only so many sources; one that had to make room is opened again.
      if (page.problem.code === 'view-stale' && !signal.aborted) onStale();
      throw new ProblemError(page.problem);
    },
    onChange,
  });
}
