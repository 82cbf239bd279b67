/** A file that was edited is told from the one imported, also where its time was set back. */
import { createHash } from 'node:crypto';
import { mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { blankEntry, blankRow } from '../evidence/ledger';
import type { EvidenceEntry } from '../evidence/segment';
import { hasChanged } from './original';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'throughline-original-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function imported(name: string, text: string): Promise<{ path: string; entry: EvidenceEntry }> {
  const path = join(folder, name);
  await writeFile(path, text);
  const { mtime, ctimeMs } = await stat(path);
  const row = {
    ...blankRow(1, path, name),
    size_bytes: text.length,
    sha256: createHash('sha256').update(text).digest('hex'),
  };
  const importedAt = new Date(Math.ceil(ctimeMs)).toISOString();
  // Whatever happens next happens at a later tick of the file system's clock.
  await setTimeout(25);
  return { path, entry: { ...blankEntry(row, {}, 'test'), modifiedAt: mtime.toISOString(), importedAt } };
}

test('a file left alone has not changed, nor one that was only touched', async () => {
  const { path, entry } = await imported('kept.log', 'pump on\n');
  expect(await hasChanged(path, entry)).toBe(false);
  await utimes(path, new Date(), new Date());
  expect(await hasChanged(path, entry)).toBe(false);
});

test('an edit is seen, also when the time of modification was set back', async () => {
  const { path, entry } = await imported('edited.log', 'pump on\n');
  const { mtime, atime } = await stat(path);
  await writeFile(path, 'pump  7\n');
  await utimes(path, atime, mtime);
  expect(await hasChanged(path, entry)).toBe(true);
});
