/** What is under the pointer: the bin's stretch and counts, or one event. */
import type { ReactNode } from 'react';
import { formatDuration, formatInstant } from '../../../shared/time';
import { countText } from '../../ui/event-text';
import { binBounds, type Histogram, OTHER } from './histogram';
import type { LaneEvent } from './lanes';

const WIDTH = 280;

export interface TipProps {
  readonly x: number;
  readonly width: number;
  readonly children: ReactNode;
}

/** Beside the pointer, on the side with room. */
export function Tip({ x, width, children }: TipProps): ReactNode {
  const left = x + 14 + WIDTH > width ? Math.max(0, x - 14 - WIDTH) : x + 14;
  return (
    <div className="timeline-tip" style={{ left, width: WIDTH }}>
      {children}
    </div>
  );
}

/** Whole seconds from ten on: the width of a bin needs no more. */
export function roughly(us: number): number {
  return us >= 10_000_000 ? Math.round(us / 1_000_000) * 1_000_000 : Math.round(us);
}

interface BinTipProps {
  readonly histogram: Histogram;
  readonly isDomain: boolean;
  readonly bin: number;
  readonly zone: string;
  readonly labelOf: (key: string) => string;
  readonly colourOf: (key: string) => string;
}

export function BinTip({ histogram, isDomain, bin, zone, labelOf, colourOf }: BinTipProps): ReactNode {
  const { from, to } = binBounds(histogram, bin);
  const rows = histogram.series.filter(({ counts }) => (counts[bin] ?? 0) > 0).reverse();
  return (
    <>
      <div className="mono">{formatInstant(from, zone, to - from >= 1_000_000 ? 0 : 6)}</div>
      <div className="label">
        {countText(histogram.totals[bin] ?? 0)} in {formatDuration(roughly(to - from))}
      </div>
      {rows.map(({ key, counts }) => (
        <div key={key} className="tip-row" data-domain={isDomain ? key : undefined}>
          {isDomain ? (
            <span className="domain-mark" />
          ) : (
            <span className="tip-mark" style={{ background: colourOf(key) }} />
          )}
          <span>{key === OTHER ? 'other' : labelOf(key)}</span>
          <span className="mono">{countText(counts[bin] ?? 0)}</span>
        </div>
      ))}
    </>
  );
}

export function EventTip({ event, zone }: { readonly event: LaneEvent; readonly zone: string }): ReactNode {
  return (
    <>
      <div className="mono">{formatInstant(event.from, zone, 6)}</div>
      {event.to !== null && (
        <div className="label">
          lasts {formatDuration(event.to - event.from)}, until {formatInstant(event.to, zone, 0)}
        </div>
      )}
      {event.view === undefined ? (
        <div className="domain" data-domain={event.domain}>
          <span className="domain-mark" aria-hidden="true" />
          {event.domain}
        </div>
      ) : (
        <div className="label">{event.view}</div>
      )}
      <div className="tip-message">{event.message}</div>
    </>
  );
}
