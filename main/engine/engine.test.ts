import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Desk, deskOf, importDone, importFiles, ok, openCase, refusal, sitDown } from './desk-for-tests';
import { buildPrograms, type Programs } from './programs-for-tests';

let programs: Programs;
let folder: string;
let desks: Desk[];
beforeAll(async () => {
  programs = await buildPrograms();
});
afterAll(() => programs.remove());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'throughline-engine-'));
  desks = [];
});
afterEach(async () => {
  await Promise.all(desks.map(({ engine }) => engine.stop(500)));
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<Desk> {
  const desk = await sitDown(folder);
  desks.push(desk);
  return desk;
}

async function file(name: string, lines: number): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, 'a line\n'.repeat(lines));
  return path;
}

describe('engine', () => {
  test('imports, shows, removes, undoes, and finds all again after a restart', async () => {
    const hold = await start();
    const { page } = hold;
    await openCase(hold);
    const changes: number[] = [];
    page.on('facts.changed', ({ case: state }) => changes.push(state.events));
    const done = await importFiles(hold, [await file('a.log', 30), await file('b.log', 12)]);
    expect([done.status, done.rows.map(({ evidence_id, events }) => [evidence_id, events])]).toEqual([
      'done',
      [
        [1, 30],
        [2, 12],
      ],
    ]);
    const view = await ok(page.call('view.open', { filter: { kind: 'and', of: [] }, sort: [] }));
    expect([view.shown, view.total]).toEqual([42, 42]);
    const rows = await ok(
      page.call('view.page', { viewId: view.viewId, offset: 0, limit: 10, columns: ['message'] }),
    );
    expect(rows.arrow).toBeInstanceOf(Uint8Array);
    expect(rows.arrow.byteLength).toBeGreaterThan(100);

    const removed = await ok(page.call('evidence.remove', { evidenceIds: [1] }));
    expect([removed.events, removed.evidence, removed.undo, removed.redo]).toEqual([
      12,
      1,
      'Remove 1 evidence',
      null,
    ]);
    expect((await ok(page.call('view.open', { filter: { kind: 'and', of: [] }, sort: [] }))).total).toBe(12);
    const undone = await ok(page.call('operation.undo', {}));
    expect([undone.events, undone.undo, undone.redo]).toEqual([42, null, 'Remove 1 evidence']);
    const redone = await ok(page.call('operation.redo', {}));
    expect([redone.events, redone.undo, redone.redo]).toEqual([12, 'Remove 1 evidence', null]);
    expect(changes).toEqual([42, 12, 42, 12]);
    await ok(page.call('workspace.save', { state: '{"theme":"dark"}' }));
    await ok(hold.engine.control('query.open', { sql: 'SELECT 1', rowLimit: null, timeoutSeconds: null }));
    await hold.engine.stop();
    expect(await readdir(join(folder, 'case', 'cache'))).toEqual(['work.duckdb']);

    const again = await start();
    expect((await openCase(again)).events).toBe(12);
    expect(
      (await ok(again.page.call('view.open', { filter: { kind: 'and', of: [] }, sort: [] }))).total,
    ).toBe(12);
    expect((await ok(again.page.call('workspace.load', {}))).state).toBe('{"theme":"dark"}');
    const { rows: ledger } = await ok(again.page.call('evidence.list', {}));
    expect(ledger.map(({ removed: isRemoved }) => isRemoved)).toEqual([true, false]);
    const hello = await ok(again.page.call('session.hello', {}));
    expect(hello.recent[0]?.folder).toBe(join(folder, 'case'));
    expect(await readFile(hello.logFile, 'utf8')).toContain('opened');
  });

  test('shows one event with its record and the bytes it came from', async () => {
    const hold = await start();
    await openCase(hold);
    await importFiles(hold, [await file('a.log', 3)]);
    const detail = await ok(hold.page.call('event.detail', { eventId: String((1n << 36n) + 1n) }));
    expect(detail.fields).toMatchObject({
      message: 'event 1',
      record_number: 2,
      timestamp: 1767225601000000,
    });
    expect(detail.record).toEqual([{ name: 'line', value: 'line 1' }]);
    expect(detail.source).toMatchObject({ byteOffset: 10, byteLength: 10, missing: false, name: 'a.log' });
    const { data, changed } = await ok(
      hold.page.call('evidence.bytes', { evidenceId: 1, offset: 7, length: 6 }),
    );
    expect([Buffer.from(data).toString(), changed]).toEqual(['a line', false]);
    await writeFile(join(folder, 'a.log'), 'another file');
    expect(
      (await ok(hold.page.call('evidence.bytes', { evidenceId: 1, offset: 0, length: 7 }))).changed,
    ).toBe(true);
    await rm(join(folder, 'a.log'));
    const gone = hold.page.call('evidence.bytes', { evidenceId: 1, offset: 0, length: 7 });
    expect(await refusal(gone)).toBe('evidence-missing');
  });

  test('an importer that dies costs only the file that killed it', async () => {
    const hold = await start();
    await openCase(hold);
    const files = [
      await file('a.log', 3),
      await file('b.log', 4),
      await file('crash.log', 5),
      await file('d.log', 6),
      await file('heavy.log', 7),
    ];
    const done = await importFiles(hold, files, { password: 'kept nowhere' });
    expect(done.rows.map(({ name, status, events }) => [name, status, events])).toEqual([
      ['a.log', 'loaded', 3],
      ['b.log', 'loaded', 4],
      ['crash.log', 'failed', 0],
      ['d.log', 'loaded', 6],
      ['heavy.log', 'failed', 0],
    ]);
    expect(done.rows.map(({ evidence_id }) => evidence_id)).toEqual([1, 2, 3, 4, 5]);
    expect(done.rows[2]?.problem?.code).toBe('importer-lost');
    expect(done.rows[4]?.problem).toMatchObject({
      code: 'importer-lost',
      what: 'Reading this file takes more memory than an import may have.',
      why: expect.stringMatching(/FATAL ERROR: Reached heap limit - JavaScript heap out of memory$/),
    });
    const held = spawnSync('grep', ['-rl', 'kept nowhere', join(folder, 'case')], { encoding: 'utf8' });
    expect([held.status, held.stdout]).toEqual([1, '']);
  });

  test('a cancelled import leaves nothing, one that fails leaves nothing and says why', async () => {
    const hold = await start();
    await openCase(hold);
    const slow = await file('slow.log', 3);
    hold.page.on('import.progress', ({ importId }) => void hold.page.call('evidence.cancel', { importId }));
    const cancelled = await importFiles(hold, [await file('a.log', 3), slow]);
    expect(cancelled.status).toBe('cancelled');
    const other = deskOf(hold.engine, folder);
    hold.page.close();
    const failed = await importFiles(other, [await file('full.log', 3)]);
    expect([failed.status, failed.problem?.code]).toEqual(['failed', 'disk-full']);
    expect(await readdir(join(folder, 'case', 'facts'))).toEqual([]);
    expect(await readdir(join(folder, 'case', 'staging'))).toEqual([]);
    expect((await ok(other.page.call('evidence.list', {}))).rows).toEqual([]);
  });

  test('killed during an import it leaves the case as it was, and the importer dies with it', async () => {
    const hold = await start();
    await openCase(hold);
    await importFiles(hold, [await file('a.log', 3)]);
    const slow = await file('slow.log', 3);
    const begun = new Promise<void>((resolve) => hold.page.on('import.progress', () => resolve()));
    void importFiles(hold, [slow]);
    await begun;
    const children = childrenOf(hold.engine.pid ?? 0);
    const gone = new Promise<void>((resolve) => hold.engine.onExit(() => resolve()));
    hold.engine.kill();
    await gone;
    for (const child of children) await expect.poll(() => isRunning(child), { timeout: 60_000 }).toBe(false);
    const again = await start();
    const state = await openCase(again);
    expect([state.readOnly, state.evidence, state.events]).toEqual([null, 1, 3]);
    expect(await readdir(join(folder, 'case', 'staging'))).toEqual([]);
  });

  test('a second opener is told who has the case, and reads', async () => {
    const first = await start();
    await openCase(first);
    await importFiles(first, [await file('a.log', 5)]);
    const second = await start();
    const state = await openCase(second);
    expect(state.readOnly).toContain(`process ${first.engine.pid} on`);
    expect(
      (await ok(second.page.call('view.open', { filter: { kind: 'and', of: [] }, sort: [] }))).total,
    ).toBe(5);
    const refused = second.page.call('evidence.remove', { evidenceIds: [1] });
    expect(await refusal(refused)).toBe('case-read-only');
    await first.engine.stop();
    expect((await openCase(second)).readOnly).toBeNull();
  });

  test('takes in a file that the page sends, in order only', async () => {
    const hold = await start();
    await openCase(hold);
    const { page } = hold;
    const bytes = new TextEncoder().encode('one\ntwo\n');
    const { uploadId } = await ok(page.call('upload.begin', { name: 'sent.log', sizeBytes: bytes.length }));
    await ok(page.call('upload.chunk', { uploadId, offset: 0, data: bytes.subarray(0, 4) }));
    const wrong = await page.call('upload.chunk', { uploadId, offset: 0, data: bytes.subarray(0, 4) });
    expect(wrong.ok).toBe(false);
    await ok(page.call('upload.chunk', { uploadId, offset: 4, data: bytes.subarray(4) }));
    const { token, sha256 } = await ok(page.call('upload.end', { uploadId }));
    expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    const done = await importDone(hold, { items: [{ token, options: {} }], copy: false });
    expect(done.rows.map(({ name, events }) => [name, events])).toEqual([['sent.log', 2]]);
    expect(await readdir(join(folder, 'case', 'staging'))).toEqual([]);
  });

  test('surveys a folder; a file that ends the importer is told and the others are looked at', async () => {
    const hold = await start();
    await openCase(hold);
    await mkdir(join(folder, 'drop', 'deeper'), { recursive: true });
    for (const name of ['b.log', 'crash.log', 'deeper/c.log', 'a.log']) await file(`drop/${name}`, 2);
    await symlink(join(folder, 'drop', 'a.log'), join(folder, 'drop', 'link.log'));
    const tokens = [await hold.token(join(folder, 'drop'))];
    const survey = await ok(hold.page.call('evidence.survey', { tokens }));
    expect(
      survey.files.map(({ name, candidates, problem }) => [name, candidates[0]?.why, problem?.code]),
    ).toEqual([
      ['a.log', 'named a.log', undefined],
      ['b.log', 'named b.log', undefined],
      ['crash.log', undefined, 'importer-lost'],
      ['c.log', 'named c.log', undefined],
      ['link.log', undefined, 'link-not-followed'],
    ]);
    expect(survey.totalBytes).toBe(56);
    const some = await ok(hold.page.call('evidence.survey', { tokens, most: 2 }));
    expect(some.files.map(({ looked, candidates }) => [looked, candidates.length])).toEqual([
      [true, 1],
      [true, 1],
      [false, 0],
      [false, 0],
      // It needs no look to be told.
      [true, 0],
    ]);
    const items = survey.files.slice(0, 2).map(({ token }) => ({ token, options: {} }));
    const done = await importDone(hold, { items, copy: false });
    expect(done.rows.map(({ path }) => path)).toEqual(
      ['a.log', 'b.log'].map((name) => join(folder, 'drop', name)),
    );
  });

  test('files of a case are the analyst’s alone', async () => {
    const hold = await start();
    await openCase(hold);
    await importFiles(hold, [await file('a.log', 5)]);
    const names = spawnSync('find', [join(folder, 'case')], { encoding: 'utf8' })
      .stdout.trim()
      .split('\n');
    expect(names.length).toBeGreaterThan(8);
    for (const name of names) expect([name, (await stat(name)).mode & 0o077]).toEqual([name, 0]);
  });
});

function childrenOf(pid: number): string[] {
  return spawnSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' })
    .stdout.trim()
    .split('\n')
    .filter(Boolean);
}

function isRunning(pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.[0] !== 'Z';
  } catch {
    return false;
  }
}
