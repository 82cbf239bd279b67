import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeSegment } from '../evidence/segment';
import { openWorkspace, type Workspace } from './workspace';

let folder: string;
let place: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'throughline-workspace-'));
  place = join(folder, 'case');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const now = (): Date => new Date('2026-01-02T03:04:05Z');

async function open(options: Partial<Parameters<typeof openWorkspace>[0]> = {}): Promise<Workspace> {
  const opened = await openWorkspace({ folder: place, mode: 'write', create: true, now, ...options });
  if (!opened.ok) throw new Error(opened.problem.code);
  return opened.value;
}

const refusal = async (options: Partial<Parameters<typeof openWorkspace>[0]> = {}): Promise<string> => {
  const opened = await openWorkspace({ folder: place, mode: 'write', create: true, now, ...options });
  if (opened.ok) await opened.value.close();
  return opened.ok ? 'opened' : opened.problem.code;
};

/** An import of two segments, staged and not yet committed. */
async function stage(workspace: Workspace, importId: string): Promise<string[]> {
  const staged = await workspace.stage(importId);
  for (const name of ['000001', '000002']) {
    await mkdir(join(staged, name));
    await writeFile(join(staged, name, 'event.parquet'), `${importId} ${name}`);
    await writeSegment(join(staged, name), []);
  }
  return ['000001', '000002'];
}

describe('workspace', () => {
  test('is made once and found again; a reader takes no lock', async () => {
    const made = await open({ name: 'Plant 7' });
    expect([made.name, made.readOnly, made.nextEvidenceId()]).toEqual(['Plant 7', null, 1]);
    const reader = await open({ mode: 'read' });
    expect(reader.readOnly).toContain(`process ${process.pid}`);
    await made.close();
    const again = await open({ name: 'another name' });
    expect([again.name, again.readOnly]).toEqual(['Plant 7', null]);
    await reader.close();
    await again.close();
    expect((await open({ mode: 'read' })).readOnly).toBe('Opened for reading.');
  });

  test('says why it cannot be opened', async () => {
    expect(await refusal({ create: false })).toBe('case-missing');
    await mkdir(place);
    await writeFile(join(place, 'holiday.jpg'), '');
    expect(await refusal()).toBe('folder-not-empty');
    expect(await readdir(place)).toEqual(['holiday.jpg']);
    await rm(join(place, 'holiday.jpg'));
    expect(await refusal()).toBe('opened');
    const file = join(place, 'case.json');
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('"version": 1', '"version": 2'));
    expect(await refusal()).toBe('case-newer');
    await writeFile(file, text);
    await mkdir(join(place, 'facts', '000001'), { recursive: true });
    await writeFile(join(place, 'facts', '000001', 'segment.json'), '{"version": 99, "evidences": []}');
    expect(await refusal()).toBe('case-newer');
    await writeFile(join(place, 'facts', '000001', 'segment.json'), '{"version": "x"}');
    expect(await refusal()).toBe('segment-unreadable');
    await writeFile(file, '{"torn');
    expect(await refusal()).toBe('case-unreadable');
    await writeFile(join(folder, 'file'), '');
    expect(await refusal({ folder: join(folder, 'file') })).toBe('case-missing');
    expect(await refusal({ folder: join(folder, 'file', 'below') })).toBe('case-missing');
  });

  test('a journal that was changed opens read-only and says where', async () => {
    await (await open()).close();
    await writeFile(join(place, 'journal.jsonl'), '{"not":"an operation"}\n');
    const opened = await open();
    expect(opened.readOnly).toContain('journal.jsonl, line 1');
    await opened.close();
  });

  test('a segment without its description is told, not skipped', async () => {
    await (await open()).close();
    await mkdir(join(place, 'facts', '000001'), { recursive: true });
    expect(await refusal()).toBe('segment-unreadable');
  });

  test('a commit is found whole; an import that was not committed is swept away', async () => {
    const first = await open();
    const committed = await first.commit('one', await stage(first, 'one'));
    expect(committed.ok && committed.value.map(({ name }) => name)).toEqual(['000001', '000002']);
    await stage(first, 'two');
    await first.close();
    const second = await open();
    expect(second.segments.map(({ name }) => name)).toEqual(['000001', '000002']);
    expect(await readdir(join(place, 'staging'))).toEqual([]);
    const more = await second.commit('three', await stage(second, 'three'));
    expect(more.ok && more.value.map(({ name }) => name)).toEqual(['000003', '000004']);
    await second.close();
  });

  test('from every moment of a commit on, the next opening finds all of it or nothing', async () => {
    const first = await open();
    const moves = (await stage(first, 'one')).map((from) => ({ from, to: from }));
    await first.close();
    const staged = join('staging', 'one');
    const moments: [string, () => Promise<void>, number][] = [
      ['staged', async () => undefined, 0],
      ['commit file half written', () => writeFile(join(place, staged, 'commit.json.7.part'), '[{"fr'), 0],
      ['commit file torn', () => writeFile(join(place, staged, 'commit.json'), '[{"fr'), 0],
      ['commit file written', () => writeFile(join(place, staged, 'commit.json'), JSON.stringify(moves)), 2],
      [
        'one moved',
        async () => {
          await writeFile(join(place, staged, 'commit.json'), JSON.stringify(moves));
          await rename(join(place, staged, '000001'), join(place, 'facts', '000001'));
        },
        2,
      ],
      [
        'all moved',
        async () => {
          await writeFile(join(place, staged, 'commit.json'), JSON.stringify(moves));
          for (const { from, to } of moves) await rename(join(place, staged, from), join(place, 'facts', to));
        },
        2,
      ],
    ];
    await cp(place, join(folder, 'original'), { recursive: true });
    for (const [moment, reach, segments] of moments) {
      await rm(place, { recursive: true });
      await cp(join(folder, 'original'), place, { recursive: true });
      await reach();
      const opened = await open();
      expect([moment, opened.segments.length]).toEqual([moment, segments]);
      expect([moment, await readdir(join(place, 'staging'))]).toEqual([moment, []]);
      await opened.close();
    }
  });

  test('window state is kept', async () => {
    const opened = await open();
    expect(await opened.loadSettings()).toBeNull();
    await opened.saveSettings('{"a":1}');
    await opened.saveSettings('{"a":2}');
    expect(await opened.loadSettings()).toBe('{"a":2}');
    expect((await readdir(place)).filter((name) => name.includes('part'))).toEqual([]);
    await opened.close();
  });
});
