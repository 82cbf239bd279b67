/**
 * XML 1.0 tokens in a window of UTF-8 bytes, found by their borders alone. A token that the window cuts is asked for
 * again when more bytes are there. Nothing is resolved or fetched: a DOCTYPE is passed over, entities stay unread.
 */

export type TokenKind = 'text' | 'open' | 'close' | 'empty' | 'other';

export interface Token {
  kind: TokenKind;
  /** Index after the token. */
  to: number;
}

const OPEN = 60;
const CLOSE = 62;
const SLASH = 47;
const BANG = 33;
const QUESTION = 63;
const DOUBLE = 34;
const SINGLE = 39;
const LEFT = 91;
const RIGHT = 93;

const COMMENT_END = Buffer.from('-->');
const CDATA_END = Buffer.from(']]>');
const INSTRUCTION_END = Buffer.from('?>');

/** The token at `from`, or null when it is not whole within [from, end). A stretch of text ends where the window does. */
export function tokenAt(bytes: Uint8Array, from: number, end: number): Token | null {
  if (bytes[from] !== OPEN) {
    const next = bytes.indexOf(OPEN, from);
    return { kind: 'text', to: next < 0 || next > end ? end : next };
  }
  const mark = from + 1 < end ? bytes[from + 1] : undefined;
  if (mark === undefined) return null;
  if (mark === QUESTION) return upTo(bytes, from + 2, end, INSTRUCTION_END, 'other');
  if (mark === BANG) return declarationAt(bytes, from, end);
  return tagAt(bytes, from, end, mark);
}

function declarationAt(bytes: Uint8Array, from: number, end: number): Token | null {
  if (end - from < 9) {
    // Too short to tell what it is, unless it is closed already.
    const close = bytes.subarray(from, end).indexOf(CLOSE);
    return close < 0 ? null : { kind: 'other', to: from + close + 1 };
  }
  if (bytes[from + 2] === 45 && bytes[from + 3] === 45) {
    return upTo(bytes, from + 4, end, COMMENT_END, 'other');
  }
  if (bytes[from + 2] === LEFT) return upTo(bytes, from + 9, end, CDATA_END, 'text');
  let inside = 0;
  let quote = 0;
  for (let at = from + 2; at < end; at++) {
    const byte = bytes[at];
    if (quote !== 0) {
      if (byte === quote) quote = 0;
    } else if (byte === DOUBLE || byte === SINGLE) quote = byte;
    else if (byte === LEFT) inside++;
    else if (byte === RIGHT) inside--;
    else if (byte === CLOSE && inside <= 0) return { kind: 'other', to: at + 1 };
  }
  return null;
}

function tagAt(bytes: Uint8Array, from: number, end: number, mark: number): Token | null {
  let quote = 0;
  for (let at = from + 1; at < end; at++) {
    const byte = bytes[at];
    if (quote !== 0) {
      if (byte === quote) quote = 0;
    } else if (byte === DOUBLE || byte === SINGLE) quote = byte;
    else if (byte === CLOSE) {
      const isEmpty = bytes[at - 1] === SLASH && at - 1 > from;
      return { kind: mark === SLASH ? 'close' : isEmpty ? 'empty' : 'open', to: at + 1 };
    }
  }
  return null;
}

function upTo(bytes: Uint8Array, from: number, end: number, mark: Buffer, kind: TokenKind): Token | null {
  const found = Buffer.from(bytes.buffer, bytes.byteOffset, end).indexOf(mark, from);
  return found < 0 ? null : { kind, to: found + mark.length };
}

/** Local name of a tag: without `<`, `</` and a namespace's prefix. */
export function tagName(bytes: Uint8Array, from: number, to: number): string {
  let start = from + 1;
  if (bytes[start] === SLASH) start++;
  let at = start;
  while (at < to) {
    const byte = bytes[at] ?? 0;
    if (byte <= 32 || byte === CLOSE || byte === SLASH) break;
    at++;
  }
  return localName(Buffer.from(bytes.buffer, bytes.byteOffset + start, at - start).toString('utf8'));
}

export function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
