/** All stores of one window, made over one engine and wired to each other; panels reach them through `hooks.ts`. */
import { z } from 'zod';
import type { StoreApi } from 'zustand/vanilla';
import { type AuthorState, withAuthor } from './author';
import type { CommandsState } from './commands';
import { createCommands } from './commands';
import { type CountsState, createCounts } from './counts';
import { createDisplay, type DisplayState, displaySchema } from './display';
import type { Engine } from './engine';
import { clausesSchema, createFilter, type FilterState } from './filter';
import { createImports, type ImportsState } from './imports';
import { withLastingViews } from './lasting-views';
import { createLayout, type LayoutState } from './layout';
import { createMessages, type MessagesState } from './messages';
import { createPanelStates, type PanelStates } from './panel-states';
import { createSaved, type Saved, type SavedPart } from './saved';
import { createSelection, type SelectionState } from './selection';
import { createSession, type SessionState } from './session';
import { createTimeWindow, type TimeWindowState } from './time-window';
import { createWork, type WorkState } from './work';

export interface Workbench {
  readonly engine: Engine;
  readonly session: StoreApi<SessionState>;
  readonly imports: StoreApi<ImportsState>;
  readonly work: StoreApi<WorkState>;
  readonly author: StoreApi<AuthorState>;
  readonly filter: StoreApi<FilterState>;
  readonly counts: StoreApi<CountsState>;
  readonly selection: StoreApi<SelectionState>;
  readonly time: StoreApi<TimeWindowState>;
  readonly display: StoreApi<DisplayState>;
  readonly layout: StoreApi<LayoutState>;
  readonly commands: StoreApi<CommandsState>;
  readonly messages: StoreApi<MessagesState>;
  readonly panels: StoreApi<PanelStates>;
  readonly saved: Saved;
}

const windowSchema = z.object({ from: z.number(), to: z.number() }).nullable();

/** Over a bare engine; the workbench's own hands out views that last. */
export function createWorkbench(bare: Engine): Workbench {
  const { engine, author } = withAuthor(withLastingViews(bare), () => workbench.session.getState().case);
  const workbench = {
    engine,
    session: createSession(engine),
    imports: createImports(engine),
    work: createWork(engine),
    author,
    filter: createFilter(),
    counts: createCounts(),
    selection: createSelection(),
    time: createTimeWindow(),
    display: createDisplay(),
    layout: createLayout(),
    commands: createCommands(),
    messages: createMessages(),
    panels: createPanelStates(),
  };
  const { session } = workbench;
  const saved = createSaved(engine, savedParts(workbench), () => {
    const open = session.getState().case;
    return open !== null && open.readOnly === null;
  });
  followCase(workbench, saved);
  return { ...workbench, saved };
}

type Stores = Omit<Workbench, 'saved'>;

/** Another case is another world: its own saved state, no selection, a fresh ledger. */
function followCase({ session, imports, work, selection, time, filter, counts }: Stores, saved: Saved): void {
  session.subscribe((now, before) => {
    if (now.case?.folder !== before.case?.folder) {
      selection.getState().clearSelection();
      counts.getState().forget();
      time.setState({ window: null, extent: null });
      filter.getState().restore([]);
      imports.getState().forget();
      work.getState().forget();
      if (now.case === null) saved.pause();
      else {
        void saved.load();
        void imports.getState().reload();
        void work.getState().reload();
      }
    } else if (now.case !== null && now.factsVersion !== before.factsVersion) {
      void imports.getState().reload();
    }
  });
}

function savedParts({ display, filter, time, layout, panels }: Stores): SavedPart[] {
  return [
    {
      key: 'display',
      snapshot: () => {
        const { zone, theme, density } = display.getState();
        return { zone, theme, density };
      },
      restore: (value) => {
        const read = displaySchema.safeParse(value);
        // A zone belongs to its case; how the window looks, to whoever sits before it.
        display.setState(read.success ? read.data : { zone: 'UTC' });
      },
      subscribe: display.subscribe,
    },
    {
      key: 'filter',
      snapshot: () => filter.getState().clauses,
      restore: (value) => {
        const read = clausesSchema.safeParse(value);
        filter.getState().restore(read.success ? read.data : []);
      },
      subscribe: filter.subscribe,
    },
    {
      key: 'window',
      snapshot: () => time.getState().window,
      restore: (value) => {
        const read = windowSchema.safeParse(value);
        time.setState({ window: read.success ? read.data : null });
      },
      subscribe: time.subscribe,
    },
    {
      key: 'layout',
      snapshot: () => layout.getState().layout ?? undefined,
      restore: (value) => layout.setState({ layout: value ?? null }),
      subscribe: layout.subscribe,
    },
    {
      key: 'panels',
      snapshot: () => panels.getState().values,
      restore: (value) => {
        const read = z.record(z.string(), z.unknown()).safeParse(value);
        panels.getState().restore(read.success ? read.data : {});
      },
      subscribe: panels.subscribe,
    },
  ];
}
