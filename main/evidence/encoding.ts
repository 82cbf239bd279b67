/**
 * Text encodings: which one a file is in, and turning it into UTF-8 chunk by chunk. Offsets stay those of the
 * original bytes: every UTF-16 unit and every Windows-1252 byte can be counted back from the UTF-8 it became.
 */
import { isUtf8 } from 'node:buffer';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

export interface EncodingGuess {
  readonly encoding: Encoding;
  /** Length of the byte order mark, which is framing. */
  readonly markBytes: number;
  /** False when the sample holds bytes that UTF-8 forbids. */
  readonly valid: boolean;
}

/** Guesses from a byte order mark, else from where the zero bytes lie, else from UTF-8 validity. */
export function guessEncoding(sample: Uint8Array): EncodingGuess {
  if (sample[0] === 0xef && sample[1] === 0xbb && sample[2] === 0xbf) {
    return { encoding: 'utf-8', markBytes: 3, valid: isUtf8(wholeCharacters(sample)) };
  }
  if (sample[0] === 0xff && sample[1] === 0xfe) return { encoding: 'utf-16le', markBytes: 2, valid: true };
  if (sample[0] === 0xfe && sample[1] === 0xff) return { encoding: 'utf-16be', markBytes: 2, valid: true };
  const wide = guessWide(sample);
  if (wide) return { encoding: wide, markBytes: 0, valid: true };
  if (isUtf8(wholeCharacters(sample))) return { encoding: 'utf-8', markBytes: 0, valid: true };
  const { multibyte, invalid } = countSequences(sample);
  return { encoding: multibyte >= invalid ? 'utf-8' : 'windows-1252', markBytes: 0, valid: false };
}

/** UTF-16 without a mark: in western text one half of nearly every unit is zero and the other is not. */
function guessWide(sample: Uint8Array): Encoding | null {
  const length = Math.min(sample.length & ~1, 4096);
  if (length < 8) return null;
  let even = 0;
  let odd = 0;
  for (let index = 0; index < length; index += 2) {
    if (sample[index] === 0) even++;
    if (sample[index + 1] === 0) odd++;
  }
  const units = length / 2;
  if (odd / units > 0.6 && even / units < 0.05) return 'utf-16le';
  if (even / units > 0.6 && odd / units < 0.05) return 'utf-16be';
  return null;
}

/** The sample without a character that its end cuts in two. */
export function wholeCharacters(sample: Uint8Array): Uint8Array {
  return sample.subarray(0, sample.length - incompleteTail(sample));
}

/** Bytes at the end (0–3) that begin a UTF-8 character and do not finish it. */
export function incompleteTail(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const need = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return need > back ? back : 0;
    }
  }
  return 0;
}

function countSequences(sample: Uint8Array): { multibyte: number; invalid: number } {
  const text = new TextDecoder('utf-8').decode(wholeCharacters(sample));
  let multibyte = 0;
  let invalid = 0;
  for (const character of text) {
    if (character === '\ufffd') invalid++;
    else if (character > '\x7f') multibyte++;
  }
  return { multibyte, invalid };
}

/** Original bytes per counted unit; 0 where the stream is UTF-8 already and offsets need no counting. */
export function bytesPerUnit(encoding: Encoding): 0 | 1 | 2 {
  if (encoding === 'utf-8') return 0;
  return encoding === 'windows-1252' ? 1 : 2;
}

/** Chunk-wise decoder to UTF-8; `finish` gives what a cut last unit became. Null for UTF-8, which passes as it is. */
export interface Transcoder {
  push(bytes: Uint8Array): Uint8Array;
  finish(): Uint8Array;
}

export function makeTranscoder(encoding: Encoding): Transcoder | null {
  if (encoding === 'utf-8') return null;
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  return {
    push: (bytes) => Buffer.from(decoder.decode(bytes, { stream: true }), 'utf8'),
    finish: () => Buffer.from(decoder.decode(), 'utf8'),
  };
}

/** UTF-16 units (or Windows-1252 bytes) that the UTF-8 bytes [from, to) stand for. */
export function countUnits(bytes: Uint8Array, from: number, to: number): number {
  let units = 0;
  for (let index = from; index < to; index++) {
    const byte = bytes[index] ?? 0;
    // Continuation bytes count nothing; a four-byte character is a surrogate pair.
    if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1;
  }
  return units;
}

/** Text of UTF-8 bytes with invalid sequences replaced, and how many were. */
export function decodeCounting(bytes: Uint8Array): { text: string; replaced: number } {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  if (isUtf8(bytes)) return { text, replaced: 0 };
  let replaced = 0;
  for (const character of text) if (character === '\ufffd') replaced++;
  return { text, replaced };
}
