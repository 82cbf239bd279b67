import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCase } from './case-for-tests';
import {
  cutFault,
  flipFault,
  names,
  numbersBelow,
  problemsOf,
  type Victim,
  victimOf,
} from './damage-for-tests';
import { packCase } from './pack';

let root: string;
let victim: Victim;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'throughline-damage-'));
  const made = await makeCase(root, 2000);
  const target = join(root, 'x.tlcase');
  await packCase(made.options(target, { embed: true }), () => undefined);
  victim = await victimOf(target);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test('every bit of every header, name and end record that is flipped is found and placed', async () => {
  const faults: string[] = [];
  const { entries, directoryOffset, totalSize } = victim.layout;
  const bytes = [
    ...entries.flatMap(({ offset, header }) => Array.from(header, (_, index) => offset + index)),
    ...Array.from({ length: totalSize - directoryOffset }, (_, index) => directoryOffset + index),
  ];
  for (const [index, at] of bytes.entries()) {
    const fault = await flipFault(victim, at * 8 + (index % 8));
    if (fault) faults.push(fault);
  }
  expect(faults).toEqual([]);
});

test('400 bits anywhere', async () => {
  const faults: string[] = [];
  const bits = numbersBelow(victim.bytes.length * 8, 7);
  for (let turn = 0; turn < 400; turn += 1) {
    const fault = await flipFault(victim, Number(bits.next().value));
    if (fault) faults.push(fault);
  }
  expect(faults).toEqual([]);
});

test('100 cuts', async () => {
  const faults: string[] = [];
  const lengths = numbersBelow(victim.bytes.length, 11);
  for (let turn = 0; turn < 100; turn += 1) {
    const fault = await cutFault(victim, Number(lengths.next().value));
    if (fault) faults.push(fault);
  }
  expect(faults).toEqual([]);
});

test('two entries that changed places, bytes behind and bytes before', async () => {
  const { bytes, layout } = victim;
  const [a, b] = layout.entries.filter(({ name }) => /(?:event|point)\.parquet$/.test(name));
  if (!a || !b) throw new Error('no two of a size');
  const swapped = Buffer.from(bytes);
  bytes.copy(swapped, a.dataOffset, b.dataOffset, b.dataOffset + b.size);
  bytes.copy(swapped, b.dataOffset, a.dataOffset, a.dataOffset + a.size);
  const problems = await problemsOf(swapped);
  expect([names(problems, a.name), names(problems, b.name)]).toEqual([true, true]);
  expect(names(await problemsOf(Buffer.concat([bytes, Buffer.from('x')])), 'Bytes were added')).toBe(true);
  expect((await problemsOf(Buffer.concat([Buffer.from('x'), bytes]))).length).toBeGreaterThan(0);
});

test('the place of damage in a large entry is told to the MiB', async () => {
  const made = await makeCase(join(root, 'large'), 3_500_000);
  const target = join(root, 'large.tlcase');
  await packCase(made.options(target), () => undefined);
  const large = await victimOf(target);
  const entry = large.layout.entries.find(({ name }) => name === 'data/000001/point.parquet');
  if (!entry) throw new Error('no such entry');
  const bytes = Buffer.from(large.bytes);
  const at = entry.dataOffset + 2_500_000;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  expect(await problemsOf(bytes)).toEqual([
    expect.objectContaining({
      code: 'entry-damaged',
      where: `data/000001/point.parquet, from byte ${entry.dataOffset + (2 << 20)} of the file`,
    }),
  ]);
});
