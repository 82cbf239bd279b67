/** What forked children are given: heaps that hold no more than they should. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ChildEntry, forkedChildren } from './spawn';

/** Says what it may take, and then takes more where it is told to. */
const PROGRAM = `
import { getHeapStatistics } from 'node:v8';
process.on('message', (order) => {
  if (order === 'take') for (const held = []; ; ) held.push(new Array(100_000).fill(held));
  const { heap_size_limit } = getHeapStatistics();
  process.send({ heapMb: heap_size_limit / 1048576 });
});`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-spawn-'));
  for (const name of ['engine', 'importer', 'casefile']) writeFileSync(join(folder, `${name}.mjs`), PROGRAM);
  process.env.THROUGHLINE_PROGRAMS = folder;
});
afterAll(() => {
  delete process.env.THROUGHLINE_PROGRAMS;
  rmSync(folder, { recursive: true, force: true });
});

async function ask(entry: ChildEntry): Promise<unknown> {
  const child = forkedChildren.spawn(entry);
  const answer = await new Promise<unknown>((resolve) => {
    child.onMessage(resolve);
    child.send('tell');
  });
  child.kill();
  return answer;
}

/** The young generation comes on top. */
const near = (mb: number) => expect.closeTo(mb + 24, -2);

test('children that read what others made have a small heap', async () => {
  expect(await ask('importer')).toEqual({ heapMb: near(1000) });
  expect(await ask('casefile')).toEqual({ heapMb: near(320) });
});

test('the engine keeps what Node gives it', async () => {
  const usual = await ask('engine');
  expect(usual).toEqual({ heapMb: expect.any(Number) });
});

test('a child that takes more than its heap ends, and its last words say why', async () => {
  const child = forkedChildren.spawn('casefile');
  const exit = await new Promise((resolve) => {
    child.onClose(resolve);
    child.send('take');
  });
  expect(exit).not.toEqual({ code: 0, signal: null });
  expect(child.lastWords()).toMatch(/heap/i);
});
