/**
 * The virtual grid: any number of rows, keyboard first. It knows nothing of the engine; it draws an opened view and
 * reports what the reader does. One tab stop for the rows, with the cell in focus named to screen readers.
 */
// biome-ignore-all lint/a11y/useSemanticElements: table elements cannot hold recycled, absolutely placed rows.
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid is the tab stop and names the active cell (aria-activedescendant).
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type Ref,
  type RefObject,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { useVirtualScroll } from '../../ui/use-virtual-scroll';
import {
  canvasHeight,
  center,
  type Gap,
  pageRows,
  reveal,
  rowAt,
  rowTop,
  rowWindow,
} from '../../ui/virtual-scroll';
import { cellContent, cellSpoken, rowTime } from './cell-text';
import { fitWidths } from './column-layout';
import { GridHeader, type GridHeaderProps } from './grid-header';
import { type GridAction, gridAction } from './grid-keys';
import { cellId, HEADER_ROWS } from './grid-row';
import { type Cursor, GridRows } from './grid-rows';
import type { ShownColumn } from './use-columns';
import type { Anchor, Opened } from './view-session';

export const HEAD_HEIGHT = 52;
const OVERSCAN = 8;
const DETAIL_HEIGHT = 216;

/** A cell the reader asked about, and where on the screen. */
export interface CellPlace {
  readonly row: number;
  readonly column: number;
  readonly x: number;
  readonly y: number;
}

export interface GridHandle {
  readonly focus: () => void;
  /** Puts the cursor on a row and brings it into sight; with `select` it becomes everybody's. */
  readonly goTo: (row: number, select: boolean) => void;
  /** Opens or closes a row's detail. */
  readonly toggleDetail: (row: number) => void;
  readonly anchor: () => Anchor;
  /** Rows that fit the screen. */
  readonly screen: () => number;
  /** First row in sight. */
  readonly topRow: () => number;
  /** Rows selected together: first and last. */
  readonly range: () => readonly [first: number, last: number] | null;
  readonly cursor: () => Cursor | null;
}

export interface GridProps extends Omit<GridHeaderProps, 'onLeave' | 'onFit'> {
  readonly ref: Ref<GridHandle>;
  readonly gridId: string;
  readonly label: string;
  readonly opened: Opened | null;
  /** Changes whenever rows came in. */
  readonly revision: number;
  readonly busy: boolean;
  readonly rowHeight: number;
  readonly zone: string;
  readonly find: string;
  readonly selectedId: string | null;
  readonly timeOrdered: boolean;
  /** The reader moved to a row. */
  readonly onSelect: (row: number) => void;
  readonly onCursor: (cursor: Cursor | null) => void;
  /** Copy, find, next hit: what needs more than the grid. */
  readonly onAction: (action: GridAction) => void;
  readonly onCellMenu: (place: CellPlace) => void;
  readonly onHover: (place: CellPlace | null) => void;
  readonly renderDetail: (row: number) => ReactNode;
}

export function Grid(props: GridProps): ReactNode {
  const { opened, rowHeight } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const available = useInnerWidth(scroller);
  const columns = useMemo(() => fitWidths(props.columns, available), [props.columns, available]);
  const [cursor, setCursor] = useState<Cursor | null>(null);
  const [expandedRow, setExpandedRow] = useState<number | null>(null);
  const rowCount = opened?.counts.shown ?? 0;
  const gap = useMemo<Gap | null>(
    () => (expandedRow === null ? null : { after: expandedRow, height: DETAIL_HEIGHT }),
    [expandedRow],
  );
  const place = useVirtualScroll({ scroller, rowCount, rowHeight, headHeight: HEAD_HEIGHT, gap });
  const { extent, contentTop, direction, scrollTo } = place;
  const window = rowWindow(contentTop, extent, OVERSCAN);

  useEffect(() => {
    opened?.cache.want(window.first, window.end, direction);
  }, [opened, window.first, window.end, direction]);

  const moveTo = (
    row: number,
    column: number,
    extend: boolean,
    how: 'reveal' | 'center' = 'reveal',
    select = true,
  ) => {
    if (rowCount === 0) return;
    const to = Math.min(Math.max(0, row), rowCount - 1);
    const anchor = extend && cursor !== null ? cursor.anchor : to;
    setCursor({ row: to, column: Math.min(Math.max(0, column), columns.length - 1), anchor });
    const open = expandedRow !== null && expandedRow !== to ? null : gap;
    if (open === null && expandedRow !== null) setExpandedRow(null);
    const now = { ...extent, gap: open };
    const inSight =
      rowTop(to, now) >= contentTop && rowTop(to, now) + rowHeight <= contentTop + extent.viewport;
    scrollTo(how === 'center' && !inSight ? center(to, now) : reveal(to, contentTop, now));
    if (select) props.onSelect(to);
  };

  // Another view took over: stand where the same event is, else where its time would be, else at the start.
  const previous = useRef<Opened | null>(null);
  useLayoutEffect(() => {
    if (opened === previous.current) return;
    const offset = cursor === null ? 0 : rowTop(cursor.row, extent) - contentTop;
    const wasInSight = offset >= 0 && offset <= extent.viewport;
    previous.current = opened;
    if (opened === null || opened.startRow < 0) return;
    setExpandedRow(null);
    const row = Math.min(opened.startRow, Math.max(0, opened.counts.shown - 1));
    setCursor((was) => (opened.counts.shown === 0 ? null : { row, column: was?.column ?? 0, anchor: row }));
    scrollTo(row * rowHeight - (wasInSight ? offset : 0));
  });

  const { onCursor } = props;
  useEffect(() => onCursor(cursor), [onCursor, cursor]);

  useImperativeHandle(props.ref, () => ({
    focus: () => scroller.current?.focus(),
    goTo: (row, select) => moveTo(row, cursor?.column ?? 0, false, 'center', select),
    toggleDetail: (row) => setExpandedRow(expandedRow === row ? null : row),
    anchor: () => anchorAt(opened, props.selectedId, rowAt(contentTop, extent), props.timeOrdered),
    screen: () => Math.max(20, Math.ceil(extent.viewport / rowHeight)),
    topRow: () => rowAt(contentTop, extent),
    range: () =>
      cursor === null ? null : [Math.min(cursor.row, cursor.anchor), Math.max(cursor.row, cursor.anchor)],
    cursor: () => cursor,
  }));

  const act = (action: GridAction) => {
    const row = cursor?.row ?? rowAt(contentTop, extent);
    const column = cursor?.column ?? 0;
    switch (action.kind) {
      case 'rows':
        return moveTo(cursor === null ? row : row + action.by, column, action.extend);
      case 'page':
        return moveTo(row + action.by * pageRows(extent), column, action.extend);
      case 'edge':
        return moveTo(action.to === 'first' ? 0 : rowCount - 1, column, action.extend);
      case 'cells':
        return moveTo(row, column + action.by, false, 'reveal', cursor === null);
      case 'detail':
        moveTo(row, column, false);
        return setExpandedRow(expandedRow === row ? null : row);
      case 'close':
        return setExpandedRow(null);
      case 'menu': {
        const cell = document.getElementById(cellId(props.gridId, row, column))?.getBoundingClientRect();
        if (cell !== undefined) props.onCellMenu({ row, column, x: cell.left + 8, y: cell.bottom });
        return;
      }
      default:
        props.onAction(action);
    }
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== scroller.current) {
      const inDetail = event.target instanceof Element && event.target.closest('.grid-detail') !== null;
      if (!inDetail || event.key !== 'Escape') return;
      event.stopPropagation();
      setExpandedRow(null);
      scroller.current?.focus();
      return;
    }
    const action = gridAction(event);
    if (action === null) return;
    event.preventDefault();
    event.stopPropagation();
    act(action);
  };

  const cellUnder = (event: MouseEvent): CellPlace | null => {
    if (!(event.target instanceof Element)) return null;
    const cell = event.target.closest<HTMLElement>('[data-column]');
    const row = cell?.closest<HTMLElement>('[data-row]');
    if (cell === null || cell === undefined || row === null || row === undefined) return null;
    return {
      row: Number(row.dataset.row),
      column: Number(cell.dataset.column),
      x: event.clientX,
      y: event.clientY,
    };
  };

  const fit = (id: string) => {
    const shown = columns.find((one) => one.column.id === id);
    if (shown === undefined || opened === null) return;
    props.onResize(id, fittingWidth(shown, opened, window.first, window.end, props.zone), true);
  };

  const template = columns
    .map((one, at) => (at === columns.length - 1 ? `minmax(${one.width}px, 1fr)` : `${one.width}px`))
    .join(' ');
  const width = columns.reduce((sum, one) => sum + one.width, 0);
  const inWindow = cursor !== null && cursor.row >= window.first && cursor.row < window.end;

  return (
    <div
      ref={scroller}
      data-focus-first=""
      role="grid"
      tabIndex={0}
      className="grid"
      aria-label={props.label}
      aria-rowcount={rowCount + HEADER_ROWS}
      aria-colcount={columns.length}
      aria-multiselectable="true"
      aria-busy={props.busy}
      aria-activedescendant={
        inWindow && cursor !== null ? cellId(props.gridId, cursor.row, cursor.column) : undefined
      }
      onKeyDown={onKeyDown}
      onClick={(event) => {
        const cell = cellUnder(event);
        if (cell !== null) moveTo(cell.row, cell.column, event.shiftKey);
      }}
      onDoubleClick={(event) => {
        const cell = cellUnder(event);
        if (cell !== null) setExpandedRow(expandedRow === cell.row ? null : cell.row);
      }}
      onContextMenu={(event) => {
        const cell = cellUnder(event);
        if (cell === null) return;
        event.preventDefault();
        const kept = cursor !== null && isBetween(cell.row, cursor.row, cursor.anchor);
        if (kept) setCursor({ ...cursor, column: cell.column });
        else moveTo(cell.row, cell.column, false);
        props.onCellMenu(cell);
      }}
      onMouseMove={(event) => props.onHover(cellUnder(event))}
      onMouseLeave={() => props.onHover(null)}
    >
      <div
        className="grid-canvas"
        style={{
          height: canvasHeight(extent) + HEAD_HEIGHT,
          minWidth: width,
          ['--grid-columns' as string]: template,
        }}
      >
        <GridHeader {...props} columns={columns} onFit={fit} onLeave={() => scroller.current?.focus()} />
        {opened !== null && (
          <GridRows
            gridId={props.gridId}
            opened={opened}
            window={window}
            place={place}
            headHeight={HEAD_HEIGHT}
            columns={columns}
            zone={props.zone}
            find={props.find}
            cursor={cursor}
            selectedId={props.selectedId}
            expandedRow={expandedRow}
            timeOrdered={props.timeOrdered}
            detail={expandedRow === null ? null : props.renderDetail(expandedRow)}
          />
        )}
      </div>
    </div>
  );
}

/** Width inside the scroll bars, followed as docks are resized. */
function useInnerWidth(scroller: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const measure = () => setWidth(element.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller]);
  return width;
}

function isBetween(row: number, one: number, other: number): boolean {
  return row >= Math.min(one, other) && row <= Math.max(one, other) && one !== other;
}

function anchorAt(
  opened: Opened | null,
  selectedId: string | null,
  top: number,
  timeOrdered: boolean,
): Anchor {
  const found = opened?.cache.find(top);
  const time = found === undefined || !timeOrdered ? null : rowTime(found.page, found.index);
  return { eventId: selectedId, time: time?.us ?? null };
}

/** Width that shows every value in sight in full, within reason. */
function fittingWidth(shown: ShownColumn, opened: Opened, first: number, end: number, zone: string): number {
  let longest = shown.column.title.length + 3;
  for (let row = first; row < end; row += 1) {
    const found = opened.cache.find(row);
    if (found === undefined) continue;
    const content = cellContent(shown.column, found.page, found.index, zone);
    if (content.kind !== 'null') longest = Math.max(longest, cellSpoken(content).length);
  }
  const glyph = shown.column.kind === 'text' ? 6.4 : 7.4;
  return Math.min(900, Math.ceil(longest * glyph) + 22);
}
