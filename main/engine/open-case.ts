/** The open case: its workspace, its working database and its imports. Opened and closed here, nowhere else. */
import { join } from 'node:path';
import { describeProblem, fail, type Outcome, succeed } from '../../shared/problem';
import type { CaseState } from '../../shared/protocol';
import { openLog } from '../case/log';
import { type OpenOptions, openWorkspace, type Workspace } from '../case/workspace';
import { Views } from '../query/views';
import { openCache, type WorkingCache } from '../store/cache';
import { type FileCache, openFileCache } from '../store/file-cache';
import { type CachePlace, takeCachePlace } from './cache-place';
import { clocksOf } from './clocks';
import type { EngineContext } from './context';
import { keepCustody } from './custody';
import { createImports, type Imports } from './imports';
import { cacheSegment } from './ledger';
import { type Marks, openMarks } from './marks';
import { type CaseFileView, isCaseFile, openCaseFile } from './open-case-file';

/** DuckDB overshoots its limit by some 150 MB; with Node's own heap the engine stays below 1 GB. */
const MEMORY_LIMIT_MB = 500;
const THREADS = 2;

export interface OpenCase {
  readonly workspace: Workspace;
  /** Null where only the ledger or analyst SQL is wanted. */
  readonly cache: WorkingCache | null;
  /** The panels' queries; null without a working database. */
  readonly views: Views | null;
  /** Marks and findings led to the events; null without a working database. */
  readonly marks: Marks | null;
  readonly imports: Imports;
  /** A folder the working database may write to, where one can be made. */
  readonly scratch: string;
  /** The case file this is a look into; null for a workspace. */
  readonly file: CaseFileView | null;
  state(): CaseState;
  close(): Promise<void>;
}

export type OpenAsked = Omit<OpenOptions, 'now'> & {
  readonly cache: boolean;
  /** Of an encrypted case file. */
  readonly passphrase?: string | undefined;
  /** Gives the opening of a case file up. */
  readonly signal?: AbortSignal;
};

/**
 * Opens a case in place of the one that is open, which is closed first. `folder` may be a case file, which opens for
 * reading whatever the mode.
 */
export function openCase(context: EngineContext, options: OpenAsked): Promise<Outcome<OpenCase>> {
  return context.exclusive(async () => {
    if (await isCaseFile(options.folder)) return openFileNow(context, options);
    await closeNow(context);
    return openNow(context, options);
  });
}

export function closeCase(context: EngineContext): Promise<void> {
  return context.exclusive(() => closeNow(context));
}

async function openNow(context: EngineContext, options: OpenAsked): Promise<Outcome<OpenCase>> {
  const workspace = await openWorkspace({ ...options, now: context.now });
  if (!workspace.ok) return workspace;
  const opened = await withCache(context, workspace.value, options.cache);
  if (!opened.ok) {
    await workspace.value.close();
    return opened;
  }
  context.case = opened.value;
  const { folder, name, readOnly, journal } = workspace.value;
  if (readOnly === null) context.log = openLog(workspace.value.paths.log, context.now);
  if (journal.torn) context.log.warn(describeProblem(journal.torn));
  context.log.info(`opened ${folder}${readOnly ? ` for reading: ${readOnly}` : ''}`);
  if (opened.value.cache?.rebuilt) context.log.info('the working database was made anew from the facts');
  await context.recent.add({ name, folder, openedAt: context.now().getTime() });
  return opened;
}

/** What is open stays so until the file has proven to be one. */
async function openFileNow(context: EngineContext, options: OpenAsked): Promise<Outcome<OpenCase>> {
  const { folder: path, passphrase = null } = options;
  const file = await openCaseFile(
    { path, passphrase },
    {
      spawner: context.spawner,
      settings: context.settings,
      onProgress: (step, done, of) => context.notify('file.progress', { step, done, of }),
      signal: options.signal,
    },
  );
  if (!file.ok) return file;
  const view = file.value;
  await closeNow(context);
  const opened = await showFile(context, view, options);
  if (!opened.ok) {
    await view.close();
    return opened;
  }
  const open = opened.value;
  context.case = open;
  context.log.info(`opened the case file ${view.path}`);
  await context.recent.add({
    name: open.workspace.name,
    folder: view.path,
    openedAt: context.now().getTime(),
  });
  return opened;
}

/** Without tables to show, nothing is answered before every entry has been checked. */
async function showFile(
  context: EngineContext,
  view: CaseFileView,
  options: OpenAsked,
): Promise<Outcome<OpenCase>> {
  const workspace = await openWorkspace({
    folder: view.folder,
    mode: 'read',
    create: false,
    now: context.now,
  });
  if (!workspace.ok) return workspace;
  if (!options.cache) {
    await view.complete;
    const { check, problems } = view.state();
    const [problem] = problems;
    if (check === 'damaged' && problem) return fail(problem);
    return succeed(makeCase(context, workspace.value, null, null, undefined, view));
  }
  const cache = await openFileCache({
    spill: join(view.folder, 'spill'),
    folder: workspace.value.folder,
    segments: workspace.value.segments.map(cacheSegment),
    removed: workspace.value.removed(),
    clocks: clocksOf(workspace.value),
    memoryLimitMb: MEMORY_LIMIT_MB,
    threads: THREADS,
  });
  if (!cache.ok) return cache;
  const views = await Views.open(cache.value.database);
  const open = makeCase(context, workspace.value, cache.value, views, undefined, view);
  await keepCustody(open);
  await open.marks?.refresh(true);
  void view.complete.then(() => takeInRest(context, open, cache.value));
  return succeed(open);
}

/** Records, points and the rest are there now: who looks is told, as after an import. */
async function takeInRest(context: EngineContext, open: OpenCase, cache: FileCache): Promise<void> {
  await context.exclusive(async () => {
    if (context.case !== open) return;
    try {
      const changed = await cache.takeIn();
      await open.marks?.refresh(true);
      if (changed) await open.views?.invalidate();
    } catch (error) {
      context.log.error('a part of the case file could not be shown', error);
    }
    context.notify('facts.changed', { case: open.state() });
  });
}

async function closeNow(context: EngineContext): Promise<void> {
  const open = context.case;
  if (!open) return;
  context.case = null;
  await open.close();
  context.log.info(`closed ${open.file?.path ?? open.workspace.folder}`);
  context.log = context.hostLog;
}

async function withCache(
  context: EngineContext,
  workspace: Workspace,
  wanted: boolean,
): Promise<Outcome<OpenCase>> {
  if (!wanted) return succeed(makeCase(context, workspace, null, null));
  const place = await takeCachePlace(workspace);
  const cache = await openCache({
    file: place.file,
    spill: place.spill,
    jail: [workspace.folder, place.folder],
    segments: workspace.segments.map(cacheSegment),
    removed: workspace.removed(),
    clocks: clocksOf(workspace),
    memoryLimitMb: MEMORY_LIMIT_MB,
    threads: THREADS,
  });
  if (cache.ok) {
    const views = await Views.open(cache.value.database);
    const open = makeCase(context, workspace, cache.value, views, place);
    await keepCustody(open);
    await open.marks?.refresh(true);
    return succeed(open);
  }
  await place.leave();
  return cache;
}

function makeCase(
  context: EngineContext,
  workspace: Workspace,
  cache: WorkingCache | null,
  views: Views | null,
  place: Pick<CachePlace, 'folder' | 'leave'> = {
    folder: workspace.paths.cache,
    leave: async () => undefined,
  },
  file: CaseFileView | null = null,
): OpenCase {
  const open: OpenCase = {
    workspace,
    cache,
    imports: createImports(context, () => open),
    views,
    marks: views && openMarks(workspace, views),
    scratch: place.folder,
    file,
    state: () => caseState(workspace, file),
    async close() {
      await open.imports.stop();
      await views?.close();
      cache?.close();
      await place.leave();
      await workspace.close();
      await file?.close();
    },
  };
  return open;
}

const LOOKED_INTO = 'This is a look into a case file. Work on it makes a case to go on with.';

/** Counts are of what is not removed. */
function caseState(workspace: Workspace, file: CaseFileView | null): CaseState {
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
    folder: file?.path ?? folder,
    readOnly: file ? LOOKED_INTO : readOnly,
    evidence,
    events,
    undo: journal.undoLabel,
    redo: journal.redoLabel,
    author: workspace.author,
    file: file?.state() ?? null,
  };
}
