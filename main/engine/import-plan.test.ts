/** Walking folders: what is there is listed, also where it cannot be looked at; links are not followed. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { listFiles } from './import-plan';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'throughline-plan-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const list = async () =>
  (await listFiles([{ path: folder, name: 'x', options: {} }])).map(({ name }) => name);

it('walks folders by name, links aside', async () => {
  await mkdir(join(folder, 'b'));
  await writeFile(join(folder, 'b', 'inner.log'), 'x');
  await writeFile(join(folder, 'a.log'), 'x');
  await writeFile(join(folder, '-c😀.log'), 'x');
  await symlink(folder, join(folder, 'b', 'loop'));
  expect(await list()).toEqual(['-c😀.log', 'a.log', 'inner.log']);
});

it.skipIf(platform() !== 'linux')(
  'lists a file whose name is no UTF-8, so that the ledger tells of it',
  async () => {
    await writeFile(
      Buffer.concat([Buffer.from(`${folder}/b`), Buffer.from([0xff]), Buffer.from('.log')]),
      'x',
    );
    await writeFile(join(folder, 'a.log'), 'x');
    expect(await list()).toEqual(['a.log', 'b\ufffd.log']);
  },
);
