import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  killWhileAnnotating,
  killWhilePacking,
  makeVictim,
  spanOfPack,
  victimLog,
} from './kill-work-for-tests';
import { buildPrograms, type Programs } from './programs-for-tests';

/** Kills of each kind; a campaign by hand may ask for more. */
const KILLS = Number(process.env.THROUGHLINE_KILLS ?? '100');

let programs: Programs;
let root: string;
beforeAll(async () => {
  programs = await buildPrograms(true);
  root = mkdtempSync(join(tmpdir(), 'throughline-kills-'));
  mkdirSync(join(root, 'out'));
  writeFileSync(join(root, 'auth.log'), victimLog());
  await makeVictim(join(root, 'case'), join(root, 'auth.log'));
});
afterAll(() => {
  programs.remove();
  rmSync(root, { recursive: true, force: true });
});

test(`${2 * KILLS} engines killed while annotating and saving`, {
  timeout: 120_000 + KILLS * 30_000,
}, async () => {
  const span = await spanOfPack(join(root, 'case'), join(root, 'out', 'x.tlcase'));
  for (let kill = 0; kill < KILLS; kill += 1) {
    // A spread that visits every part of the span without a random number.
    const share = (kill * 0.618034) % 1;
    const noted = await killWhileAnnotating(join(root, 'case'), Math.round(share * 400));
    expect([kill, 'annotate', noted]).toEqual([kill, 'annotate', []]);
    const packed = await killWhilePacking(
      join(root, 'case'),
      join(root, 'out', 'x.tlcase'),
      Math.round(share * 1.5 * span),
    );
    expect([kill, 'pack', packed]).toEqual([kill, 'pack', []]);
  }
});
