/** Walking folders: what is there is listed, also where it is not opened; links are not followed. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readHead } from '../evidence/source';
import { listFiles } from './import-plan';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'throughline-plan-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const unread = async () =>
  (await listFiles([{ path: folder, name: 'x', options: {} }])).map(({ name, unread }) => [
    name,
    unread?.code,
  ]);

it('walks folders by name and follows no link', async () => {
  await mkdir(join(folder, 'b'));
  await writeFile(join(folder, 'b', 'inner.log'), 'x');
  await writeFile(join(folder, 'a.log'), 'x');
  await writeFile(join(folder, '-c😀.log'), 'x');
  await symlink(folder, join(folder, 'b', 'loop'));
  await symlink(join(folder, 'b'), join(folder, 'z'));
  expect(await unread()).toEqual([
    ['-c😀.log', undefined],
    ['a.log', undefined],
    ['inner.log', undefined],
    ['loop', 'link-not-followed'],
    ['z', 'link-not-followed'],
  ]);
});

it.skipIf(platform() !== 'linux')(
  'lists a file whose name is no UTF-8, so that the ledger tells of it',
  async () => {
    await writeFile(
      Buffer.concat([Buffer.from(`${folder}/b`), Buffer.from([0xff]), Buffer.from('.log')]),
      'x',
    );
    await writeFile(join(folder, 'a.log'), 'x');
    expect(await unread()).toEqual([
      ['a.log', undefined],
      ['b\ufffd.log', 'name-not-utf8'],
    ]);
  },
);

it('follows a link that was named itself', async () => {
  await writeFile(join(folder, 'a.log'), 'x');
  await symlink(join(folder, 'a.log'), join(folder, 'to-a'));
  const [file] = await listFiles([{ path: join(folder, 'to-a'), name: 'to-a', options: {} }]);
  expect(file).toMatchObject({ sizeBytes: 1 });
  expect(file?.unread).toBeUndefined();
});

it.skipIf(platform() === 'win32')('lists pipes and sockets without opening them', async () => {
  execFileSync('mkfifo', [join(folder, 'a-pipe')]);
  const server = createServer().listen(join(folder, 'b-socket'));
  await once(server, 'listening');
  expect(await unread()).toEqual([
    ['a-pipe', 'not-a-file'],
    ['b-socket', 'not-a-file'],
  ]);
  const head = await readHead(join(folder, 'a-pipe'), 100);
  expect(head).toMatchObject({
    ok: false,
    problem: { code: 'not-a-file', what: expect.stringContaining('a pipe') },
  });
  server.close();
});
