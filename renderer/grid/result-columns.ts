/** Which columns of a source are shown, how wide, and by what they are sorted: plain data, kept by the panel. Pure. */
import { z } from 'zod';
import type { SourceColumn } from '../../shared/protocol';
import type { Sort } from '../../shared/view';
import { baseName, columnTitle } from './result-cell';

export const resultColumnsSchema = z.object({
  /** Names in order; null: those of most interest. */
  shown: z.array(z.string()).nullable(),
  widths: z.record(z.string(), z.number()),
  sort: z.array(z.object({ field: z.string(), descending: z.boolean() })).max(8),
});
export type ResultColumns = z.infer<typeof resultColumnsSchema>;

export const FIRST_COLUMNS: ResultColumns = { shown: null, widths: {}, sort: [] };

/** What an analyst looks at first, whichever table it stands in. */
const INTERESTING = [
  'timestamp',
  'started_at',
  'event_domain',
  'event_dataset',
  'event_action',
  'host_name',
  'user_name',
  'message',
  'source_ip',
  'source_asset',
  'destination_ip',
  'destination_asset',
  'name',
  'ip',
  'mac',
  'network',
  'zone',
  'purdue_level',
  'type',
  'vendor',
  'valid_from',
  'valid_to',
  'ticket_id',
  'point_name',
  'value',
];
/** The same where two tables share the width: what tells who, what and when. */
const INTERESTING_JOINED = [
  'timestamp',
  'name',
  'user_name',
  'event_action',
  'started_at',
  'source_ip',
  'ip',
  'asset_id',
  'network',
  'message',
  'mac',
  'zone',
  'purdue_level',
  'host_name',
];
/** A table of no more columns than this is shown whole. */
const FEW = 12;
const MOST_OF_ONE = 9;
const MOST_OF_EACH = 5;

/** The columns to show: those chosen that are there, else the interesting ones of each side. */
export function shownColumns(
  columns: readonly SourceColumn[],
  { shown }: ResultColumns,
): readonly SourceColumn[] {
  if (shown !== null) {
    const found = shown.flatMap((name) => columns.find((column) => column.name === name) ?? []);
    if (found.length > 0) return found;
  }
  if (columns.length <= FEW) return columns.filter(({ role }) => role !== 'event' && role !== 'evidence');
  const origins = [...new Set(columns.map(({ origin }) => origin))];
  const isJoined = origins.length > 1;
  const names = isJoined ? INTERESTING_JOINED : INTERESTING;
  const chosen = origins.flatMap((origin) => {
    const own = columns.filter((column) => column.origin === origin);
    const found = names.flatMap((name) => own.find((column) => baseName(column.name) === name) ?? []);
    return (found.length > 0 ? found : own).slice(0, isJoined ? MOST_OF_EACH : MOST_OF_ONE);
  });
  return chosen.length > 0 ? chosen : columns.slice(0, FEW);
}

export function toggleShown(
  columns: readonly SourceColumn[],
  state: ResultColumns,
  name: string,
): ResultColumns {
  const now = shownColumns(columns, state).map((column) => column.name);
  if (!now.includes(name)) {
    // Where it stands among the source's own, so that it is found.
    const order = columns.map((column) => column.name);
    const at = now.findIndex((one) => order.indexOf(one) > order.indexOf(name));
    const next = at < 0 ? [...now, name] : [...now.slice(0, at), name, ...now.slice(at)];
    return { ...state, shown: next };
  }
  return now.length === 1 ? state : { ...state, shown: now.filter((one) => one !== name) };
}

/** Next sort after a click: ascending, descending, none. With `add` the others stay. */
export function nextSort(sort: Sort, field: string, add: boolean): Sort {
  const was = sort.find((one) => one.field === field);
  const others = add ? sort.filter((one) => one.field !== field) : [];
  if (was === undefined) return [...others, { field, descending: false }];
  return was.descending ? others : [...others, { field, descending: true }];
}

const WIDTHS: Readonly<Record<string, number>> = {
  message: 260,
  event_domain: 100,
  event_dataset: 130,
  /** A MAC address in full. */
  mac: 150,
  value: 150,
};

/** Pixels of a column that nobody has sized. */
export function widthOf(column: SourceColumn, { widths }: ResultColumns): number {
  const set = widths[column.name];
  if (set !== undefined) return set;
  const known = WIDTHS[baseName(column.name)];
  if (known !== undefined) return known;
  const least = {
    time: 204,
    wall: 196,
    address: 150,
    number: 84,
    event: 110,
    evidence: 72,
    domain: 100,
    text: 120,
  };
  return Math.max(least[column.role], Math.min(220, 30 + columnTitle(column).length * 7));
}

export const LEAST_WIDTH = 40;
export const MOST_WIDTH = 1600;

export function resized(state: ResultColumns, name: string, width: number): ResultColumns {
  const settled = Math.round(Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, width)));
  return { ...state, widths: { ...state.widths, [name]: settled } };
}
