/** One drawn row. Memoised: while scrolling, only rows that came into sight are drawn anew. */
// biome-ignore-all lint/a11y/useSemanticElements: table elements cannot hold recycled, absolutely placed rows.
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid is the tab stop and names the active cell (aria-activedescendant).
import { memo, type ReactNode } from 'react';
import type { ArrowRows } from '../../ui/arrow-rows';
import { severityLevel } from '../../ui/event-text';
import { cellContent } from './cell-text';
import { FoldSign, foldCount, foldWidth } from './fold';
import { CellBody, surelyFits } from './grid-cell';
import { isMarked, MarkSigns, rowMarks } from './mark-signs';
import type { ShownColumn } from './use-columns';

/** Header and filter row come first in the grid's row count. */
export const HEADER_ROWS = 2;

export function cellId(gridId: string, row: number, column: number): string {
  return `${gridId}-${row}-${column}`;
}

export interface GridRowProps {
  readonly gridId: string;
  readonly row: number;
  readonly top: number;
  readonly height: number;
  /** Page that holds the row, undefined while it is loaded. */
  readonly rows: ArrowRows | undefined;
  readonly index: number;
  readonly columns: readonly ShownColumn[];
  readonly zone: string;
  readonly find: string;
  readonly selected: boolean;
  readonly inRange: boolean;
  readonly expanded: boolean;
  /** Column of the cursor when it is in this row, else −1. */
  readonly cursorColumn: number;
  readonly sameDate: boolean;
}

function GridRowBody(props: GridRowProps): ReactNode {
  const { rows, index, columns, row } = props;
  const level = rows === undefined ? 'quiet' : severityLevel(rows.number(index, 'event_severity'));
  const marks = rows === undefined ? null : rowMarks(rows, index);
  const marked = marks !== null && isMarked(marks);
  const classes = ['grid-row', `level-${level}`];
  if (marked) classes.push('marked');
  if (props.selected) classes.push('selected');
  if (props.inRange) classes.push('in-range');
  if (props.expanded) classes.push('expanded');
  if (props.cursorColumn >= 0) classes.push('at-cursor');
  return (
    <div
      role="row"
      aria-rowindex={row + HEADER_ROWS + 1}
      aria-selected={props.selected || props.inRange}
      aria-busy={rows === undefined}
      className={classes.join(' ')}
      data-row={row}
      style={{ top: props.top, height: props.height }}
    >
      {columns.map((shown, place) => {
        const content = rows === undefined ? null : cellContent(shown.column, rows, index, props.zone);
        const isFold = rows !== undefined && foldCount(rows, index) !== null;
        const signs = (marked || isFold) && shown.column.id === 'message';
        const cut = content === null || signs || !surelyFits(content, shown.width) ? ' cut' : '';
        const cursor = place === props.cursorColumn ? ' cursor' : '';
        return (
          <div
            key={shown.column.id}
            role="gridcell"
            aria-colindex={place + 1}
            // Only the cell in focus is ever named by its id.
            id={props.cursorColumn >= 0 ? cellId(props.gridId, row, place) : undefined}
            className={`cell kind-${shown.column.kind}${cut}${cursor}`}
            data-column={place}
          >
            {content === null ? (
              <span className="cell-loading" />
            ) : (
              <>
                {signs && marked && <MarkSigns {...marks} />}
                {signs && rows !== undefined && <FoldSign rows={rows} index={index} />}
                <CellBody
                  content={content}
                  // A message whose sign leaves little room keeps its beginning, not its end.
                  width={shown.width - (signs && rows !== undefined ? foldWidth(rows, index) : 0)}
                  find={props.find}
                  sameDate={props.sameDate}
                />
              </>
            )}
          </div>
        );
      })}
    </div>
  );
}

export const GridRow = memo(GridRowBody);
