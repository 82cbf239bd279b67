import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBytes } from './file-bytes';
import { FORMAT, FORMAT_VERSION, type Manifest, manifestText, sumsText } from './manifest';
import { readStructure } from './structure';
import { examineZip } from './zip-examine';
import { layOut } from './zip-layout';

const LARGE = 5 * 2 ** 30;

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'throughline-large-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A case file of 5 GiB with a hole in it: nothing of that size is written. */
function largeFile(path: string): string[] {
  const hash = '0'.repeat(64);
  const entries = [
    { name: `evidence/${hash}`, size: LARGE, sha256: hash, crc32: '00000000' },
    { name: 'journal.jsonl', size: 4, sha256: hash, crc32: '00000000' },
  ];
  const manifest: Manifest = {
    format: FORMAT,
    version: FORMAT_VERSION,
    application: { name: 'Throughline', version: '0.1.0' },
    case: { id: 'x', name: 'x', author: null, created: '2026-01-01T00:00:00Z' },
    journal: { operations: 0, head: hash },
    evidence: [],
    entries,
  };
  const bytes = Buffer.from(manifestText(manifest));
  const sums = Buffer.from(sumsText(createHash('sha256').update(bytes).digest('hex'), entries));
  const layout = layOut([
    { name: 'manifest.json', size: bytes.length, crc32: crc32(bytes) },
    { name: 'SHA256SUMS', size: sums.length, crc32: crc32(sums) },
    ...entries.map(({ name, size }) => ({ name, size, crc32: 0 })),
  ]);
  const file = openSync(path, 'w');
  ftruncateSync(file, layout.totalSize);
  for (const { offset, header } of layout.entries) writeSync(file, header, 0, header.length, offset);
  const [first, second] = layout.entries;
  writeSync(file, bytes, 0, bytes.length, first?.dataOffset ?? 0);
  writeSync(file, sums, 0, sums.length, second?.dataOffset ?? 0);
  writeSync(file, layout.tail, 0, layout.tail.length, layout.directoryOffset);
  closeSync(file);
  return layout.entries.map(({ name, size, offset }) => `${name} ${size} ${offset}`);
}

test('entries and offsets beyond 4 GiB: ours, python and unzip read the same', async (context) => {
  const path = join(root, 'large.tlcase');
  let expected: string[];
  try {
    expected = largeFile(path);
  } catch {
    return context.skip('this disk has no files of 5 GiB');
  }
  const file = await openBytes(path);
  const structure = await readStructure(file);
  const { entries, faults } = await examineZip(file);
  await file.close();
  expect(structure.ok && structure.value.faults).toEqual([]);
  expect(faults).toEqual([]);
  expect(entries.map(({ name, size }) => [name, size])).toEqual(
    expected.map((line) => [line.split(' ')[0], Number(line.split(' ')[1])]),
  );
  const python = spawnSync('python3', [
    '-c',
    'import sys, zipfile\nfor i in zipfile.ZipFile(sys.argv[1]).infolist(): print(i.filename, i.file_size, i.header_offset)',
    path,
  ]);
  if (!python.error) expect(python.stdout.toString().trim().split('\n')).toEqual(expected);
  const unzip = spawnSync('unzip', ['-p', path, 'journal.jsonl']);
  if (!unzip.error) expect(unzip.stdout.equals(Buffer.alloc(4))).toBe(true);
});
