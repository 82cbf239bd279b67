/**
 * One writer per workspace: `lock.json` says who. A lock of a process that is no longer alive on this computer is
 * taken over; a lock from another computer is believed.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, open, readFile, rm, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { errorCode, writeWhole } from './durable';

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
  const taken = await acquire(path, mine, 0);
  if (taken === 'held') return { held: true, release: () => release(path, mine) };
  return { held: false, owner: taken };
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

/**
 * Makes the file ours. A dead owner's file is replaced only by whoever holds the file `….after-<that owner>`, taken in
 * the same way: of many who find a dead owner one becomes the heir, and nobody removes a file that is no longer the
 * dead owner's.
 */
async function acquire(path: string, mine: LockOwner, depth: number): Promise<'held' | LockOwner | null> {
  for (let turn = 0; turn < 5; turn += 1) {
    if (await create(path, mine)) return 'held';
    const owner = await readOwner(path);
    if (owner === 'gone') continue;
    if (owner === null || isAlive(owner) || depth === 3) return owner;
    const heir = `${path}.after-${createHash('sha256').update(owner.nonce).digest('hex').slice(0, 16)}`;
    const taken = await acquire(heir, mine, depth + 1);
    if (taken !== 'held') return taken;
    try {
      const still = await readOwner(path);
      if (still === null || still === 'gone' || still.nonce !== owner.nonce) continue;
      await writeWhole(path, JSON.stringify(mine));
      return 'held';
    } finally {
      await rm(heir, { force: true });
    }
  }
  return null;
}

/** Atomic where the file system has hard links, and nearly so (exclusive create) where it has none. */
async function create(path: string, mine: LockOwner): Promise<boolean> {
  const candidate = `${path}.new-${mine.nonce}`;
  await writeWhole(candidate, JSON.stringify(mine));
  try {
    await link(candidate, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'UNKNOWN'].includes(errorCode(error)))
      throw error;
    return createAlone(path, mine);
  } finally {
    await rm(candidate, { force: true });
  }
}

async function createAlone(path: string, mine: LockOwner): Promise<boolean> {
  try {
    const handle = await open(path, 'wx', 0o600);
    await handle.writeFile(JSON.stringify(mine));
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

async function release(path: string, mine: LockOwner): Promise<void> {
  const owner = await readOwner(path);
  if (owner !== null && owner !== 'gone' && owner.nonce === mine.nonce) await unlink(path);
}

function isAlive(owner: LockOwner): boolean {
  return owner.host !== hostname() || isProcessAlive(owner.pid, owner.started);
}

/** Whether the process of that number, and that start where it is known, runs on this computer. */
export function isProcessAlive(pid: number, started: string | null = null): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, under another user.
    if (errorCode(error) !== 'EPERM') return false;
  }
  const found = processStart(pid);
  return found !== 'ended' && (started === null || found === null || started === found);
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
