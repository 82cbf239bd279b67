/**
 * Column heads and filter boxes. A head sorts on click (with Shift as a further sort), moves by dragging, and does
 * all of it from the keyboard: arrows walk, Enter sorts, Alt+arrows move, Shift+arrows resize, Delete hides.
 */
// biome-ignore-all lint/a11y/useSemanticElements: table elements cannot hold recycled, absolutely placed rows.
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid is the tab stop and names the active cell (aria-activedescendant).
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react';
import { filterHint } from './filter-row';
import type { ShownColumn } from './use-columns';

export interface HeaderActions {
  readonly onSort: (id: string, add: boolean) => void;
  /** `done` is false while the pointer still drags. */
  readonly onResize: (id: string, width: number, done: boolean) => void;
  readonly onFit: (id: string) => void;
  readonly onMove: (id: string, place: number) => void;
  readonly onHide: (id: string) => void;
  readonly onMenu: (id: string, x: number, y: number) => void;
  readonly onFilter: (id: string, text: string) => void;
  /** Arrow Down from a head or Escape from a box: back to the rows. */
  readonly onLeave: () => void;
}

export interface GridHeaderProps extends HeaderActions {
  readonly columns: readonly ShownColumn[];
  readonly filters: Readonly<Record<string, string>>;
  readonly zoneLabel: string;
}

const RESIZE_STEP = 16;
const DRAG_STARTS_PX = 5;

export function GridHeader(props: GridHeaderProps): ReactNode {
  const { columns } = props;
  const [focus, setFocus] = useState(0);
  const [drop, setDrop] = useState<number | null>(null);
  const row = useRef<HTMLDivElement>(null);
  const current = Math.min(focus, columns.length - 1);

  const focusHead = (place: number) => {
    const to = Math.min(Math.max(0, place), columns.length - 1);
    setFocus(to);
    row.current?.querySelectorAll<HTMLElement>('[role=columnheader]')[to]?.focus();
  };

  const onKeyDown = (event: KeyboardEvent, place: number, shown: ShownColumn) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    const id = shown.column.id;
    if (step !== 0 && event.altKey) {
      props.onMove(id, place + step);
      setFocus(Math.min(Math.max(0, place + step), columns.length - 1));
    } else if (step !== 0 && event.shiftKey) props.onResize(id, shown.width + step * RESIZE_STEP, true);
    else if (step !== 0) focusHead(place + step);
    else if (event.key === 'Home') focusHead(0);
    else if (event.key === 'End') focusHead(columns.length - 1);
    else if (event.key === 'Enter' || event.key === ' ') props.onSort(id, event.shiftKey);
    else if (event.key === 'Delete') props.onHide(id);
    else if (event.key === 'ArrowDown') props.onLeave();
    else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      const box = event.currentTarget.getBoundingClientRect();
      props.onMenu(id, box.left, box.bottom);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div role="rowgroup" className="grid-head">
      <div role="row" aria-rowindex={1} className="grid-heads" ref={row}>
        {columns.map((shown, place) => (
          <Head
            key={shown.column.id}
            {...props}
            shown={shown}
            place={place}
            tabIndex={place === current ? 0 : -1}
            dropSide={
              drop === place
                ? 'before'
                : drop === columns.length && place === columns.length - 1
                  ? 'after'
                  : null
            }
            onKeyDown={(event) => onKeyDown(event, place, shown)}
            onFocus={() => setFocus(place)}
            onDrop={setDrop}
          />
        ))}
      </div>
      <div role="row" aria-rowindex={2} className="grid-filters">
        {columns.map((shown, place) => (
          <div role="gridcell" aria-colindex={place + 1} key={shown.column.id} className="filter-cell">
            <FilterBox
              label={`Filter ${shown.column.title}`}
              hint={filterHint(shown.column)}
              value={props.filters[shown.column.id] ?? ''}
              onChange={(text) => props.onFilter(shown.column.id, text)}
              onLeave={props.onLeave}
            />
          </div>
        ))}
      </div>
    </div>
  );
}

interface HeadProps extends GridHeaderProps {
  readonly shown: ShownColumn;
  readonly place: number;
  readonly tabIndex: number;
  readonly dropSide: 'before' | 'after' | null;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onFocus: () => void;
  readonly onDrop: (place: number | null) => void;
}

function Head(props: HeadProps): ReactNode {
  const { shown, place } = props;
  const { column } = shown;
  const drag = useRef<{ x: number; moved: boolean; to: number } | null>(null);

  const placeUnder = (x: number, target: EventTarget & Element): number => {
    const heads = [...(target.parentElement?.children ?? [])].map((one) => one.getBoundingClientRect());
    const at = heads.findIndex((box) => x < box.left + box.width / 2);
    return at < 0 ? heads.length : at;
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>) => {
    const going = drag.current;
    if (going === null) return;
    if (!going.moved && Math.abs(event.clientX - going.x) < DRAG_STARTS_PX) return;
    going.moved = true;
    going.to = placeUnder(event.clientX, event.currentTarget);
    props.onDrop(going.to === place || going.to === place + 1 ? null : going.to);
  };
  const onPointerUp = (event: PointerEvent<HTMLDivElement>) => {
    const going = drag.current;
    drag.current = null;
    props.onDrop(null);
    if (going === null) return;
    if (!going.moved) props.onSort(column.id, event.shiftKey);
    else if (going.to !== place && going.to !== place + 1) {
      props.onMove(column.id, going.to > place ? going.to - 1 : going.to);
    }
  };

  return (
    <div
      role="columnheader"
      aria-colindex={place + 1}
      aria-sort={shown.sorted ?? 'none'}
      aria-keyshortcuts="Enter Shift+Enter Alt+ArrowLeft Alt+ArrowRight Shift+ArrowLeft Shift+ArrowRight Delete"
      tabIndex={props.tabIndex}
      title={column.help === '' ? column.title : column.help}
      className={`head kind-${column.kind}${props.dropSide === null ? '' : ` drop-${props.dropSide}`}`}
      onKeyDown={props.onKeyDown}
      onFocus={props.onFocus}
      onContextMenu={(event) => {
        event.preventDefault();
        props.onMenu(column.id, event.clientX, event.clientY);
      }}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        drag.current = { x: event.clientX, moved: false, to: place };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={() => {
        drag.current = null;
        props.onDrop(null);
      }}
    >
      <span className="head-title">
        {column.title}
        {column.id === 'timestamp' && <span className="head-zone"> {props.zoneLabel}</span>}
      </span>
      {shown.sorted !== null && (
        <span className="head-sort" aria-hidden="true">
          {shown.sorted === 'ascending' ? '↑' : '↓'}
          {shown.sortRank !== null && <span className="head-rank">{shown.sortRank}</span>}
        </span>
      )}
      <Resizer shown={shown} onResize={props.onResize} onFit={props.onFit} />
    </div>
  );
}

function Resizer({
  shown,
  onResize,
  onFit,
}: {
  readonly shown: ShownColumn;
  readonly onResize: HeaderActions['onResize'];
  readonly onFit: HeaderActions['onFit'];
}): ReactNode {
  const start = useRef<{ x: number; width: number } | null>(null);
  const widthAt = (x: number) =>
    start.current === null ? shown.width : start.current.width + x - start.current.x;
  return (
    <span
      className="head-resizer"
      aria-hidden="true"
      title="Drag to resize, double-click to fit"
      onPointerDown={(event) => {
        event.stopPropagation();
        const box = event.currentTarget.parentElement?.getBoundingClientRect();
        start.current = { x: event.clientX, width: box?.width ?? shown.width };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (start.current !== null) onResize(shown.column.id, widthAt(event.clientX), false);
      }}
      onPointerUp={(event) => {
        event.stopPropagation();
        if (start.current !== null && event.clientX !== start.current.x) {
          onResize(shown.column.id, widthAt(event.clientX), true);
        }
        start.current = null;
      }}
      onDoubleClick={(event) => {
        event.stopPropagation();
        onFit(shown.column.id);
      }}
    />
  );
}

interface FilterBoxProps {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly onLeave: () => void;
}

function FilterBox({ label, hint, value, onChange, onLeave }: FilterBoxProps): ReactNode {
  return (
    <input
      type="text"
      className={value === '' ? 'filter-box' : 'filter-box filled'}
      aria-label={label}
      placeholder={hint}
      value={value}
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => onChange(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && value !== '') onChange('');
        else if (event.key === 'Escape' || event.key === 'ArrowDown' || event.key === 'Enter') onLeave();
        else return;
        event.preventDefault();
        event.stopPropagation();
      }}
    />
  );
}
