/** Test support: flips bits of a case file and cuts it off, and says whether the part that was hit is named. */
import { readFileSync } from 'node:fs';
import type { Problem } from '../../shared/problem';
import type { FileBytes } from './file-bytes';
import { readStructure } from './structure';
import { verifyCaseFile } from './verify';
import type { ZipLayout } from './zip-layout';

export interface Victim {
  readonly bytes: Buffer;
  readonly layout: ZipLayout;
}

export async function victimOf(path: string): Promise<Victim> {
  const bytes = readFileSync(path);
  const structure = await readStructure(inMemory(bytes));
  if (!structure.ok || structure.value.faults.length > 0)
    throw new Error('the victim is not sound to begin with');
  return { bytes, layout: structure.value.layout };
}

export function inMemory(bytes: Buffer): FileBytes {
  return {
    path: 'memory',
    size: bytes.length,
    read: async (offset, length) =>
      Buffer.from(bytes.subarray(Math.max(0, offset), Math.max(0, offset + length))),
    close: async () => undefined,
  };
}

/** The part a byte belongs to: an entry by name, or the end record. */
export function partAt({ layout }: Victim, at: number): string {
  if (at < layout.directoryOffset) return layout.entries.findLast(({ offset }) => offset <= at)?.name ?? '';
  const owner = layout.entries.findLast(({ recordOffset }) => recordOffset <= at);
  return owner && at < owner.recordOffset + owner.record.length ? owner.name : 'end';
}

export async function problemsOf(bytes: Buffer): Promise<readonly Problem[]> {
  return (await verifyCaseFile(inMemory(bytes), () => undefined)).problems;
}

export function names(problems: readonly Problem[], part: string): boolean {
  return problems.some(({ what, why, where }) => `${what} ${why ?? ''} ${where ?? ''}`.includes(part));
}

/** Faults of the campaign itself: what was not found, or not named. */
export async function flipFault(victim: Victim, bit: number): Promise<string | null> {
  const bytes = Buffer.from(victim.bytes);
  const at = Math.floor(bit / 8);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << (bit & 7));
  return faultOf(await problemsOf(bytes), partAt(victim, at), `bit ${bit}`);
}

export async function cutFault(victim: Victim, length: number): Promise<string | null> {
  return faultOf(
    await problemsOf(victim.bytes.subarray(0, length)),
    partAt(victim, length),
    `cut at ${length}`,
  );
}

function faultOf(problems: readonly Problem[], part: string, what: string): string | null {
  if (problems.length === 0) return `${what} was not found`;
  return names(problems, part) ? null : `${what} hit ${part}, told was ${JSON.stringify(problems[0])}`;
}

/** Numbers below `most` that follow from a seed (xorshift32). */
export function* numbersBelow(most: number, seed: number): Generator<number> {
  let state = seed;
  for (;;) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    yield (state >>> 0) % most;
  }
}
