/**
 * Text encodings: which one a file is in, by its byte order mark, its zero bytes, its UTF-8 or its letters.
 */
import { isUtf8 } from 'node:buffer';
import type { Encoding } from '../../shared/encodings';
import { guessLegacy } from './guess-legacy';

export interface EncodingGuess {
  readonly encoding: Encoding;
  /** Length of the byte order mark, which is framing. */
  readonly markBytes: number;
  /** False when the sample holds bytes that UTF-8 forbids. */
  readonly valid: boolean;
  /** Who says so: the file's mark, its bytes, its letters (a guess), or the analyst. */
  readonly source: 'mark' | 'bytes' | 'guess' | 'asked';
}

/** A choice made by the analyst; a byte order mark of that encoding is framing all the same. */
export function askedEncoding(encoding: Encoding, sample: Uint8Array): EncodingGuess {
  const marked = markOf(sample);
  const markBytes = marked?.encoding === encoding ? marked.markBytes : 0;
  return { encoding, markBytes, valid: true, source: 'asked' };
}

/** Guesses from a byte order mark, else from where the zero bytes lie, else from UTF-8 validity, else from letters. */
export function guessEncoding(sample: Uint8Array): EncodingGuess {
  const marked = markOf(sample);
  if (marked) return marked;
  const wide = guessWide(sample);
  if (wide) return { encoding: wide, markBytes: 0, valid: true, source: 'bytes' };
  if (isUtf8(wholeCharacters(sample)))
    return { encoding: 'utf-8', markBytes: 0, valid: true, source: 'bytes' };
  const { multibyte, invalid } = countSequences(sample);
  if (multibyte >= invalid || isMostlyUtf8(sample)) {
    return { encoding: 'utf-8', markBytes: 0, valid: false, source: 'bytes' };
  }
  return { encoding: guessLegacy(sample), markBytes: 0, valid: false, source: 'guess' };
}

function markOf(sample: Uint8Array): EncodingGuess | null {
  const [first, second, third] = sample;
  const said = { valid: true, source: 'mark' as const };
  if (first === 0xef && second === 0xbb && third === 0xbf) {
    return { ...said, encoding: 'utf-8', markBytes: 3, valid: isUtf8(wholeCharacters(sample)) };
  }
  if (first === 0xff && second === 0xfe) return { ...said, encoding: 'utf-16le', markBytes: 2 };
  return first === 0xfe && second === 0xff ? { ...said, encoding: 'utf-16be', markBytes: 2 } : null;
}

const WIDE_BYTES = 16 << 10;
/** Of units; what is not ASCII in a log are names and messages, never its blanks, digits and line ends. */
const LEAST_ASCII = 0.08;

/**
 * UTF-16 without a mark: the upper half of every ASCII unit is zero, and text in any other encoding has no zeros at
 * all. Lone surrogates and zeros on both sides speak against it.
 */
function guessWide(sample: Uint8Array): Encoding | null {
  const length = Math.min(sample.length & ~1, WIDE_BYTES);
  if (length < 8) return null;
  const little = wideShare(sample, length, 0);
  const big = wideShare(sample, length, 1);
  if (little.ascii >= LEAST_ASCII && big.zeros <= little.zeros / 20 && little.lone < 0.001) return 'utf-16le';
  if (big.ascii >= LEAST_ASCII && little.zeros <= big.zeros / 20 && big.lone < 0.001) return 'utf-16be';
  return null;
}

/** Shares of units, with the lower half at even (0) or odd (1) places. */
function wideShare(sample: Uint8Array, length: number, low: 0 | 1) {
  let ascii = 0;
  let zeros = 0;
  let lone = 0;
  let isHigh = false;
  for (let at = 0; at < length; at += 2) {
    const upper = sample[at + 1 - low] ?? 0;
    const lower = sample[at + low] ?? 0;
    if (upper === 0) {
      zeros++;
      if ((lower >= 32 && lower < 127) || (lower >= 9 && lower <= 13)) ascii++;
    }
    const isLow = upper >= 0xdc && upper <= 0xdf;
    if (isLow !== isHigh) lone++;
    isHigh = upper >= 0xd8 && upper <= 0xdb;
  }
  const units = length / 2;
  return { ascii: ascii / units, zeros: zeros / units, lone: lone / units };
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
  // Halves of surrogate pairs, as some programs write them: UTF-8 in all but the letter of the standard.
  for (let at = sample.indexOf(0xed); at >= 0; at = sample.indexOf(0xed, at + 1)) {
    const isHalf = ((sample[at + 1] ?? 0) & 0xe0) === 0xa0 && ((sample[at + 2] ?? 0) & 0xc0) === 0x80;
    if (isHalf) multibyte += 3;
  }
  return { multibyte, invalid };
}

/** Of stretches beyond ASCII, which other encodings hardly ever write so that UTF-8 allows them. */
const LEAST_VALID = 1 / 4;

/** Whether damage lies between characters of UTF-8, however many bytes of it: stretches beyond ASCII are counted. */
function isMostlyUtf8(sample: Uint8Array): boolean {
  let valid = 0;
  let stretches = 0;
  for (let at = 0; at < sample.length; at++) {
    if ((sample[at] ?? 0) < 0x80) continue;
    const from = at;
    while ((sample[at + 1] ?? 0) >= 0x80) at++;
    stretches++;
    if (isUtf8(sample.subarray(from, at + 1))) valid++;
  }
  return valid >= stretches * LEAST_VALID;
}

/** UTF-16 units (or bytes of a code page) that the UTF-8 bytes [from, to) stand for. */
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
