/** What containers hold, looked at without importing: nested, locked, cut, wider than a look. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { corpusFolder } from '../dev/corpus-folder';
import { Database } from '../store/database';
import { makeBook, makeZip } from './containers/workbook/workbook-for-tests';
import { formatLibrary } from './library-of-formats';
import { lookInside } from './look-inside';

let folder: string;
let database: Database;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-inside-'));
  database = await Database.open({ path: null, memoryLimitMb: 300, threads: 1, tempFolder: null });
});
afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true, force: true });
});

async function look(name: string, bytes: Uint8Array) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const before = readdirSync(tmpdir()).filter((one) => one.startsWith('throughline-look-'));
  const found = await lookInside(database, formatLibrary, path);
  const after = readdirSync(tmpdir()).filter((one) => one.startsWith('throughline-look-'));
  expect(after.length).toBeLessThanOrEqual(before.length);
  return found.map(({ member, candidates, problem }) => [
    member,
    candidates[0]?.format ?? null,
    problem?.code ?? null,
  ]);
}

const AUTH = Array.from(
  { length: 30 },
  (_, at) =>
    `Jan  2 03:04:${String(at + 10)} gate sshd[7]: Failed password for root from 10.0.0.1 port 22 ssh2\n`,
).join('');

describe('inside a container', () => {
  test('are members, those of containers within behind them, each with what it is', async () => {
    const book = makeBook({ sheets: [{ name: 'One', xml: '<sheetData/>' }] });
    const inner = makeZip({ 'a/b.log': AUTH, 'nothing.txt': '' });
    const parts = {
      'auth.log.gz': gzipSync(AUTH),
      'in.zip': inner,
      'list.xlsx': book,
      'x.bin': Buffer.from([0, 1, 2, 0, 5]),
    };
    const found = await look('outer.zip', makeZip(parts));
    expect(found.filter(([member]) => !String(member).includes('list.xlsx »'))).toEqual([
      ['auth.log.gz', 'linux-auth', null],
      ['in.zip', 'zip', null],
      ['in.zip » a/b.log', 'linux-auth', null],
      ['in.zip » nothing.txt', null, null],
      ['list.xlsx', 'workbook', null],
      ['x.bin', null, expect.any(String)],
    ]);
  });

  test('only the beginning of a long text is unpacked, and a cut container is told', async () => {
    const long = makeZip({ 'long.log': AUTH.repeat(4000) });
    expect(await look('long.zip', long)).toEqual([['long.log', 'linux-auth', null]]);
    const cut = await look('cut.zip', long.subarray(0, long.length - 60));
    expect(cut.at(-1)?.[2]).toMatch(/^container/);
  });

  const corpus = corpusFolder();
  test.skipIf(corpus === null)('real containers hold what their import finds', async () => {
    const inside = async (name: string) =>
      look('real', readFileSync(join(corpus ?? '', name))).then((found) => found.map(([, what]) => what));
    expect(await inside('11-hostile/compressed/syslog.tgz')).toEqual(['syslog-rfc3164']);
    const collection = await inside('08-assets/velociraptor/Collection.zip');
    expect(collection).toContain('velociraptor-collection-log');
    expect(
      await inside(
        '01-windows-evtx/otrf-json-zip/lateral_movement_network_empire_psexec_dcerpc_tcp_svcctl.zip',
      ),
    ).toEqual(['pcap', 'pcap']);
  });
});
