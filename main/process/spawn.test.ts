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
  if (order === 'certificates') return process.send({ certificates: process.env.NODE_EXTRA_CA_CERTS ?? null });
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

async function ask(entry: ChildEntry, order = 'tell'): Promise<unknown> {
  const child = forkedChildren.spawn(entry);
  const answer = await new Promise<unknown>((resolve) => {
    child.onMessage(resolve);
    child.send(order);
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

test('children do not read the certificates of others', async () => {
  const before = process.env.NODE_EXTRA_CA_CERTS;
  process.env.NODE_EXTRA_CA_CERTS = join(folder, 'none.pem');
  expect(await ask('importer', 'certificates')).toEqual({ certificates: null });
  if (before === undefined) delete process.env.NODE_EXTRA_CA_CERTS;
  else process.env.NODE_EXTRA_CA_CERTS = before;
});

test('a child started ahead is taken once, or ended', async () => {
  forkedChildren.prepare('importer');
  expect(await ask('importer')).toEqual({ heapMb: near(1000) });
  forkedChildren.prepare('importer');
  const child = forkedChildren.spawn('importer');
  child.kill();
  forkedChildren.prepare('importer');
  forkedChildren.dropPrepared();
  expect(await ask('importer')).toEqual({ heapMb: near(1000) });
});
