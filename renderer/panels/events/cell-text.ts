/** What one cell of the grid holds, ready to draw, to copy and to filter by. */
import { eventField } from '../../../shared/fields';
import type { ArrowRows, Cell } from '../../ui/arrow-rows';
import {
  endpointText,
  precisionOf,
  type SeverityLevel,
  severityLevel,
  severityWord,
  type TimeParts,
  timeMarks,
  timeParts,
} from '../../ui/event-text';
import type { GridColumn } from './columns';

export type CellContent =
  | { readonly kind: 'null' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'time'; readonly parts: TimeParts; readonly marks: string }
  /** A time that could not be read, as written. */
  | { readonly kind: 'undated'; readonly written: string | null }
  | { readonly kind: 'domain'; readonly domain: string }
  | { readonly kind: 'severity'; readonly level: SeverityLevel; readonly word: string }
  | {
      readonly kind: 'route';
      readonly from: string | null;
      readonly to: string | null;
      readonly assumed: boolean;
    }
  | {
      readonly kind: 'value';
      readonly text: string;
      readonly mono: boolean;
      readonly right: boolean;
      /** What stands for it where it is too long: the part that tells it from its neighbours. */
      readonly short?: string;
    };

/** The time of a row with what is needed to show it; null when undated. */
export function rowTime(rows: ArrowRows, index: number, field = 'timestamp') {
  const us = rows.number(index, field);
  if (us === null) return null;
  const flags = rows.number(index, 'time_flags') ?? 0;
  const precision = precisionOf(rows.number(index, 'time_precision_us'), flags);
  const remainderNs = field === 'timestamp' ? (rows.number(index, 'time_remainder_ns') ?? 0) : 0;
  return { us, flags, precision, remainderNs };
}

export function cellContent(column: GridColumn, rows: ArrowRows, index: number, zone: string): CellContent {
  switch (column.kind) {
    case 'time':
      return timeContent(column, rows, index, zone);
    case 'route':
      return routeContent(rows, index);
    case 'domain': {
      const domain = rows.text(index, column.id);
      return domain === null ? { kind: 'null' } : { kind: 'domain', domain };
    }
    case 'severity': {
      const severity = rows.number(index, column.id);
      if (severity === null) return { kind: 'null' };
      return { kind: 'severity', level: severityLevel(severity), word: severityWord(severity) };
    }
    default:
      return valueContent(column, rows.value(index, column.id));
  }
}

function timeContent(column: GridColumn, rows: ArrowRows, index: number, zone: string): CellContent {
  const time = rowTime(rows, index, column.id);
  if (time === null) {
    return column.id === 'timestamp'
      ? { kind: 'undated', written: rows.text(index, 'recorded_text') }
      : { kind: 'null' };
  }
  // A wall time is shown as written, whatever the display zone.
  const shownZone = column.id === 'recorded_wall' || column.id === 'recorded_at' ? 'UTC' : zone;
  return {
    kind: 'time',
    parts: timeParts(time.us, shownZone, time.precision, time.remainderNs),
    marks: column.id === 'timestamp' ? timeMarks(time.flags, time.precision) : '',
  };
}

function routeContent(rows: ArrowRows, index: number): CellContent {
  const from = endpointText(
    rows.text(index, 'source_ip'),
    rows.number(index, 'source_port'),
    rows.text(index, 'source_mac'),
  );
  const to = endpointText(
    rows.text(index, 'destination_ip'),
    rows.number(index, 'destination_port'),
    rows.text(index, 'destination_mac'),
  );
  if (from === null && to === null) return { kind: 'null' };
  return { kind: 'route', from, to, assumed: rows.value(index, 'network_direction_assumed') === true };
}

/**
 * Both ends of a conversation in `room` characters; they may leave no more than one for the arrow. The source's port
 * goes first, it seldom means anything; then the destination's, where both addresses are whole without it; then the
 * source gives way in its middle, then the destination in its.
 */
export function routeTexts(
  from: string | null,
  to: string | null,
  room: number,
): readonly [from: string | null, to: string | null] {
  const size = (text: string | null) => text?.length ?? 1;
  const fits = (one: string | null) => size(one) + ARROW_ROOM + size(to) <= room;
  if (from === null || fits(from))
    return [from, to === null ? null : cutMiddle(to, room - ARROW_ROOM - size(from))];
  const host = withoutPort(from);
  if (fits(host)) return [host, to];
  const bare = to === null ? null : withoutPort(to);
  if (size(host) + 1 + size(bare) <= room) return [host, bare];
  const forFrom = Math.max(LEAST_END, room - ARROW_ROOM - size(to));
  const short = cutMiddle(host, forFrom);
  return [short, to === null ? null : cutMiddle(to, room - ARROW_ROOM - short.length)];
}

const ARROW_ROOM = 3;
const LEAST_END = 9;

/** `10.0.0.1` of `10.0.0.1:502`; an address without a port, or a hardware address, as it is. */
function withoutPort(endpoint: string): string {
  const at = endpoint.lastIndexOf(':');
  if (endpoint.includes(']:')) return endpoint.slice(1, at - 1);
  return at > 0 && endpoint.indexOf(':') === at ? endpoint.slice(0, at) : endpoint;
}

/** A text with `…` in its middle, at most `most` characters but never fewer than three. */
export function cutMiddle(text: string, most: number): string {
  if (text.length <= most) return text;
  const keep = Math.max(2, most - 1);
  const tail = Math.floor(keep / 2);
  return `${text.slice(0, keep - tail)}…${text.slice(text.length - tail)}`;
}

function valueContent(column: GridColumn, value: Cell): CellContent {
  if (value === null) return { kind: 'null' };
  if (value === '') return { kind: 'empty' };
  const right = column.kind === 'number';
  const text = String(value);
  const content = { kind: 'value' as const, text, mono: column.kind === 'mono' || right, right };
  // `pcap.modbus`: its domain stands beside it already.
  if (column.id !== 'event_dataset' || !text.includes('.')) return content;
  return { ...content, short: text.slice(text.lastIndexOf('.') + 1) };
}

function partsLine({ date, clock, fraction }: TimeParts): string {
  return clock === '' ? date : `${date} ${clock}${fraction}`;
}

/** The cell as copied: full, exact, without marks; NULL is nothing, a time carries its zone elsewhere. */
export function cellCopy(column: GridColumn, rows: ArrowRows, index: number, zone: string): string {
  const content = cellContent(column, rows, index, zone);
  switch (content.kind) {
    case 'null':
    case 'empty':
      return '';
    case 'time':
      return partsLine(content.parts);
    case 'undated':
      return content.written ?? '';
    case 'domain':
      return content.domain;
    case 'severity':
      return content.word;
    case 'route':
      return `${content.from ?? ''} → ${content.to ?? ''}`;
    default:
      return content.text;
  }
}

/** What a screen reader says for the cell, and the text it is searched by. */
export function cellSpoken(content: CellContent): string {
  switch (content.kind) {
    case 'null':
      return 'no value';
    case 'empty':
      return 'empty text';
    case 'time':
      return partsLine(content.parts);
    case 'undated':
      return content.written === null ? 'undated' : `undated, written ${content.written}`;
    case 'domain':
      return content.domain;
    case 'severity':
      return content.word;
    case 'route':
      return `${content.from ?? 'unknown'} to ${content.to ?? 'unknown'}`;
    default:
      return content.text;
  }
}

/** Rows as tab-separated text with a header, for a spreadsheet; line breaks inside a value become spaces. */
export function copyRows(
  columns: readonly GridColumn[],
  cells: readonly (readonly string[])[],
  zone: string,
): string {
  const clean = (text: string) => text.replace(/[\t\r\n]+/g, ' ');
  const head = columns.map((column) => (column.kind === 'time' ? `${column.title} (${zone})` : column.title));
  return [head, ...cells].map((row) => row.map(clean).join('\t')).join('\n');
}

/** One fact of a cell that can become a clause. */
export interface CellFact {
  readonly field: string;
  readonly label: string;
  readonly value: string | number | boolean | null;
  readonly shown: string;
}

/** The facts a right click on a cell offers to filter by. */
export function cellFacts(column: GridColumn, rows: ArrowRows, index: number): readonly CellFact[] {
  const fields =
    column.kind === 'route'
      ? ['source_ip', 'destination_ip', 'source_port', 'destination_port', 'source_mac', 'destination_mac']
      : [column.id];
  const facts = fields.map((field) => {
    const value = rows.value(index, field);
    return { field, label: eventField(field)?.label ?? field, value, shown: shownValue(value) };
  });
  if (column.kind !== 'route') return column.kind === 'time' ? [] : facts;
  const known = facts.filter((fact) => fact.value !== null);
  const withIp = known.filter((fact) => !fact.field.endsWith('_mac'));
  return withIp.length > 0 ? withIp : known;
}

function shownValue(value: Cell): string {
  if (value === null) return '·';
  if (value === '') return '""';
  const text = String(value);
  return text.length > 48 ? `${text.slice(0, 30)}…${text.slice(-16)}` : text;
}
