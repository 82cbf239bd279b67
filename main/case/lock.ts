/**
 * One writer per workspace: `lock.json` says who. A lock of a process that is no longer alive on this computer is
 * taken over; a lock from another computer is believed.
 */
import { readFileSync } from 'node:fs';
import { link, open, readFile, rename, rm, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { errorCode } from './durable';

const ownerSchema = z.object({
  host: z.string(),
  pid: z.number().int(),
  /** When that process began, as the system tells it: a number used again is another process. Null where unknown. */
  started: z.string().nullable(),
  /** ISO 8601 UTC, when the lock was taken. */
  since: z.string(),
  /** Tells two holders in one process apart. */
  nonce: z.string(),
});
export type LockOwner = z.infer<typeof ownerSchema>;

export type LockResult =
  | { readonly held: true; readonly release: () => Promise<void> }
  | { readonly held: false; readonly owner: LockOwner | null };

export const LOCK_FILE = 'lock.json';

/** Takes the lock, or says who has it (`owner` null: the file cannot be read). */
export async function takeLock(folder: string, now: () => Date): Promise<LockResult> {
  const path = join(folder, LOCK_FILE);
  const mine: LockOwner = {
    host: hostname(),
    pid: process.pid,
    started: processStart(process.pid),
    since: now().toISOString(),
    nonce: `${process.pid}-${process.hrtime.bigint()}`,
  };
  const candidate = `${path}.${mine.nonce}`;
  await writeDurably(candidate, JSON.stringify(mine));
  try {
    // Each turn either takes the lock, meets a living owner, or clears one dead owner out of the way.
    for (let turn = 0; turn < 5; turn += 1) {
      if (await claim(candidate, path)) return { held: true, release: () => release(path, mine) };
      const owner = await readOwner(path);
      if (owner === 'gone') continue;
      if (owner === null || isAlive(owner)) return { held: false, owner };
      await clearStale(path, owner, mine);
    }
    return { held: false, owner: null };
  } finally {
    await rm(candidate, { force: true });
  }
}

/** Who has it now; null when nobody does. */
export async function lockOwner(folder: string): Promise<LockOwner | null> {
  const owner = await readOwner(join(folder, LOCK_FILE));
  return owner === 'gone' || owner === null || !isAlive(owner) ? null : owner;
}

/** In words, for the analyst. */
export function describeOwner(owner: LockOwner | null): string {
  if (!owner) return 'somebody else (its lock file cannot be read)';
  const since = owner.since.slice(0, 16).replace('T', ' ');
  return `process ${owner.pid} on ${owner.host}, since ${since} UTC`;
}

/** Atomic where the file system has hard links, and nearly so (exclusive create) where it has none. */
async function claim(candidate: string, path: string): Promise<boolean> {
  try {
    await link(candidate, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'UNKNOWN'].includes(errorCode(error)))
      throw error;
  }
  try {
    const handle = await open(path, 'wx', 0o600);
    await handle.writeFile(await readFile(candidate));
    await handle.sync();
    await handle.close();
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

async function readOwner(path: string): Promise<LockOwner | null | 'gone'> {
  try {
    const parsed = ownerSchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    return errorCode(error) === 'ENOENT' ? 'gone' : null;
  }
}

/** Moves a dead owner's lock away; if another process was quicker and this is its lock, puts it back. */
async function clearStale(path: string, stale: LockOwner, mine: LockOwner): Promise<void> {
  const aside = `${path}.stale-${mine.nonce}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  const moved = await readOwner(aside);
  if (moved !== null && moved !== 'gone' && moved.nonce !== stale.nonce) {
    await link(aside, path).catch(() => undefined);
  }
  await rm(aside, { force: true });
}

async function release(path: string, mine: LockOwner): Promise<void> {
  const owner = await readOwner(path);
  if (owner !== null && owner !== 'gone' && owner.nonce === mine.nonce) await unlink(path);
}

async function writeDurably(path: string, text: string): Promise<void> {
  const handle = await open(path, 'w', 0o600);
  await handle.writeFile(text);
  await handle.sync();
  await handle.close();
}

function isAlive(owner: LockOwner): boolean {
  if (owner.host !== hostname()) return true;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    // EPERM: it lives, under another user.
    if (errorCode(error) !== 'EPERM') return false;
  }
  const started = processStart(owner.pid);
  return owner.started === null || started === null || owner.started === started;
}

/**
 * Fields 3 and 22 of /proc/PID/stat (proc(5)): a zombie has ended, whoever has yet to notice; its start in clock ticks
 * after boot, with the boot's id, names one process. Null where the system does not tell.
 */
function processStart(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return fields[0] === 'Z' ? 'ended' : `${boot}/${fields[19] ?? ''}`;
  } catch {
    return null;
  }
}
