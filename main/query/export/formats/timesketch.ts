/**
 * Timesketch's CSV (its documentation, "Import from CSV"): `message`, `datetime` and `timestamp_desc` lead, whatever
 * else follows under its own name. Times are UTC; it takes no row without one.
 */
import { cellText } from '../../../../shared/cell';
import { fail, succeed } from '../../../../shared/problem';
import { isoInstant } from '../../../../shared/time';
import { csvCell, csvLine } from '../cells';
import type { ExportColumn } from '../export-column';
import { defineExport } from '../export-format';
import { kindOf, plain, textOf } from '../text';

export const exportFormat = defineExport({
  id: 'timesketch',
  title: 'Timesketch CSV',
  help: 'message, datetime, timestamp_desc and the rest, in UTC; rows without a time stay out and are counted.',
  ending: 'timesketch.csv',
  isSheet: true,
  isFixed: true,
  besides: (time) => [...(time === null ? [] : [time]), 'message', 'timestamp_desc'],
  lines(columns, { raw }) {
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
    const names = others.map((index) => columns[index]?.column.name ?? '');
    const head = ['message', 'datetime', 'timestamp_desc', ...names];
    return succeed({
      head: csvLine(head.map((name) => csvCell(name, false, raw))),
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
  },
});

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
