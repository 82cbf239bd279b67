/** Where the working database and what DuckDB spills lie, and who sweeps up after whom. */
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isProcessAlive } from '../case/lock';
import type { Workspace } from '../case/workspace';

export interface CachePlace {
  /** The folder the database may touch besides the case. */
  readonly folder: string;
  readonly file: string;
  readonly spill: string;
  readonly leave: () => Promise<void>;
}

/** The writer keeps the one cache of the case; a reader makes its own, in the case where it may, and leaves none. */
export async function takeCachePlace(workspace: Workspace): Promise<CachePlace> {
  const { cache } = workspace.paths;
  if (workspace.readOnly === null) {
    await sweep(cache);
    const spill = await ownFolder(cache, 'spill');
    return { folder: cache, file: join(cache, 'work.duckdb'), spill: spill.path, leave: spill.remove };
  }
  const { path, remove } = await ownFolder(cache, 'reader');
  return { folder: path, file: join(path, 'work.duckdb'), spill: join(path, 'spill'), leave: remove };
}

/** A folder of this process that goes when it is left or the process ends; in the case where it can be written. */
export async function ownFolder(
  cache: string,
  kind: 'reader' | 'spill',
): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdir(cache, { recursive: true, mode: 0o700 })
    .then(() => mkdtemp(join(cache, `${kind}-${process.pid}-`)))
    .catch(() => mkdtemp(join(tmpdir(), 'throughline-')));
  const removeNow = (): void => rmSync(path, { recursive: true, force: true });
  process.once('exit', removeNow);
  return {
    path,
    async remove() {
      await rm(path, { recursive: true, force: true });
      process.off('exit', removeNow);
    },
  };
}

/** Processes that were killed left their folders behind. */
async function sweep(cache: string): Promise<void> {
  for (const name of await readdir(cache).catch(() => [])) {
    const pid = Number(/^(?:reader|spill)-(\d+)-/.exec(name)?.[1]);
    if (Number.isInteger(pid) && !isProcessAlive(pid))
      await rm(join(cache, name), { recursive: true, force: true });
  }
}
