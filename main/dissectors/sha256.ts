/** SHA-256 (FIPS 180-4 §6.2) of short ASCII text, for fingerprints: dissectors use nothing of the platform. */

const PRIMES: number[] = [];
for (let number = 2; PRIMES.length < 64; number++) {
  if (PRIMES.every((prime) => number % prime !== 0)) PRIMES.push(number);
}
const fraction = (value: number): number => Math.floor((value - Math.floor(value)) * 4294967296) | 0;
const ROUND = Int32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)));
const START = PRIMES.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));

/** Lower-case hex of the digest; characters beyond one byte are cut to it. */
export function sha256(text: string): string {
  const size = ((text.length + 72) >> 6) << 6;
  const bytes = new DataView(new ArrayBuffer(size));
  for (let at = 0; at < text.length; at++) bytes.setUint8(at, text.charCodeAt(at) & 255);
  bytes.setUint8(text.length, 0x80);
  bytes.setUint32(size - 4, text.length * 8);
  const state = Int32Array.from(START);
  const words = new Int32Array(64);
  const turn = (value: number, by: number): number => (value >>> by) | (value << (32 - by));
  for (let block = 0; block < size; block += 64) {
    for (let at = 0; at < 64; at++) {
      if (at < 16) {
        words[at] = bytes.getInt32(block + at * 4);
        continue;
      }
      const [x, y] = [words[at - 15] ?? 0, words[at - 2] ?? 0];
      const low = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3);
      const high = turn(y, 17) ^ turn(y, 19) ^ (y >>> 10);
      words[at] = ((words[at - 16] ?? 0) + low + (words[at - 7] ?? 0) + high) | 0;
    }
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
    for (let at = 0; at < 64; at++) {
      const choice = (e & f) ^ (~e & g);
      const one =
        (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + choice + (ROUND[at] ?? 0) + (words[at] ?? 0)) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((value, at) => {
      state[at] = ((state[at] ?? 0) + value) | 0;
    });
  }
  return Array.from(state, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
}
