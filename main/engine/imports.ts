/** The imports of the open case: one runs, others wait their turn; each ends in one `import.done`. */
import { randomUUID } from 'node:crypto';
import { rm, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Problem } from '../../shared/problem';
import type { Notice } from '../../shared/protocol';
import { errorText } from '../case/durable';
import { clocksOf } from './clocks';
import type { EngineContext } from './context';
import { keepCustody } from './custody';
import { replace, unreadProblem } from './import-again';
import { listFiles, type PlanItem, type PlannedFile } from './import-plan';
import { type RunResult, runImport } from './import-run';
import { cacheSegment } from './ledger';
import type { OpenCase } from './open-case';

export interface Imports {
  /** Queues an import and returns its id at once; notices tell the rest. */
  start(items: readonly PlanItem[], copy: boolean, replaces?: readonly number[]): string;
  cancel(importId: string): void;
  /** Cancels everything and waits for the leave. */
  stop(): Promise<void>;
}

interface Waiting {
  readonly importId: string;
  readonly items: readonly PlanItem[];
  readonly copy: boolean;
  /** Evidence that what is imported takes the place of. */
  readonly replaces: readonly number[];
  readonly abort: AbortController;
}

export function createImports(context: EngineContext, open: () => OpenCase): Imports {
  const known = new Map<string, Waiting>();
  let last: Promise<void> = Promise.resolve();
  return {
    start(items, copy, replaces = []) {
      const waiting = { importId: randomUUID(), items, copy, replaces, abort: new AbortController() };
      known.set(waiting.importId, waiting);
      last = last.then(async () => {
        const done = await performImport(context, open(), waiting).catch((error: unknown) => {
          context.log.error('an import broke off', error);
          return ended(waiting, { status: 'failed', problem: unexpected(error) });
        });
        known.delete(waiting.importId);
        context.notify('import.done', done);
      });
      return waiting.importId;
    },
    cancel: (importId) => known.get(importId)?.abort.abort(),
    async stop() {
      for (const waiting of known.values()) waiting.abort.abort();
      await last;
    },
  };
}

/** Stages, commits, fills the working database, tells. Before the commit the case knows nothing of it. */
async function performImport(
  context: EngineContext,
  open: OpenCase,
  waiting: Waiting,
): Promise<Notice<'import.done'>> {
  const { importId, abort } = waiting;
  const files = await listFiles(waiting.items);
  const full = await notEnoughSpace(open, files, waiting.copy);
  if (full) return ended(waiting, { status: 'failed', problem: full });
  context.log.info(`import ${importId}: ${files.length} files`);
  const result = await runImport({
    context,
    workspace: open.workspace,
    importId,
    files,
    copy: waiting.copy,
    replaces: waiting.replaces,
    signal: abort.signal,
  });
  if (result.status !== 'staged') {
    await open.workspace.discard(importId);
    return ended(waiting, result);
  }
  const unread = unreadProblem(open.workspace, waiting.replaces, result.rows);
  if (unread) {
    await open.workspace.discard(importId);
    return ended(waiting, { status: 'failed', problem: unread });
  }
  const committed = await open.workspace.commit(importId, result.folders);
  if (!committed.ok) return ended(waiting, { status: 'failed', problem: committed.problem });
  // The segments hold copies of what a page sent; as it came it is no longer needed.
  for (const { readFrom } of files) {
    const sent = readFrom === undefined ? null : dirname(readFrom);
    if (sent !== null && dirname(sent) === open.workspace.paths.staging) {
      await rm(sent, { recursive: true, force: true });
    }
  }
  const rows = committed.value.flatMap((segment) => segment.entries.map(({ row }) => row));
  context.log.info(`import ${importId}: stored ${rows.length} evidences`);
  let problem: Problem | null = null;
  try {
    await open.cache?.append(committed.value.map(cacheSegment), clocksOf(open.workspace));
    await keepCustody(open);
    await open.marks?.refresh(true);
  } catch (error) {
    context.log.error('the working database did not take an import', error);
    problem = notShown(error);
  }
  await open.views?.invalidate();
  const replaced = waiting.replaces.length === 0 ? null : await replace(context, waiting.replaces, rows);
  if (replaced?.ok === false) problem ??= replaced.problem;
  context.notify('facts.changed', { case: open.state() });
  return { importId, status: 'done', rows, problem };
}

function ended(
  waiting: Waiting,
  result: Exclude<RunResult, { status: 'staged' }> | { status: 'failed'; problem: Problem },
): Notice<'import.done'> {
  const problem = result.status === 'failed' ? result.problem : null;
  return { importId: waiting.importId, status: result.status, rows: [], problem };
}

/** Facts and working database together take less than the source; copies take as much again. */
async function notEnoughSpace(
  open: OpenCase,
  files: readonly PlannedFile[],
  copy: boolean,
): Promise<Problem | null> {
  const total = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const needed = Math.round(total * (copy ? 2 : 1)) + 50_000_000;
  const { bavail, bsize } = await statfs(open.workspace.folder);
  const free = bavail * bsize;
  if (free >= needed) return null;
  const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`;
  return {
    code: 'disk-full',
    what: 'There is not enough space on the disk of the case for this import.',
    why: `it may need ${megabytes(needed)}, and ${megabytes(free)} are free`,
    where: open.workspace.folder,
    help: 'Free space, import fewer files at a time, or make the case on another disk.',
  };
}

/** The facts are stored; the cache is made anew from them at the next opening. */
function notShown(error: unknown): Problem {
  return {
    code: 'import-not-shown',
    what: 'The import is stored in the case, but cannot be shown yet.',
    why: errorText(error),
    help: 'Free space on the disk of the case, then close and open it.',
  };
}

function unexpected(error: unknown): Problem {
  return {
    code: 'import-failed',
    what: 'The import broke off; nothing of it was stored.',
    why: errorText(error),
    help: 'Import again. If it happens again, send the log file.',
  };
}
