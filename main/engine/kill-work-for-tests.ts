/** Test support: engines killed while an analyst annotates or saves the case; what is there afterwards. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { openBytes } from '../case-file/file-bytes';
import { verifyCaseFile } from '../case-file/verify';
import { type EngineClient, startEngine } from '../process/engine-client';
import { type PageCaller, pageCaller } from '../process/page-caller';

const LINES = 400;

/** Makes the case that is then annotated and saved. */
export async function makeVictim(folder: string, log: string): Promise<void> {
  const { engine, page } = await sitDown(folder);
  const granted = await engine.control('path.grant', { paths: [log] });
  const token = granted.ok ? (granted.value.grants[0]?.token ?? '') : '';
  const done = new Promise<void>((resolve) => page.on('import.done', () => resolve()));
  await page.call('evidence.import', {
    items: [{ token, options: { zone: 'UTC', year: 2026 } }],
    copy: true,
  });
  await done;
  await engine.stop();
}

export function victimLog(): string {
  return Array.from(
    { length: LINES },
    (_, line) =>
      `Jan  2 03:${String(Math.floor(line / 60)).padStart(2, '0')}:${String(line % 60).padStart(2, '0')} host sshd[7]: Failed password for user${line} from 10.0.0.${line % 250} port 22 ssh2\n`,
  ).join('');
}

/** Notes put one after another; the engine is killed after so long. What was acknowledged must be there. */
export async function killWhileAnnotating(folder: string, afterMs: number): Promise<string[]> {
  const { engine, page } = await sitDown(folder);
  const before = await notes(page);
  const events = await eventIds(page);
  const gone = new Promise<void>((resolve) => engine.onExit(() => resolve()));
  let acknowledged = 0;
  const round = Date.now();
  const annotate = async (): Promise<void> => {
    for (const [index, eventId] of events.entries()) {
      const put = await page.call('mark.put', {
        what: 'note',
        value: `${round}-${index}`,
        on: { eventIds: [eventId] },
      });
      if (!put.ok) return;
      acknowledged += 1;
    }
  };
  const working = annotate();
  await wait(afterMs);
  engine.kill();
  await gone;
  await working;
  const again = await sitDown(folder);
  const after = await notes(again.page);
  await again.engine.stop();
  const faults: string[] = [];
  const added = after - before;
  if (added < acknowledged) faults.push(`${acknowledged} notes were acknowledged, ${added} are there`);
  if (added > acknowledged + 1) faults.push(`${added} notes are there, ${acknowledged} were acknowledged`);
  return faults;
}

/** The case is saved over an older file; whichever is there must be whole, and the next save leaves no remains. */
export async function killWhilePacking(folder: string, target: string, afterMs: number): Promise<string[]> {
  const { engine, page } = await sitDown(folder);
  const gone = new Promise<void>((resolve) => engine.onExit(() => resolve()));
  const had = existsSync(target);
  const token = await tokenOf(engine, target);
  let acknowledged = false;
  const packing = page
    .call('case.pack', { token, embed: true, passphrase: null, signKey: null })
    .then((packed) => {
      acknowledged = packed.ok;
    });
  await wait(afterMs);
  engine.kill();
  await gone;
  await packing;
  const faults: string[] = [];
  if (existsSync(target)) {
    const file = await openBytes(target);
    const { problems } = await verifyCaseFile(file, () => undefined);
    await file.close();
    if (problems.length > 0) faults.push(`half a file: ${JSON.stringify(problems[0])}`);
  } else if (had || acknowledged) faults.push('the file is gone');
  const again = await sitDown(folder);
  const next = join(target, '..', 'next.tlcase');
  const saved = await again.page.call('case.pack', {
    token: await tokenOf(again.engine, next),
    embed: true,
    passphrase: null,
    signKey: null,
  });
  const resaved = await again.page.call('case.pack', {
    token: await tokenOf(again.engine, target),
    embed: true,
    passphrase: null,
    signKey: null,
  });
  if (!saved.ok || !resaved.ok) faults.push('the case cannot be saved any more');
  await again.engine.stop();
  const parts = readdirSync(join(target, '..')).filter((name) => name.endsWith('.part'));
  if (parts.length > 0) faults.push(`left behind: ${parts.join(', ')}`);
  return faults;
}

async function sitDown(folder: string): Promise<{ engine: EngineClient; page: PageCaller }> {
  const engine = startEngine();
  const state = await engine.control('case.openFolder', { folder, mode: 'write', create: true, cache: true });
  if (!state.ok) throw new Error(`${state.problem.what} ${state.problem.why ?? ''}`);
  if (state.value.readOnly !== null) throw new Error(state.value.readOnly);
  return { engine, page: pageCaller(engine.connect()) };
}

/** Marks of the journal, not of events: a note put twice on one event counts twice. */
async function notes(page: PageCaller): Promise<number> {
  const listed = await page.call('work.list', {});
  if (!listed.ok) throw new Error(listed.problem.what);
  if (listed.value.lost.length > 0) throw new Error('marks were lost');
  let count = 0;
  for (const id of await eventIds(page)) {
    const detail = await page.call('event.detail', { eventId: id });
    if (!detail.ok) throw new Error(detail.problem.what);
    count += detail.value.marks.length;
  }
  return count;
}

const FIRST_EVENT = 1n << 36n;
const NOTED = 40;

async function eventIds(_page: PageCaller): Promise<string[]> {
  return Array.from({ length: NOTED }, (_, index) => String(FIRST_EVENT + BigInt(index)));
}

async function tokenOf(engine: EngineClient, path: string): Promise<string> {
  const granted = await engine.control('path.grant', { paths: [path] });
  return granted.ok ? (granted.value.grants[0]?.token ?? '') : '';
}
