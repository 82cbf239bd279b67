/** JSON lines (jsonlines.org, RFC 8259): one object a row. */
import { cellJson } from '../../../../shared/cell';
import { succeed } from '../../../../shared/problem';
import { defineExport } from '../export-format';
import { kindOf, plain, textOf } from '../text';

export const exportFormat = defineExport({
  id: 'jsonl',
  title: 'JSON lines',
  help: 'One object a row; times as ISO 8601, numbers as numbers.',
  ending: 'jsonl',
  isSheet: false,
  isFixed: false,
  lines(columns, { zone }) {
    const kinds = columns.map(kindOf);
    const keys = columns.map(({ column }) => JSON.stringify(column.name));
    return succeed({
      head: '',
      line(row) {
        const parts = kinds.map((kind, at) => {
          const cell = plain(row[at]);
          const text =
            (kind === 'time' || kind === 'wall') && cell !== null
              ? JSON.stringify(textOf(cell, kind, zone))
              : cellJson(cell);
          return `${keys[at] ?? '""'}:${text}`;
        });
        return `{${parts.join(',')}}\n`;
      },
    });
  },
});
