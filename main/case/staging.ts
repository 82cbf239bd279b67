/**
 * The moment an import becomes part of the case. Its segment folders are made durable, then one small file says where
 * they go: before that file the import is absent, after it the moves are finished at the next opening if need be.
 */
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fail, type Outcome, succeed } from '../../shared/problem';
import { errorCode, errorText, syncFolder, syncTree, writeWhole } from './durable';

const COMMIT_FILE = 'commit.json';

const movesSchema = z.array(
  z.object({ from: z.string().regex(/^[\w-]+$/), to: z.string().regex(/^\d{6,}$/) }),
);
export type Moves = z.infer<typeof movesSchema>;

interface Folders {
  readonly facts: string;
  readonly staging: string;
}

/** `from` names a folder in `staging/<importId>`, `to` one in `facts`. */
export async function commitStaged(folders: Folders, importId: string, moves: Moves): Promise<Outcome<null>> {
  const staged = join(folders.staging, importId);
  try {
    for (const { from } of moves) await syncTree(join(staged, from));
    await writeWhole(join(staged, COMMIT_FILE), JSON.stringify(moves));
    await syncFolder(folders.staging);
    await finish(folders, importId, moves);
    return succeed(null);
  } catch (error) {
    return fail({
      code: 'import-not-stored',
      what: 'The import could not be stored in the case.',
      why: errorText(error),
      where: folders.facts,
      help: 'Free space on this disk, or make the case on another one, and import again.',
    });
  }
}

/** At opening, as the only writer: finishes what was committed, sweeps away what was not. */
export async function recoverStaging(folders: Folders): Promise<void> {
  for (const importId of await namesIn(folders.staging)) {
    const moves = await readMoves(join(folders.staging, importId, COMMIT_FILE));
    if (moves) await finish(folders, importId, moves);
    else await rm(join(folders.staging, importId), { recursive: true, force: true });
  }
}

async function finish(folders: Folders, importId: string, moves: Moves): Promise<void> {
  const staged = join(folders.staging, importId);
  await mkdir(folders.facts, { recursive: true, mode: 0o700 });
  for (const { from, to } of moves) {
    const source = join(staged, from);
    if (await exists(source)) await rename(source, join(folders.facts, to));
  }
  await syncFolder(folders.facts);
  await rm(staged, { recursive: true, force: true });
}

async function readMoves(path: string): Promise<Moves | null> {
  try {
    const parsed = movesSchema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Names in a folder; none where it is not there. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch {
    return false;
  }
}
