/** Compressed evidence that is damaged or followed by something else: never a wait without end, nothing lost in silence. */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Writable } from '../store/write-all';
import { newReport, streamSource } from './source';

let root = '';
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'throughline-source-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const text = Buffer.from(
  Array.from({ length: 9000 }, (_, at) => `${at} ${(at * 7919) % 104_729}\n`).join(''),
);
const packed = gzipSync(text);

async function read(bytes: Uint8Array) {
  const path = join(root, 'evidence.gz');
  writeFileSync(path, bytes);
  const report = newReport();
  const parts: Buffer[] = [];
  for await (const chunk of streamSource(path, 'gzip', report)) parts.push(Buffer.from(chunk));
  expect(report.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  expect(report.diskBytes).toBe(bytes.length);
  return { bytes: Buffer.concat(parts), problem: report.problem };
}

it('tells of a checksum that does not fit', async () => {
  const damaged = Buffer.from(packed);
  damaged.writeUInt32LE(1, damaged.length - 8);
  const { bytes, problem } = await read(damaged);
  expect(problem?.code).toBe('compressed-damaged');
  expect(bytes.equals(text)).toBe(true);
});

it('tells of bytes damaged in the middle and goes on hashing to the end', async () => {
  const damaged = Buffer.concat([packed, packed]);
  damaged.fill(0xff, packed.length + 20_000, packed.length + 20_400);
  const { bytes, problem } = await read(damaged);
  expect(problem?.code).toBe('compressed-damaged');
  expect(bytes.length).toBeGreaterThan(text.length);
  expect(
    Buffer.concat([text, text])
      .subarray(0, text.length + 1000)
      .equals(bytes.subarray(0, text.length + 1000)),
  ).toBe(true);
});

it('reads members in a row as one stream', async () => {
  const { bytes, problem } = await read(Buffer.concat([packed, gzipSync('more')]));
  expect(problem).toBeNull();
  expect(bytes.equals(Buffer.concat([text, Buffer.from('more')]))).toBe(true);
});

it.each([
  ['none', 0],
  ['some', 512],
  ['many', 200_000],
])('takes %s zero bytes at the end for padding', async (_, zeros) => {
  const { bytes, problem } = await read(Buffer.concat([packed, Buffer.alloc(zeros)]));
  expect(problem).toBeNull();
  expect(bytes.equals(text)).toBe(true);
});

it.each([
  ['at once', 0],
  ['after padding', 512],
  ['after much padding', 200_000],
])('tells of other bytes that follow %s', async (_, zeros) => {
  const { bytes, problem } = await read(
    Buffer.concat([packed, Buffer.alloc(zeros), Buffer.from('something else')]),
  );
  expect(problem?.code).toBe('compressed-damaged');
  expect(bytes.equals(text)).toBe(true);
});

it('reads a member that comes after padding, or says that it did not', async () => {
  const { bytes, problem } = await read(Buffer.concat([packed, Buffer.alloc(100), packed]));
  expect(problem !== null || bytes.length === 2 * text.length).toBe(true);
});

it('copies every byte where the system takes a few at a time', async () => {
  const path = join(root, 'copied.gz');
  writeFileSync(path, packed);
  const copied: number[] = [];
  const copyTo: Writable = {
    async write(bytes, offset, length) {
      const taken = Math.min(length, 1000);
      copied.push(...bytes.subarray(offset, offset + taken));
      return { bytesWritten: taken };
    },
  };
  const report = newReport();
  for await (const _ of streamSource(path, 'gzip', report, { copyTo }));
  expect([Buffer.from(copied).equals(packed), report.problem]).toEqual([true, null]);
});

it('throws where the copy finds no room: nothing is wrong with the file that is read', async () => {
  const path = join(root, 'uncopied.gz');
  writeFileSync(path, packed);
  let room = 1000;
  const copyTo: Writable = {
    async write(_, __, length) {
      if (room === 0) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
      const bytesWritten = Math.min(length, room);
      room -= bytesWritten;
      return { bytesWritten };
    },
  };
  const report = newReport();
  const whole = async (): Promise<void> => {
    for await (const _ of streamSource(path, 'gzip', report, { copyTo }));
  };
  await expect(whole()).rejects.toThrow('The copy in the case could not be written: The disk is full.');
  expect([report.problem, report.sha256]).toEqual([null, null]);
});
