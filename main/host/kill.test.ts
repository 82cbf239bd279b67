/** The host with the real engine: killed outright, it comes back with its case while the window's socket stays. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { decodeFrame, encodeFrame } from '../../shared/frame';
import type { Message } from '../../shared/protocol';
import { buildWhenStale } from '../dev/build.mjs';
import { type Host, startHost } from './host';

const folder = mkdtempSync(join(tmpdir(), 'throughline-kill-'));
let host: Host;

beforeAll(async () => {
  await buildWhenStale({ quiet: true });
  process.env.THROUGHLINE_PROGRAMS ??= resolve('dist/main');
  mkdirSync(join(folder, 'page'));
  writeFileSync(join(folder, 'page/index.html'), '<!doctype html>');
  const started = await startHost({
    pageFolder: join(folder, 'page'),
    settings: { dataFolder: join(folder, 'data'), casesFolder: join(folder, 'cases'), sampleFolder: null },
    port: 0,
    log: () => undefined,
  });
  if (!started.ok) throw new Error(started.problem.what);
  host = started.value;
}, 120_000);
afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});

it('a window outlives SIGKILL of its engine, under way with a call, three times over', async () => {
  const socket = new WebSocket(`${host.origin.replace('http', 'ws')}/engine`, { origin: host.origin });
  const waiting = new Map<number | 'engine.restarted' | 'hello', (message: Message | null) => void>();
  const wait = (key: number | 'engine.restarted' | 'hello') =>
    new Promise<Message | null>((done) => waiting.set(key, done));
  const take = (key: number | 'engine.restarted' | 'hello', message: Message | null): void => {
    waiting.get(key)?.(message);
    waiting.delete(key);
  };
  socket.on('message', (data, isBinary) => {
    const message = isBinary ? decodeFrame(data as Buffer) : null;
    if (!isBinary) take('hello', null);
    else if (message && 'notice' in message && message.notice === 'engine.restarted')
      take('engine.restarted', message);
    else if (message && 'ok' in message) take(message.id, message);
  });
  let last = 0;
  const call = (name: 'session.hello' | 'case.create' | 'view.facet', params: unknown) => {
    last += 1;
    const answer = wait(last);
    socket.send(encodeFrame({ id: last, name, params }));
    return answer;
  };
  const welcomed = wait('hello');
  socket.once('open', () => socket.send(JSON.stringify({ token: new URL(host.newAddress()).hash.slice(1) })));
  await welcomed;

  expect(await call('case.create', { name: 'Plant seven' })).toMatchObject({ ok: true });
  const made = { ok: true, value: { case: { name: 'Plant seven', readOnly: null } } };
  expect(await call('session.hello', {})).toMatchObject(made);
  for (let round = 0; round < 3; round++) {
    const before = host.engine.pid();
    const restarted = wait('engine.restarted');
    const underWay = call('view.facet', {
      filter: { kind: 'and', of: [] },
      field: 'message',
      limit: 5,
    });
    process.kill(before ?? 0, 'SIGKILL');
    // Answered before the kill or lost with the engine, but answered.
    expect(await underWay).toHaveProperty('ok');
    await restarted;
    expect(host.engine.pid()).not.toBe(before);
    expect(await call('session.hello', {})).toMatchObject(made);
  }
  expect(socket.readyState).toBe(socket.OPEN);
  socket.close();
});
