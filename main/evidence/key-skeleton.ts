/** A JSON object without its values: records that differ in nothing but values have the same keys in the same order. */

const [BLANK, QUOTE, COMMA, BACKSLASH] = [0x20, 0x22, 0x2c, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];
/** Longer ones are not taken apart: few of them make a big file, and what they hold may need much memory. */
const MOST_BYTES = 1 << 16;
/** Half of a surrogate pair, which JSON.parse lets pass and DuckDB does not, is written with one of these. */
const SURROGATE = /\\u[dD]/;

/** The bytes before, between and after an object's top-level values. */
export class KeySkeleton {
  /** The bytes before each value, one after another, and how many: four or more, for a key is in quotes. */
  private readonly heads: DataView;
  private readonly lengths: Int32Array;
  /** Of the bytes before each value the first and the last four, and those next to them where there are more than eight. */
  private readonly outer: Int32Array;
  /** The bytes after all values. */
  private readonly tail: Uint8Array;

  private constructor(heads: readonly Uint8Array[], tail: Uint8Array) {
    this.heads = viewOf(Buffer.concat(heads));
    this.lengths = Int32Array.from(heads, ({ length }) => length);
    this.outer = Int32Array.from(
      heads.flatMap((head) => {
        const [view, end] = [viewOf(head), head.length];
        const places = end > 8 ? [0, end - 4, 4, end - 8] : [0, end - 4, 0, 0];
        return places.map((place) => view.getInt32(place, true));
      }),
    );
    this.tail = tail;
  }

  /** Of the record [from, to); null where that is no JSON object, or is too long. */
  static of(bytes: Uint8Array, from: number, to: number): KeySkeleton | null {
    if (to - from > MOST_BYTES || !isSound(bytes, from, to)) return null;
    const view = viewOf(bytes);
    const heads: Uint8Array[] = [];
    let [at, start] = [afterBlanks(bytes, from, to), from];
    if (bytes[at] !== OPEN_OBJECT) return null;
    do {
      at = afterBlanks(bytes, at + 1, to);
      if (bytes[at] !== QUOTE) break;
      const colon = afterBlanks(bytes, endOfString(bytes, view, at + 1, to), to);
      at = afterBlanks(bytes, colon + 1, to);
      heads.push(bytes.subarray(start, at));
      start = endOfValue(bytes, view, at, to);
      at = afterBlanks(bytes, start, to);
    } while (bytes[at] === COMMA);
    return new KeySkeleton(heads, new Uint8Array(bytes.subarray(start, to)));
  }

  /**
   * Whether the record [from, to) has the same bytes beside its values. If it has and is JSON, its keys are the same, in
   * the same order; whether it is JSON is not looked at. `view` is one of the same bytes.
   */
  fits(bytes: Uint8Array, view: DataView, from: number, to: number): boolean {
    const { heads, lengths, outer, tail } = this;
    let at = from;
    let known = 0;
    // Nearly all are of 16 bytes or less, so that a place costs the same few steps whatever its length.
    for (let place = 0; place < lengths.length; place++) {
      const length = lengths[place] ?? 0;
      const end = at + length;
      const four = place * 4;
      if (end > to) return false;
      if (view.getInt32(at, true) !== outer[four]) return false;
      if (view.getInt32(end - 4, true) !== outer[four + 1]) return false;
      if (length > 8) {
        if (view.getInt32(at + 4, true) !== outer[four + 2]) return false;
        if (view.getInt32(end - 8, true) !== outer[four + 3]) return false;
        for (let inner = 8; inner < length - 8; inner += 4) {
          if (view.getInt32(at + inner, true) !== heads.getInt32(known + inner, true)) return false;
        }
      }
      known += length;
      at = endOfValue(bytes, view, end, to);
      if (at < 0) return false;
    }
    if (to - at !== tail.length) return false;
    for (let index = 0; index < tail.length; index++) if (bytes[at + index] !== tail[index]) return false;
    return true;
  }
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Whether DuckDB reads it as JSON: it takes what JSON.parse takes but for halves of surrogate pairs, and more. */
function isSound(bytes: Uint8Array, from: number, to: number): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8');
  if (SURROGATE.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function afterBlanks(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && (bytes[at] ?? 0) <= BLANK) at++;
  return at;
}

/** Behind the value that begins at `from`; -1 where it does not end before `to`. */
function endOfValue(bytes: Uint8Array, view: DataView, from: number, to: number): number {
  const first = bytes[from];
  if (first === QUOTE) return endOfString(bytes, view, from + 1, to);
  if (first === OPEN_OBJECT || first === OPEN_LIST) return endOfNested(bytes, view, from, to);
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === COMMA || byte === CLOSE_OBJECT || byte <= BLANK) return at;
  }
  return -1;
}

function endOfNested(bytes: Uint8Array, view: DataView, from: number, to: number): number {
  let depth = 0;
  for (let at = from; at >= 0 && at < to; ) {
    const byte = bytes[at++];
    if (byte === QUOTE) at = endOfString(bytes, view, at, to);
    else if (byte === OPEN_OBJECT || byte === OPEN_LIST) depth++;
    else if ((byte === CLOSE_OBJECT || byte === CLOSE_LIST) && --depth === 0) return at;
  }
  return -1;
}

/** Behind the quote that ends the string whose text begins at `from`: four bytes at a time, twice as fast as one by one. */
function endOfString(bytes: Uint8Array, view: DataView, from: number, to: number): number {
  let at = from;
  while (at + 4 <= to) {
    const found = quotesAndBackslashes(view.getInt32(at, true));
    if (found === 0) {
      at += 4;
      continue;
    }
    at += (31 - Math.clz32(found & -found)) >> 3;
    if (bytes[at] === QUOTE) return at + 1;
    at += 2;
  }
  for (; at < to; at++) {
    if (bytes[at] === QUOTE) return at + 1;
    if (bytes[at] === BACKSLASH) at++;
  }
  return -1;
}

/** The lowest bit set is the topmost of the first of the four bytes that is one; 0 where none is. */
function quotesAndBackslashes(four: number): number {
  const quote = four ^ 0x22222222;
  const backslash = four ^ 0x5c5c5c5c;
  return (((quote - 0x01010101) & ~quote) | ((backslash - 0x01010101) & ~backslash)) & 0x80808080;
}
