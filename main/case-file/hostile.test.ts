import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { succeed } from '../../shared/problem';
import { type FileBytes, openBytes } from './file-bytes';
import { HOSTILE } from './hostile-for-tests';
import { unpackEntries, withPlain } from './open';
import { verifyCaseFile } from './verify';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'throughline-hostile-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const quiet = (): void => undefined;

/** Counts what is read, so that a bomb cannot hide behind a fast computer. */
function counted(file: FileBytes): { file: FileBytes; read: () => number } {
  let bytes = 0;
  return {
    file: {
      ...file,
      async read(offset, length) {
        const block = await file.read(offset, length);
        bytes += block.length;
        return block;
      },
    },
    read: () => bytes,
  };
}

test(`there are ${HOSTILE.length} of them`, () => expect(HOSTILE.length).toBeGreaterThanOrEqual(40));

test.each(HOSTILE)('%s: refused, little read, nothing written outside', async (what, bytes) => {
  const cell = join(root, what.replaceAll(/[^a-z]/g, '-'));
  const folder = join(cell, 'a', 'b', 'private');
  mkdirSync(folder, { recursive: true });
  const path = join(cell, 'x.tlcase');
  const content = bytes();
  writeFileSync(path, content);
  const job = { path, folder, passphrase: null, keys: [], mustBe: null };
  let read = 0;
  let opened = false;
  const outcome = await withPlain(job, quiet, async (file) => {
    const seen = counted(file);
    const unpacked = await unpackEntries(seen.file, folder, quiet, () => {
      opened = true;
    });
    read = seen.read();
    return unpacked;
  });
  expect([opened, outcome.ok]).toEqual([false, false]);
  if (outcome.ok) return;
  expect(outcome.problem.what).toMatch(/\.$/);
  expect(read).toBeLessThanOrEqual(content.length * 3 + (1 << 20));
  expect(readdirSync(cell).sort()).toEqual(['a', 'x.tlcase']);
  expect([readdirSync(join(cell, 'a')), readdirSync(join(cell, 'a', 'b'))]).toEqual([['b'], ['private']]);
  const written = readdirSync(folder, { recursive: true }).map(String);
  for (const name of written)
    expect(name).toMatch(/^(?:case\.json|journal\.jsonl|facts(?:\/000001(?:\/segment\.json)?)?)$/);
  const file = counted(await openBytes(path));
  const verified = await verifyCaseFile(file.file, quiet);
  await file.file.close();
  expect(file.read()).toBeLessThanOrEqual(content.length * 4 + (1 << 20));
  // What is hostile by its contents alone is sound as a file: opening refuses it.
  expect(
    verified.problems.length > 0 ||
      written.length > 0 ||
      what === 'a program beside' ||
      what === 'an archive within',
  ).toBe(true);
});

test('the reason is told', async () => {
  const why = async (what: string): Promise<string> => {
    const path = join(root, 'why.tlcase');
    writeFileSync(path, HOSTILE.find(([name]) => name === what)?.[1]() ?? Buffer.alloc(0));
    const outcome = await withPlain(
      { path, folder: root, passphrase: null, keys: [], mustBe: null },
      quiet,
      async (file) => {
        const { problems } = await verifyCaseFile(file, quiet);
        return succeed(
          problems.map((problem) => `${problem.what} ${problem.why ?? ''} ${problem.where ?? ''}`).join('\n'),
        );
      },
    );
    return outcome.ok ? outcome.value : outcome.problem.what;
  };
  expect(await why('slip up')).toContain('leads out of the folder: ../../evil.txt');
  expect(await why('link')).toContain('an entry is a link');
  expect(await why('deflate bomb')).toContain('compressed by the ZIP');
  expect(await why('bytes behind')).toContain('bytes');
  expect(await why('nothing at all')).toContain('not a case file');
});
