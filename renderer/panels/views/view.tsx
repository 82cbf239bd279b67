/** The saved views of the case: open, rename, remove, show on the timeline, filter every panel by them. */
import { Braces, ChartColumn, type LucideIcon, Merge, Table2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import type { SavedView } from '../../../shared/case';
import type { Source } from '../../../shared/filter';
import type { Problem } from '../../../shared/problem';
import { useChartIt } from '../../grid/requests';
import { eventColumn } from '../../grid/result-grid';
import { laneOf } from '../../grid/save-view-dialog';
import { fromTitle } from '../../grid/tables';
import {
  useAnnounce,
  useCase,
  useCommands,
  useEngine,
  useFilter,
  useReport,
  useWork,
} from '../../state/hooks';
import { Button } from '../../ui/button';
import { Dialog } from '../../ui/dialog';
import { ContextMenuAt, type MenuEntry } from '../../ui/menu';
import { ListCell, VirtualList } from '../../ui/virtual-list';
import { useOpenView } from './overlay';
import './view.css';

const AUTHOR = 'views';

/** A sign for what a view is: a chart, a join, a query, or rows. */
function kindOf(view: SavedView): { readonly icon: LucideIcon; readonly words: string } {
  if (view.chart !== null) return { icon: ChartColumn, words: 'chart' };
  if (view.source.from.kind === 'join') return { icon: Merge, words: 'join' };
  if (view.source.from.kind === 'sql') return { icon: Braces, words: 'query' };
  return { icon: Table2, words: 'rows' };
}

export function ViewsView(): ReactNode {
  const { views, saveView, remove } = useWork();
  const engine = useEngine();
  const filter = useFilter();
  const open = useOpenView();
  const chartIt = useChartIt();
  const announce = useAnnounce();
  const report = useReport();
  const readOnly = useCase()?.readOnly ?? null;
  const [selected, setSelected] = useState<number | null>(null);
  const [renaming, setRenaming] = useState<SavedView | null>(null);
  const [menu, setMenu] = useState<{ x: number; y: number; entries: readonly MenuEntry[] } | null>(null);

  const tell = (problem: Problem): void => {
    report(problem, AUTHOR);
    announce(problem.what);
  };
  const put = async (view: SavedView, change: Partial<SavedView>): Promise<void> => {
    const { name, source, chart, columns, lane } = { ...view, ...change };
    const saved = await saveView(view.id, { name, source, chart, columns, lane });
    if (!saved.ok) tell(saved.problem);
  };
  const toggleLane = async (view: SavedView): Promise<void> => {
    if (view.lane !== null) {
      await put(view, { lane: null });
      announce(`${view.name} has left the timeline`);
      return;
    }
    const known = await engine.call('source.columns', { source: view.source });
    const lane = known.ok ? laneOf(known.value.columns) : null;
    if (lane === null) announce('Its rows have no time');
    else {
      await put(view, { lane });
      announce(`${view.name} is on the timeline`);
    }
  };
  const filterBy = async (view: SavedView): Promise<void> => {
    const known = await engine.call('source.columns', { source: view.source });
    const column = known.ok ? eventColumn(known.value.columns) : null;
    if (column === null) {
      announce('Its rows are no events');
      return;
    }
    const of: Source = { from: { kind: 'saved', id: view.id }, filter: { kind: 'and', of: [] } };
    filter.add({ kind: 'member', field: 'event_id', of, column }, AUTHOR);
    announce(`Every panel shows the events of ${view.name}`);
  };
  const removeView = async (view: SavedView): Promise<void> => {
    const removed = await remove('view', view.id);
    if (removed.ok) announce(`${view.name} was removed; Ctrl+Z brings it back`);
    else tell(removed.problem);
  };
  const entriesOf = (view: SavedView): readonly MenuEntry[] => [
    { label: 'Open', keys: 'Enter', run: () => open(view) },
    { label: 'Show these events in every panel', run: () => void filterBy(view) },
    {
      label: 'Chart it',
      run: () => chartIt({ from: { kind: 'saved', id: view.id }, filter: { kind: 'and', of: [] } }),
    },
    { kind: 'line' },
    {
      label: 'On the timeline',
      keys: 'L',
      checked: view.lane !== null,
      disabled: readOnly !== null,
      run: () => void toggleLane(view),
    },
    { label: 'Rename…', keys: 'F2', disabled: readOnly !== null, run: () => setRenaming(view) },
    { label: 'Remove', keys: 'Del', disabled: readOnly !== null, run: () => void removeView(view) },
  ];
  const chosen = selected === null ? undefined : views[selected];
  const noView = chosen === undefined ? 'No view is selected.' : readOnly;
  useCommands([
    {
      id: 'views.rename',
      title: 'Rename the selected view',
      group: 'Views',
      keys: 'F2',
      local: true,
      unavailable: noView,
      run: () => chosen !== undefined && setRenaming(chosen),
    },
    {
      id: 'views.remove',
      title: 'Remove the selected view',
      group: 'Views',
      keys: 'Delete',
      local: true,
      unavailable: noView,
      run: () => chosen !== undefined && void removeView(chosen),
    },
    {
      id: 'views.lane',
      title: 'Show or hide the selected view on the timeline',
      group: 'Views',
      keys: 'L',
      local: true,
      unavailable: noView,
      run: () => chosen !== undefined && void toggleLane(chosen),
    },
  ]);
  if (views.length === 0) {
    return (
      <div className="empty">
        <p>No view is saved yet. Build a join, a chart or a query and save it: it is opened again here.</p>
      </div>
    );
  }
  return (
    <div className="views">
      <VirtualList
        id="views-list"
        label="Saved views"
        rowCount={views.length}
        rowHeight={40}
        template="minmax(0, 1fr)"
        selected={selected}
        onSelect={setSelected}
        onOpen={(row) => onView(views[row], open)}
        onMenu={(row, x, y) => onView(views[row], (view) => setMenu({ x, y, entries: entriesOf(view) }))}
        onKey={(event, row) => {
          const acts: Readonly<Record<string, (view: SavedView) => void>> = {
            F2: setRenaming,
            Delete: (view) => void removeView(view),
            l: (view) => void toggleLane(view),
          };
          const act = event.ctrlKey || event.metaKey ? undefined : acts[event.key];
          if (act === undefined || row === null || (readOnly !== null && event.key !== 'Enter')) return;
          event.preventDefault();
          event.stopPropagation();
          onView(views[row], act);
        }}
        renderRow={(row) => {
          const view = views[row];
          if (view === undefined) return null;
          const { icon: Icon, words } = kindOf(view);
          return (
            <ListCell title={`${view.name}: ${words} of ${fromTitle(view.source.from, views)}`}>
              <span className="views-row">
                <Icon aria-label={words} />
                <span className="views-names">
                  <span className="views-name">{view.name}</span>
                  <span className="label">
                    {words}
                    {view.lane !== null && ' · on the timeline'}
                    {view.by !== null && ` · ${view.by}`}
                  </span>
                </span>
              </span>
            </ListCell>
          );
        }}
      />
      <ContextMenuAt at={menu} entries={menu?.entries ?? []} onClose={() => setMenu(null)} />
      {renaming !== null && (
        <RenameDialog
          view={renaming}
          onName={(name) => void put(renaming, { name })}
          onClose={() => setRenaming(null)}
        />
      )}
    </div>
  );
}

function onView(view: SavedView | undefined, act: (view: SavedView) => void): void {
  if (view !== undefined) act(view);
}

interface RenameDialogProps {
  readonly view: SavedView;
  readonly onName: (name: string) => void;
  readonly onClose: () => void;
}

function RenameDialog({ view, onName, onClose }: RenameDialogProps): ReactNode {
  const [name, setName] = useState(view.name);
  const apply = (): void => {
    const given = name.trim();
    if (given === '') return;
    if (given !== view.name) onName(given);
    onClose();
  };
  return (
    <Dialog
      open
      title="Rename the view"
      size="narrow"
      onClose={onClose}
      actions={
        <Button look="primary" disabled={name.trim() === ''} onClick={apply}>
          Rename
        </Button>
      }
    >
      <input
        type="text"
        className="text-box views-rename"
        aria-label="Name of the view"
        maxLength={200}
        value={name}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') apply();
        }}
      />
    </Dialog>
  );
}
