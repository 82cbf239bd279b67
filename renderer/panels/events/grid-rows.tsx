/** The rows in sight, drawn on recycled elements, and the opened detail below its row. */
// biome-ignore-all lint/a11y/useSemanticElements: table elements cannot hold recycled, absolutely placed rows.
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid is the tab stop and names the active cell (aria-activedescendant).
import { type ReactNode, useRef } from 'react';
import { formatInstant } from '../../../shared/time';
import type { VirtualScroll } from '../../ui/use-virtual-scroll';
import { type RowWindow, rowTop } from '../../ui/virtual-scroll';
import { rowTime } from './cell-text';
import { cellId, GridRow, HEADER_ROWS } from './grid-row';
import type { ShownColumn } from './use-columns';
import type { Opened } from './view-session';

export interface Cursor {
  readonly row: number;
  readonly column: number;
  /** Other end of the rows selected together; equals `row` when it is one. */
  readonly anchor: number;
}

export interface GridRowsProps {
  readonly gridId: string;
  readonly opened: Opened;
  readonly window: RowWindow;
  readonly place: VirtualScroll;
  readonly headHeight: number;
  readonly columns: readonly ShownColumn[];
  readonly zone: string;
  readonly find: string;
  readonly cursor: Cursor | null;
  readonly selectedId: string | null;
  readonly expandedRow: number | null;
  readonly timeOrdered: boolean;
  readonly detail: ReactNode;
}

/** Rows stand below the first of their thousand or so, which alone moves as a long view scrolls: so they need not. */
const BLOCK_ROWS = 1024;

function dateOf(opened: Opened, row: number, zone: string): string | null {
  const found = row < 0 ? undefined : opened.cache.find(row);
  if (found === undefined) return null;
  const time = rowTime(found.page, found.index);
  return time === null ? null : formatInstant(time.us, zone, 'day');
}

export function GridRows(props: GridRowsProps): ReactNode {
  const { opened, window, place, cursor } = props;
  const { extent } = place;
  // As many elements as the tallest screen so far, each row always on the same one: a row that stays is not redrawn.
  const pool = useRef(1);
  pool.current = Math.max(pool.current, window.end - window.first);
  const shift = props.headHeight + place.canvasTop - place.contentTop;
  const blockTop = rowTop(window.first - (window.first % BLOCK_ROWS), extent);
  const low = cursor === null ? -1 : Math.min(cursor.row, cursor.anchor);
  const high = cursor === null ? -1 : Math.max(cursor.row, cursor.anchor);

  const drawn: ReactNode[] = [];
  let before = props.timeOrdered ? dateOf(opened, window.first - 1, props.zone) : null;
  for (let row = window.first; row < window.end; row += 1) {
    const found = opened.cache.find(row);
    const date = props.timeOrdered ? dateOf(opened, row, props.zone) : null;
    drawn.push(
      <GridRow
        key={row % pool.current}
        gridId={props.gridId}
        row={row}
        top={rowTop(row, extent) - blockTop}
        height={extent.rowHeight}
        rows={found?.page}
        index={found?.index ?? 0}
        columns={props.columns}
        zone={props.zone}
        find={props.find}
        selected={
          found !== undefined &&
          props.selectedId !== null &&
          found.page.text(found.index, 'event_id') === props.selectedId
        }
        inRange={low !== high && row >= low && row <= high}
        expanded={props.expandedRow === row}
        cursorColumn={cursor?.row === row ? cursor.column : -1}
        sameDate={date !== null && date === before}
      />,
    );
    before = date;
  }
  const { gap } = extent;
  return (
    <div role="rowgroup" className="grid-rows" style={{ transform: `translateY(${blockTop + shift}px)` }}>
      {drawn}
      {gap !== null && props.expandedRow !== null && (
        <div
          role="row"
          aria-rowindex={gap.after + HEADER_ROWS + 1}
          className="grid-detail"
          style={{ top: rowTop(gap.after, extent) + extent.rowHeight - blockTop, height: gap.height }}
        >
          <div
            role="gridcell"
            aria-colspan={props.columns.length}
            id={cellId(props.gridId, gap.after, -1)}
            className="grid-detail-cell"
            tabIndex={0}
          >
            {props.detail}
          </div>
        </div>
      )}
    </div>
  );
}
