/** Analyst SQL for the window: the first rows of a query, how many there are, and all rows of one that is a source. */
import type { Cell } from '../../shared/cell';
import { fail, type Outcome, type Problem, succeed } from '../../shared/problem';
import type { Result } from '../../shared/protocol';
import { analystArrow, analystColumns } from '../query/analyst-rows';
import type { Given } from '../query/params';
import type { MadeOfSql } from '../query/sources/sql-leaf';
import type { EngineContext } from './context';
import { createQueries, type Queries } from './queries';

/** A query of the window is stopped after so long; one whose rows become a source may take longer. */
const RUN_SECONDS = 120;
const SOURCE_SECONDS = 300;
/** Counting the rows that are not shown is given up after so long. */
const COUNT_MS = 5000;
/** Rows handed on at once. */
const BATCH = 16_384;

const made = new WeakMap<EngineContext, Queries>();

function queriesOf(context: EngineContext): Queries {
  const known = made.get(context) ?? createQueries(context);
  made.set(context, known);
  return known;
}

export async function runQuery(
  context: EngineContext,
  { sql, limit }: Given<'query.run'>,
  signal: AbortSignal,
): Promise<Outcome<Result<'query.run'>>> {
  const queries = queriesOf(context);
  const started = performance.now();
  const opened = await queries.open({ sql, rowLimit: null, timeoutSeconds: RUN_SECONDS }, signal);
  if (!opened.ok) return opened;
  const { queryId } = opened.value;
  const rows: Cell[][] = [];
  let seen = 0;
  for (let done = false; !done && seen < limit; ) {
    const batch = await queries.next(queryId);
    if (!batch.ok) return batch;
    seen += batch.value.rows.length;
    rows.push(...batch.value.rows.slice(0, Math.max(0, limit - rows.length)));
    done = batch.value.done;
    if (done) return succeed(answer(opened.value.columns, rows, seen, started));
  }
  const seconds = (performance.now() - started) / 1000;
  const rest = await countRest(queries, queryId);
  if (signal.aborted) return fail(cancelled);
  const total = rest === null ? null : seen + rest;
  return succeed({ ...answer(opened.value.columns, rows, total, started), seconds });
}

function answer(
  columns: Parameters<typeof analystColumns>[0],
  rows: readonly Cell[][],
  total: number | null,
  started: number,
): Result<'query.run'> {
  const typed = analystColumns(columns);
  return {
    arrow: analystArrow(typed, rows),
    columns: [...typed.columns],
    shown: rows.length,
    total,
    seconds: (performance.now() - started) / 1000,
  };
}

async function countRest(queries: Queries, queryId: number): Promise<number | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), COUNT_MS);
  });
  const counted = queries.count(queryId).then((outcome) => (outcome.ok ? outcome.value : null));
  const rest = await Promise.race([counted, late]);
  clearTimeout(timer);
  queries.close(queryId);
  return rest;
}

/** Runs a query to its end for a source that is made of it. */
export function sqlSourceOf(context: EngineContext): MadeOfSql {
  return async (sql, limit, begin, take, signal) => {
    const queries = queriesOf(context);
    const given = signal ?? new AbortController().signal;
    const opened = await queries.open({ sql, rowLimit: null, timeoutSeconds: SOURCE_SECONDS }, given);
    if (!opened.ok) return opened;
    const { queryId, columns } = opened.value;
    try {
      await begin(columns);
      let held = 0;
      let waiting: Cell[][] = [];
      for (;;) {
        const batch = await queries.next(queryId);
        if (!batch.ok) return batch;
        const room = limit - held;
        waiting.push(...batch.value.rows.slice(0, room));
        held += Math.min(room, batch.value.rows.length);
        const isOver = batch.value.rows.length > room;
        if (waiting.length >= BATCH || batch.value.done || isOver) {
          await take(waiting);
          waiting = [];
        }
        if (isOver) {
          const rest = await countRest(queries, queryId);
          return succeed({
            held,
            total: rest === null ? null : held + (batch.value.rows.length - room) + rest,
          });
        }
        if (batch.value.done) return succeed({ held, total: held });
      }
    } finally {
      queries.close(queryId);
    }
  };
}

const cancelled: Problem = { code: 'cancelled', what: 'The query was cancelled.' };
