/** Text off the wire as one printable line, and secrets kept out of it. */
import type { Cursor } from './cursor';

const utf8 = new TextDecoder('utf-8');
const utf16 = new TextDecoder('utf-16le');
export const MASK = '***';

/** One line: control characters, line ends and what is no character shown as `.`; at most `limit` characters. */
export function oneLine(text: string, limit = 300): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\uFFFD]/gu, '.').trim();
  return line.length > limit ? `${line.slice(0, limit)}…` : line;
}

/** The rest of a cursor as UTF-8. */
export function restText(cursor: Cursor, limit = 300): string {
  const { bytes, at, end } = cursor;
  return oneLine(utf8.decode(bytes.subarray(at, Math.min(end, at + limit * 4))), limit);
}

/** `count` bytes at `from` as UTF-16, low byte first; what lies past `end` is left away. */
export function wideText(bytes: Uint8Array, from: number, count: number, end: number): string {
  const start = Math.min(from, end);
  const stop = Math.min(end, start + Math.max(0, count));
  return oneLine(utf16.decode(bytes.subarray(start, stop - ((stop - start) % 2))), 500);
}

/** At most `most` of them as one list, which says how many it leaves away of `total`. */
export function someOf(words: readonly string[], most: number, total = words.length): string {
  const shown = words.slice(0, most);
  const more = total - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const SHOWN_VALUES = 8;

/** Values of a message's line: the first, and a sign where there are more. */
export function valuesText(values: ArrayLike<number | string | null>): string {
  const shown = Array.from(values).slice(0, SHOWN_VALUES);
  return `${shown.join(', ')}${values.length > SHOWN_VALUES ? ', …' : ''}`;
}

/** Every occurrence of the secrets in the text masked; shorter than two characters is none. */
export function without(text: string, secrets: Iterable<string>): string {
  let masked = text;
  for (const secret of secrets) if (secret.length > 1) masked = masked.replaceAll(secret, MASK);
  return masked;
}
