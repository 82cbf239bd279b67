/**
 * The rows of any source: virtual, sorted by its heads, every column filtered, copied and resized. Arrows walk rows
 * and columns; Enter shows the row's event to every panel.
 */
import { type KeyboardEvent, type ReactNode, useCallback, useId, useMemo, useState } from 'react';
import type { Filter } from '../../shared/filter';
import type { SourceColumn } from '../../shared/protocol';
import { zoneLabel } from '../../shared/time';
import { problemOf } from '../state/engine';
import {
  useAnnounce,
  useRowHeight,
  useSelection,
  useShowPanel,
  useTimeWindow,
  useZone,
} from '../state/hooks';
import type { Cell } from '../ui/arrow-rows';
import { Button } from '../ui/button';
import { ContextMenuAt, type MenuAction, type MenuEntry } from '../ui/menu';
import { ProblemText } from '../ui/problem-text';
import { VirtualList } from '../ui/virtual-list';
import { displayText, fittedWidths } from './fitted-widths';
import { beginsSide, cellText, isMono, isRight, rowsText } from './result-cell';
import { nextSort, type ResultColumns, resized, shownColumns, toggleShown, widthOf } from './result-columns';
import { ResultHead } from './result-head';
import { cellMenu, columnMenu, type ResultActs } from './result-menu';
import type { SourceState } from './use-source';
import './result-grid.css';

export interface ResultGridProps {
  readonly label: string;
  /** Panel that shows it, for what it selects. */
  readonly author: string;
  readonly state: SourceState;
  readonly columns: ResultColumns;
  readonly onColumns: (next: ResultColumns | ((was: ResultColumns) => ResultColumns)) => void;
  /** Absent where the rows cannot be filtered any further. */
  readonly onFilter?: (filter: Filter) => void;
  /** What can be done with a row that is no event, given its cells by name; Enter does the first. */
  readonly rowActs?: (cell: (name: string) => Cell | undefined) => readonly MenuAction[];
  /** Said where there are no rows. */
  readonly empty: ReactNode;
}

/** Columns a page must hold for what is shown: theirs, and the event each row is. */
export function neededColumns(all: readonly SourceColumn[], state: ResultColumns): readonly string[] {
  const event = eventColumn(all);
  const time = all.find(({ name }) => name === 'timestamp') ?? all.find(({ role }) => role === 'time');
  const names = shownColumns(all, state).map(({ name }) => name);
  return [
    ...new Set([...names, ...(event === null ? [] : [event]), ...(time === undefined ? [] : [time.name])]),
  ];
}

/** The column that says which event a row is; null where rows are no events. */
export function eventColumn(columns: readonly SourceColumn[]): string | null {
  return columns.find(({ role }) => role === 'event')?.name ?? null;
}

/** Pixels in which a long text can still be told from another. */
const LEAST_OF_TEXT = 160;

export function ResultGrid(props: ResultGridProps): ReactNode {
  const { state, onColumns } = props;
  const { opened } = state;
  const id = useId();
  const zone = useZone();
  const rowHeight = useRowHeight();
  const announce = useAnnounce();
  const showPanel = useShowPanel();
  const { showTime } = useTimeWindow();
  const { select } = useSelection();
  const [row, setRow] = useState<number | null>(null);
  const [at, setAt] = useState(0);
  const [menu, setMenu] = useState<{ x: number; y: number; entries: readonly MenuEntry[] } | null>(null);
  const all = opened?.columns ?? [];
  const shown = shownColumns(all, props.columns);
  const event = eventColumn(all);
  const cursor = Math.min(at, Math.max(0, shown.length - 1));
  const rows = opened?.rows ?? 0;

  const cache = opened?.cache;
  // The first rows say how wide columns are; what comes in later moves nothing.
  const ready = cache?.find(0) !== undefined;
  const names = shown.map(({ name }) => name).join('\n');
  // biome-ignore lint/correctness/useExhaustiveDependencies: the columns are those named; rows count once they are there.
  const fitted = useMemo(
    () => fittedWidths(shown, props.columns, opened, zone),
    [names, props.columns, opened, zone, ready],
  );
  const widthNow = (column: SourceColumn): number =>
    fitted.get(column.name) ?? widthOf(column, props.columns);
  const onWindow = useCallback(
    (first: number, end: number, direction: number) => cache?.want(first, end, direction),
    [cache],
  );
  const cellAt = (line: number, name: string): Cell | undefined => {
    const found = cache?.find(line);
    return found?.page.value(found.index, name);
  };
  const chooseEvent = (line: number): boolean => {
    const found = event === null ? undefined : cache?.find(line);
    const eventId = found === undefined || event === null ? null : found.page.text(found.index, event);
    if (found === undefined || eventId === null) return false;
    const time = all.find(({ name }) => name === 'timestamp') ?? all.find(({ role }) => role === 'time');
    select(eventId, time === undefined ? null : found.page.number(found.index, time.name), props.author);
    return true;
  };
  const copy = (text: string, said: string): void => {
    void navigator.clipboard.writeText(text).then(
      () => announce(said),
      () => announce('The clipboard cannot be written'),
    );
  };
  const actsOn = (line: number | null, column: SourceColumn): ResultActs => ({
    ...(props.onFilter === undefined ? {} : { onFilter: props.onFilter }),
    onSort: (descending) => onColumns((was) => ({ ...was, sort: [{ field: column.name, descending }] })),
    onHide: () => onColumns((was) => toggleShown(all, was, column.name)),
    onWiden: (by) =>
      onColumns((was) => resized(was, column.name, (was.widths[column.name] ?? widthNow(column)) + by)),
    showEvent:
      line === null || event === null
        ? null
        : () => {
            if (chooseEvent(line)) showPanel('inspector', false);
          },
    showTime: (us) => {
      showTime(us);
      showPanel('timeline', false);
    },
    copyCell: () => {
      if (line !== null) copy(cellText(column, cellAt(line, column.name) ?? null, zone) ?? '', 'Cell copied');
    },
    copyRow: () => {
      if (line === null) return;
      copy(rowsText(shown, [shown.map(({ name }) => cellAt(line, name) ?? null)], zone), 'Row copied');
    },
  });
  const openMenu = (line: number, column: number, x: number, y: number): void => {
    const one = shown[column];
    if (one === undefined) return;
    setAt(column);
    const own = props.rowActs?.((name) => cellAt(line, name)) ?? [];
    const entries = cellMenu(one, cellAt(line, one.name) ?? null, zone, actsOn(line, one));
    setMenu({ x, y, entries: own.length === 0 ? entries : [...own, { kind: 'line' }, ...entries] });
  };
  const onKey = (pressed: KeyboardEvent, line: number | null): void => {
    const column = shown[cursor];
    if (column === undefined) return;
    const step = pressed.key === 'ArrowRight' ? 1 : pressed.key === 'ArrowLeft' ? -1 : 0;
    if (step !== 0 && pressed.shiftKey) actsOn(line, column).onWiden(step * 20);
    else if (step !== 0) {
      const next = Math.max(0, Math.min(shown.length - 1, cursor + step));
      setAt(next);
      const to = shown[next];
      if (to !== undefined) {
        const value =
          line === null ? null : (cellText(to, cellAt(line, to.name) ?? null, zone) ?? 'no value');
        announce(value === null ? to.label : `${to.label}: ${value}`);
      }
    } else if (pressed.key.toLowerCase() === 'c' && (pressed.ctrlKey || pressed.metaKey)) {
      const acts = actsOn(line, column);
      if (pressed.shiftKey) acts.copyCell();
      else acts.copyRow();
    } else return;
    pressed.preventDefault();
    pressed.stopPropagation();
  };
  const failure = cache?.failure;
  const problem = state.problem ?? (failure === undefined ? null : problemOf(failure));
  if (problem !== null) {
    return <ProblemText problem={problem} action={<Button onClick={state.retry}>Try again</Button>} />;
  }
  if (opened !== null && rows === 0) return <div className="empty result-empty">{props.empty}</div>;
  const widths = shown.map(widthNow);
  const least = shown.map((column, index) => leastOf(column, widths[index] ?? 0, props.columns));
  return (
    <>
      <VirtualList
        id={id}
        label={props.label}
        className="result-grid"
        rowCount={rows}
        rowHeight={rowHeight}
        template={shown
          .map((column, index) => {
            const isLast = index === shown.length - 1;
            return trackOf(column, least[index] ?? 0, widths[index] ?? 0, isLast);
          })
          .join(' ')}
        minWidth={least.reduce((sum, width) => sum + width, 0)}
        headHeight={26}
        head={
          shown.length === 0 ? undefined : (
            <ResultHead
              columns={shown}
              sort={props.columns.sort}
              zoneLabel={zoneLabel(zone, 0).replace(/ .*/, '')}
              widthOf={widthNow}
              onSort={(name, add) => onColumns((was) => ({ ...was, sort: nextSort(was.sort, name, add) }))}
              onResize={(name, width) => onColumns((was) => resized(was, name, width))}
              onMenu={(column, x, y) => {
                const one = shown[column];
                if (one !== undefined) setMenu({ x, y, entries: columnMenu(one, actsOn(null, one)) });
              }}
            />
          )
        }
        selected={row}
        onSelect={(line) => {
          setRow(line);
          chooseEvent(line);
        }}
        onOpen={(line) => {
          if (chooseEvent(line)) showPanel('inspector', false);
          else props.rowActs?.((name) => cellAt(line, name))[0]?.run();
        }}
        onKey={onKey}
        onMenu={(line, x, y) => {
          const under = document.elementFromPoint(x, y)?.closest<HTMLElement>(`[data-column]`);
          const inRow = under?.closest(`[data-row="${line}"]`) ?? null;
          openMenu(line, inRow === null ? cursor : Number(under?.dataset.column), x, y);
        }}
        onWindow={onWindow}
        renderRow={(line) => {
          const found = cache?.find(line);
          return shown.map((column, index) => (
            <ResultCell
              key={column.name}
              column={column}
              index={index}
              isCursor={line === row && index === cursor}
              isNewSide={beginsSide(shown, index)}
              value={found?.page.value(found.index, column.name)}
              zone={zone}
            />
          ));
        }}
      />
      <ContextMenuAt at={menu} entries={menu?.entries ?? []} onClose={() => setMenu(null)} />
    </>
  );
}

/** The last column takes what is left of the width, but a number stays beside what it counts. */
function trackOf(column: SourceColumn, least: number, width: number, isLast: boolean): string {
  if (isLast && !isRight(column)) return `minmax(${least}px, 1fr)`;
  return least < width ? `minmax(${least}px, ${width}px)` : `${width}px`;
}

/** Long texts give way before what stands behind them is out of sight; a width that was chosen stays. */
function leastOf({ name, role }: SourceColumn, width: number, { widths }: ResultColumns): number {
  return role === 'text' && widths[name] === undefined ? Math.min(width, LEAST_OF_TEXT) : width;
}

interface ResultCellProps {
  readonly column: SourceColumn;
  readonly index: number;
  readonly isCursor: boolean;
  readonly isNewSide: boolean;
  /** Undefined until the page is loaded. */
  readonly value: Cell | undefined;
  readonly zone: string;
}

function ResultCell({ column, index, isCursor, isNewSide, value, zone }: ResultCellProps): ReactNode {
  const text = value === undefined ? null : cellText(column, value, zone);
  const classes = [
    'list-cell',
    isRight(column) ? 'right' : '',
    isMono(column) ? 'mono' : '',
    isCursor ? 'cursor' : '',
    isNewSide ? 'new-side' : '',
  ];
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the list is the tab stop and names the active row.
    // biome-ignore lint/a11y/useSemanticElements: table elements cannot hold absolutely placed rows.
    <span
      role="gridcell"
      aria-colindex={index + 1}
      data-column={index}
      className={classes.filter((name) => name !== '').join(' ')}
      title={text !== null && text.length > 12 ? text : undefined}
    >
      {value === undefined ? null : text === null ? (
        <span className="faint">·</span>
      ) : text === '' ? (
        <span className="faint">""</span>
      ) : column.role === 'domain' ? (
        <span className="domain" data-domain={text}>
          <span className="domain-mark" aria-hidden="true" />
          {text}
        </span>
      ) : (
        <span>{displayText(column, text)}</span>
      )}
    </span>
  );
}
