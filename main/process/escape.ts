/** Text from evidence made safe to print: control characters become visible escapes, so that none acts on a terminal. */

/** C0, DEL, C1, line and paragraph separators, and the bidirectional controls that reorder what is seen. */
const UNSAFE = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\ufeff]/gu;

/** One line, safe for a terminal or a log: ESC becomes `\x1b`, a newline `\n`. Backslashes stay as they are. */
export function escapeControls(text: string): string {
  return text.replace(UNSAFE, escapeOne);
}

/** As `escapeControls`, but line ends and tabs stay: for CSV cells, where they are data within quotes. */
export function escapeControlsKeepLines(text: string): string {
  return text.replace(UNSAFE, (char, at: number) => {
    // A carriage return by itself would let one cell write over another.
    const isLineEnd = char === '\n' || (char === '\r' && text[at + 1] === '\n');
    return isLineEnd || char === '\t' ? char : escapeOne(char);
  });
}

/** JSON text with what JSON leaves raw but a terminal obeys (DEL, C1, bidirectional controls) as \u escapes. */
export function escapeJson(json: string): string {
  // JSON.stringify has escaped C0 itself; a raw line break is its own indentation.
  return json.replace(UNSAFE, (char) => (char === '\n' ? char : unicodeEscape(char)));
}

function escapeOne(char: string): string {
  if (char === '\n') return '\\n';
  if (char === '\r') return '\\r';
  if (char === '\t') return '\\t';
  const code = char.charCodeAt(0);
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : unicodeEscape(char);
}

function unicodeEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
