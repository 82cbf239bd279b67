/**
 * How well bytes read as one of the East Asian encodings: whether they pair as it demands, and whether the pairs lie
 * where its everyday characters are. Scores are comparable with those of the code pages.
 */

export type EastAsian = 'shift_jis' | 'euc-jp' | 'euc-kr' | 'gb18030' | 'big5';

const EVERYDAY = -1.8;
const COMMON = -2.6;
const RARE = -5;
const STRANGE = -7;
/** Share of bytes that may pair with nothing: text cut somewhere, not text of another kind. */
const MOST_INVALID = 0.01;

/** Minus infinity where the bytes do not pair. */
export function eastAsianScore(bytes: Uint8Array, encoding: EastAsian): number {
  let sum = 0;
  let characters = 0;
  let invalid = 0;
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0;
    if (first < 0x80) {
      at++;
      continue;
    }
    // A pair that the sample's end cuts says nothing.
    if (at + 1 >= bytes.length) break;
    const [length, score] = readPair(encoding, first, bytes[at + 1] ?? 0);
    characters++;
    if (length === 0) invalid++;
    sum += length === 0 ? STRANGE : score;
    at += Math.max(1, length);
  }
  if (characters < 2 || invalid > characters * MOST_INVALID) return Number.NEGATIVE_INFINITY;
  return sum / characters;
}

type Pair = readonly [length: number, score: number];
const NONE: Pair = [0, 0];

function readPair(encoding: EastAsian, first: number, second: number): Pair {
  switch (encoding) {
    case 'shift_jis':
      return shiftJis(first, second);
    case 'big5':
      return big5(first, second);
    case 'gb18030':
      return gb18030(first, second);
    default:
      return euc(encoding, first, second);
  }
}

function shiftJis(first: number, second: number): Pair {
  // Half-width katakana stand alone and come in runs.
  if (first >= 0xa1 && first <= 0xdf) return [1, second >= 0xa1 && second <= 0xdf ? COMMON - 0.4 : RARE];
  const isLead = (first >= 0x81 && first <= 0x9f) || (first >= 0xe0 && first <= 0xfc);
  if (!isLead || second < 0x40 || second === 0x7f || second > 0xfc) return NONE;
  const isKana = (first === 0x82 && second >= 0x9f) || (first === 0x83 && second <= 0x96);
  if (isKana) return [2, EVERYDAY];
  if (first === 0x81 || first === 0x82) return [2, COMMON];
  return [2, first >= 0x88 && first <= 0x97 ? COMMON - 0.4 : first <= 0xea ? RARE : STRANGE];
}

function big5(first: number, second: number): Pair {
  const isTrail = (second >= 0x40 && second <= 0x7e) || (second >= 0xa1 && second <= 0xfe);
  if (first < 0x81 || first > 0xfe || !isTrail) return NONE;
  if (first >= 0xa4 && first <= 0xc6) return [2, COMMON];
  if (first >= 0xa1 && first <= 0xa3) return [2, EVERYDAY];
  return [2, first >= 0xc9 && first <= 0xf9 ? RARE : STRANGE];
}

function gb18030(first: number, second: number): Pair {
  if (first < 0x81 || first > 0xfe) return NONE;
  if (second >= 0x30 && second <= 0x39) return [4, STRANGE];
  if (second < 0x40 || second === 0x7f || second > 0xfe) return NONE;
  if (second < 0xa1 || first < 0xa1) return [2, STRANGE + 1];
  if (first >= 0xb0 && first <= 0xd7) return [2, COMMON];
  if (first === 0xa1 || first === 0xa3) return [2, EVERYDAY];
  return [2, first >= 0xd8 && first <= 0xf7 ? RARE : STRANGE + 1];
}

function euc(encoding: 'euc-jp' | 'euc-kr', first: number, second: number): Pair {
  if (encoding === 'euc-jp' && first === 0x8e) return second >= 0xa1 && second <= 0xdf ? [2, RARE] : NONE;
  const isKorean = encoding === 'euc-kr';
  // Windows adds the rarer syllables before the rows of the standard.
  if (isKorean && first >= 0x81 && first <= 0xc6 && second < 0xa1) {
    const isTrail = (second >= 0x41 && second <= 0x5a) || (second >= 0x61 && second <= 0x7a) || second > 0x80;
    return isTrail ? [2, STRANGE + 1] : NONE;
  }
  if (first < 0xa1 || first > 0xfe || second < 0xa1 || second > 0xfe) return NONE;
  if (isKorean) {
    if (first >= 0xb0 && first <= 0xc8) return [2, EVERYDAY - 0.2];
    if (first === 0xa1 || first === 0xa3) return [2, EVERYDAY];
    return [2, RARE];
  }
  if (first === 0xa4 || first === 0xa5) return [2, EVERYDAY];
  if (first === 0xa1 || first === 0xa3) return [2, COMMON];
  return [2, first >= 0xb0 && first <= 0xcf ? COMMON - 0.4 : RARE];
}
