/** What hovering tells: for a time how it was recorded, in UTC and by which evidence; for anything else the full value. */
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { formatOffset } from '../../../shared/time';
import type { ArrowRows } from '../../ui/arrow-rows';
import { flagWords, timeLine, wallLine } from '../../ui/event-text';
import { cellContent, cellSpoken, rowTime } from './cell-text';
import type { GridColumn } from './columns';

export interface CellTipProps {
  readonly x: number;
  readonly y: number;
  readonly children: ReactNode;
}

export function CellTip({ x, y, children }: CellTipProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState({ left: x + 12, top: y + 18 });
  useLayoutEffect(() => {
    const size = box.current?.getBoundingClientRect();
    if (size === undefined) return;
    setPlace({
      left: Math.max(4, Math.min(x + 12, innerWidth - size.width - 8)),
      top: y + 18 + size.height > innerHeight ? y - size.height - 8 : y + 18,
    });
  }, [x, y]);
  return createPortal(
    <div ref={box} role="tooltip" className="grid-tip" style={place}>
      {children}
    </div>,
    document.body,
  );
}

/** The tip's content, or null when the cell already shows everything. */
export function tipFor(
  column: GridColumn,
  rows: ArrowRows,
  index: number,
  zone: string,
  evidenceName: (id: number) => string | null,
  isCut: boolean,
): ReactNode {
  if (column.id === 'timestamp')
    return <TimeTip rows={rows} index={index} zone={zone} evidenceName={evidenceName} />;
  const content = cellContent(column, rows, index, zone);
  if (content.kind === 'null') return null;
  if (content.kind === 'empty') return 'Empty text: the record has the field, with nothing in it';
  return isCut ? cellSpoken(content) : null;
}

interface TimeTipProps {
  readonly rows: ArrowRows;
  readonly index: number;
  readonly zone: string;
  readonly evidenceName: (id: number) => string | null;
}

function TimeTip({ rows, index, zone, evidenceName }: TimeTipProps): ReactNode {
  const time = rowTime(rows, index);
  const wall = rows.number(index, 'recorded_wall');
  const offset = rows.number(index, 'recorded_offset_minutes');
  const written = rows.text(index, 'recorded_text');
  const evidence = rows.number(index, 'evidence_id');
  const name = evidence === null ? null : evidenceName(evidence);
  const precision = time?.precision ?? 6;
  return (
    <dl>
      {time !== null && (
        <>
          <dt>{zone === 'UTC' ? 'UTC' : zone}</dt>
          <dd className="mono">{timeLine(time.us, zone, precision, time.remainderNs)}</dd>
          {zone !== 'UTC' && (
            <>
              <dt>UTC</dt>
              <dd className="mono">{timeLine(time.us, 'UTC', precision, time.remainderNs)}</dd>
            </>
          )}
        </>
      )}
      {wall !== null && (
        <>
          <dt>Recorded</dt>
          <dd className="mono">
            {wallLine(wall, precision)} {offset === null ? '' : formatOffset(offset * 60)}
          </dd>
        </>
      )}
      {written !== null && (
        <>
          <dt>Written</dt>
          <dd className="mono">{written}</dd>
        </>
      )}
      {name !== null && (
        <>
          <dt>Evidence</dt>
          <dd>
            {name}, record {rows.number(index, 'record_number') ?? '·'}
          </dd>
        </>
      )}
      {(time === null
        ? ['The time could not be read; the event is kept']
        : flagWords(time.flags, precision)
      ).map((words) => (
        <dd key={words} className="doubt tip-wide">
          {words}
        </dd>
      ))}
    </dl>
  );
}
