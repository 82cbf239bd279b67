import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeOwner, LOCK_FILE, lockOwner, takeLock } from './lock';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'throughline-lock-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const now = (): Date => new Date('2026-01-02T03:04:05Z');
const write = (owner: object): Promise<void> =>
  writeFile(
    join(folder, LOCK_FILE),
    JSON.stringify({ since: '2026-01-01T10:00:00.000Z', nonce: 'n', started: null, ...owner }),
  );

describe('lock', () => {
  test('one holder at a time, who is named to the next', async () => {
    const first = await takeLock(folder, now);
    const second = await takeLock(folder, now);
    expect([first.held, second.held]).toEqual([true, false]);
    if (second.held) throw new Error('two holders');
    expect(describeOwner(second.owner)).toBe(
      `process ${process.pid} on ${hostname()}, since 2026-01-02 03:04 UTC`,
    );
    if (first.held) await first.release();
    expect(await lockOwner(folder)).toBeNull();
    expect((await takeLock(folder, now)).held).toBe(true);
    expect(await readdir(folder)).toEqual([LOCK_FILE]);
  });

  test('of twenty at once exactly one gets it', async () => {
    const results = await Promise.all(Array.from({ length: 20 }, () => takeLock(folder, now)));
    expect(results.filter(({ held }) => held)).toHaveLength(1);
  });

  test('the lock of a dead process of this computer is taken over', async () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    for (let round = 0; round < 20; round += 1) {
      await write({ host: hostname(), pid: dead, nonce: `round ${round}` });
      const results = await Promise.all(Array.from({ length: 12 }, () => takeLock(folder, now)));
      expect(results.filter(({ held }) => held)).toHaveLength(1);
    }
    expect(await readdir(folder)).toEqual([LOCK_FILE]);
    expect(JSON.parse(await readFile(join(folder, LOCK_FILE), 'utf8')).pid).toBe(process.pid);
  });

  test('an heir that died on the way is inherited from as well', async () => {
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    await write({ host: hostname(), pid: dead, nonce: 'n' });
    const heir = `${LOCK_FILE}.after-${createHash('sha256').update('n').digest('hex').slice(0, 16)}`;
    await copyFile(join(folder, LOCK_FILE), join(folder, heir));
    expect((await takeLock(folder, now)).held).toBe(true);
    expect(await readdir(folder)).toEqual([LOCK_FILE]);
  });

  test.skipIf(process.platform !== 'linux')('a number used again is another process', async () => {
    await write({ host: hostname(), pid: process.pid, started: 'another boot/12345' });
    expect((await takeLock(folder, now)).held).toBe(true);
  });

  test('a lock of another computer, or one that cannot be read, is believed', async () => {
    await write({ host: 'another-computer', pid: 1 });
    const there = await takeLock(folder, now);
    expect(there.held ? '' : describeOwner(there.owner)).toContain('process 1 on another-computer');
    await writeFile(join(folder, LOCK_FILE), '{"torn');
    const torn = await takeLock(folder, now);
    expect(torn.held ? '' : describeOwner(torn.owner)).toContain('cannot be read');
  });

  test('release does not take away the lock of another', async () => {
    const mine = await takeLock(folder, now);
    await write({ host: 'another-computer', pid: 1 });
    if (mine.held) await mine.release();
    expect(await readdir(folder)).toEqual([LOCK_FILE]);
  });
});
