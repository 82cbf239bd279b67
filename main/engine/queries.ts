/** Analyst SQL: each query in a sandbox process of its own, drawn in batches, stopped by interrupt and then by force. */
import { rename, rm } from 'node:fs/promises';
import type { Column } from '../../shared/cell';
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import { recordFileOf } from '../evidence/segment';
import type { ControlParams, ControlResult } from '../process/control';
import type { Child } from '../process/pipe';
import { type FromSandbox, fromSandboxSchema, type SandboxCase, type ToSandbox } from '../sandbox/messages';
import { clockValues } from '../store/clock';
import { openParquetWriter } from '../store/parquet-writer';
import { whyNotWritten } from '../store/write-all';
import { ownFolder } from './cache-place';
import { clocksOf } from './clocks';
import { type EngineContext, openCaseOf } from './context';
import { custodyOf } from './custody';
import { evidenceValues } from './ledger';
import type { OpenCase } from './open-case';
import { saveMarks } from './save-marks';

export interface Queries {
  open(
    params: ControlParams<'query.open'>,
    signal: AbortSignal,
  ): Promise<Outcome<ControlResult<'query.open'>>>;
  next(queryId: number): Promise<Outcome<ControlResult<'query.next'>>>;
  /** How many rows are left; they are gone through, and the query has ended. */
  count(queryId: number): Promise<Outcome<number>>;
  /** All the rows into a file, which is written here: the sandbox can write nothing. */
  saveParquet(queryId: number, path: string): Promise<Outcome<ControlResult<'query.saveParquet'>>>;
  close(queryId: number): void;
  closeAll(): void;
}

const MEMORY_LIMIT_MB = 1000;
const KILL_AFTER_MS = 2000;

interface Running {
  readonly child: Child;
  readonly ask: (message: ToSandbox) => Promise<FromSandbox>;
  readonly stop: (problem: Problem) => void;
  readonly timer: NodeJS.Timeout | undefined;
  readonly columns: readonly Column[];
  readonly spill: { remove(): Promise<void> };
}

export function createQueries(context: EngineContext): Queries {
  const running = new Map<number, Running>();
  let last = 0;
  const close = (queryId: number): void => {
    const query = running.get(queryId);
    running.delete(queryId);
    clearTimeout(query?.timer);
    query?.child.kill();
    void query?.spill.remove().catch(() => undefined);
  };
  const queries: Queries = {
    async open({ sql, rowLimit, timeoutSeconds, memoryLimitMb }, signal) {
      const open = openCaseOf(context);
      if (!open.ok) return open;
      // Tables that are not there yet would be empty, and nobody would know.
      await open.value.file?.complete;
      const spill = await ownFolder(open.value.scratch, 'spill');
      const marks = await saveMarks(open.value, spill.path);
      if (!marks.ok || signal.aborted) {
        await spill.remove();
        return marks.ok ? fail(cancelled) : marks;
      }
      const given = sandboxCase(open.value, spill.path, marks.value);
      const { child, ask, stop } = startSandbox(context);
      const timer =
        timeoutSeconds === null
          ? undefined
          : setTimeout(() => stop(tooLong(timeoutSeconds)), timeoutSeconds * 1000);
      last += 1;
      const queryId = last;
      running.set(queryId, { child, ask, stop, timer, columns: [], spill });
      signal.addEventListener('abort', () => stop(cancelled), { once: true });
      const limit = memoryLimitMb ?? MEMORY_LIMIT_MB;
      const answer = await ask({ kind: 'open', sql, rowLimit, memoryLimitMb: limit, case: given });
      if (answer.kind === 'opened') {
        running.set(queryId, { child, ask, stop, timer, columns: answer.columns, spill });
        return succeed({ queryId, columns: answer.columns });
      }
      close(queryId);
      return fail(answer.kind === 'problem' ? answer.problem : unexpected);
    },
    async next(queryId) {
      const query = running.get(queryId);
      if (!query) return fail({ code: 'no-query', what: 'This query has ended.' });
      const answer = await query.ask({ kind: 'next' });
      if (answer.kind !== 'rows' || answer.done) close(queryId);
      if (answer.kind === 'rows') return succeed({ rows: answer.rows, done: answer.done });
      return fail(answer.kind === 'problem' ? answer.problem : unexpected);
    },
    async count(queryId) {
      const query = running.get(queryId);
      if (!query) return fail({ code: 'no-query', what: 'This query has ended.' });
      const answer = await query.ask({ kind: 'count' });
      close(queryId);
      if (answer.kind === 'counted') return succeed(answer.rows);
      return fail(answer.kind === 'problem' ? answer.problem : unexpected);
    },
    async saveParquet(queryId, path) {
      const query = running.get(queryId);
      if (!query) return fail({ code: 'no-query', what: 'This query has ended.' });
      const writer = await openParquetWriter(query.columns);
      let rows = 0;
      for (let done = false; !done; ) {
        const batch = await queries.next(queryId);
        if (!batch.ok) {
          writer.discard();
          return batch;
        }
        writer.append(batch.value.rows);
        rows += batch.value.rows.length;
        done = batch.value.done;
      }
      const part = `${path}.part`;
      try {
        await writer.finish(part);
        await rename(part, path);
        return succeed({ rows });
      } catch (error) {
        await rm(part, { force: true });
        return fail({
          code: 'file-not-written',
          what: 'The file could not be written.',
          why: whyNotWritten(error),
          where: path,
          help: 'Check that the folder is there, can be written and has room.',
        });
      }
    },
    close,
    closeAll() {
      for (const queryId of running.keys()) close(queryId);
    },
  };
  return queries;
}

/** Asks are answered one after another; after `stop` or the process's end every ask gets that problem. */
function startSandbox(context: EngineContext): Omit<Running, 'timer' | 'columns' | 'spill'> {
  const child = context.spawner.spawn('sandbox');
  let ended: Problem | null = null;
  let settle: ((answer: FromSandbox) => void) | null = null;
  const answer = (message: FromSandbox): void => {
    const waiting = settle;
    settle = null;
    waiting?.(message);
  };
  child.onMessage((value) => {
    const message = fromSandboxSchema.safeParse(value);
    if (!message.success) {
      ended ??= unexpected;
      child.kill();
      return;
    }
    if (message.data.kind === 'problem') ended ??= message.data.problem;
    answer(message.data.kind === 'problem' && ended ? { kind: 'problem', problem: ended } : message.data);
  });
  child.onClose(() => {
    ended ??= lost(child.lastWords());
    answer({ kind: 'problem', problem: ended });
  });
  return {
    child,
    ask: (message) =>
      new Promise((resolve) => {
        if (ended) {
          resolve({ kind: 'problem', problem: ended });
          return;
        }
        settle = resolve;
        child.send(message);
      }),
    stop(problem) {
      ended ??= problem;
      child.send({ kind: 'interrupt' });
      setTimeout(() => child.kill(), KILL_AFTER_MS).unref();
    },
  };
}

function sandboxCase(open: OpenCase, tempFolder: string, marks: string | null): SandboxCase {
  const { workspace } = open;
  const removed = workspace.removed();
  const entries = workspace.segments.flatMap((segment) =>
    segment.entries.map((entry) => ({ segment, entry })),
  );
  const clocks = clocksOf(workspace);
  const custody = new Map(
    custodyOf(workspace).map(({ evidenceId, acquirer, exhibitNumber }) => [
      evidenceId,
      { acquirer, exhibit_number: exhibitNumber },
    ]),
  );
  return {
    facts: workspace.paths.facts,
    segments: workspace.segments.map(({ name, folder, version }) => ({ name, folder, version })),
    removed: [...removed],
    evidence: entries.map(({ entry }) => ({
      ...clockValues(evidenceValues(entry), clocks.get(entry.row.evidence_id)),
      ...custody.get(entry.row.evidence_id),
      removed: removed.has(entry.row.evidence_id),
    })),
    records: entries.flatMap(({ segment, entry }) => {
      const file = recordFileOf(segment.folder, entry);
      return file === null || removed.has(entry.row.evidence_id)
        ? []
        : [{ ...file, columns: [...file.columns], keys: file.keys && [...file.keys] }];
    }),
    clocks: [...clocks.values()],
    marks,
    tempFolder,
  };
}

const cancelled: Problem = { code: 'cancelled', what: 'The query was cancelled.' };
const unexpected: Problem = { code: 'query-wrong', what: 'The query could not be run.' };

function tooLong(seconds: number): Problem {
  return {
    code: 'query-too-long',
    what: `The query was stopped after ${seconds} seconds.`,
    help: 'Filter first, or give it more time.',
  };
}

function lost(lastWords: string): Problem {
  return {
    code: 'query-lost',
    what: 'The query was stopped: its process ended.',
    ...(lastWords ? { why: lastWords.split('\n').at(-1) ?? '' } : {}),
    help: 'The case is not touched by this. Ask for less at a time.',
  };
}
