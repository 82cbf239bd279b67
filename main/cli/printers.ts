/** Results as text: JSON, CSV and tables, from positional rows, so that no column name can be lost. */
import { type Cell, type Column, cellJson, cellText, decimalJson, uniqueNames } from '../../shared/cell';
import { escapeControlsKeepLines, escapeJson } from '../process/escape';
import { formatTable } from './output';

/** Made for one result; `rows` may be called often, `end` once. */
export interface Printer {
  rows(rows: ReadonlyArray<readonly Cell[]>): string;
  end(): string;
}

/** An array of objects, one a line; columns of the same name are numbered. */
export function jsonPrinter(columns: readonly Column[]): Printer {
  const keys = uniqueNames(columns.map(({ name }) => name)).map((name) => JSON.stringify(name));
  const decimals = columns.map(({ type }) => type.startsWith('DECIMAL'));
  let first = true;
  return {
    rows(rows) {
      let text = '';
      for (const row of rows) {
        const parts = row.map((cell, index) => {
          const isDecimal = decimals[index] === true && typeof cell === 'string';
          return `${keys[index] ?? '""'}: ${isDecimal ? decimalJson(cell) : cellJson(cell)}`;
        });
        text += `${first ? '[\n' : ',\n'}  {${parts.join(', ')}}`;
        first = false;
      }
      return escapeJson(text);
    },
    end: () => (first ? '[]\n' : '\n]\n'),
  };
}

/**
 * RFC 4180 with a header. Unless `raw`, a cell that a spreadsheet would run as a formula gets an apostrophe before it,
 * and control characters become visible. NULL is an empty cell, an empty text `""`.
 */
export function csvPrinter(columns: readonly Column[], raw: boolean): Printer {
  const numeric = columns.map(({ type }) => /INT|DOUBLE|FLOAT|DECIMAL/.test(type));
  const cellOf = (text: string | null, isNumber: boolean): string => {
    if (text === null) return '';
    const safe = raw || isNumber ? text : escapeControlsKeepLines(defuse(text));
    return safe === '' || /[",\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  let header = `${columns.map(({ name }) => cellOf(name, false)).join(',')}\r\n`;
  return {
    rows(rows) {
      let text = header;
      header = '';
      for (const row of rows) {
        text += `${row.map((cell, index) => cellOf(cellText(cell), numeric[index] === true)).join(',')}\r\n`;
      }
      return text;
    },
    end() {
      const text = header;
      header = '';
      return text;
    },
  };
}

/** Columns as wide as the first rows need; later rows follow the same widths. */
export function tablePrinter(columns: readonly Column[]): Printer {
  const kept: string[][] = [];
  const right = columns.map(({ type }) => /INT|DOUBLE|FLOAT|DECIMAL/.test(type));
  let count = 0;
  return {
    rows(rows) {
      for (const row of rows) {
        count += 1;
        if (kept.length < TABLE_ROWS) kept.push(row.map((cell) => cellText(cell) ?? ''));
      }
      return '';
    },
    end() {
      const header = columns.map(({ name }) => name);
      const more = count > kept.length ? `… and ${count - kept.length} more; use --format csv or json\n` : '';
      const noun = count === 1 ? 'row' : 'rows';
      return `${formatTable(header, kept, { right, maxWidth: 80 })}${more}${count} ${noun}\n`;
    },
  };
}

/** A table is for eyes; a result for another program is CSV or JSON. */
const TABLE_ROWS = 10_000;

/** What spreadsheets take for the start of a formula, their full-width twins included, also after blanks and marks. */
const FORMULA = /^[\s\p{Cc}\ufeff'"]*[=+\-@＝＋－＠]|^[\t\r\n\0]/u;

function defuse(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}
