/** Entry of the sandbox process: one analyst's query over one case, shut in, watched, and expendable. */
import type { Problem } from '../../shared/problem';
import { dieWithParent, keepFilesPrivate, openWorkPort } from '../process/parent-port';
import { type AnalystDatabase, type AnalystResult, openAnalystDatabase } from '../store/analyst';
import { judge } from './gate';
import { type FromSandbox, type ToSandbox, toSandboxSchema } from './messages';

/** What Node and DuckDB use beyond DuckDB's own limit (measured: some 150 MB over it, and Node). */
const OVERHEAD_MB = 450;
const WATCH_MS = 50;
const MAX_ROWS_A_MESSAGE = 2048;

keepFilesPrivate();
const engine = openWorkPort();
dieWithParent(engine);
const tell = (message: FromSandbox, flushed?: () => void): void => engine.send(message, flushed);

let database: AnalystDatabase | null = null;
let result: AnalystResult | null = null;
let rowsLeft = Number.POSITIVE_INFINITY;

engine.onMessage((value) => {
  const message = toSandboxSchema.safeParse(value);
  if (!message.success) return;
  if (message.data.kind === 'interrupt') database?.interrupt();
  else
    void perform(message.data).catch((error: unknown) =>
      tell({ kind: 'problem', problem: problemOf(error) }),
    );
});

async function perform(message: Exclude<ToSandbox, { kind: 'interrupt' }>): Promise<void> {
  if (message.kind === 'next') return sendRows();
  if (message.kind === 'count') return tell({ kind: 'counted', rows: (await result?.count()) ?? 0 });
  watchMemory(message.memoryLimitMb + OVERHEAD_MB);
  rowsLeft = message.rowLimit ?? Number.POSITIVE_INFINITY;
  database = await openAnalystDatabase({ ...message.case, memoryLimitMb: message.memoryLimitMb, threads: 2 });
  const { serialize } = database;
  const verdict = await judge(message.sql, serialize);
  if (!verdict.ok) return tell({ kind: 'problem', problem: verdict.problem });
  const files = new Map(message.case.records.map((file) => [file.evidenceId, file]));
  for (const id of verdict.value.records) {
    const file = files.get(id);
    if (!file) return tell({ kind: 'problem', problem: noRecords(id) });
    await database.addRecords(file);
  }
  if (/event_view|asset_view|address_view|asset_fact_view|wire_view/i.test(message.sql))
    await database.addEndpoints();
  result = await database.stream(message.sql);
  // DuckDB's client builds structs as objects, where a field of this name would be lost without a word.
  if (result.columns.some(({ type }) => type.includes('__proto__'))) {
    return tell({ kind: 'problem', problem: badField });
  }
  tell({ kind: 'opened', columns: [...result.columns] });
}

async function sendRows(): Promise<void> {
  const rows = result && rowsLeft > 0 ? await result.next() : [];
  const wanted = rows.slice(0, Math.min(rowsLeft, MAX_ROWS_A_MESSAGE));
  rowsLeft -= wanted.length;
  tell({ kind: 'rows', rows: wanted, done: rows.length === 0 || rowsLeft <= 0 });
}

/**
 * A single big function call heeds neither DuckDB's memory limit nor an interrupt. Queries run on other threads, so
 * this one stays free to look, and to end the process.
 */
function watchMemory(limitMb: number): void {
  const watch = setInterval(() => {
    if (process.memoryUsage.rss() < limitMb * 1e6) return;
    clearInterval(watch);
    const end = (): void => void process.kill(process.pid, 'SIGKILL');
    tell({ kind: 'problem', problem: tooBig }, end);
    setTimeout(end, 200);
  }, WATCH_MS);
}

const tooBig: Problem = {
  code: 'query-too-big',
  what: 'The query was stopped: it needs more memory than a query may have.',
  help: 'Ask for fewer rows or columns, filter first, or aggregate.',
};

const badField: Problem = {
  code: 'query-refused',
  what: 'This query is not run.',
  why: 'a struct has a field named __proto__, which cannot be handed on',
  help: 'Give the field another name.',
};

function noRecords(id: number): Problem {
  return {
    code: 'query-refused',
    what: `The case has no records of evidence ${id}.`,
    help: 'See evidence_id in the ledger.',
  };
}

function problemOf(error: unknown): Problem {
  const text = error instanceof Error ? error.message : String(error);
  if (text.startsWith('INTERRUPT')) return { code: 'cancelled', what: 'The query was cancelled.' };
  if (text.startsWith('Out of Memory')) return tooBig;
  return { code: 'query-wrong', what: 'The query could not be run.', why: text.slice(0, 2000) };
}
