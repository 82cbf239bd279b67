/** The first stretch of a file as text, with what has to be known before it can be split. */

import type { Encoding } from '../../shared/encodings';
import { type BinaryReader, controlShare } from './compression';
import { askedEncoding, type EncodingGuess, guessEncoding, wholeCharacters } from './encoding';
import type { ParquetColumn } from './readers/parquet/parquet';
import type { SourceHead } from './source';
import { bytesPerUnit, makeTranscoder } from './transcode';

export const SAMPLE_BYTES = 256 << 10;

export interface TextSample {
  readonly guess: EncodingGuess;
  /** UTF-8, without byte order mark. */
  readonly bytes: Uint8Array;
  readonly text: string;
  /** True when the sample is the whole file. */
  readonly whole: boolean;
  readonly newline: 'lf' | 'cr';
  /** What reads it when it is no text. */
  readonly binary: BinaryReader | null;
  /** What a Parquet file says of itself; null for everything else. */
  readonly parquet: { readonly path: string; readonly columns: readonly ParquetColumn[] } | null;
  /** Delimiter of a table that we wrote ourselves: it is read as nothing else. */
  readonly delimiter: string | null;
}

/** What is known of the text before it is looked at. */
export interface KnownText {
  /** Chosen by the analyst. */
  readonly encoding?: Encoding | undefined;
  /** Of a table that we wrote ourselves. */
  readonly delimiter?: string | null;
}

/** Null when the bytes are not text. */
export function makeSample(head: SourceHead, known: KnownText = {}): TextSample | null {
  const isWhole = wholeHead(head);
  if (head.kind.kind === 'binary') {
    const guess: EncodingGuess = { encoding: 'utf-8', markBytes: 0, valid: true, source: 'bytes' };
    const { reader: binary } = head.kind;
    return {
      guess,
      bytes: head.head,
      text: '',
      whole: isWhole,
      newline: 'lf',
      binary,
      delimiter: null,
      parquet: null,
    };
  }
  const { encoding: asked, delimiter = null } = known;
  let guess = asked === undefined ? guessEncoding(head.head) : askedEncoding(asked, head.head);
  if (guess.source === 'bytes' && guess.encoding === 'utf-8' && guess.valid && head.middle.length > 0) {
    // A first accent may come late in a long file. A stretch from its middle begins inside a character, perhaps.
    const later = guessEncoding(skipContinuation(head.middle));
    if (later.source === 'guess') guess = later;
  }
  const marked = head.head.subarray(guess.markBytes);
  const transcoder = makeTranscoder(guess.encoding);
  const bytes = transcoder ? transcoder.push(marked) : wholeCharacters(marked);
  if (bytesPerUnit(guess.encoding) !== 2 && controlShare(withoutHoles(marked)) > 0.02) return null;
  if (transcoder && controlShare(withoutHoles(bytes)) > 0.02) return null;
  const text = new TextDecoder().decode(bytes);
  const newline = bytes.includes(10) || !bytes.includes(13) ? 'lf' : 'cr';
  return { guess, bytes, text, whole: isWhole, newline, binary: null, delimiter, parquet: null };
}

function wholeHead({ compression, head, sizeBytes }: SourceHead): boolean {
  return compression === null ? head.length >= sizeBytes : head.length < SAMPLE_BYTES;
}

const HOLE_BYTES = 32;

/**
 * The bytes without long runs of zeros. A computer that lost power leaves such holes in its logs, and a file made
 * for later use ends in one; what is around them is text all the same. As they are when hardly anything is left.
 */
function withoutHoles(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(0)) return bytes;
  const kept = new Uint8Array(bytes.length);
  let length = 0;
  let zeros = 0;
  for (const byte of bytes) {
    kept[length++] = byte;
    zeros = byte === 0 ? zeros + 1 : 0;
    if (zeros === HOLE_BYTES) length -= HOLE_BYTES;
    else if (zeros > HOLE_BYTES) length--;
  }
  return length * 4 < bytes.length ? bytes : kept.subarray(0, length);
}

function skipContinuation(bytes: Uint8Array): Uint8Array {
  let at = 0;
  while (at < 4 && ((bytes[at] ?? 0) & 0xc0) === 0x80) at++;
  return bytes.subarray(at);
}
