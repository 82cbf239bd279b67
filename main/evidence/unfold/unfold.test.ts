/** bzip2 and xz against the programs that write them, and damage of any kind against nothing but a RangeError. */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bunzip2 } from './bzip2';
import { unxz } from './xz';

const ways = [
  { name: 'bzip2', unfold: bunzip2, options: [['-9'], ['-1']] },
  { name: 'xz', unfold: unxz, options: [['-6'], ['-0'], ['--check=crc32'], ['--check=none', '-9']] },
] as const;

function make(seed: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let state = seed;
  for (let at = 0; at < size; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    const kind = Math.floor(at / 5000) % 4;
    bytes[at] =
      kind === 0 ? state >>> 24 : kind === 1 ? 65 : kind === 2 ? 48 + ((state >>> 20) % 10) : at & 0xff;
  }
  return bytes;
}

describe.each(ways)('$name', ({ name, unfold, options }) => {
  const isThere = spawnSync(name, ['--version'], { stdio: 'ignore', input: '' }).error === undefined;
  const pack = (bytes: Buffer, flags: readonly string[]): Buffer =>
    spawnSync(name, ['-c', ...flags], { input: bytes, maxBuffer: 1 << 28 }).stdout;

  test.skipIf(!isThere).each([0, 1, 5, 1000, 70_000, 1_200_000])('unfolds %d bytes as they were', (size) => {
    const bytes = make(size + 1, size);
    for (const flags of options) {
      expect(Buffer.concat([...unfold(pack(bytes, flags))]).equals(bytes), flags.join(' ')).toBe(true);
    }
    const two = Buffer.concat([pack(bytes, []), pack(bytes, [])]);
    expect(Buffer.concat([...unfold(two)]).equals(Buffer.concat([bytes, bytes]))).toBe(true);
  });

  test.skipIf(!isThere)('ends with a RangeError where it is damaged or cut', () => {
    const packed = pack(make(3, 30_000), []);
    const change = fc.record({
      at: fc.nat(packed.length - 1),
      byte: fc.nat(255),
      cut: fc.nat(packed.length),
    });
    fc.assert(
      fc.property(change, ({ at, byte, cut }) => {
        const bytes = Buffer.from(packed);
        bytes[at] = byte;
        for (const input of [bytes, packed.subarray(0, cut)]) {
          try {
            for (const chunk of unfold(input)) if (chunk.length > 4_000_000) throw new Error('too much');
          } catch (error) {
            expect(error).toBeInstanceOf(RangeError);
          }
        }
      }),
      { numRuns: 150, seed: 5 },
    );
  });
});
