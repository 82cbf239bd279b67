/**
 * The bytes of the evidence around a record: offset, sixteen bytes, text. The record is marked; scrolling goes on
 * beyond it to either end of the file. Arrow keys and Page keys scroll, Home returns to the record.
 */
import {
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { useVirtualScroll } from '../../ui/use-virtual-scroll';
import { canvasHeight, pageRows, rowAt, rowTop, rowWindow } from '../../ui/virtual-scroll';
import {
  type ByteRange,
  firstRowFor,
  type HexByte,
  hexRow,
  offsetDigits,
  offsetText,
  type RowBytes,
} from './hex';
import { type ReadBytes, useBytes } from './use-bytes';

const ROW_HEIGHT = 18;
/** How far beyond the record scrolling goes until the end of the file is known. */
const BEYOND_BYTES = 1 << 24;

export interface HexViewProps {
  readonly read: ReadBytes;
  readonly record: ByteRange;
  readonly renderFailure: (failure: unknown, retry: () => void) => ReactNode;
  readonly changedNote: ReactNode;
}

export function HexView({ read, record, renderFailure, changedNote }: HexViewProps): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const rowBytes = useRowBytes(scroller);
  const lastByte = record.offset + record.length + BEYOND_BYTES;
  const bytes = useBytes(read, Math.ceil(lastByte / rowBytes), rowBytes);
  const rowCount = Math.max(1, Math.ceil((bytes.size ?? lastByte) / rowBytes));
  const place = useVirtualScroll({ scroller, rowCount, rowHeight: ROW_HEIGHT, headHeight: 0, gap: null });
  const { extent, contentTop, direction, scrollTo } = place;
  const window = rowWindow(contentTop, extent, 6);
  const { want } = bytes;

  useEffect(() => want(window.first, window.end, direction));

  const start = firstRowFor(record, rowBytes);
  // biome-ignore lint/correctness/useExhaustiveDependencies: goes to the record when another record is shown, not on every scroll.
  useLayoutEffect(() => scrollTo(start * ROW_HEIGHT), [read, start, extent.viewport > 0]);

  const onKeyDown = (event: KeyboardEvent) => {
    const step = pageRows(extent) * ROW_HEIGHT;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: contentTop + ROW_HEIGHT,
      ArrowUp: contentTop - ROW_HEIGHT,
      PageDown: contentTop + step,
      PageUp: contentTop - step,
      Home: start * ROW_HEIGHT,
    };
    const to = moves[event.key];
    if (to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    scrollTo(to);
  };

  if (bytes.failure !== undefined) return renderFailure(bytes.failure, bytes.retry);
  const digits = offsetDigits(bytes.size ?? lastByte);
  const shift = place.canvasTop - contentTop;
  const rows: ReactNode[] = [];
  for (let row = window.first; row < window.end; row += 1) {
    const held = bytes.at(row);
    const offset = row * rowBytes;
    rows.push(
      <div className="hex-row" key={row} style={{ top: rowTop(row, extent) + shift }}>
        <span className="hex-offset">{offsetText(offset, digits)}</span>
        {held !== undefined && (
          <HexCells width={rowBytes * 3} cells={hexRow(offset, held.data, held.offset, record, rowBytes)} />
        )}
      </div>,
    );
  }
  return (
    <>
      {bytes.changed && changedNote}
      <section
        ref={scroller}
        className="hex"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region has to be reachable by keyboard.
        tabIndex={0}
        aria-label={`Bytes from ${offsetText(rowAt(contentTop, extent) * rowBytes, digits)}, record at ${offsetText(record.offset, digits)}, ${record.length} bytes`}
        onKeyDown={onKeyDown}
      >
        <div className="hex-canvas" style={{ height: canvasHeight(extent) }}>
          {rows}
        </div>
      </section>
    </>
  );
}

/** Below this a row holds eight bytes. */
const WIDE_PX = 500;

function useRowBytes(scroller: RefObject<HTMLElement | null>): RowBytes {
  const [rowBytes, setRowBytes] = useState<RowBytes>(8);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const measure = () => setRowBytes(element.clientWidth < WIDE_PX ? 8 : 16);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller]);
  return rowBytes;
}

interface Run {
  readonly inRecord: boolean;
  readonly at: number;
  /** Spaces before the run's first byte; they belong to neither side. */
  readonly gap: string;
  hex: string;
  text: string;
}

/** Runs of bytes inside and outside the record, so that a row is six elements, not thirty-two. */
function HexCells({
  cells,
  width,
}: {
  readonly cells: readonly HexByte[];
  readonly width: number;
}): ReactNode {
  const runs: Run[] = [];
  cells.forEach((cell, at) => {
    const gap = at === 8 ? '  ' : at === 0 ? '' : ' ';
    const last = runs.at(-1);
    if (last !== undefined && last.inRecord === cell.inRecord) {
      last.hex += gap + cell.hex;
      last.text += cell.text;
    } else runs.push({ inRecord: cell.inRecord, at, gap, hex: cell.hex, text: cell.text });
  });
  return (
    <>
      <span className="hex-bytes" style={{ width: `${width}ch` }}>
        {runs.map((run) => (
          <HexRun key={run.at} gap={run.gap} text={run.hex} inRecord={run.inRecord} />
        ))}
      </span>
      <span className="hex-text">
        {runs.map((run) => (
          <HexRun key={run.at} gap="" text={run.text} inRecord={run.inRecord} />
        ))}
      </span>
    </>
  );
}

function HexRun(props: {
  readonly gap: string;
  readonly text: string;
  readonly inRecord: boolean;
}): ReactNode {
  if (!props.inRecord) return `${props.gap}${props.text}`;
  return (
    <>
      {props.gap}
      <mark className="hex-record">{props.text}</mark>
    </>
  );
}
