/** Heads of a result: click sorts (with Shift as a further sort), the right edge resizes, a right click offers more. */
// biome-ignore-all lint/a11y/useSemanticElements: table elements cannot hold absolutely placed rows.
// biome-ignore-all lint/a11y/useFocusableInteractive: the list is the tab stop; its menu offers the same by keyboard.
import { type PointerEvent, type ReactNode, useRef } from 'react';
import type { SourceColumn } from '../../shared/protocol';
import type { Sort } from '../../shared/view';
import { beginsSide, columnTitle, isRight } from './result-cell';

export interface ResultHeadProps {
  readonly columns: readonly SourceColumn[];
  readonly sort: Sort;
  /** Said beside heads of time. */
  readonly zoneLabel: string;
  readonly widthOf: (column: SourceColumn) => number;
  readonly onSort: (name: string, add: boolean) => void;
  readonly onResize: (name: string, width: number) => void;
  readonly onMenu: (column: number, x: number, y: number) => void;
}

export function ResultHead(props: ResultHeadProps): ReactNode {
  const { columns, sort } = props;
  return columns.map((column, at) => {
    const place = sort.findIndex(({ field }) => field === column.name);
    const sorted = place < 0 ? null : sort[place]?.descending === true ? 'descending' : 'ascending';
    return (
      <span
        key={column.name}
        role="columnheader"
        aria-colindex={at + 1}
        aria-sort={sorted ?? undefined}
        className={`list-cell result-head${isRight(column) ? ' right' : ''}${beginsSide(columns, at) ? ' new-side' : ''}`}
        title={`${column.label}${column.origin === '' ? '' : ` · ${column.origin}`} · ${column.name}`}
        onContextMenu={(event) => {
          event.preventDefault();
          event.stopPropagation();
          props.onMenu(at, event.clientX, event.clientY);
        }}
      >
        <button
          type="button"
          className="list-sort"
          tabIndex={-1}
          onClick={(event) => props.onSort(column.name, event.shiftKey)}
        >
          {columnTitle(column)}
          {column.role === 'time' && <span className="faint"> {props.zoneLabel}</span>}
          {sorted !== null && (
            <span aria-hidden="true">
              {' '}
              {sorted === 'ascending' ? '↑' : '↓'}
              {sort.length > 1 && <sup>{place + 1}</sup>}
            </span>
          )}
        </button>
        <Resizer width={props.widthOf(column)} onResize={(width) => props.onResize(column.name, width)} />
      </span>
    );
  });
}

function Resizer(props: { readonly width: number; readonly onResize: (width: number) => void }): ReactNode {
  const held = useRef<{ readonly x: number; readonly width: number } | null>(null);
  const onPointerMove = (event: PointerEvent): void => {
    if (held.current !== null) props.onResize(held.current.width + event.clientX - held.current.x);
  };
  return (
    <span
      className="result-resizer"
      aria-hidden="true"
      onPointerDown={(event) => {
        event.preventDefault();
        event.stopPropagation();
        event.currentTarget.setPointerCapture(event.pointerId);
        held.current = { x: event.clientX, width: props.width };
      }}
      onPointerMove={onPointerMove}
      onPointerUp={() => {
        held.current = null;
      }}
    />
  );
}
