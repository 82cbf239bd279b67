/** Test support: an engine killed at a moment of an import, opened again, and asked what is there. */
import { randomUUID } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type EngineClient, startEngine } from '../process/engine-client';
import { type PageCaller, pageCaller } from '../process/page-caller';

export interface AfterKill {
  /** By the ledger, and by the working database. */
  readonly ledgerEvents: number;
  readonly shownEvents: number;
  readonly staging: readonly string[];
  /** Whether the engine had said that the import is done. */
  readonly acknowledged: boolean;
}

const FILES = 3;
const LINES = 50;
/** Events of one import. */
export const EVENTS_A_ROUND = FILES * LINES;

/** Imports once undisturbed and says how many milliseconds that took here and now: what kills are spread over. */
export async function spanOfImport(folder: string): Promise<number> {
  const engine = startEngine();
  try {
    const page = pageCaller(engine.connect());
    await openCase(engine, folder);
    const done = new Promise<void>((resolve) => page.on('import.done', () => resolve()));
    const begun = performance.now();
    await startImport(engine, page, folder);
    await done;
    return performance.now() - begun;
  } finally {
    await engine.stop();
  }
}

async function startImport(engine: EngineClient, page: PageCaller, folder: string): Promise<void> {
  const paths: string[] = [];
  for (let number = 0; number < FILES; number += 1) {
    const path = join(folder, `${number}.log`);
    // No two imports bring the same bytes, which would make the later one a duplicate.
    const said = randomUUID();
    await writeFile(
      path,
      Array.from({ length: LINES }, (_, line) => `2026-01-02T03:04:05Z ${said} line ${line}\n`).join(''),
    );
    paths.push(path);
  }
  const granted = await engine.control('path.grant', { paths });
  const tokens = granted.ok ? granted.value.grants.map(({ token }) => token) : [];
  void page.call('evidence.import', { items: tokens.map((token) => ({ token, options: {} })), copy: true });
}

/** Starts an import into the case, kills the engine after so many milliseconds, and opens the case anew. */
export async function killDuringImport(folder: string, afterMs: number): Promise<AfterKill> {
  const victim = startEngine();
  const page = pageCaller(victim.connect());
  const gone = new Promise<void>((resolve) => victim.onExit(() => resolve()));
  await openCase(victim, folder);
  let acknowledged = false;
  page.on('import.done', ({ status }) => {
    acknowledged = status === 'done';
  });
  await startImport(victim, page, folder);
  await wait(afterMs);
  victim.kill();
  await gone;

  const engine = startEngine();
  try {
    const ledgerEvents = await openCase(engine, folder);
    const view = await pageCaller(engine.connect()).call('view.open', {
      filter: { kind: 'and', of: [] },
      sort: [],
    });
    if (!view.ok) throw new Error(view.problem.what);
    const staging = await readdir(join(folder, 'case', 'staging'));
    return { ledgerEvents, shownEvents: view.value.total, staging, acknowledged };
  } finally {
    await engine.stop();
  }
}

async function openCase(engine: EngineClient, folder: string): Promise<number> {
  const state = await engine.control('case.openFolder', {
    folder: join(folder, 'case'),
    mode: 'write',
    create: true,
    cache: true,
  });
  if (!state.ok) throw new Error(`${state.problem.what} ${state.problem.why ?? ''}`);
  if (state.value.readOnly !== null) throw new Error(state.value.readOnly);
  return state.value.events;
}

/** Whole imports only, those that were acknowledged among them, the ledger and the tables agreeing, nothing left in staging. */
export function faultsOf(after: AfterKill, before: number): string[] {
  const faults: string[] = [];
  if (after.ledgerEvents !== after.shownEvents)
    faults.push(`${after.ledgerEvents} ≠ ${after.shownEvents} shown`);
  const added = after.ledgerEvents - before;
  if (added !== 0 && added !== EVENTS_A_ROUND) faults.push(`${added} events were added`);
  if (after.acknowledged && added === 0) faults.push('an import that was said to be done is not there');
  if (after.staging.length > 0) faults.push(`left in staging: ${after.staging.join(', ')}`);
  return faults;
}
