import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildPrograms, type Programs } from '../engine/programs-for-tests';
import { HOSTILE } from './hostile-for-tests';
import type { FromCaseFile } from './messages';

const MOST_BYTES = 512 << 20;

let programs: Programs;
let root: string;
beforeAll(async () => {
  programs = await buildPrograms();
  root = mkdtempSync(join(tmpdir(), 'throughline-process-'));
}, 120_000);
afterAll(() => {
  programs.remove();
  rmSync(root, { recursive: true, force: true });
});

/** The answer of the built process to a job over this file, and the most memory it held; null where none can be told. */
async function ask(kind: 'open' | 'verify', path: string, folder: string) {
  const child = fork(join(programs.folder, 'casefile.mjs'), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const ended = new Promise<null>((done) => child.on('exit', () => done(null)));
  const said = new Promise<FromCaseFile>((done) => {
    child.on('message', (message) => {
      // Made by our own program, whose words the engine checks.
      const from = message as FromCaseFile;
      if (from.kind !== 'progress') done(from);
    });
  });
  child.send({ kind, path, passphrase: null, keys: [], mustBe: null, folder });
  const answer = await Promise.race([said, ended]);
  let peak: number | null = null;
  try {
    peak = Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024;
  } catch {
    peak = null;
  }
  child.kill('SIGKILL');
  await ended;
  return { answer, peak };
}

test('the process that takes files apart refuses all of them, in little memory', {
  timeout: 300_000,
}, async () => {
  for (const [index, [what, bytes]] of HOSTILE.entries()) {
    const cell = join(root, String(index));
    const folder = join(cell, 'private');
    mkdirSync(folder, { recursive: true });
    const path = join(cell, 'x.tlcase');
    writeFileSync(path, bytes());
    const { answer, peak } = await ask('open', path, folder);
    expect([what, answer?.kind]).toEqual([what, 'problem']);
    if (peak !== null) expect([what, peak < MOST_BYTES]).toEqual([what, true]);
    expect(readdirSync(cell).sort()).toEqual(['private', 'x.tlcase']);
  }
});
