/** A filter in the words of a chip: short, for reading, not for parsing. */

import type { Filter, FilterValue, MarkWhat, Source, SourceTable } from '../filter';
import { formatDuration, formatInstant, zoneLabel } from '../time';
import { SEVERITY_FIELD, SEVERITY_NAMES, shortName, valueKind } from './names';

const SIGNS = { '<': '<', '<=': '≤', '>': '>', '>=': '≥' } as const;
const MOST_VALUES = 3;

const MARKED_WORDS = {
  star: 'starred',
  tag: 'tagged',
  note: 'with a note',
  finding: 'in a finding',
} as const satisfies Record<MarkWhat, string>;

const TABLE_WORDS: Readonly<Record<SourceTable, string>> = {
  event_view: 'events',
  evidence: 'evidence',
  reject: 'rejects',
  point: 'points',
  asset: 'assets',
  asset_address: 'addresses of assets',
  asset_fact_view: 'facts from the wire',
  wire_view: 'machines on the wire',
  asset_view: 'assets',
  address_view: 'addresses',
  zone: 'zones',
  conduit: 'conduits',
  span: 'spans',
};

/** The name of a saved view by its id, where it is known. */
export type NameOfView = (id: string) => string | undefined;

/** A source as a chip names it: `events`, `“Alarms in no change”`, `a join of events and assets`. */
export function sourceWords({ from }: Source, nameOf?: NameOfView): string {
  switch (from.kind) {
    case 'table':
      return TABLE_WORDS[from.table];
    case 'saved':
      return `“${nameOf?.(from.id) ?? 'a saved view'}”`;
    case 'join':
      return `${sourceWords(from.join.left, nameOf)} joined to ${sourceWords(from.join.right, nameOf)}`;
    case 'sql':
      return 'a query';
  }
}

function instant(us: number, zone: string): string {
  return formatInstant(us, zone, 6).replace(/(:00)?\.000000$|(?<=\.\d*[1-9])0+$/, '');
}

function valueWords(field: string, value: FilterValue, zone: string): string {
  if (typeof value === 'number' && valueKind(field) === 'time') {
    return `${instant(value, zone)} ${zoneLabel(zone, value)}`;
  }
  if (typeof value === 'number' && field === SEVERITY_FIELD) return SEVERITY_NAMES[value] ?? String(value);
  return value === '' ? '""' : String(value);
}

/** "2016-12-15 18:06 – 18:20", the date once where both ends share it, with its length. */
export function describeStretch(from: number, to: number, zone: string): string {
  const start = instant(from, zone);
  const end = instant(to, zone);
  const shown = start.slice(0, 10) === end.slice(0, 10) ? end.slice(11) : end;
  const wide = to - from >= 1_000_000 ? Math.round((to - from) / 1_000_000) * 1_000_000 : to - from;
  return `${start} – ${shown} (${formatDuration(wide)})`;
}

/** The same with the zone it is written in, for words that stand alone. */
function zonedStretch(from: number, to: number, zone: string): string {
  return `${describeStretch(from, to, zone)} ${zoneLabel(zone, from)}`;
}

/** Two ends of one time as a stretch: `ended 18:00 – 18:20`; null for anything else. */
function stretchWords(parts: readonly Filter[], zone: string): string | null {
  const [from, to] = parts;
  if (parts.length !== 2 || from?.kind !== 'compare' || to?.kind !== 'compare') return null;
  const isStretch = from.field === to.field && from.op === '>=' && to.op === '<' && from.value < to.value;
  const isTime = valueKind(from.field.slice(from.field.lastIndexOf('.') + 1)) === 'time';
  if (!isStretch || !isTime) return null;
  return `${shortName(from.field)} ${zonedStretch(from.value, to.value, zone)}`;
}

/** `domain: ot, security`, `not action: denied`, `severity ≥ high`, `“words”`, `10.0.0.0/8`; times name their zone. */
export function describeFilter(filter: Filter, zone = 'UTC', nameOf?: NameOfView): string {
  switch (filter.kind) {
    case 'and':
      if (filter.of.length === 0) return 'everything';
      return (
        stretchWords(filter.of, zone) ??
        filter.of.map((part) => describeFilter(part, zone, nameOf)).join(' and ')
      );
    case 'or':
      if (filter.of.length === 0) return 'nothing';
      return filter.of.map((part) => describeFilter(part, zone, nameOf)).join(' or ');
    case 'not': {
      const { of } = filter;
      if (of.kind === 'null') return of.field === 'timestamp' ? 'dated' : `${shortName(of.field)} not empty`;
      if (of.kind === 'and' && of.of.length === 0) return 'nothing';
      const inner = describeFilter(of, zone, nameOf);
      return of.kind === 'and' || of.kind === 'or' ? `not (${inner})` : `not ${inner}`;
    }
    case 'in': {
      const shown = filter.values.slice(0, MOST_VALUES).map((one) => valueWords(filter.field, one, zone));
      const more = filter.values.length - shown.length;
      return `${shortName(filter.field)}: ${shown.join(', ')}${more > 0 ? ` +${more}` : ''}`;
    }
    case 'null':
      return filter.field === 'timestamp' ? 'undated' : `${shortName(filter.field)} empty`;
    case 'compare':
      return `${shortName(filter.field)} ${SIGNS[filter.op]} ${valueWords(filter.field, filter.value, zone)}`;
    case 'time':
      return zonedStretch(filter.from, filter.to, zone);
    case 'contains':
      return `${shortName(filter.field)} has “${filter.text}”`;
    case 'words':
      return `“${filter.text}”`;
    case 'cidr':
      return filter.field === null ? filter.network : `${shortName(filter.field)}: ${filter.network}`;
    case 'marked':
      if (filter.value === null) return MARKED_WORDS[filter.what];
      return filter.what === 'finding' ? 'in one finding' : `${filter.what}: ${filter.value}`;
    case 'member':
      return memberWords(filter, zone, nameOf);
  }
}

/** `in “Alarms in no change”, 18:00 – 19:00`: which rows, then what was brushed among them. */
function memberWords(
  { field, of }: Extract<Filter, { kind: 'member' }>,
  zone: string,
  nameOf: NameOfView | undefined,
): string {
  const rows = sourceWords(of, nameOf);
  const within =
    of.filter.kind === 'and' && of.filter.of.length === 0
      ? ''
      : `, ${describeFilter(of.filter, zone, nameOf)}`;
  return `${field === 'event_id' ? 'in' : `${shortName(field)} is among`} ${rows}${within}`;
}
