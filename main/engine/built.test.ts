import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildWhenStale } from '../dev/build.mjs';
import type { EngineClient } from '../process/engine-client';
import type { PageCaller } from '../process/page-caller';
import { type Desk, importDone, importFiles, ok, openCase, sitDown } from './desk-for-tests';

let folder: string;
let desk: Desk;
let engine: EngineClient;
let page: PageCaller;
beforeAll(async () => {
  await buildWhenStale({ quiet: true });
  process.env.THROUGHLINE_PROGRAMS = resolve('dist/main');
  process.env.THROUGHLINE_CHECK_RESULTS = '1';
  folder = mkdtempSync(join(tmpdir(), 'throughline-built-'));
  desk = await sitDown(folder);
  ({ engine, page } = desk);
}, 120_000);
afterAll(async () => {
  await engine.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('the built engine knows its formats and dissectors, each with a sample', async () => {
  const { formats, dissectors } = await ok(engine.control('catalogue.list', {}));
  expect(formats.length).toBeGreaterThan(20);
  expect(dissectors.length).toBeGreaterThan(0);
  expect(formats.filter(({ sample }) => sample === '')).toEqual([]);
  expect(dissectors.filter(({ sample }) => sample.hex === '')).toEqual([]);
  const listed = await ok(page.call('format.list', {}));
  expect(listed.formats.map(({ id }) => id)).toEqual(formats.map(({ id }) => id));
});

test('the built page holds no library in its form for development', () => {
  const assets = resolve('dist/renderer/assets');
  const scripts = readdirSync(assets).filter((name) => name.endsWith('.js'));
  expect(scripts.length).toBeGreaterThan(0);
  const developing = scripts.filter((name) =>
    readFileSync(join(assets, name), 'utf8').includes('Download the React DevTools'),
  );
  expect(developing).toEqual([]);
});

test('and previews, imports, shows and answers over a real file', async () => {
  const path = join(folder, 'auth.log');
  const lines = [
    'sshd[7]: Accepted password for root',
    'sshd[7]: Failed password for root',
    'CRON[9]: session opened',
  ];
  writeFileSync(path, lines.map((line, index) => `Jan  3 04:05:0${index} gate ${line}\n`).join(''));
  await openCase(desk);
  const token = await desk.token(path);
  const options = { zone: 'Europe/Berlin', year: 2026 };
  const preview = await ok(page.call('evidence.preview', { token, options }));
  expect(preview.records.map(({ number }) => number)).toEqual([1, 2, 3]);
  expect(preview.chosen).not.toBeNull();
  const { rows } = await importDone(desk, { items: [{ token, options }], copy: true });
  expect(rows.map(({ records, loaded, status, first }) => [records, loaded, status, first])).toEqual([
    [3, 3, 'loaded', '2026-01-03T03:05:00.000000Z'],
  ]);
  const view = await ok(page.call('view.open', { filter: { kind: 'words', text: 'failed' }, sort: [] }));
  expect([view.shown, view.total]).toEqual([1, 3]);
  const detail = await ok(page.call('event.detail', { eventId: String((1n << 36n) + 1n) }));
  expect(detail.source).toMatchObject({
    recordNumber: 2,
    missing: false,
    zone: 'Europe/Berlin',
    zoneSource: 'asked',
  });
  const { byteOffset: offset, byteLength: length } = detail.source;
  rmSync(path);
  const bytes = await ok(page.call('evidence.bytes', { evidenceId: 1, offset, length }));
  expect([Buffer.from(bytes.data).toString(), bytes.changed]).toEqual([
    'Jan  3 04:05:01 gate sshd[7]: Failed password for root',
    false,
  ]);
});

const hasTar = spawnSync('tar', ['--version']).error === undefined;

test.skipIf(!hasTar)('an event out of a packed log leads back to its bytes, copied or not', async () => {
  const lines = ['one', 'two'].map((word) => `Jan  3 04:05:06 gate sshd[7]: ${word}\n`);
  writeFileSync(join(folder, 'packed.log'), lines.join(''));
  const path = join(folder, 'logs.tar.gz');
  expect(spawnSync('tar', ['-czf', path, '-C', folder, 'packed.log']).status).toBe(0);
  for (const copy of [false, true]) {
    await openCase(desk, `case-${copy ? 'copied' : 'left'}`);
    const { rows } = await importFiles(desk, [path], { zone: 'UTC', year: 2026 }, copy);
    const member = rows.find((row) => row.member === 'packed.log');
    const evidenceId = member?.evidence_id ?? 0;
    const second = (BigInt(evidenceId) << 36n) + 1n;
    const { source } = await ok(page.call('event.detail', { eventId: String(second) }));
    const { byteOffset: offset, byteLength: length } = source;
    expect(offset).toBe(lines[0]?.length);
    const bytes = await ok(page.call('evidence.bytes', { evidenceId, offset, length }));
    expect(`${Buffer.from(bytes.data).toString()}\n`).toBe(lines[1]);
  }
});
