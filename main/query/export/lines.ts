/** One row of a source as one line of the exported file, by format. */
import { type Cell, cellJson, cellText } from '../../../shared/cell';
import { fail, type Outcome, succeed } from '../../../shared/problem';
import { isoInstant } from '../../../shared/time';
import { csvCell, csvLine } from './cells';
import type { ExportColumn } from './export-column';
import { zonedText } from './zoned';

export interface Lines {
  readonly head: string;
  /** Null where the format has no place for the row: Timesketch takes none without a time. */
  line(row: readonly unknown[]): string | null;
}

export function linesOf(
  {
    format,
    raw,
    zone,
  }: { readonly format: 'csv' | 'jsonl' | 'timesketch'; readonly raw: boolean; readonly zone: string },
  columns: readonly ExportColumn[],
): Outcome<Lines> {
  if (format === 'csv') return succeed(csv(columns, raw, zone));
  if (format === 'jsonl') return succeed(jsonLines(columns, zone));
  return timesketch(columns, raw);
}

function csv(columns: readonly ExportColumn[], raw: boolean, zone: string): Lines {
  const kinds = columns.map(kindOf);
  return {
    head: csvLine(columns.map(({ column }) => csvCell(column.name, false, raw))),
    line: (row) =>
      csvLine(kinds.map((kind, at) => csvCell(textOf(row[at], kind, zone), kind !== 'text', raw))),
  };
}

function jsonLines(columns: readonly ExportColumn[], zone: string): Lines {
  const kinds = columns.map(kindOf);
  const keys = columns.map(({ column }) => JSON.stringify(column.name));
  return {
    head: '',
    line(row) {
      const parts = kinds.map((kind, at) => {
        const cell = plain(row[at]);
        const text =
          kind === 'time' && cell !== null ? JSON.stringify(textOf(cell, kind, zone)) : cellJson(cell);
        return `${keys[at] ?? '""'}:${text}`;
      });
      return `{${parts.join(',')}}\n`;
    },
  };
}

/** Timesketch: `message`, `datetime` and `timestamp_desc` lead, whatever else follows under its own name. */
function timesketch(columns: readonly ExportColumn[], raw: boolean): Outcome<Lines> {
  const at = (name: string): number => columns.findIndex(({ column }) => column.name === name);
  const dated = at('timestamp');
  const time = dated >= 0 ? dated : columns.findIndex(({ column }) => column.role === 'time');
  if (time < 0) {
    return fail({
      code: 'export-no-time',
      what: 'Timesketch takes rows with a time, and these have none.',
      help: 'Export them as CSV.',
    });
  }
  const message = at('message');
  const desc = at('timestamp_desc');
  const label = columns[time]?.column.label ?? 'Time';
  const led = new Set(['message', 'datetime', 'timestamp_desc', 'timestamp']);
  const others = columns.flatMap((one, index) => (one.isShown && !led.has(one.column.name) ? [index] : []));
  const kinds = columns.map(kindOf);
  const names = [
    'message',
    'datetime',
    'timestamp_desc',
    ...others.map((index) => columns[index]?.column.name ?? ''),
  ];
  return succeed({
    head: csvLine(names.map((name) => csvCell(name, false, raw))),
    line(row) {
      const micros = plain(row[time]);
      if (typeof micros !== 'number') return null;
      const said = message >= 0 ? cellText(plain(row[message])) : null;
      const shown = said ?? summary(columns, row);
      const means = (desc >= 0 ? cellText(plain(row[desc])) : null) ?? label;
      return csvLine([
        csvCell(shown, false, raw),
        isoInstant(micros, 6).replace('Z', '+00:00'),
        csvCell(means, false, raw),
        ...others.map((index) => {
          const kind = kinds[index] ?? 'text';
          return csvCell(textOf(row[index], kind, 'UTC'), kind !== 'text', raw);
        }),
      ]);
    },
  });
}

/** A line for rows that have no message of their own. */
function summary(columns: readonly ExportColumn[], row: readonly unknown[]): string {
  return columns
    .flatMap(({ column, isShown }, at) => {
      const text = isShown && column.role !== 'time' ? cellText(plain(row[at])) : null;
      return text === null || text === '' ? [] : [`${column.name}=${text}`];
    })
    .slice(0, 12)
    .join(' ');
}

type Kind = 'time' | 'number' | 'text';

function kindOf({ column }: ExportColumn): Kind {
  if (column.column.type === 'TIMESTAMP') return 'time';
  return column.column.type === 'VARCHAR' ? 'text' : 'number';
}

function textOf(value: unknown, kind: Kind, zone: string): string | null {
  const cell = plain(value);
  if (cell === null) return null;
  return kind === 'time' && typeof cell === 'number' ? zonedText(cell, zone) : cellText(cell);
}

/** Values come in the wire types of `arrow.ts`: text, numbers, big integers, truths. */
function plain(value: unknown): Cell {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint') return value;
  return typeof value === 'boolean' ? value : null;
}
