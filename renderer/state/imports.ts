/** Imports that run now, what came of the last ones, and the ledger of the case. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Problem } from '../../shared/problem';
import type { Notice, Result } from '../../shared/protocol';
import type { Engine } from './engine';

export type EvidenceRow = Result<'evidence.list'>['rows'][number];
export type ImportProgress = Notice<'import.progress'>;
export type ImportResult = Notice<'import.done'>;

export interface ImportsState {
  /** Ledger of the open case, removed evidence included (`removed`). */
  readonly evidence: readonly EvidenceRow[];
  readonly loading: boolean;
  readonly problem: Problem | null;
  /** Running imports, oldest first. */
  readonly running: readonly ImportProgress[];
  /** Imports asked to stop that have not stopped yet. */
  readonly stopping: readonly string[];
  readonly lastResult: ImportResult | null;
  readonly reload: () => Promise<void>;
  readonly cancel: (importId: string) => Promise<void>;
  readonly forget: () => void;
}

export function createImports(engine: Engine): StoreApi<ImportsState> {
  let reading: AbortController | null = null;
  const store = createStore<ImportsState>()((set, get) => ({
    evidence: [],
    loading: false,
    problem: null,
    running: [],
    stopping: [],
    lastResult: null,
    reload: async () => {
      reading?.abort();
      const controller = new AbortController();
      reading = controller;
      set({ loading: true });
      const list = await engine.call('evidence.list', {}, controller.signal);
      if (reading !== controller) return;
      reading = null;
      if (list.ok) set({ evidence: list.value.rows, loading: false, problem: null });
      else set({ loading: false, problem: list.problem });
    },
    cancel: async (importId) => {
      if (get().stopping.includes(importId)) return;
      set({ stopping: [...get().stopping, importId] });
      await engine.call('evidence.cancel', { importId });
    },
    forget: () => {
      reading?.abort();
      reading = null;
      set({ evidence: [], loading: false, problem: null, running: [], stopping: [], lastResult: null });
    },
  }));
  engine.on('import.progress', (progress) => {
    const { running } = store.getState();
    const known = running.some((one) => one.importId === progress.importId);
    store.setState({
      running: known
        ? running.map((one) => (one.importId === progress.importId ? progress : one))
        : [...running, progress],
    });
  });
  engine.on('import.done', (result) => {
    const { running, stopping } = store.getState();
    store.setState({
      lastResult: result,
      running: running.filter((one) => one.importId !== result.importId),
      stopping: stopping.filter((id) => id !== result.importId),
    });
    void store.getState().reload();
  });
  engine.on('engine.restarted', () => store.setState({ running: [], stopping: [] }));
  return store;
}

/** Rejected records of the evidence that counts (removed evidence does not). */
export function rejectedRecords(rows: readonly EvidenceRow[]): number {
  return rows.reduce((sum, row) => (row.removed ? sum : sum + row.rejected), 0);
}

/** Evidence that gave nothing although it should have. */
export function failedEvidence(rows: readonly EvidenceRow[]): readonly EvidenceRow[] {
  return rows.filter((row) => !row.removed && (row.status === 'failed' || row.status === 'unrecognised'));
}
