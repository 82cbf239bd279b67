/** One event's detail as sections of labelled values: time first, then what, who, where, and the source's own columns. */
import { EVENT_FIELDS, type Field, type FieldGroup } from '../../../shared/fields';
import type { Result } from '../../../shared/protocol';
import { formatDuration, formatOffset } from '../../../shared/time';
import {
  countText,
  fieldMicros,
  flagWords,
  type Precision,
  precisionOf,
  severityWord,
  timeLine,
  wallLine,
} from '../../ui/event-text';

export type EventDetail = Result<'event.detail'>;
export type FieldValue = string | number | boolean | null;

export interface DetailRow {
  readonly label: string;
  /** What is shown; '' is an empty text in the record and is shown as such. */
  readonly text: string;
  readonly mono: boolean;
  readonly help: string;
  /** The event field and value a clause is made of; null where filtering makes no sense. */
  readonly fact: { readonly field: string; readonly value: FieldValue } | null;
  /** A doubt the reader must see. */
  readonly doubt: boolean;
}

export interface DetailSection {
  readonly id: string;
  readonly title: string;
  readonly rows: readonly DetailRow[];
}

const GROUPS: readonly { readonly group: FieldGroup; readonly title: string }[] = [
  { group: 'event', title: 'Event' },
  { group: 'who', title: 'Who and where' },
  { group: 'network', title: 'Network' },
  { group: 'ot', title: 'Operational technology' },
  { group: 'service', title: 'Service management' },
];

const SANS = new Set([
  'message',
  'event_domain',
  'event_category',
  'event_type',
  'event_outcome',
  'event_severity',
  'timestamp_desc',
  'event_action',
]);

const ZONE_WORDS: Readonly<Record<string, string>> = {
  'in record': 'stated in the record',
  'in file': 'stated in the file',
  asked: 'chosen at import',
  assumed: 'assumed, the record states none',
};

function row(
  label: string,
  text: string,
  over: Partial<Pick<DetailRow, 'mono' | 'help' | 'fact' | 'doubt'>> = {},
): DetailRow {
  return { label, text, mono: true, help: '', fact: null, doubt: false, ...over };
}

function numberOf(value: FieldValue | undefined): number | null {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^-?\d+$/.test(value)) return Number(value);
  return null;
}

export function detailPrecision(detail: EventDetail): Precision {
  return precisionOf(numberOf(detail.fields.time_precision_us), numberOf(detail.fields.time_flags) ?? 0);
}

/** The event's time in words; an undated event says so and shows what was written. */
function timeRows(detail: EventDetail, zone: string): DetailRow[] {
  const { fields, source } = detail;
  const precision = detailPrecision(detail);
  const flags = numberOf(fields.time_flags) ?? 0;
  const remainder = numberOf(fields.time_remainder_ns) ?? 0;
  const at = fieldMicros(fields.timestamp);
  const recordedAt = fieldMicros(fields.recorded_at);
  const wall = fieldMicros(fields.recorded_wall);
  const ended = fieldMicros(fields.ended_at);
  const offset = numberOf(fields.recorded_offset_minutes);
  const rows: DetailRow[] = [];
  if (at === null) {
    rows.push(
      row('Time', 'undated', {
        mono: false,
        doubt: true,
        help: 'The time could not be read; the event is kept',
      }),
    );
  } else {
    rows.push(row('Time', timeLine(at, zone, precision, remainder), { help: `In ${zone}` }));
    if (zone !== 'UTC') rows.push(row('UTC', timeLine(at, 'UTC', precision, remainder)));
  }
  if (ended !== null) {
    rows.push(row('Ended', timeLine(ended, zone, precision, 0)));
    if (at !== null) rows.push(row('Lasted', formatDuration(ended - at), { mono: false }));
  }
  if (wall !== null) {
    const stated = offset === null ? '' : ` ${formatOffset(offset * 60)}`;
    rows.push(
      row('As recorded', `${wallLine(wall, precision, remainder)}${stated}`, {
        help: 'Wall time as written in the record',
      }),
    );
  }
  if (typeof fields.recorded_text === 'string' && fields.recorded_text !== '') {
    rows.push(row('As written', fields.recorded_text, { doubt: true, help: 'Could not be read as a time' }));
  }
  rows.push(...zoneRows(source.zone, source.zoneSource, offset));
  if (at !== null && recordedAt !== null && at !== recordedAt) {
    const slow = at > recordedAt;
    rows.push(
      row('Clock', `${slow ? '+' : '−'}${formatDuration(Math.abs(at - recordedAt))}`, {
        help: `The clock of this evidence is corrected: it ran ${slow ? 'slow' : 'fast'}`,
      }),
    );
  }
  if (typeof fields.timestamp_desc === 'string') {
    rows.push(
      row('Time means', fields.timestamp_desc, {
        mono: false,
        fact: { field: 'timestamp_desc', value: fields.timestamp_desc },
      }),
    );
  }
  for (const words of flagWords(flags, precision))
    rows.push(row('Mind', words, { mono: false, doubt: true }));
  return rows;
}

function zoneRows(zone: string | null, source: string | null, offset: number | null): DetailRow[] {
  if (zone === null && source === null && offset === null) return [];
  const name = zone ?? (offset === null ? 'unknown' : formatOffset(offset * 60));
  const words = source === null ? '' : `, ${ZONE_WORDS[source] ?? source}`;
  return [row('Zone', `${name}${words}`, { mono: false, doubt: source === 'assumed' })];
}

function fieldText(field: Field, value: FieldValue): string {
  if (field.name === 'event_severity' && typeof value === 'number') return `${value} ${severityWord(value)}`;
  if (field.name === 'event_duration') {
    const ns = numberOf(value);
    if (ns !== null) return formatDuration(Math.round(ns / 1000));
  }
  if (field.name === 'network_bytes') {
    const bytes = numberOf(value);
    if (bytes !== null && Number.isSafeInteger(bytes)) return countText(bytes);
  }
  return String(value);
}

/** The message heads the inspector; that a direction was seen, not assumed, needs no words. */
function isNoise(field: string, value: FieldValue): boolean {
  return field === 'message' || (field === 'network_direction_assumed' && value === false);
}

/** Sections in reading order; fields without a value are left out, and so are sections without fields. */
export function detailSections(detail: EventDetail, zone: string): readonly DetailSection[] {
  const sections: DetailSection[] = [{ id: 'time', title: 'Time', rows: timeRows(detail, zone) }];
  for (const { group, title } of GROUPS) {
    const rows = EVENT_FIELDS.filter((field) => field.group === group).flatMap((field) => {
      const value = detail.fields[field.name];
      if (value === null || value === undefined || isNoise(field.name, value)) return [];
      return row(field.label, fieldText(field, value), {
        mono: !SANS.has(field.name),
        help: field.help,
        fact: { field: field.name, value },
      });
    });
    if (rows.length > 0) sections.push({ id: group, title, rows });
  }
  return sections;
}

/** Where the event came from, each line copyable. */
export function sourceRows(detail: EventDetail): readonly DetailRow[] {
  const { source } = detail;
  const evidence = { field: 'evidence_id', value: source.evidenceId };
  const rows = [row('Evidence', source.name, { mono: false, fact: evidence })];
  if (source.member !== null) rows.push(row('Inside', source.member));
  rows.push(row('Path', source.path));
  rows.push(row('SHA-256', source.sha256 ?? 'not computed'));
  rows.push(
    row('Record', countText(source.recordNumber), {
      fact: { field: 'record_number', value: source.recordNumber },
    }),
  );
  rows.push(
    row('Bytes', `${countText(source.byteOffset)} + ${countText(source.byteLength)}`, {
      help: source.compressed
        ? 'Offset and length in the decompressed stream'
        : 'Offset and length in the file',
    }),
  );
  if (source.format !== null) rows.push(row('Format', source.format, { mono: false }));
  const eventId = detail.fields.event_id;
  if (eventId !== null && eventId !== undefined)
    rows.push(row('Event', String(eventId), { help: 'Local number of the event' }));
  return rows;
}

/** A value of a point: the number, else its text. */
export function pointValue(point: EventDetail['points'][number]): string {
  if (point.text !== null && point.text !== '') return point.text;
  return point.value === null ? '·' : String(point.value);
}

/** The whole detail as text, for a report or a ticket. */
export function detailText(detail: EventDetail, zone: string): string {
  const part = (title: string, rows: readonly { label: string; text: string }[]) =>
    `${title}\n${rows.map((one) => `  ${one.label}: ${one.text}`).join('\n')}`;
  const blocks = detailSections(detail, zone).map((section) => part(section.title, section.rows));
  if (detail.record.length > 0) {
    blocks.push(
      part(
        'Record',
        detail.record.map((one) => ({ label: one.name, text: one.value ?? '·' })),
      ),
    );
  }
  blocks.push(part('Where it came from', sourceRows(detail)));
  return blocks.join('\n\n');
}
