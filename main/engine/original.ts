/** Whether an original is still the file that was imported. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { EvidenceEntry } from '../evidence/segment';

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
