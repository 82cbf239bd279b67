/**
 * Turning other encodings into UTF-8, chunk by chunk, so that every character can be led back to the original bytes:
 * a code page has one byte a character, UTF-16 two a unit, and for the East Asian ones the width of each is kept.
 */
import { TextDecoder } from 'node:util';
import { codePageCharacters, type Encoding, isCodePage } from '../../shared/encodings';

export interface Transcoder {
  push(bytes: Uint8Array): Uint8Array;
  /** What a cut last character became. */
  finish(): Uint8Array;
  /** Original bytes of each character of the last chunk, at its first UTF-8 byte; null where they need no keeping. */
  readonly widths: Uint8Array | null;
  /** Sequences so far that the encoding forbids, each now U+FFFD. */
  readonly replaced: number;
}

/** Original bytes per counted unit; 0 where the stream is UTF-8 already, `each` where every character has its own. */
export type UnitBytes = 0 | 1 | 2 | 'each';

export function bytesPerUnit(encoding: Encoding): UnitBytes {
  if (encoding === 'utf-8') return 0;
  if (encoding === 'utf-16le' || encoding === 'utf-16be') return 2;
  return isCodePage(encoding) ? 1 : 'each';
}

/** Null for UTF-8, which passes as it is. */
export function makeTranscoder(encoding: Encoding): Transcoder | null {
  if (encoding === 'utf-8') return null;
  if (encoding === 'utf-16le' || encoding === 'utf-16be') return new Wide(encoding);
  return isCodePage(encoding) ? new Paged(codePageCharacters(encoding)) : new Mixed(encoding);
}

const NOTHING = new Uint8Array(0);
const REPLACEMENT = '\ufffd';

class Wide implements Transcoder {
  readonly widths = null;
  replaced = 0;
  private readonly decoder: TextDecoder;

  constructor(encoding: 'utf-16le' | 'utf-16be') {
    this.decoder = new TextDecoder(encoding, { ignoreBOM: true });
  }

  push(bytes: Uint8Array): Uint8Array {
    return this.counted(this.decoder.decode(bytes, { stream: true }));
  }

  finish(): Uint8Array {
    return this.counted(this.decoder.decode());
  }

  private counted(text: string): Uint8Array {
    for (let at = text.indexOf(REPLACEMENT); at >= 0; at = text.indexOf(REPLACEMENT, at + 1)) this.replaced++;
    return Buffer.from(text, 'utf8');
  }
}

class Paged implements Transcoder {
  readonly widths = null;
  replaced = 0;
  /** UTF-8 of each byte, three bytes' room. */
  private readonly bytes = new Uint8Array(768);
  private readonly lengths = new Uint8Array(256);
  private readonly isInvalid = new Uint8Array(256);

  constructor(characters: readonly string[]) {
    for (const [byte, character] of characters.entries()) {
      const utf8 = Buffer.from(character, 'utf8');
      this.bytes.set(utf8, byte * 3);
      this.lengths[byte] = utf8.length;
      this.isInvalid[byte] = character === REPLACEMENT ? 1 : 0;
    }
  }

  push(bytes: Uint8Array): Uint8Array {
    const out = new Uint8Array(bytes.length * 3);
    let to = 0;
    for (const byte of bytes) {
      if (byte < 0x80) {
        out[to++] = byte;
        continue;
      }
      const length = this.lengths[byte] ?? 0;
      for (let at = 0; at < length; at++) out[to++] = this.bytes[byte * 3 + at] ?? 0;
      this.replaced += this.isInvalid[byte] ?? 0;
    }
    return out.subarray(0, to);
  }

  finish(): Uint8Array {
    return NOTHING;
  }
}

/** Marks of `Mixed.single`. */
const LEAD = 1;

/** One, two, three or four bytes a character. A byte that begins no character is invalid by itself. */
class Mixed implements Transcoder {
  widths = NOTHING;
  replaced = 0;
  private readonly decoder: TextDecoder;
  private readonly encoding: Encoding;
  /** Characters of single bytes; LEAD where more must follow. */
  private readonly single: ReadonlyArray<string | typeof LEAD>;
  private readonly known = new Map<number, Buffer | null>();
  private tail = NOTHING;

  constructor(encoding: Encoding) {
    this.encoding = encoding;
    this.decoder = new TextDecoder(encoding);
    this.single = Array.from({ length: 256 }, (_, byte) => {
      if (byte < 0x80) return String.fromCharCode(byte);
      const text = this.decoder.decode(Uint8Array.of(byte));
      return text.includes(REPLACEMENT) ? LEAD : text;
    });
  }

  push(chunk: Uint8Array): Uint8Array {
    return this.take(this.tail.length === 0 ? chunk : Buffer.concat([this.tail, chunk]), false);
  }

  finish(): Uint8Array {
    return this.take(this.tail, true);
  }

  private take(bytes: Uint8Array, atEnd: boolean): Uint8Array {
    const out = new Uint8Array(bytes.length * 3 + 16);
    const widths = new Uint8Array(out.length);
    let to = 0;
    let at = 0;
    while (at < bytes.length) {
      const byte = bytes[at] ?? 0;
      if (byte < 0x80) {
        widths[to] = 1;
        out[to++] = byte;
        at++;
        continue;
      }
      const length = this.lengthAt(bytes, at);
      if (at + length > bytes.length && !atEnd) break;
      const utf8 = this.characterAt(bytes, at, length);
      const width = utf8 === null ? 1 : length;
      widths[to] = width;
      at += width;
      if (utf8 === null) this.replaced++;
      for (const one of utf8 ?? INVALID) out[to++] = one;
    }
    this.tail = Uint8Array.prototype.slice.call(bytes, at);
    this.widths = widths.subarray(0, to);
    return out.subarray(0, to);
  }

  private lengthAt(bytes: Uint8Array, at: number): number {
    const first = bytes[at] ?? 0;
    if (this.single[first] !== LEAD) return 1;
    if (this.encoding === 'euc-jp' && first === 0x8f) return 3;
    const second = bytes[at + 1] ?? 0;
    return this.encoding === 'gb18030' && second >= 0x30 && second <= 0x39 ? 4 : 2;
  }

  private characterAt(bytes: Uint8Array, at: number, length: number): Buffer | null {
    let key = length;
    for (let index = 0; index < length; index++) key = key * 256 + (bytes[at + index] ?? 0);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const text = this.decoder.decode(bytes.subarray(at, at + length));
    const isOne =
      !text.includes(REPLACEMENT) && (length === 1 || text.length <= 2) && at + length <= bytes.length;
    const utf8 = isOne ? Buffer.from(text, 'utf8') : null;
    this.known.set(key, utf8);
    return utf8;
  }
}

const INVALID = Buffer.from(REPLACEMENT, 'utf8');
