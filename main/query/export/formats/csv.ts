/** RFC 4180 (2005): a header, commas, CRLF, quotes where a cell needs them. */
import { succeed } from '../../../../shared/problem';
import { csvCell, csvLine } from '../cells';
import { defineExport } from '../export-format';
import { kindOf, textOf } from '../text';

export const exportFormat = defineExport({
  id: 'csv',
  title: 'CSV',
  help: 'A table, UTF-8, comma-separated, one line a row.',
  ending: 'csv',
  isSheet: true,
  isFixed: false,
  lines(columns, { raw, zone }) {
    const kinds = columns.map(kindOf);
    return succeed({
      head: csvLine(columns.map(({ column }) => csvCell(column.name, false, raw))),
      line: (row) =>
        csvLine(kinds.map((kind, at) => csvCell(textOf(row[at], kind, zone), kind !== 'text', raw))),
    });
  },
});
