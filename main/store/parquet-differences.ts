/**
 * Whole numbers as Parquet packs differences of neighbours (parquet-format, Encodings.md, DELTA_BINARY_PACKED): blocks
 * of 128 in four parts, each with as few bits a number as its largest takes. We take whole bytes: hardly more, and
 * nothing is shifted.
 */

const BLOCK = 128;
const PARTS = 4;
const PART = BLOCK / PARTS;
/** Bytes of a whole number below 2^53, and of one in groups of seven bits. */
const [MOST_BYTES, MOST_VARINT] = [7, 8];

/** @throws where a number, or the difference of neighbours, is not below 2^52. */
export function packDifferences(values: Float64Array): Uint8Array {
  const blocks = Math.ceil(Math.max(0, values.length - 1) / BLOCK);
  const out = new Uint8Array(4 * MOST_VARINT + blocks * (MOST_VARINT + PARTS + BLOCK * MOST_BYTES));
  let at = 0;
  const varint = (value: number): void => {
    if (!(value < Number.MAX_SAFE_INTEGER)) throw new RangeError('a number is too large to be packed');
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) out[at++] = (rest % 128) + 128;
    out[at++] = rest;
  };
  /** Zigzag: the sign is the lowest bit. */
  const signed = (value: number): void => varint(value < 0 ? -2 * value - 1 : 2 * value);
  varint(BLOCK);
  varint(PARTS);
  varint(values.length);
  signed(values[0] ?? 0);
  const above = new Float64Array(BLOCK);
  for (let from = 1; from < values.length; from += BLOCK) {
    const count = Math.min(BLOCK, values.length - from);
    let least = Number.POSITIVE_INFINITY;
    for (let index = 0; index < count; index++) {
      const difference = (values[from + index] ?? 0) - (values[from + index - 1] ?? 0);
      above[index] = difference;
      if (difference < least) least = difference;
    }
    // What is beyond the last number is read by nobody.
    above.fill(least, count);
    signed(least);
    const widths = at;
    at += PARTS;
    for (let part = 0; part < PARTS; part++) {
      let most = 0;
      for (let index = part * PART; index < part * PART + PART; index++) {
        const over = (above[index] ?? 0) - least;
        above[index] = over;
        if (over > most) most = over;
      }
      let bytes = 0;
      for (let rest = most; rest >= 1; rest /= 256) bytes++;
      out[widths + part] = bytes * 8;
      for (let index = part * PART; index < part * PART + PART; index++) {
        let rest = above[index] ?? 0;
        for (let byte = 0; byte < bytes; byte++, rest = Math.floor(rest / 256)) out[at++] = rest % 256;
      }
    }
  }
  return out.subarray(0, at);
}
