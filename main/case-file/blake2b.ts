/**
 * BLAKE2b of RFC 7693 for digests shorter than 64 bytes, which Node does not offer: minisign's key files carry one of
 * 32 bytes. For short inputs only.
 */

const MASK = (1n << 64n) - 1n;

/** § 2.6: the initialization vector of SHA-512. */
const IV = [
  0x6a09e667f3bcc908n,
  0xbb67ae8584caa73bn,
  0x3c6ef372fe94f82bn,
  0xa54ff53a5f1d36f1n,
  0x510e527fade682d1n,
  0x9b05688c2b3e6c1fn,
  0x1f83d9abfb41bd6bn,
  0x5be0cd19137e2179n,
];

/** § 2.7: the message schedule of the ten rounds; rounds 10 and 11 repeat 0 and 1. */
const SIGMA = [
  '0123456789abcdef',
  'ea489fd61c02b753',
  'b8c052fdae367194',
  '7931dcbe265a40f8',
  '905724afe1bc683d',
  '2c6a0b834d75fe19',
  'c51fed4a0763928b',
  'db7ec13950f4862a',
  '6fe9b308c2d714a5',
  'a2847615fb9e3cd0',
].map((row) => [...row].map((digit) => Number.parseInt(digit, 16)));

/** The digest of `length` bytes, unkeyed. */
export function blake2b(message: Uint8Array, length: number): Buffer {
  const h = IV.map((word, index) => (index === 0 ? word ^ 0x01010000n ^ BigInt(length) : word));
  const blocks = Math.max(1, Math.ceil(message.length / 128));
  for (let block = 0; block < blocks; block += 1) {
    const padded = Buffer.alloc(128);
    padded.set(message.subarray(block * 128, block * 128 + 128));
    const isLast = block === blocks - 1;
    compress(h, padded, BigInt(isLast ? message.length : (block + 1) * 128), isLast);
  }
  const digest = Buffer.alloc(64);
  for (const [index, word] of h.entries()) digest.writeBigUInt64LE(word, index * 8);
  return digest.subarray(0, length);
}

/** § 3.2: the compression function F. */
function compress(h: bigint[], block: Buffer, counted: bigint, isLast: boolean): void {
  const m = Array.from({ length: 16 }, (_, index) => block.readBigUInt64LE(index * 8));
  const v = [...h, ...IV];
  const at = (index: number): bigint => v[index] ?? 0n;
  v[12] = at(12) ^ (counted & MASK);
  if (isLast) v[14] = at(14) ^ MASK;
  const mix = (a: number, b: number, c: number, d: number, x: bigint, y: bigint): void => {
    v[a] = (at(a) + at(b) + x) & MASK;
    v[d] = rotate(at(d) ^ at(a), 32n);
    v[c] = (at(c) + at(d)) & MASK;
    v[b] = rotate(at(b) ^ at(c), 24n);
    v[a] = (at(a) + at(b) + y) & MASK;
    v[d] = rotate(at(d) ^ at(a), 16n);
    v[c] = (at(c) + at(d)) & MASK;
    v[b] = rotate(at(b) ^ at(c), 63n);
  };
  for (let round = 0; round < 12; round += 1) {
    const s = SIGMA[round % 10] ?? [];
    const word = (index: number): bigint => m[s[index] ?? 0] ?? 0n;
    mix(0, 4, 8, 12, word(0), word(1));
    mix(1, 5, 9, 13, word(2), word(3));
    mix(2, 6, 10, 14, word(4), word(5));
    mix(3, 7, 11, 15, word(6), word(7));
    mix(0, 5, 10, 15, word(8), word(9));
    mix(1, 6, 11, 12, word(10), word(11));
    mix(2, 7, 8, 13, word(12), word(13));
    mix(3, 4, 9, 14, word(14), word(15));
  }
  for (let index = 0; index < 8; index += 1) h[index] = (h[index] ?? 0n) ^ at(index) ^ at(index + 8);
}

function rotate(word: bigint, bits: bigint): bigint {
  return ((word >> bits) | (word << (64n - bits))) & MASK;
}
