/** Folders for what came out of a case file: the user's alone, gone at close, swept after a process that was killed. */
import { rmSync } from 'node:fs';
import { lstat, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isProcessAlive } from '../case/lock';

const PREFIX = 'throughline-case-';

export interface PrivateFolder {
  readonly path: string;
  remove(): Promise<void>;
}

export async function privateFolder(): Promise<PrivateFolder> {
  await sweepPrivateFolders();
  const path = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
  const removeNow = (): void => rmSync(path, { recursive: true, force: true });
  process.once('exit', removeNow);
  return {
    path,
    async remove() {
      await rm(path, { recursive: true, force: true, maxRetries: 3 });
      process.off('exit', removeNow);
    },
  };
}

/** Removes the folders of processes that are no more; another user's are left to them. */
export async function sweepPrivateFolders(): Promise<void> {
  for (const name of await readdir(tmpdir()).catch(() => [])) {
    const pid = Number(/^throughline-case-(\d+)-/.exec(name)?.[1]);
    if (!Number.isInteger(pid) || isProcessAlive(pid)) continue;
    const path = join(tmpdir(), name);
    const found = await lstat(path).catch(() => null);
    if (!found?.isDirectory() || (process.getuid && found.uid !== process.getuid())) continue;
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}
