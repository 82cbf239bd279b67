import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCase } from './case-for-tests';
import { cutFault, flipFault, numbersBelow, type Victim, victimOf } from './damage-for-tests';
import { packCase } from './pack';

/** A campaign by hand may ask for more, the judgement from a clean clone asks for fewer. */
const FLIPS = Number(process.env.THROUGHLINE_FLIPS ?? '2000');
const CUTS = Number(process.env.THROUGHLINE_CUTS ?? '300');

let root: string;
let victim: Victim;
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'throughline-damage-'));
  const made = await makeCase(root, 1_500_000);
  const target = join(root, 'x.tlcase');
  await packCase(made.options(target, { embed: true }), () => undefined);
  victim = await victimOf(target);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test(`${FLIPS} flipped bits and ${CUTS} cuts are all found, and the entry is named`, async () => {
  const faults: string[] = [];
  const bits = numbersBelow(victim.bytes.length * 8, 2026);
  for (let turn = 0; turn < FLIPS; turn += 1) {
    const fault = await flipFault(victim, Number(bits.next().value));
    if (fault) faults.push(fault);
  }
  const lengths = numbersBelow(victim.bytes.length, 1121);
  for (let turn = 0; turn < CUTS; turn += 1) {
    const fault = await cutFault(victim, Number(lengths.next().value));
    if (fault) faults.push(fault);
  }
  expect(faults).toEqual([]);
});
