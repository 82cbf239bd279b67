/**
 * From the first entry of a case file to the place and the bytes of everything else in it. What is found is compared
 * with what must be there; nothing is read by a header's word.
 */

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import type { FileBytes } from './file-bytes';
import { MANIFEST, type Manifest, MOST_MANIFEST_BYTES, parseManifest, SUMS, sumsText } from './manifest';
import { shownName } from './names';
import { type Examined, examineZip } from './zip-examine';
import {
  LOCAL_SIGNATURE,
  LOCAL_SIZE,
  layOut,
  localHeader,
  type PlacedEntry,
  type ZipLayout,
} from './zip-layout';

export interface Structure {
  readonly manifest: Manifest;
  readonly layout: ZipLayout;
  readonly placed: ReadonlyMap<string, PlacedEntry>;
  /** Headers, directory and length that are not as they must be; empty in a sound file. */
  readonly faults: readonly Problem[];
  /** What the file's own directory says, read only where something is wrong. */
  readonly examined: Examined | null;
}

export interface Unreadable {
  readonly problem: Problem;
  readonly examined: Examined;
}

/** `broken` where the list of contents cannot be read, which leaves nothing to compare with. */
export async function readStructure(
  file: FileBytes,
): Promise<
  { readonly ok: true; readonly value: Structure } | { readonly ok: false; readonly broken: Unreadable }
> {
  const found = await readManifest(file);
  if (!found.ok) {
    const examined = await examineZip(file);
    return { ok: false, broken: { problem: withReason(found.problem, examined), examined } };
  }
  const { manifest, bytes } = found.value;
  const sums = Buffer.from(sumsText(createHash('sha256').update(bytes).digest('hex'), manifest.entries));
  const layout = layOut([
    { name: MANIFEST, size: bytes.length, crc32: crc32(bytes) },
    { name: SUMS, size: sums.length, crc32: crc32(sums) },
    ...manifest.entries.map((entry) => ({ ...entry, crc32: Number.parseInt(entry.crc32, 16) })),
  ]);
  const faults = [...(await headerFaults(file, layout, sums)), ...(await tailFaults(file, layout))];
  const examined = faults.length > 0 ? await examineZip(file) : null;
  if (examined) faults.push(...strangers(manifest, examined), ...examined.faults.map(strangelyLaid));
  const placed = new Map(layout.entries.map((entry) => [entry.name, entry]));
  return { ok: true, value: { manifest, layout, placed, faults, examined } };
}

async function readManifest(file: FileBytes): Promise<Outcome<{ manifest: Manifest; bytes: Buffer }>> {
  const header = await file.read(0, LOCAL_SIZE + MANIFEST.length);
  const isZip = header.length >= 4 && header.readUInt32LE(0) === LOCAL_SIGNATURE;
  const named = header.subarray(LOCAL_SIZE).toString('latin1') === MANIFEST;
  if (!isZip && !named) return fail(notCaseFile);
  if (header.length < LOCAL_SIZE + MANIFEST.length)
    return fail(manifestDamaged('the file is cut off in its first entry'));
  const size = header.readUInt32LE(22);
  if (size > MOST_MANIFEST_BYTES) return fail(manifestDamaged('it is larger than any list of contents'));
  const sum = header.readUInt32LE(14);
  if (!localHeader({ name: MANIFEST, size, crc32: sum }).equals(header))
    return fail(named ? manifestDamaged('its header is not as Throughline writes it') : notCaseFile);
  const bytes = await file.read(header.length, size);
  if (bytes.length < size) return fail(manifestDamaged('the file is cut off in its first entry'));
  if (crc32(bytes) !== sum) return fail(manifestDamaged('its bytes were changed'));
  const manifest = parseManifest(bytes);
  return manifest.ok ? succeed({ manifest: manifest.value, bytes }) : manifest;
}

/** The local header of every entry, and the content of the one that follows from the manifest. */
async function headerFaults(
  file: FileBytes,
  { entries, totalSize }: ZipLayout,
  sums: Buffer,
): Promise<Problem[]> {
  const faults: Problem[] = [];
  for (const entry of entries) {
    const there = await file.read(entry.offset, entry.header.length);
    if (entry.dataOffset + entry.size > file.size) faults.push(cutOff(entry, file.size));
    else if (!there.equals(entry.header))
      faults.push(headerDamaged(entry.name, entry.offset + firstDifference(there, entry.header)));
    if (entry.name !== SUMS) continue;
    const content = await file.read(entry.dataOffset, entry.size);
    if (content.length === entry.size && !content.equals(sums))
      faults.push(
        entryDamaged(SUMS, entry.dataOffset + firstDifference(content, sums), 'it does not fit the manifest'),
      );
  }
  if (file.size > totalSize) faults.push(tooLong(file.size - totalSize, totalSize));
  return faults;
}

async function tailFaults(
  file: FileBytes,
  { entries, directoryOffset, tail, totalSize }: ZipLayout,
): Promise<Problem[]> {
  const there = await file.read(directoryOffset, tail.length);
  if (there.equals(tail)) return [];
  if (there.length < tail.length && there.equals(tail.subarray(0, there.length))) {
    // Said already where an entry is cut.
    if (file.size < directoryOffset) return [];
    return [endCutOff(recordAt(entries, file.size), file.size, totalSize)];
  }
  const at = directoryOffset + firstDifference(there, tail);
  return [directoryDamaged(recordAt(entries, at), at)];
}

/** In words, which part of the directory a byte belongs to. */
function recordAt(entries: readonly PlacedEntry[], at: number): string {
  const owner = entries.findLast(({ recordOffset }) => recordOffset <= at);
  const isRecord = owner && at < owner.recordOffset + owner.record.length;
  return isRecord ? `the record of ${owner.name}` : 'its end record';
}

function strangers(manifest: Manifest, { entries }: Examined): Problem[] {
  const known = new Set([MANIFEST, SUMS, ...manifest.entries.map(({ name }) => name)]);
  const found = new Set(entries.map(({ name }) => name));
  const added = [...found].filter((name) => !known.has(name)).map(entryAdded);
  if (entries.length === 0) return added;
  return [...added, ...[...known].filter((name) => !found.has(name)).map((name) => entryMissing(name))];
}

function firstDifference(a: Buffer, b: Buffer): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at += 1;
  return at;
}

/** The refusal of a file that is no case file, or no sound one, with what the examination found. */
function withReason(problem: Problem, { faults }: Examined): Problem {
  const [first] = faults;
  if (first === undefined || problem.code === 'case-newer') return problem;
  return { ...problem, why: problem.why ? `${problem.why}; ${first}` : first };
}

const ASK_AGAIN = 'Ask for the file again, or copy it again from where it came.';

const notCaseFile: Problem = {
  code: 'not-a-case-file',
  what: 'This is not a case file of Throughline.',
  help: 'Choose a file that ends in .tlcase; evidence is taken in with import.',
};

function manifestDamaged(why: string): Problem {
  return {
    code: 'entry-damaged',
    what: `The entry ${MANIFEST} is damaged.`,
    why,
    where: `${MANIFEST}, from byte 0`,
    help: ASK_AGAIN,
  };
}

export function entryDamaged(name: string, at: number, why: string): Problem {
  return {
    code: 'entry-damaged',
    what: `The entry ${shownName(name)} is damaged.`,
    why,
    where: `${shownName(name)}, from byte ${at} of the file`,
    help: ASK_AGAIN,
  };
}

function headerDamaged(name: string, at: number): Problem {
  return { ...entryDamaged(name, at, 'its header is not as Throughline writes it'), code: 'header-damaged' };
}

function directoryDamaged(part: string, at: number): Problem {
  return {
    code: 'directory-damaged',
    what: 'The directory at the end of the case file is damaged.',
    where: `${part}, byte ${at} of the file`,
    help: ASK_AGAIN,
  };
}

function cutOff(entry: PlacedEntry, size: number): Problem {
  if (entry.offset >= size) return entryMissing(entry.name, `the file ends at byte ${size}, before it`);
  return {
    code: 'entry-cut-off',
    what: `The entry ${entry.name} is cut off.`,
    why: `the file ends at byte ${size}`,
    where: `${entry.name}, from byte ${entry.offset} of the file`,
    help: ASK_AGAIN,
  };
}

export function entryMissing(name: string, why?: string): Problem {
  return {
    code: 'entry-missing',
    what: `The entry ${name} is missing.`,
    ...(why === undefined ? {} : { why }),
    where: name,
    help: ASK_AGAIN,
  };
}

function entryAdded(name: string): Problem {
  return {
    code: 'entry-added',
    what: `The entry ${shownName(name)} was added.`,
    why: 'the list of contents does not name it',
    where: shownName(name),
    help: 'Do not use it; ask for the file again.',
  };
}

function strangelyLaid(why: string): Problem {
  return {
    code: 'not-laid-out',
    what: 'The file is not laid out as a case file is.',
    why,
    help: ASK_AGAIN,
  };
}

function endCutOff(part: string, size: number, total: number): Problem {
  return {
    code: 'end-cut-off',
    what: 'The end of the case file is cut off.',
    why: `it has ${size} of ${total} bytes`,
    where: `${part}, byte ${size} of the file`,
    help: ASK_AGAIN,
  };
}

function tooLong(bytes: number, total: number): Problem {
  return {
    code: 'bytes-added',
    what: 'Bytes were added to the case file.',
    why: `${bytes} bytes more than its contents`,
    where: `from byte ${total} of the file`,
    help: ASK_AGAIN,
  };
}
