/** What tests ask of an engine at a desk of its own: rows by SQL, pages of events, the end of a check. */
import { EVERYTHING } from '../../shared/filter';
import type { Problem } from '../../shared/problem';
import type { CaseState } from '../../shared/protocol';
import type { EngineClient } from '../process/engine-client';
import type { PageCaller } from '../process/page-caller';

export interface Desk {
  readonly engine: EngineClient;
  readonly page: PageCaller;
  readonly folder: string;
  token(path: string): Promise<string>;
}

export async function ok<T>(
  outcome: Promise<{ ok: true; value: T } | { ok: false; problem: Problem }>,
): Promise<T> {
  const result = await outcome;
  if (!result.ok) throw new Error(JSON.stringify(result.problem));
  return result.value;
}

export async function rowsOf({ engine }: Desk, sql: string): Promise<string> {
  const { queryId, columns } = await ok(
    engine.control('query.open', { sql, rowLimit: null, timeoutSeconds: null }),
  );
  const all: unknown[] = [columns];
  for (;;) {
    const { rows, done } = await ok(engine.control('query.next', { queryId }));
    all.push(...rows);
    if (done) break;
  }
  return JSON.stringify(all, (_, value) => (typeof value === 'bigint' ? String(value) : value));
}

/** A few at a time: each is a process of its own. */
export async function answersOf(desk: Desk, queries: readonly string[]): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  for (let from = 0; from < queries.length; from += 4) {
    const some = queries.slice(from, from + 4);
    for (const [index, rows] of (await Promise.all(some.map((sql) => rowsOf(desk, sql)))).entries())
      answers.set(some[index] ?? '', rows);
  }
  return answers;
}

export async function pageOf({ page }: Desk): Promise<Uint8Array> {
  const view = await ok(page.call('view.open', { filter: EVERYTHING, sort: [] }));
  const columns = ['event_id', 'timestamp', 'message', 'source_ip', 'starred', 'tags'];
  return (await ok(page.call('view.page', { viewId: view.viewId, offset: 300, limit: 500, columns }))).arrow;
}

export function whole({ page }: Desk): Promise<CaseState> {
  return new Promise((done) => {
    page.on('facts.changed', ({ case: state }) => {
      if (state.file?.check !== 'checking') done(state);
    });
  });
}
