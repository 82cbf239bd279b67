/** The events panel: the grid over the filter in force, and what surrounds it. */
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Filter } from '../../../shared/filter';
import { offsetAt, zoneLabel } from '../../../shared/time';
import { useExportIt } from '../../grid/requests';
import { problemOf } from '../../state/engine';
import {
  useAnnounce,
  useCase,
  useCommands,
  useCounts,
  useDisplay,
  useEngine,
  useFactsVersion,
  useFilter,
  usePanelState,
  useRowHeight,
  useSelection,
  useShowPanel,
  useTimeWindow,
  useWork,
  useZone,
} from '../../state/hooks';
import type { ArrowRows } from '../../ui/arrow-rows';
import { Button } from '../../ui/button';
import { countText } from '../../ui/event-text';
import { ContextMenuAt, type MenuEntry } from '../../ui/menu';
import { ProblemText } from '../../ui/problem-text';
import { cellMenu } from './cell-menu';
import { cellCopy, cellFacts, copyRows, rowTime } from './cell-text';
import { suitWidths } from './column-layout';
import {
  columnStateSchema,
  cycleSort,
  INITIAL_COLUMN_STATE,
  isTimeOrdered,
  moveColumn,
  resizeColumn,
  restoreColumnState,
  shownIds,
  toggleColumn,
  toSort,
} from './column-state';
import { gridColumn, neededFields } from './columns';
import { conversationEntries } from './conversation';
import { EventsBar } from './events-bar';
import { EmptyEvents, ReadingEvents } from './events-empty';
import { foldCount, foldStateSchema } from './fold';
import { type CellPlace, Grid, type GridHandle } from './grid';
import { GRID_SHORTCUTS, type GridAction } from './grid-keys';
import type { Cursor } from './grid-rows';
import { headMenu } from './head-menu';
import { RowDetail } from './row-detail';
import { useColumnFilters } from './use-column-filters';
import { useShownColumns } from './use-columns';
import { useFind } from './use-find';
import { useNaturalWidths } from './use-natural-widths';
import { useRowMarks } from './use-row-marks';
import { useTip } from './use-tip';
import { useViewSession } from './use-view-session';
import './view.css';

const AUTHOR = 'events';
const SELECT_AFTER_MS = 70;
/** More rows than this are a file, not a clipboard. */
const MOST_COPIED = 2000;

export function EventsView(): ReactNode {
  const engine = useEngine();
  const zone = useZone();
  const filter = useFilter();
  const selection = useSelection();
  const time = useTimeWindow();
  const showPanel = useShowPanel();
  const announce = useAnnounce();
  const { density, setDensity } = useDisplay();
  const openCase = useCase();
  const { publish } = useCounts();
  const [saved, setColumns] = usePanelState('events.columns', columnStateSchema, INITIAL_COLUMN_STATE);
  const columnState = useMemo(() => restoreColumnState(saved), [saved]);
  const wanted = useShownColumns(columnState);
  const grid = useRef<GridHandle>(null);
  const fields = useMemo(() => neededFields(wanted.map((one) => one.column)), [wanted]);
  const sort = useMemo(() => toSort(columnState), [columnState]);
  const [folds, setFolds] = usePanelState('events.fold', foldStateSchema, false);
  const [unfolded, setUnfolded] = useState<readonly string[]>([]);
  const fold = folds ? { unfolded: [...unfolded] } : null;
  const view = useViewSession(
    engine,
    // Marks are columns of the rows: whoever sets one sees it.
    {
      filter: filter.filter,
      sort,
      fold,
      fields,
      facts: useFactsVersion() + useWork().version,
      active: openCase !== null,
    },
    grid,
  );
  const { opened } = view;
  const ids = wanted.map((one) => one.column.id);
  const natural = useNaturalWidths(engine, opened, ids, zone, openCase?.folder ?? '');
  const shown = useMemo(() => suitWidths(wanted, natural), [wanted, natural]);
  const filters = useColumnFilters(filter);
  const find = useFind(engine, opened, grid, announce);
  const tip = useTip(opened, shown, zone);
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const [menu, setMenu] = useState<{ x: number; y: number; entries: readonly MenuEntry[] } | null>(null);
  const closeMenu = useCallback(() => setMenu(null), []);

  const marks = useRowMarks(opened, filter.filter, () => grid.current?.range() ?? null);

  useEffect(() => {
    // Others count events, the grid its rows.
    if (opened !== null) {
      const { counts } = opened;
      publish(opened.spec.filter, { ...counts, shown: counts.shown + counts.folded });
    }
  }, [opened, publish]);

  // The row in focus becomes everybody's selection once the reader rests on it and it is loaded.
  const pending = useRef<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const settleSelection = useCallback(() => {
    const row = pending.current;
    const found = row === null ? undefined : opened?.cache.find(row);
    if (found === undefined) return;
    const eventId = found.page.text(found.index, 'event_id');
    pending.current = null;
    if (eventId !== null) selection.select(eventId, found.page.number(found.index, 'timestamp'), AUTHOR);
  }, [opened, selection]);
  const onSelect = (row: number) => {
    pending.current = row;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => latest.current.settleSelection(), SELECT_AFTER_MS);
  };
  const latest = useRef({ settleSelection, onSelect });
  latest.current = { settleSelection, onSelect };
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows that come in may be the ones waited for.
  useEffect(() => settleSelection(), [view.revision, settleSelection]);
  useEffect(() => () => clearTimeout(timer.current), []);

  // Another panel chose an event: go there, or say that the filter leaves it out. A filter that came later and leaves
  // it out makes the row in focus everybody's, so that no key acts on an event that is not among the rows.
  const chosen = selection.selected;
  const placed = useRef<{ readonly viewId: string; readonly eventId: string } | null>(null);
  useEffect(() => {
    if (chosen === null || opened === null || opened.counts.shown === 0) return;
    const before = placed.current;
    placed.current = { viewId: opened.viewId, eventId: chosen.eventId };
    const wasChosen = before?.eventId === chosen.eventId && before.viewId !== opened.viewId;
    if (chosen.author === AUTHOR && !wasChosen) return;
    const controller = new AbortController();
    const params = { viewId: opened.viewId, eventId: chosen.eventId, time: null };
    void engine.call('view.locate', params, controller.signal).then((outcome) => {
      if (!outcome.ok || controller.signal.aborted) return;
      if (outcome.value.row !== null) {
        if (chosen.author !== AUTHOR) grid.current?.goTo(outcome.value.row, false);
      } else if (wasChosen) {
        latest.current.onSelect(grid.current?.cursor()?.row ?? 0);
      } else announce('The event is not among those shown');
    });
    return () => controller.abort();
  }, [engine, chosen, opened, announce]);

  const copyText = (text: string, said: string) => {
    void navigator.clipboard.writeText(text).then(
      () => announce(said),
      () => announce('The clipboard cannot be written'),
    );
  };
  const copy = (what: 'rows' | 'cell') => {
    const cursor = grid.current?.cursor();
    if (opened === null || cursor === null || cursor === undefined) return;
    const columns = shown.map((one) => one.column);
    const column = columns[cursor.column];
    if (what === 'cell') {
      const found = opened.cache.find(cursor.row);
      if (found !== undefined && column !== undefined) {
        copyText(cellCopy(column, found.page, found.index, zone), 'Cell copied');
      }
      return;
    }
    const [first, last] = grid.current?.range() ?? [cursor.row, cursor.row];
    const cells: string[][] = [];
    for (let row = first; row <= Math.min(last, first + MOST_COPIED - 1); row += 1) {
      const found = opened.cache.find(row);
      if (found !== undefined) cells.push(columns.map((one) => cellCopy(one, found.page, found.index, zone)));
    }
    copyText(copyRows(columns, cells, zone), `${cells.length} ${cells.length === 1 ? 'row' : 'rows'} copied`);
  };

  const onAction = (action: GridAction) => {
    if (action.kind === 'copy') copy(action.what);
    else if (action.kind === 'hit') void find.go(action.backwards);
    else if (action.kind === 'find') find.focus();
  };

  const onCellMenu = (place: CellPlace) => {
    const found = opened?.cache.find(place.row);
    const column = shown[place.column]?.column;
    if (found === undefined || column === undefined) return;
    const at = rowTime(found.page, found.index);
    const range = grid.current?.range();
    const add = (clause: Filter) => filter.add(clause, AUTHOR);
    tip.hide();
    setMenu({
      x: place.x,
      y: place.y,
      entries: [
        ...cellMenu(
          {
            facts: cellFacts(column, found.page, found.index),
            time: at?.us ?? null,
            rows: range === null || range === undefined ? 1 : range[1] - range[0] + 1,
          },
          {
            filterTo: add,
            find: find.start,
            showInTimeline: () => {
              if (at !== null) time.showTime(at.us);
              showPanel('timeline', false);
            },
            copyCell: () => copy('cell'),
            copyRows: () => copy('rows'),
            openRow: () => grid.current?.toggleDetail(place.row),
          },
        ),
        ...unfoldEntries(found.page, found.index),
        ...conversationEntries(opened?.cache, range ?? [place.row, place.row], exportIt),
        { kind: 'line' },
        ...marks.entries(range === null || range === undefined ? 1 : range[1] - range[0] + 1),
      ],
    });
  };

  const unfoldEntries = (page: ArrowRows, index: number): readonly MenuEntry[] => {
    const count = foldCount(page, index);
    const id = page.text(index, 'event_id');
    if (count === null || id === null) return [];
    const label = `Show these ${countText(count)} reads one by one`;
    return [{ kind: 'line' }, { label, run: () => setUnfolded((was) => [...was.slice(-499), id]) }];
  };

  const exportIt = useExportIt();
  const exportRows = (): void =>
    exportIt({
      source: { from: { kind: 'table', table: 'event_view' }, filter: filter.filter },
      sort,
      columns: wanted.flatMap(({ column }) =>
        column.needs.filter((name) => name !== 'network_direction_assumed'),
      ),
    });

  useCommands([
    {
      id: 'events.export',
      title: 'Export the events shown…',
      group: 'Events',
      also: 'csv json lines timesketch spreadsheet',
      unavailable: openCase === null ? 'No case is open.' : null,
      run: exportRows,
    },
    {
      id: 'events.fold',
      title: folds ? 'Show polling read by read' : 'Fold polling',
      group: 'Events',
      also: 'cyclic reads repeat collapse',
      run: () => {
        setFolds(!folds);
        setUnfolded([]);
      },
    },
    {
      id: 'events.focus',
      title: 'Go to the events',
      group: 'Events',
      keys: 'E',
      run: () => showPanel('events'),
    },
    { id: 'events.next-hit', title: 'Next hit', group: 'Events', keys: 'n', run: () => void find.go(false) },
    {
      id: 'events.previous-hit',
      title: 'Previous hit',
      group: 'Events',
      keys: 'Shift+n',
      run: () => void find.go(true),
    },
    ...GRID_SHORTCUTS.map((one) => ({
      id: `events.key.${one.keys}`,
      title: one.does,
      group: 'Events',
      keys: one.keys,
      local: true,
    })),
  ]);

  const failure = view.failure ?? opened?.cache.failure;
  return (
    <div className="events">
      <EventsBar
        counts={opened?.counts ?? null}
        cursor={cursor}
        columns={columnState}
        onColumns={setColumns}
        density={density}
        onDensity={setDensity}
        find={find}
        onLeave={() => grid.current?.focus()}
        onExport={exportRows}
        folds={folds}
        onFold={(wanted) => {
          setFolds(wanted);
          setUnfolded([]);
        }}
      />
      {view.opening && <div className="events-busy" aria-hidden="true" />}
      {failure !== undefined && (
        <ProblemText
          problem={problemOf(failure)}
          action={
            <Button
              onClick={() => {
                opened?.cache.retry();
                view.retry();
              }}
            >
              Try again
            </Button>
          }
        />
      )}
      <Grid
        ref={grid}
        gridId="events-grid"
        label="Events"
        opened={opened}
        revision={view.revision}
        busy={view.opening}
        columns={shown}
        rowHeight={useRowHeight()}
        zone={zone}
        zoneLabel={headZone(zone, opened?.counts.first ?? null, opened?.counts.last ?? null)}
        find={find.text}
        filters={filters.texts}
        selectedId={chosen?.eventId ?? null}
        timeOrdered={isTimeOrdered(columnState)}
        onFilter={filters.onFilter}
        onSort={(id, add) => setColumns(cycleSort(columnState, id, add))}
        onResize={(id, width) => setColumns((was) => resizeColumn(was, id, width))}
        onMove={(id, place) => {
          setColumns(moveColumn(columnState, id, place));
          announce(`${gridColumn(id)?.title ?? id} is column ${Math.max(0, place) + 1} of ${shown.length}`);
        }}
        onHide={(id) => setColumns(toggleColumn(columnState, id))}
        onMenu={(id, x, y) =>
          setMenu({ x, y, entries: headMenu(columnState, id, shownIds(columnState).indexOf(id), setColumns) })
        }
        onSelect={onSelect}
        onCursor={setCursor}
        onAction={onAction}
        onCellMenu={onCellMenu}
        onHover={tip.onHover}
        renderDetail={(row) => {
          const found = opened?.cache.find(row);
          return (
            <RowDetail eventId={found === undefined ? null : found.page.text(found.index, 'event_id')} />
          );
        }}
      />
      {opened === null && view.opening && <ReadingEvents />}
      {opened !== null && opened.counts.shown === 0 && !view.opening && (
        <EmptyEvents total={opened.counts.total} onClear={filter.clear} />
      )}
      {tip.content}
      {marks.dialog}
      <ContextMenuAt at={menu} entries={menu?.entries ?? []} onClose={closeMenu} />
    </div>
  );
}

/** The zone of the time column, with its offset where every row has the same. */
function headZone(zone: string, first: number | null, last: number | null): string {
  const isOne = first !== null && last !== null && offsetAt(zone, first) === offsetAt(zone, last);
  return isOne ? zoneLabel(zone, last) : zone;
}
