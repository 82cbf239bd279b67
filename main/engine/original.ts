/** Where the original of an evidence lies, and whether it is still the file that was imported. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, type Outcome, succeed } from '../../shared/problem';
import type { SegmentRef } from '../case/workspace';
import { extractMember } from '../evidence/containers/unpack';
import type { EvidenceEntry } from '../evidence/segment';
import type { OpenCase } from './open-case';

/** Unpacked members kept for looking at their bytes. */
const MOST_KEPT = 16;

/** Places the analyst has shown, by SHA-256, for as long as the case is open. */
const shown = new WeakMap<OpenCase, Map<string, string>>();

/**
 * The copy in the case where there is one, else the place the analyst has shown, else where it was when it was
 * imported. A case file names no places: its originals are nowhere (an empty path) until they are shown.
 */
export function originalOf(open: OpenCase, entry: EvidenceEntry, segment: SegmentRef): string {
  const { sha256, path } = entry.row;
  if (entry.copied && sha256) return join(segment.folder, 'evidence', sha256);
  const found = sha256 === null ? undefined : shown.get(open)?.get(sha256);
  return found ?? (open.file ? '' : path);
}

/** The entry whose bytes are a file: of a member, that of the container it came in. */
export function fileEntry(entry: EvidenceEntry, segment: SegmentRef): EvidenceEntry {
  if (entry.members === undefined || entry.copied) return entry;
  const container = segment.entries.find(
    ({ row, members }) => row.path === entry.row.path && members === undefined,
  );
  return container ?? entry;
}

/**
 * A file with the bytes of an evidence, given the file that holds them: the file itself, or what is unpacked from the
 * container into the cache, once. The cache keeps a few members only.
 */
export async function bytesFile(
  open: OpenCase,
  entry: EvidenceEntry,
  path: string,
): Promise<Outcome<string>> {
  const { members, row, copied } = entry;
  if (members === undefined || copied || row.sha256 === null) return succeed(path);
  const folder = join(open.workspace.folder, 'cache', 'members');
  const target = join(folder, row.sha256);
  if (await stat(target).catch(() => null)) return succeed(target);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const old = (await readdir(folder)).sort();
  for (const name of old.slice(0, Math.max(0, old.length - MOST_KEPT)))
    await rm(join(folder, name), { force: true });
  const part = `${target}.part`;
  const problem = await extractMember(path, members, part);
  if (problem) {
    await rm(part, { force: true });
    return fail(problem);
  }
  await rename(part, target);
  return succeed(target);
}

/** Takes a place for the original when its bytes are those of the ledger. */
export async function locate(open: OpenCase, entry: EvidenceEntry, path: string): Promise<Outcome<null>> {
  const { sha256, size_bytes: size, name } = entry.row;
  const found = await stat(path).catch(() => null);
  const same =
    found?.isFile() === true && found.size === size && sha256 !== null && (await hashOf(path)) === sha256;
  if (!same) {
    return fail({
      code: 'evidence-changed',
      what: 'This is not the file that was imported.',
      why: found?.isFile() ? 'its SHA-256 is not that of the ledger' : 'there is no such file',
      where: name,
      help: 'Choose the file whose SHA-256 the ledger names.',
    });
  }
  const places = shown.get(open) ?? new Map<string, string>();
  places.set(sha256, path);
  shown.set(open, places);
  return succeed(null);
}

/** Hashing a big file takes long, so a verdict stands until size or time of change of the file differ. */
const verdicts = new Map<string, boolean>();

/**
 * True when its bytes are not those that were imported. Size and times first; the hash decides where they differ. The
 * time of modification can be set back by whoever edits a file, that of its last change cannot.
 */
export async function hasChanged(path: string, entry: EvidenceEntry): Promise<boolean> {
  const { size, mtimeMs, ctimeMs } = await stat(path);
  if (size !== entry.row.size_bytes) return true;
  const isSameTime = entry.modifiedAt !== null && Math.abs(mtimeMs - Date.parse(entry.modifiedAt)) < 1;
  if (isSameTime && ctimeMs <= Date.parse(entry.importedAt)) return false;
  if (entry.row.sha256 === null) return false;
  const key = `${path}\0${size}\0${ctimeMs}\0${entry.row.sha256}`;
  const known = verdicts.get(key);
  if (known !== undefined) return known;
  const changed = (await hashOf(path)) !== entry.row.sha256;
  verdicts.set(key, changed);
  return changed;
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}
