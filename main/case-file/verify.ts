/** Checks a case file entry by entry and names whatever is damaged, missing or added, with its place. */

import { crc32 } from 'node:zlib';
import type { Problem } from '../../shared/problem';
import { type FileBytes, sumBytes } from './file-bytes';
import { CHECKPOINT_BYTES, type ManifestEntry } from './manifest';
import { shownName } from './names';
import { entryDamaged, readStructure, type Structure } from './structure';
import type { Examined } from './zip-examine';

export interface Verified {
  readonly entries: number;
  readonly problems: readonly Problem[];
}

/** `progress` hears of bytes checked. */
export async function verifyCaseFile(
  file: FileBytes,
  progress: (done: number, of: number) => void,
): Promise<Verified> {
  const structure = await readStructure(file);
  if (!structure.ok) {
    const { problem, examined } = structure.broken;
    return { entries: examined.entries.length, problems: [problem, ...(await looseFaults(file, examined))] };
  }
  const { manifest, faults } = structure.value;
  const problems = [...faults];
  const total = manifest.entries.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  for (const entry of manifest.entries) {
    const problem = await checkContent(file, structure.value, entry, (bytes) =>
      progress(done + bytes, total),
    );
    if (problem) problems.push(problem);
    done += entry.size;
  }
  return { entries: manifest.entries.length + 2, problems: unique(problems) };
}

/** Null when the entry's bytes are those of the manifest. A cut or missing entry is said by the structure already. */
export async function checkContent(
  file: FileBytes,
  structure: Structure,
  entry: ManifestEntry,
  progress: (done: number) => void,
): Promise<Problem | null> {
  const offset = await contentOffset(file, structure, entry);
  if (offset === null || offset + entry.size > file.size) return null;
  let done = 0;
  const found = await sumBytes(file, offset, entry.size, (block) => {
    done += block.length;
    progress(done);
  });
  if (found.sha256 === entry.sha256) return null;
  const known = entry.checkpoints ?? [];
  const index = known.findIndex((sum, at) => sum !== found.checkpoints[at]);
  const block = index >= 0 ? index : known.length;
  const at = offset + block * CHECKPOINT_BYTES;
  const bytes = Math.min(CHECKPOINT_BYTES, entry.size - block * CHECKPOINT_BYTES);
  return entryDamaged(entry.name, at, `its SHA-256 differs; the first change is in these ${bytes} bytes`);
}

/** Where it must lie, unless the file was zipped anew and its own directory says otherwise. */
async function contentOffset(
  file: FileBytes,
  { placed: places, examined }: Structure,
  entry: ManifestEntry,
): Promise<number | null> {
  const placed = places.get(entry.name);
  if (!placed) return null;
  if (!examined) return placed.dataOffset;
  const header = await file.read(placed.offset, placed.header.length);
  if (header.equals(placed.header)) return placed.dataOffset;
  const found = examined.entries.find(({ name, size }) => name === entry.name && size === entry.size);
  return found ? found.dataOffset : placed.dataOffset;
}

/** Without a manifest only the ZIP's own checksums are left to go by. */
async function looseFaults(file: FileBytes, { entries }: Examined): Promise<Problem[]> {
  const problems: Problem[] = [];
  let left = file.size;
  for (const { name, size, crc32: sum, dataOffset } of entries) {
    // Sizes may lie: in all no more is read than the file has.
    if (dataOffset === null || dataOffset + size > file.size || size > left) continue;
    left -= size;
    let crc = 0;
    await sumBytes(file, dataOffset, size, (block) => {
      crc = crc32(block, crc);
    });
    if (crc !== sum)
      problems.push(entryDamaged(name, dataOffset, `${shownName(name)} does not fit its checksum`));
  }
  return problems;
}

function unique(problems: readonly Problem[]): Problem[] {
  const seen = new Map<string, Problem>();
  for (const problem of problems) {
    const key = `${problem.code}\0${problem.where ?? ''}`;
    if (!seen.has(key)) seen.set(key, problem);
  }
  return [...seen.values()];
}
