import { expect, test } from 'vitest';
import { isDiskFull, type Writable, whyNotWritten, writeAll } from './write-all';

/** Takes at most `atOnce` bytes a call, and `room` in all. */
function shortFile(atOnce: number, room: number) {
  const held: number[] = [];
  let end = 0;
  const file: Writable = {
    async write(bytes, offset, length, position) {
      const taken = Math.min(length, atOnce, room - held.length);
      if (taken === 0) throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
      const at = position ?? end;
      for (let index = 0; index < taken; index += 1) held[at + index] = bytes[offset + index] ?? 0;
      end = at + taken;
      return { bytesWritten: taken };
    },
  };
  return { file, held };
}

const BYTES = Uint8Array.from({ length: 100 }, (_, index) => index);

test.each([1, 7, 99, 100, 1000])('all bytes arrive where %i are taken at a time', async (atOnce) => {
  const { file, held } = shortFile(atOnce, 1000);
  await writeAll(file, BYTES);
  await writeAll(file, BYTES.subarray(0, 3));
  expect(held).toEqual([...BYTES, 0, 1, 2]);
  await writeAll(file, BYTES.subarray(50, 60), 5);
  expect(held.slice(0, 16)).toEqual([0, 1, 2, 3, 4, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 15]);
});

test('a file that has no room for all of them is told, not written in part without a word', async () => {
  const failed = await writeAll(shortFile(1000, 60).file, BYTES).catch((error: unknown) => error);
  expect([isDiskFull(failed), whyNotWritten(failed)]).toEqual([true, 'The disk is full.']);
});

test('a system that takes nothing and says nothing ends the writing', async () => {
  const file: Writable = { write: async () => ({ bytesWritten: 0 }) };
  await expect(writeAll(file, BYTES)).rejects.toThrow('took none');
});
