/** Finds the array that holds the records of a lone JSON object, such as `{"count": 2, "results": [{…}, {…}]}`. */

export interface JsonSample {
  readonly text: string;
  /** The sample is the whole file. */
  readonly whole: boolean;
}

/** Share of the object that the array must fill, so that a record with a list in it is not taken apart. */
const LEAST_SHARE = 0.5;

interface Found {
  readonly key: string;
  readonly length: number;
}

/** The key of the longest array of objects one level down, or null where there is no lone object or no such array. */
export function findEnvelope({ text, whole }: JsonSample): string | null {
  const start = text.search(/\S/);
  if (start < 0 || text[start] !== '{') return null;
  let best: Found | null = null;
  let depth = 0;
  let key: string | null = null;
  let arrayKey: string | null = null;
  let arrayFrom = 0;
  const close = (end: number): void => {
    if (arrayKey === null) return;
    const length = end - arrayFrom;
    if (best === null || length > best.length) best = { key: arrayKey, length };
    arrayKey = null;
  };
  let at = start;
  for (; at < text.length; at++) {
    const character = text[at] ?? '';
    if (character === '"') {
      const end = stringEnd(text, at);
      if (depth === 1) key = keyAt(text, at, end) ?? key;
      at = end;
    } else if (character === '{' || character === '[') {
      depth++;
      if (character === '[' && depth === 2 && key !== null && /^\s*\{/.test(text.slice(at + 1, at + 200))) {
        arrayKey = key;
        arrayFrom = at;
      }
    } else if (character === '}' || character === ']') {
      depth--;
      if (depth === 1 && character === ']') close(at);
      if (depth === 0) break;
    }
  }
  // Values after the first one: each of them is a record.
  if (depth === 0 && text.slice(at + 1).trim() !== '') return null;
  if (depth > 0 && whole) return null;
  close(text.length);
  const found: Found | null = best;
  return found !== null && isLarge(found, at - start) ? keyOf(found) : null;
}

function isLarge({ length }: Found, all: number): boolean {
  return length >= all * LEAST_SHARE;
}

function keyOf({ key }: Found): string {
  return key;
}

/** Index of the closing quote, or the end of the text. */
function stringEnd(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}

/** The string as a key, where a colon follows it. Escaped keys are left alone: the splitter compares bytes. */
function keyAt(text: string, from: number, end: number): string | null {
  const key = text.slice(from + 1, end);
  return /^\s*:/.test(text.slice(end + 1, end + 50)) && !key.includes('\\') ? key : null;
}
