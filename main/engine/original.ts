/** Where the original of an evidence lies, and whether it is still the file that was imported. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, type Outcome, succeed } from '../../shared/problem';
import type { SegmentRef } from '../case/workspace';
import type { EvidenceEntry } from '../evidence/segment';
import type { OpenCase } from './open-case';

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

/** Hashing a big file takes long, so a verdict stands until size or time of the file differ. */
const verdicts = new Map<string, boolean>();

/** True when its bytes are not those that were imported. Size and time first; the hash decides where they differ. */
export async function hasChanged(path: string, entry: EvidenceEntry): Promise<boolean> {
  const { size, mtimeMs, mtime } = await stat(path);
  if (size !== entry.row.size_bytes) return true;
  if (entry.modifiedAt !== null && Math.abs(mtime.getTime() - Date.parse(entry.modifiedAt)) < 1) return false;
  if (entry.row.sha256 === null) return false;
  const key = `${path}\0${size}\0${mtimeMs}\0${entry.row.sha256}`;
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
