/** Cells of an exported file: CSV after RFC 4180, safe to open in a spreadsheet unless it is asked for raw. */

/** What spreadsheets take for the start of a formula, their full-width twins included, also after blanks and marks. */
const FORMULA = /^[\s\p{Cc}\ufeff'"]*[=+\-@＝＋－＠]|^[\t\r\n\0]/u;
/** Control characters but line ends and tabs, and the bidirectional ones that reorder what is seen. */
const UNSEEN = /\r(?!\n)|(?![\t\r\n])[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\ufeff]/gu;
const QUOTED = /[",;\r\n\t]|^\s|\s$/;

/** A cell of text; NULL is empty, an empty text is `""`. Numbers stand as they are. */
export function csvCell(text: string | null, isNumber: boolean, raw: boolean): string {
  if (text === null) return '';
  const safe = raw || isNumber ? text : shown(FORMULA.test(text) ? `'${text}` : text);
  return safe === '' || QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csvLine(cells: readonly string[]): string {
  return `${cells.join(',')}\r\n`;
}

function shown(text: string): string {
  return text.replace(UNSEEN, (char) => {
    const code = char.charCodeAt(0);
    const hex = code.toString(16);
    return code <= 0xff ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`;
  });
}
