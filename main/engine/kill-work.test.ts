import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { killWhileAnnotating, killWhilePacking, makeVictim, victimLog } from './kill-work-for-tests';
import { buildPrograms, type Programs } from './programs-for-tests';

let programs: Programs;
let root: string;
beforeAll(async () => {
  programs = await buildPrograms(true);
  root = mkdtempSync(join(tmpdir(), 'throughline-kill-work-'));
  mkdirSync(join(root, 'out'));
  writeFileSync(join(root, 'auth.log'), victimLog());
  await makeVictim(join(root, 'case'), join(root, 'auth.log'));
}, 120_000);
afterAll(() => {
  programs.remove();
  rmSync(root, { recursive: true, force: true });
});

test('notes that were acknowledged outlive a killed engine', { timeout: 180_000 }, async () => {
  for (const afterMs of [5, 60, 250]) {
    expect([afterMs, await killWhileAnnotating(join(root, 'case'), afterMs)]).toEqual([afterMs, []]);
  }
});

test('a killed engine leaves the old case file or the new one, never half', {
  timeout: 180_000,
}, async () => {
  for (const afterMs of [0, 120, 400, 3000]) {
    const faults = await killWhilePacking(join(root, 'case'), join(root, 'out', 'x.tlcase'), afterMs);
    expect([afterMs, faults]).toEqual([afterMs, []]);
  }
});
