/** The columns a source has, asked for once and kept while the facts stand. */
import { useEffect, useState } from 'react';
import type { Source } from '../../shared/filter';
import type { Problem } from '../../shared/problem';
import type { SourceColumn } from '../../shared/protocol';
import { CANCELLED } from '../state/engine';
import { useEngine, useFactsVersion, useWork } from '../state/hooks';

export interface ColumnsState {
  /** Those of the last source that had any, until others are known. */
  readonly columns: readonly SourceColumn[];
  readonly title: string;
  /** The source they belong to, as JSON. */
  readonly of: string;
  readonly problem: Problem | null;
}

const NOTHING: ColumnsState = { columns: [], title: '', of: '', problem: null };

/** The filter of a source does not change its columns: they are asked for without it. */
export function useColumns(source: Source | null): ColumnsState {
  const engine = useEngine();
  const facts = useFactsVersion();
  const { version: work } = useWork();
  const [state, setState] = useState(NOTHING);
  const bare = source === null ? null : { from: source.from, filter: { kind: 'and' as const, of: [] } };
  const text = JSON.stringify(bare);
  // Marks change no columns, but a saved view may have become another.
  const version = source?.from.kind === 'table' ? 0 : work;
  // biome-ignore lint/correctness/useExhaustiveDependencies: new facts may bring other columns.
  useEffect(() => {
    const wish: Source | null = JSON.parse(text);
    if (wish === null) {
      setState(NOTHING);
      return;
    }
    const controller = new AbortController();
    void engine.call('source.columns', { source: wish }, controller.signal).then((outcome) => {
      if (controller.signal.aborted) return;
      if (outcome.ok) setState({ ...outcome.value, of: text, problem: null });
      else if (outcome.problem.code !== CANCELLED) {
        setState({ ...NOTHING, of: text, problem: outcome.problem });
      }
    });
    return () => controller.abort();
  }, [engine, text, facts, version]);
  return state;
}
