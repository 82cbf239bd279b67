/** Test support: engines killed while an analyst annotates or saves the case; what is there afterwards. */
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { CaseState } from '../../shared/protocol';
import { openBytes } from '../case-file/file-bytes';
import { verifyCaseFile } from '../case-file/verify';
import { type EngineClient, startEngine } from '../process/engine-client';
import { type PageCaller, pageCaller } from '../process/page-caller';

const LINES = 60;

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

/**
 * Notes, bulk tags, findings, undo and redo one after another; the engine is killed after so long. Every operation
 * that was acknowledged must be in the journal, and at most the one under way beside them.
 */
export async function killWhileAnnotating(folder: string, afterMs: number): Promise<string[]> {
  const { engine, page } = await sitDown(folder);
  const before = operations(folder);
  const gone = new Promise<void>((resolve) => engine.onExit(() => resolve()));
  let acknowledged = 0;
  let steps: { undo: string | null; redo: string | null } | null = null;
  const annotate = async (): Promise<void> => {
    for (let index = 0; ; index += 1) {
      const state = await annotateOnce(page, index);
      if (state === null) return;
      acknowledged += 1;
      steps = { undo: state.undo, redo: state.redo };
    }
  };
  const working = annotate();
  await wait(afterMs);
  engine.kill();
  await gone;
  await working;
  const again = await sitDown(folder);
  const added = operations(folder) - before;
  const now = { undo: again.state.undo, redo: again.state.redo };
  const shown = await marksOf(again.page);
  // What the tables show must be what the journal amounts to.
  const listed = await again.page.call('work.list', {});
  await again.engine.stop();
  const faults: string[] = [];
  if (added < acknowledged) faults.push(`${acknowledged} operations were acknowledged, ${added} are there`);
  if (added > acknowledged + 1)
    faults.push(`${added} operations are there, ${acknowledged} were acknowledged`);
  if (added === acknowledged && steps !== null && JSON.stringify(now) !== JSON.stringify(steps))
    faults.push(`the last one is ${JSON.stringify(now)}, not ${JSON.stringify(steps)}`);
  if (!listed.ok) faults.push(listed.problem.what);
  else {
    if (listed.value.lost.length > 0) faults.push('marks were lost');
    const { notes, tags } = listed.value;
    const tagged = tags.reduce((sum, { events }) => sum + events, 0);
    if (shown.notes !== notes || shown.tags !== tagged)
      faults.push(`${JSON.stringify(shown)} are shown, ${notes} notes and ${tagged} tags are listed`);
  }
  return faults;
}

/** One operation of some kind; null once the engine is gone. */
async function annotateOnce(page: PageCaller, index: number): Promise<CaseState | null> {
  const said = randomUUID();
  const event = String(FIRST_EVENT + BigInt(index % LINES));
  if (index % 7 === 5 || index % 7 === 6) {
    const stepped = await page.call(index % 7 === 5 ? 'operation.undo' : 'operation.redo', {});
    return stepped.ok ? stepped.value : null;
  }
  if (index % 7 === 4) {
    const cite = { eventIds: [event] };
    const put = await page.call('finding.put', {
      id: null,
      title: `Finding ${said}`,
      text: '',
      views: [],
      order: index,
      cite,
      uncite: [],
    });
    return put.ok ? put.value.case : null;
  }
  const put = await page.call(
    'mark.put',
    index % 7 === 2
      ? {
          what: 'tag',
          value: `t-${said}`,
          on: { filter: { kind: 'contains', field: 'message', text: `user${index % 10}` } },
        }
      : { what: 'note', value: said, on: { eventIds: [event] } },
  );
  return put.ok ? put.value.case : null;
}

/** Saves once undisturbed and says how many milliseconds that took here and now. */
export async function spanOfPack(folder: string, target: string): Promise<number> {
  const { engine, page } = await sitDown(folder);
  const token = await tokenOf(engine, target);
  const begun = performance.now();
  const packed = await page.call('case.pack', { token, embed: true, passphrase: null, signKey: null });
  const span = performance.now() - begun;
  await engine.stop();
  if (!packed.ok) throw new Error(packed.problem.what);
  return span;
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

async function sitDown(
  folder: string,
): Promise<{ engine: EngineClient; page: PageCaller; state: CaseState }> {
  const engine = startEngine();
  const state = await engine.control('case.openFolder', { folder, mode: 'write', create: true, cache: true });
  if (!state.ok) throw new Error(`${state.problem.what} ${state.problem.why ?? ''}`);
  if (state.value.readOnly !== null) throw new Error(state.value.readOnly);
  return { engine, page: pageCaller(engine.connect()), state: state.value };
}

/** Whole lines of the journal. */
function operations(folder: string): number {
  const path = join(folder, 'journal.jsonl');
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').length - 1 : 0;
}

/** Events with notes, and tags, as the events carry them. */
async function marksOf(page: PageCaller): Promise<{ notes: number; tags: number }> {
  const found = { notes: 0, tags: 0 };
  for (let line = 0; line < LINES; line += 1) {
    const detail = await page.call('event.detail', { eventId: String(FIRST_EVENT + BigInt(line)) });
    if (!detail.ok) throw new Error(detail.problem.what);
    const { marks } = detail.value;
    if (marks.some(({ what }) => what === 'note')) found.notes += 1;
    found.tags += marks.filter(({ what }) => what === 'tag').length;
  }
  return found;
}

const FIRST_EVENT = 1n << 36n;

async function tokenOf(engine: EngineClient, path: string): Promise<string> {
  const granted = await engine.control('path.grant', { paths: [path] });
  return granted.ok ? (granted.value.grants[0]?.token ?? '') : '';
}
