/** The open case: its workspace, its working database and its imports. Opened and closed here, nowhere else. */
import { type Outcome, succeed } from '../../shared/problem';
import type { CaseState } from '../../shared/protocol';
import { openLog } from '../case/log';
import { type OpenOptions, openWorkspace, type Workspace } from '../case/workspace';
import { Views } from '../query/views';
import { openCache, type WorkingCache } from '../store/cache';
import { takeCachePlace } from './cache-place';
import type { EngineContext } from './context';
import { createImports, type Imports } from './imports';
import { cacheSegment } from './ledger';

/** DuckDB overshoots its limit by some 150 MB; with Node's own heap the engine stays below 1 GB. */
const MEMORY_LIMIT_MB = 500;
const THREADS = 2;

export interface OpenCase {
  readonly workspace: Workspace;
  /** Null where only the ledger or analyst SQL is wanted. */
  readonly cache: WorkingCache | null;
  /** The panels' queries; null without a working database. */
  readonly views: Views | null;
  readonly imports: Imports;
  state(): CaseState;
  close(): Promise<void>;
}

/** Opens a case in place of the one that is open, which is closed first. */
export function openCase(
  context: EngineContext,
  options: Omit<OpenOptions, 'now'> & { cache: boolean },
): Promise<Outcome<OpenCase>> {
  return context.exclusive(async () => {
    await closeNow(context);
    return openNow(context, options);
  });
}

export function closeCase(context: EngineContext): Promise<void> {
  return context.exclusive(() => closeNow(context));
}

async function openNow(
  context: EngineContext,
  options: Omit<OpenOptions, 'now'> & { cache: boolean },
): Promise<Outcome<OpenCase>> {
  const workspace = await openWorkspace({ ...options, now: context.now });
  if (!workspace.ok) return workspace;
  const opened = await withCache(context, workspace.value, options.cache);
  if (!opened.ok) {
    await workspace.value.close();
    return opened;
  }
  context.case = opened.value;
  const { folder, name, readOnly } = workspace.value;
  if (readOnly === null) context.log = openLog(workspace.value.paths.log, context.now);
  context.log.info(`opened ${folder}${readOnly ? ` for reading: ${readOnly}` : ''}`);
  if (opened.value.cache?.rebuilt) context.log.info('the working database was made anew from the facts');
  await context.recent.add({ name, folder, openedAt: context.now().getTime() });
  return opened;
}

async function closeNow(context: EngineContext): Promise<void> {
  const open = context.case;
  if (!open) return;
  context.case = null;
  await open.close();
  context.log.info(`closed ${open.workspace.folder}`);
  context.log = context.hostLog;
}

async function withCache(
  context: EngineContext,
  workspace: Workspace,
  wanted: boolean,
): Promise<Outcome<OpenCase>> {
  if (!wanted) return succeed(makeCase(context, workspace, null, null, async () => undefined));
  const place = await takeCachePlace(workspace);
  const cache = await openCache({
    file: place.file,
    spill: place.spill,
    jail: [workspace.folder, place.folder],
    segments: workspace.segments.map(cacheSegment),
    removed: workspace.removed(),
    memoryLimitMb: MEMORY_LIMIT_MB,
    threads: THREADS,
  });
  if (cache.ok) {
    const views = await Views.open(cache.value.database);
    return succeed(makeCase(context, workspace, cache.value, views, place.leave));
  }
  await place.leave();
  return cache;
}

function makeCase(
  context: EngineContext,
  workspace: Workspace,
  cache: WorkingCache | null,
  views: Views | null,
  leave: () => Promise<void>,
): OpenCase {
  const open: OpenCase = {
    workspace,
    cache,
    imports: createImports(context, () => open),
    views,
    state: () => caseState(workspace),
    async close() {
      await open.imports.stop();
      await views?.close();
      cache?.close();
      await leave();
      await workspace.close();
    },
  };
  return open;
}

/** Counts are of what is not removed. */
function caseState(workspace: Workspace): CaseState {
  const removed = workspace.removed();
  let evidence = 0;
  let events = 0;
  for (const { entries } of workspace.segments) {
    for (const { row } of entries) {
      if (removed.has(row.evidence_id)) continue;
      evidence += 1;
      events += row.events;
    }
  }
  const { name, folder, readOnly, journal } = workspace;
  return {
    name,
    folder,
    readOnly,
    evidence,
    events,
    undo: journal.undoLabel,
    redo: journal.redoLabel,
    author: null,
    file: null,
  };
}
