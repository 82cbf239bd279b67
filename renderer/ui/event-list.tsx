/** The events just before and after, in the order of the timeline: a step away without leaving the inspector. */
import type { ReactNode } from 'react';
import type { ArrowRows } from '../../ui/arrow-rows';
import { precisionOf, timeParts } from '../../ui/event-text';

export interface Neighbour {
  readonly eventId: string;
  /** Microseconds since 1970 UTC; null for an undated event. */
  readonly at: number | null;
  readonly time: string;
  readonly domain: string;
  readonly message: string;
  /** True for the event the inspector shows. */
  readonly current: boolean;
}

/** Rows of a small page around an event, as the list shows them. */
export function readNeighbours(rows: ArrowRows, currentId: string, zone: string): readonly Neighbour[] {
  return Array.from({ length: rows.length }, (_, index) => {
    const us = rows.number(index, 'timestamp');
    const flags = rows.number(index, 'time_flags') ?? 0;
    const precision = precisionOf(rows.number(index, 'time_precision_us'), flags);
    const eventId = rows.text(index, 'event_id') ?? '';
    const parts =
      us === null ? null : timeParts(us, zone, precision, rows.number(index, 'time_remainder_ns') ?? 0);
    return {
      eventId,
      at: us,
      time: parts === null ? 'undated' : parts.clock === '' ? parts.date : `${parts.clock}${parts.fraction}`,
      domain: rows.text(index, 'event_domain') ?? '',
      message: rows.text(index, 'message') ?? '',
      current: eventId === currentId,
    };
  });
}

export interface NeighboursProps {
  readonly neighbours: readonly Neighbour[];
  readonly onGo: (neighbour: Neighbour) => void;
}

export function Neighbours({ neighbours, onGo }: NeighboursProps): ReactNode {
  const widest = Math.max(...neighbours.map((one) => one.time.length));
  return (
    <ol className="neighbours">
      {neighbours.map((one) => (
        <li key={one.eventId}>
          <button
            type="button"
            className={one.current ? 'neighbour current' : 'neighbour'}
            aria-current={one.current ? 'true' : undefined}
            title={one.message}
            onClick={() => onGo(one)}
          >
            <span className="mono neighbour-time" style={{ width: `${widest}ch` }}>
              {one.time}
            </span>
            <span className="domain" data-domain={one.domain}>
              <span className="domain-mark" aria-hidden="true" />
              <span className="sr-only">{one.domain}</span>
            </span>
            <span className="neighbour-message">{one.message}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}
