/** The analyst's work in the open case: saved views, findings, tags and how the marks stand. Asked once, kept fresh. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { SavedView } from '../../shared/case';
import type { Outcome, Problem } from '../../shared/problem';
import type { Params, Result } from '../../shared/protocol';
import type { Engine } from './engine';

export type WorkList = Result<'work.list'>;
/** What an analyst says of a saved view; author and time are the engine's to add. */
export type ViewDraft = Params<'view.save'>['view'];

export interface WorkState extends WorkList {
  /** Grows with every change of marks, findings or views: put it in the dependencies of what was asked about them. */
  readonly version: number;
  /** Why the list could not be had. */
  readonly problem: Problem | null;
  readonly reload: () => Promise<void>;
  readonly forget: () => void;
  /** Makes (id null) or changes a saved view and gives its id. */
  readonly saveView: (id: string | null, view: ViewDraft) => Promise<Outcome<string>>;
  /** Marks these events and says how many were; giving up the question for the name is the problem `cancelled`. */
  readonly mark: (mark: Params<'mark.put'>) => Promise<Outcome<number>>;
  readonly unmark: (mark: Params<'mark.remove'>) => Promise<Outcome<number>>;
  readonly putFinding: (finding: Params<'finding.put'>) => Promise<Outcome<string>>;
  readonly remove: (kind: 'finding' | 'view', id: string) => Promise<Outcome<unknown>>;
}

const NOTHING: WorkList = { findings: [], views: [], tags: [], stars: 0, notes: 0, lost: [] };

export function createWork(engine: Engine): StoreApi<WorkState> {
  let asked = 0;
  const store = createStore<WorkState>()((set, get) => ({
    ...NOTHING,
    version: 0,
    problem: null,
    reload: async () => {
      asked += 1;
      const number = asked;
      const list = await engine.call('work.list', {});
      // A later question has the later answer.
      if (number !== asked) return;
      const version = get().version + 1;
      set(list.ok ? { ...list.value, version, problem: null } : { version, problem: list.problem });
    },
    forget: () => {
      asked += 1;
      set({ ...NOTHING, version: get().version + 1, problem: null });
    },
    saveView: async (id, view) => {
      const saved = await engine.call('view.save', { id, view });
      if (!saved.ok) return saved;
      await get().reload();
      return { ok: true, value: saved.value.id };
    },
    mark: async (mark) => {
      const made = await engine.call('mark.put', mark);
      return made.ok ? { ok: true, value: made.value.marked } : made;
    },
    unmark: async (mark) => {
      const made = await engine.call('mark.remove', mark);
      return made.ok ? { ok: true, value: made.value.unmarked } : made;
    },
    putFinding: async (finding) => {
      const made = await engine.call('finding.put', finding);
      if (!made.ok) return made;
      await get().reload();
      return { ok: true, value: made.value.id };
    },
    remove: async (kind, id) => {
      const removed = await engine.call('work.remove', { kind, id });
      if (removed.ok) await get().reload();
      return removed;
    },
  }));
  engine.on('work.changed', () => void store.getState().reload());
  engine.on('facts.changed', () => void store.getState().reload());
  return store;
}

/** The saved view of that id, if it is still there. */
export function savedView(views: readonly SavedView[], id: string): SavedView | undefined {
  return views.find((view) => view.id === id);
}
