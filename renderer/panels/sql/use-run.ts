/** One statement at a time: run, cancel, and the rows that came, as a grid reads them. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Problem } from '../../../shared/problem';
import type { SourceColumn } from '../../../shared/protocol';
import type { SourceState } from '../../grid/use-source';
import { CANCELLED } from '../../state/engine';
import { useEngine } from '../../state/hooks';
import { type ArrowRows, readArrowRows } from '../../ui/arrow-rows';
import { PageCache } from '../../ui/page-cache';

export const ROW_LIMIT = 1000;

export interface Ran {
  readonly sql: string;
  readonly columns: readonly SourceColumn[];
  readonly cache: PageCache<ArrowRows>;
  readonly shown: number;
  readonly total: number | null;
  readonly seconds: number;
}

export interface RunState {
  readonly ran: Ran | null;
  readonly running: boolean;
  readonly problem: Problem | null;
  readonly run: (sql: string) => void;
  readonly cancel: () => void;
}

export function useRun(): RunState {
  const engine = useEngine();
  const [state, setState] = useState<Pick<RunState, 'ran' | 'running' | 'problem'>>({
    ran: null,
    running: false,
    problem: null,
  });
  const going = useRef<AbortController | null>(null);
  useEffect(() => () => going.current?.abort(), []);
  const cancel = useCallback(() => {
    going.current?.abort();
    going.current = null;
    setState((was) => ({ ...was, running: false }));
  }, []);
  const run = useCallback(
    (sql: string) => {
      if (sql.trim() === '') return;
      going.current?.abort();
      const controller = new AbortController();
      going.current = controller;
      setState((was) => ({ ...was, running: true, problem: null }));
      void engine.call('query.run', { sql, limit: ROW_LIMIT }, controller.signal).then((outcome) => {
        if (going.current !== controller) return;
        going.current = null;
        if (!outcome.ok) {
          const problem = outcome.problem.code === CANCELLED ? null : outcome.problem;
          setState((was) => ({ ...was, running: false, problem }));
          return;
        }
        const { arrow, ...rest } = outcome.value;
        void hold(readArrowRows(arrow), rest.shown).then((cache) => {
          setState({ ran: { sql, cache, ...rest }, running: false, problem: null });
        });
      });
    },
    [engine],
  );
  return { ...state, run, cancel };
}

/** Rows that are all here, as the one page of a cache. */
async function hold(rows: ArrowRows, shown: number): Promise<PageCache<ArrowRows>> {
  const cache = new PageCache<ArrowRows>({
    rowCount: shown,
    pageRows: Math.max(1, shown),
    capacity: 1,
    parallel: 1,
    load: () => Promise.resolve(rows),
    onChange: () => undefined,
  });
  if (shown > 0) await cache.settle(0, shown);
  return cache;
}

/** What was run, as a grid reads it. */
export function heldState({ cache, columns, shown, sql }: Ran): SourceState {
  return {
    opened: {
      sourceId: '',
      rows: shown,
      columns: [...columns],
      cap: null,
      sql,
      source: { from: { kind: 'sql', text: sql }, filter: { kind: 'and', of: [] } },
      cache,
    },
    opening: false,
    problem: null,
    revision: 0,
    retry: () => undefined,
  };
}
