/** The same evidence taken in again with another zone: by command line, and with marks on it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { EVERYTHING } from '../../shared/filter';
import { commandLine } from '../engine/command-line-for-tests';
import { ok, openCase, sitDown } from '../engine/desk-for-tests';
import type { PageCaller } from '../process/page-caller';

const { folder, cli } = commandLine('reimport', true);
beforeAll(() => {
  const lines = [0, 1, 2].map(
    (at) => `Jan  2 03:04:0${at} gate sshd[7]: Failed password for user${at} from 10.0.0.1 port 22 ssh2\n`,
  );
  writeFileSync(join(folder, 'auth.log'), lines.join(''));
}, 120_000);

const bring = (zone: string) =>
  cli('import', 'auth.log', '--case', 'case', '--zone', zone, '--year', '2026', '--json');
const times = () =>
  cli('query', '--case', 'case', '--format', 'csv', 'SELECT min("timestamp"), count(*) FROM event').out.split(
    '\r\n',
  )[1];

/** Sits down at the case, and gets up again. */
async function atDesk<T>(work: (page: PageCaller) => Promise<T>): Promise<T> {
  const desk = await sitDown(folder);
  try {
    await openCase(desk);
    return await work(desk.page);
  } finally {
    await desk.engine.stop();
  }
}

test('evidence taken in with the wrong zone is removed and taken in again; its marks find their records', {
  timeout: 240_000,
}, async () => {
  expect(bring('UTC').code).toBe(0);
  expect(times()).toBe('2026-01-02T03:04:00.000000Z,3');
  await atDesk(async (page) => {
    const eventId = String((1n << 36n) + 1n);
    await ok(page.call('mark.put', { what: 'note', value: 'the second', on: { eventIds: [eventId] } }));
    await ok(page.call('mark.put', { what: 'tag', value: 'all', on: { filter: EVERYTHING } }));
  });
  const second = JSON.parse(bring('Australia/Brisbane').out).evidence[0];
  expect([second.status, second.problem.help]).toEqual([
    'duplicate',
    expect.stringContaining('Remove the other one first'),
  ]);
  expect(times()).toBe('2026-01-02T03:04:00.000000Z,3');
  expect(cli('remove', '9', '--case', 'case')).toMatchObject({ code: 1, err: expect.stringContaining('9') });
  expect(cli('remove', 'x', '--case', 'case').code).toBe(2);
  expect(cli('remove', '1', '--case', 'nowhere').code).toBe(3);
  expect(cli('remove', '1', '--case', 'case').code).toBe(0);
  expect(cli('remove', '1', '--case', 'case').code).toBe(1);
  expect(bring('Australia/Brisbane').code).toBe(0);
  // Ten hours east of UTC: the same wall time is earlier.
  expect(times()).toBe('2026-01-01T17:04:00.000000Z,3');
  await atDesk(async (page) => {
    const listed = await ok(page.call('work.list', {}));
    expect(listed).toMatchObject({ notes: 1, tags: [{ tag: 'all', events: 3 }], lost: [] });
    const { rows } = await ok(page.call('evidence.list', {}));
    const now = rows.filter(({ removed, status }) => !removed && status === 'loaded');
    expect(now.map(({ time_zone: zone, events }) => [zone, events])).toEqual([['Australia/Brisbane', 3]]);
    const eventId = String((BigInt(now[0]?.evidence_id ?? 0) << 36n) + 1n);
    const detail = await ok(page.call('event.detail', { eventId }));
    expect(detail.marks.map(({ what, value }) => [what, value]).sort()).toEqual([
      ['note', 'the second'],
      ['tag', 'all'],
    ]);
  });
});
