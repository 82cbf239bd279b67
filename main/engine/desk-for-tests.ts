/** What tests ask of an engine at a desk of its own: a case, imports, rows by SQL, pages of events, the end of a check. */
import { join } from 'node:path';
import type { ImportOptions } from '../../shared/evidence';
import { EVERYTHING } from '../../shared/filter';
import type { Outcome } from '../../shared/problem';
import type { CaseState, Notice, Params } from '../../shared/protocol';
import { type EngineClient, startEngine } from '../process/engine-client';
import { type PageCaller, pageCaller } from '../process/page-caller';

export interface Desk {
  readonly engine: EngineClient;
  readonly page: PageCaller;
  readonly folder: string;
  token(path: string): Promise<string>;
}

export async function ok<T>(outcome: Promise<Outcome<T>>): Promise<T> {
  const result = await outcome;
  if (!result.ok) throw new Error(JSON.stringify(result.problem));
  return result.value;
}

/** The code of the problem, or `done`. */
export async function refusal(outcome: Promise<Outcome<unknown>>): Promise<string> {
  const result = await outcome;
  return result.ok ? 'done' : result.problem.code;
}

/** Starts an engine that keeps its own and its cases below `folder`; whoever sits down stops it. */
export async function sitDown(folder: string, sampleFolder: string | null = null): Promise<Desk> {
  const engine = startEngine();
  await ok(
    engine.control('engine.configure', {
      host: 'browser',
      dataFolder: join(folder, 'data'),
      casesFolder: join(folder, 'cases'),
      sampleFolder,
    }),
  );
  return deskOf(engine, folder);
}

/** Another page of the same engine. */
export function deskOf(engine: EngineClient, folder: string): Desk {
  return {
    engine,
    page: pageCaller(engine.connect()),
    folder,
    async token(path) {
      const { grants } = await ok(engine.control('path.grant', { paths: [path] }));
      return grants[0]?.token ?? '';
    },
  };
}

/** Opens the desk's case of that name, made where there is none. */
export function openCase({ engine, folder }: Desk, name = 'case'): Promise<CaseState> {
  const asked = { folder: join(folder, name), mode: 'write' as const, create: true, cache: true };
  return ok(engine.control('case.openFolder', asked));
}

export async function importFiles(
  desk: Desk,
  paths: readonly string[],
  options: ImportOptions = {},
  copy = false,
): Promise<Notice<'import.done'>> {
  const items: Params<'evidence.import'>['items'] = [];
  for (const path of paths) items.push({ token: await desk.token(path), options });
  return importDone(desk, { items, copy });
}

/** One import, to its end. */
export async function importDone(
  { page }: Desk,
  params: Params<'evidence.import'>,
): Promise<Notice<'import.done'>> {
  const ended: Notice<'import.done'>[] = [];
  let look = (): void => undefined;
  page.on('import.done', (done) => {
    ended.push(done);
    look();
  });
  const { importId } = await ok(page.call('evidence.import', params));
  return new Promise((resolve) => {
    look = () => {
      const done = ended.find((one) => one.importId === importId);
      if (done) resolve(done);
    };
    look();
  });
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
