/**
 * A list of any length in rows of one height: draws what is in sight, walks by keyboard, has one tab stop. What a
 * row holds is the caller's; cells carry the role `gridcell` and the id `listCellId` gives.
 */
// biome-ignore-all lint/a11y/useSemanticElements: table elements cannot hold absolutely placed rows.
// biome-ignore-all lint/a11y/useFocusableInteractive: the list is the tab stop and names the active row (aria-activedescendant).
import { type KeyboardEvent, type MouseEvent, type ReactNode, useEffect, useRef } from 'react';
import { useVirtualScroll } from './use-virtual-scroll';
import { canvasHeight, pageRows, reveal, rowTop, rowWindow } from './virtual-scroll';
import './virtual-list.css';

export interface VirtualListProps {
  readonly id: string;
  readonly label: string;
  readonly className?: string;
  readonly rowCount: number;
  readonly rowHeight: number;
  /** `grid-template-columns` of head and rows. */
  readonly template: string;
  readonly minWidth?: number;
  readonly head?: ReactNode;
  readonly headHeight?: number;
  readonly selected: number | null;
  readonly onSelect: (row: number) => void;
  /** Enter or double click. */
  readonly onOpen?: (row: number) => void;
  /** Any other key; call preventDefault when it was used. */
  readonly onKey?: (event: KeyboardEvent, row: number | null) => void;
  readonly onMenu?: (row: number, x: number, y: number) => void;
  readonly onWindow?: (first: number, end: number, direction: number) => void;
  readonly rowClass?: (row: number) => string;
  readonly renderRow: (row: number) => ReactNode;
}

const OVERSCAN = 8;

export function VirtualList(props: VirtualListProps): ReactNode {
  const { rowCount, rowHeight, selected, head, onWindow } = props;
  const headHeight = head === undefined ? 0 : (props.headHeight ?? 24);
  const scroller = useRef<HTMLDivElement>(null);
  const place = useVirtualScroll({ scroller, rowCount, rowHeight, headHeight, gap: null });
  const { extent, contentTop, direction, scrollTo } = place;
  const window = rowWindow(contentTop, extent, OVERSCAN);

  useEffect(
    () => onWindow?.(window.first, window.end, direction),
    [onWindow, window.first, window.end, direction],
  );

  const select = (row: number) => {
    if (rowCount === 0) return;
    const to = Math.min(Math.max(0, row), rowCount - 1);
    scrollTo(reveal(to, contentTop, extent));
    props.onSelect(to);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== scroller.current) return;
    const row = selected ?? -1;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: row + 1,
      j: row + 1,
      ArrowUp: row - 1,
      k: row - 1,
      PageDown: row + pageRows(extent),
      PageUp: row - pageRows(extent),
      Home: 0,
      End: rowCount - 1,
    };
    const to = event.ctrlKey || event.metaKey || event.altKey ? undefined : moves[event.key];
    if (to !== undefined) select(to);
    else if (event.key === 'Enter' && selected !== null && props.onOpen !== undefined) props.onOpen(selected);
    else if ((event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) && selected !== null) {
      const box = document.getElementById(listRowId(props.id, selected))?.getBoundingClientRect();
      if (box !== undefined) props.onMenu?.(selected, box.left + 16, box.bottom);
    } else {
      props.onKey?.(event, selected);
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };

  const rowUnder = (event: MouseEvent): number | null => {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-row]') : null;
    return row === null ? null : Number(row.dataset.row);
  };

  const shift = headHeight + place.canvasTop - contentTop;
  const rows: ReactNode[] = [];
  for (let row = window.first; row < window.end; row += 1) {
    const classes = ['list-row', row === selected ? 'selected' : '', props.rowClass?.(row) ?? ''];
    rows.push(
      <div
        key={row}
        role="row"
        id={listRowId(props.id, row)}
        aria-rowindex={row + 1 + (head === undefined ? 0 : 1)}
        aria-selected={row === selected}
        className={classes.filter((name) => name !== '').join(' ')}
        data-row={row}
        style={{ top: rowTop(row, extent) + shift, height: rowHeight }}
      >
        {props.renderRow(row)}
      </div>,
    );
  }
  const active = selected !== null && selected >= window.first && selected < window.end;
  return (
    <div
      ref={scroller}
      role="grid"
      tabIndex={0}
      className={`list ${props.className ?? ''}`}
      aria-label={props.label}
      aria-rowcount={rowCount + (head === undefined ? 0 : 1)}
      aria-activedescendant={active ? listRowId(props.id, selected) : undefined}
      onKeyDown={onKeyDown}
      onClick={(event) => {
        const row = rowUnder(event);
        if (row !== null) props.onSelect(row);
      }}
      onDoubleClick={(event) => {
        const row = rowUnder(event);
        if (row !== null) props.onOpen?.(row);
      }}
      onContextMenu={(event) => {
        const row = rowUnder(event);
        if (row === null || props.onMenu === undefined) return;
        event.preventDefault();
        props.onSelect(row);
        props.onMenu(row, event.clientX, event.clientY);
      }}
    >
      <div
        className="list-canvas"
        style={{
          height: canvasHeight(extent) + headHeight,
          minWidth: props.minWidth,
          ['--list-columns' as string]: props.template,
        }}
      >
        {head !== undefined && (
          <div role="row" aria-rowindex={1} className="list-head" style={{ height: headHeight }}>
            {head}
          </div>
        )}
        {rows}
      </div>
    </div>
  );
}

export function listRowId(listId: string, row: number): string {
  return `${listId}-row-${row}`;
}

export interface ListCellProps {
  readonly children?: ReactNode;
  readonly className?: string;
  readonly right?: boolean;
  readonly title?: string;
}

function cellClass({ className, right }: ListCellProps): string {
  return `list-cell${right === true ? ' right' : ''}${className === undefined ? '' : ` ${className}`}`;
}

export function ListCell(props: ListCellProps): ReactNode {
  return (
    <span role="gridcell" className={cellClass(props)} title={props.title}>
      {props.children}
    </span>
  );
}

export interface ListHeadCellProps extends ListCellProps {
  /** Current sort of a head that sorts; null when it sorts but not now. */
  readonly sorted?: 'ascending' | 'descending' | null;
  readonly onSort?: () => void;
}

export function ListHeadCell(props: ListHeadCellProps): ReactNode {
  const { sorted, onSort } = props;
  return (
    <span
      role="columnheader"
      className={cellClass(props)}
      title={props.title}
      aria-sort={sorted ?? undefined}
    >
      {onSort === undefined ? (
        props.children
      ) : (
        <button type="button" className="list-sort" onClick={onSort}>
          {props.children}
          {sorted !== null && sorted !== undefined && (
            <span aria-hidden="true"> {sorted === 'ascending' ? '↑' : '↓'}</span>
          )}
        </button>
      )}
    </span>
  );
}
