/** A few events as lines with time, domain and message: a step to each without leaving the panel. */
import type { ReactNode } from 'react';
import type { ArrowRows } from './arrow-rows';
import { precisionOf, timeParts } from './event-text';
import './event-list.css';

export interface EventLine {
  readonly eventId: string;
  /** Microseconds since 1970 UTC; null for an undated event. */
  readonly at: number | null;
  readonly date: string;
  /** The date where the source has no more. */
  readonly time: string;
  readonly domain: string;
  readonly message: string;
}

/** The columns `readEventLines` needs. */
export const EVENT_LINE_COLUMNS = [
  'event_id',
  'timestamp',
  'time_remainder_ns',
  'time_flags',
  'time_precision_us',
  'event_domain',
  'message',
] as const;

export function readEventLines(rows: ArrowRows, zone: string): readonly EventLine[] {
  return Array.from({ length: rows.length }, (_, index) => {
    const us = rows.number(index, 'timestamp');
    const flags = rows.number(index, 'time_flags') ?? 0;
    const precision = precisionOf(rows.number(index, 'time_precision_us'), flags);
    const parts =
      us === null ? null : timeParts(us, zone, precision, rows.number(index, 'time_remainder_ns') ?? 0);
    return {
      eventId: rows.text(index, 'event_id') ?? '',
      at: us,
      date: parts?.date ?? '',
      time: parts === null ? 'undated' : parts.clock === '' ? parts.date : `${parts.clock}${parts.fraction}`,
      domain: rows.text(index, 'event_domain') ?? '',
      message: rows.text(index, 'message') ?? '',
    };
  });
}

/** Date and time of a line in full. */
export function lineTime({ date, time }: EventLine): string {
  return date === '' || date === time ? time : `${date} ${time}`;
}

export interface EventListProps {
  readonly label: string;
  readonly lines: readonly EventLine[];
  /** The event everybody looks at. */
  readonly currentId: string | null;
  /** Events that need not be near each other: with their dates, the message on a line of its own. */
  readonly dated?: boolean;
  readonly onGo: (line: EventLine) => void;
}

export function EventList({ label, lines, currentId, dated = false, onGo }: EventListProps): ReactNode {
  const widest = dated ? 0 : Math.max(...lines.map((one) => one.time.length));
  return (
    <ol className={dated ? 'event-list dated' : 'event-list'} aria-label={label}>
      {lines.map((one) => (
        <li key={one.eventId}>
          <button
            type="button"
            className={one.eventId === currentId ? 'event-line current' : 'event-line'}
            aria-current={one.eventId === currentId ? 'true' : undefined}
            title={one.message}
            onClick={() => onGo(one)}
          >
            <span className="mono event-line-time" style={{ minWidth: `${widest}ch` }}>
              {dated ? lineTime(one) : one.time}
            </span>
            <span className="domain" data-domain={one.domain}>
              <span className="domain-mark" aria-hidden="true" />
              <span className="sr-only">{one.domain}</span>
            </span>
            <span className="event-line-message">{one.message}</span>
          </button>
        </li>
      ))}
    </ol>
  );
}
