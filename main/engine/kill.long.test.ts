import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVENTS_A_ROUND, faultsOf, killDuringImport, spanOfImport } from './kill-for-tests';
import { buildPrograms, type Programs } from './programs-for-tests';

/** Kills in all; a campaign by hand may ask for more. */
const KILLS = Number(process.env.THROUGHLINE_KILLS ?? '100');

let programs: Programs;
let folder: string;
beforeAll(async () => {
  programs = await buildPrograms(true);
  folder = mkdtempSync(join(tmpdir(), 'throughline-kills-'));
});
afterAll(() => {
  programs.remove();
  rmSync(folder, { recursive: true, force: true });
});

test(`${KILLS} engines killed at moments spread over an import leave whole imports only`, {
  timeout: 120_000 + KILLS * 15_000,
}, async () => {
  let events = EVENTS_A_ROUND;
  const span = await spanOfImport(folder);
  let committed = 0;
  let acknowledged = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    // A spread that visits every part of the span without a random number.
    const afterMs = Math.round(((kill * 0.618034) % 1) * 1.5 * span);
    const after = await killDuringImport(folder, afterMs);
    expect([kill, afterMs, faultsOf(after, events)]).toEqual([kill, afterMs, []]);
    if (after.ledgerEvents > events) committed += 1;
    if (after.acknowledged) acknowledged += 1;
    events = after.ledgerEvents;
  }
  // The spread reaches both sides of the commit.
  expect([committed > 0, committed < KILLS, acknowledged > 0]).toEqual([true, true, true]);
});
