/** Evidence imported again with other settings keeps its marks, can be undone, and never loses what was read. */
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ImportOptions } from '../../shared/evidence';
import type { PageCaller } from '../process/page-caller';
import { type Desk, importDone, importFiles, ok, openCase, refusal, sitDown } from './desk-for-tests';
import { buildPrograms, type Programs } from './programs-for-tests';

let programs: Programs;
let folder: string;
let desk: Desk;
let page: PageCaller;
beforeAll(async () => {
  programs = await buildPrograms(true);
  folder = mkdtempSync(join(tmpdir(), 'throughline-again-'));
  desk = await sitDown(folder);
  page = desk.page;
  await openCase(desk);
}, 120_000);
afterAll(async () => {
  await desk.engine.stop();
  programs.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function bring(name: string, lines: readonly string[], options: ImportOptions = {}) {
  const path = join(folder, name);
  writeFileSync(path, lines.join(''));
  return importFiles(desk, [path], options);
}

async function bringAgain(evidenceId: number, options: ImportOptions) {
  const { token, replaces } = await ok(page.call('evidence.again', { evidenceId }));
  return importDone(desk, { items: [{ token, options }], copy: false, replaces });
}

async function inForce() {
  const { rows } = await ok(page.call('evidence.list', {}));
  return rows.filter(({ removed }) => !removed);
}

const syslog = (from: number, to: number) =>
  Array.from(
    { length: to - from },
    (_, at) =>
      `Jan  2 03:04:${String(from + at).padStart(2, '0')} gate sshd[7]: Failed password for user${from + at} from 10.0.0.1 port 22 ssh2\n`,
  );

test('another zone takes the place of the first; marks stay, undo and redo exchange the two', {
  timeout: 240_000,
}, async () => {
  const first = await bring('auth.log', syslog(0, 3), { zone: 'UTC', year: 2026 });
  const id = first.rows[0]?.evidence_id ?? 0;
  const eventId = String((BigInt(id) << 36n) + 1n);
  await ok(page.call('mark.put', { what: 'note', value: 'the second', on: { eventIds: [eventId] } }));

  const again = await ok(page.call('evidence.again', { evidenceId: id }));
  expect(again).toMatchObject({ name: 'auth.log', replaces: [id], isContainer: false });
  expect(again.options).toMatchObject({ zone: 'UTC', year: 2026 });
  const second = await bringAgain(id, { zone: 'Australia/Brisbane', year: 2026 });
  expect([second.status, second.rows[0]?.status, second.problem]).toEqual(['done', 'loaded', null]);
  const now = await inForce();
  expect(now.map(({ time_zone: zone, events, first: at }) => [zone, events, at])).toEqual([
    ['Australia/Brisbane', 3, '2026-01-01T17:04:00.000000Z'],
  ]);
  const newId = now[0]?.evidence_id ?? 0;
  const work = await ok(page.call('work.list', {}));
  expect([work.notes, work.lost]).toEqual([1, []]);
  const detail = await ok(page.call('event.detail', { eventId: String((BigInt(newId) << 36n) + 1n) }));
  expect(detail.marks.map(({ value }) => value)).toEqual(['the second']);

  const undone = await ok(page.call('operation.undo', {}));
  expect(undone.redo).toBe('Import auth.log again');
  expect((await inForce()).map(({ evidence_id: one }) => one)).toEqual([id]);
  await ok(page.call('operation.redo', {}));
  expect((await inForce()).map(({ evidence_id: one }) => one)).toEqual([newId]);
  expect((await ok(page.call('work.list', {}))).notes).toBe(1);

  // A format that reads nothing of it must not cost the events.
  const wrong = await bringAgain(newId, { format: 'cisco-asa' });
  expect([wrong.status, wrong.problem?.code]).toEqual(['failed', 'reimport-unread']);
  expect((await inForce()).map(({ evidence_id: one }) => one)).toEqual([newId]);

  appendFileSync(join(folder, 'auth.log'), 'one more\n');
  const changed = page.call('evidence.again', { evidenceId: newId });
  expect(await refusal(changed)).toBe('evidence-changed');
  rmSync(join(folder, 'auth.log'));
  const gone = page.call('evidence.again', { evidenceId: newId });
  expect(await refusal(gone)).toBe('evidence-missing');
});

test('records that two exports share are counted one for one, whatever the order of their columns', {
  timeout: 240_000,
}, async () => {
  const id = async (name: string, lines: readonly string[]) =>
    (await bring(name, lines, { year: 2026 })).rows[0]?.evidence_id ?? 0;
  const twice = syslog(30, 31);
  const one = await id('one.log', [...syslog(10, 30), ...twice, ...twice, ...twice]);
  const other = await id('other.log', [...syslog(25, 30), ...twice, ...twice, ...syslog(40, 45)]);
  const rows = ['2026-01-02 03:04:05,10.0.0.1,on\n', '2026-01-02 03:04:06,10.0.0.2,off\n'];
  const table = await id('table.csv', ['when,address,state\n', ...rows]);
  const turned = await id('turned.csv', [
    'state,when,address\n',
    'on,2026-01-02 03:04:05,10.0.0.1\n',
    'on,2026-01-02 03:04:06,10.0.0.2\n',
  ]);
  const found = await ok(page.call('evidence.duplicates', {}));
  expect(found.pairs).toEqual([
    { one, other, records: 7 },
    { one: table, other: turned, records: 1 },
  ]);
  await ok(page.call('evidence.remove', { evidenceIds: [other] }));
  expect((await ok(page.call('evidence.duplicates', {}))).pairs).toEqual([
    { one: table, other: turned, records: 1 },
  ]);
});
