import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { faultsOf, killDuringImport } from './kill-for-tests';
import { buildPrograms, type Programs } from './programs-for-tests';

let programs: Programs;
let folder: string;
beforeAll(async () => {
  programs = await buildPrograms();
  folder = mkdtempSync(join(tmpdir(), 'throughline-kill-'));
});
afterAll(() => {
  programs.remove();
  rmSync(folder, { recursive: true, force: true });
});

test('an engine killed at any moment leaves whole imports only', { timeout: 180_000 }, async () => {
  let events = 0;
  // From before the importer runs to long after the commit, whatever the computer's pace.
  for (const afterMs of [0, 150, 400, 700, 1200, 4000]) {
    const after = await killDuringImport(folder, afterMs);
    expect([afterMs, faultsOf(after, events)]).toEqual([afterMs, []]);
    events = after.ledgerEvents;
  }
  expect(events).toBeGreaterThan(0);
});
