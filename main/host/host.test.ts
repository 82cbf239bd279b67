/** The loopback host’s hello, its relay of a window’s calls, and engines that die. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { decodeFrame, encodeFrame, REFUSED } from '../../shared/frame';
import type { Message } from '../../shared/protocol';
import { openAdmission } from './admission';
import { browserArguments, writeLaunchPage } from './app-window';
import { type FakeEngine, fakeEngine } from './fake-engine-for-tests';
import { type Host, startHost } from './host';

const folder = mkdtempSync(join(tmpdir(), 'throughline-host-'));
const pageFolder = join(folder, 'page');
const engines: FakeEngine[] = [];
let answers: (message: Message) => Message | null = () => null;
let host: Host;
let port = 0;

const settings = { dataFolder: null, casesFolder: null, sampleFolder: null };
async function open(): Promise<Host> {
  const started = await startHost({
    pageFolder,
    settings,
    port: 0,
    log: () => undefined,
    start: () => {
      const engine = fakeEngine((message) => answers(message));
      engines.push(engine);
      return engine;
    },
  });
  if (!started.ok) throw new Error(started.problem.what);
  return started.value;
}

beforeAll(async () => {
  mkdirSync(pageFolder);
  writeFileSync(join(pageFolder, 'index.html'), '<!doctype html>');
  host = await open();
  port = Number(new URL(host.origin).port);
});
afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => {
  answers = () => null;
});

/** A window: says hello and collects what comes. */
class Window {
  readonly messages: Message[] = [];
  key = '';
  closed: number | null = null;
  readonly socket: WebSocket;
  private readonly waiting: (() => void)[] = [];

  constructor(hello: unknown) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}/engine`, { origin: host.origin });
    this.socket.on('open', () =>
      this.socket.send(hello instanceof Uint8Array ? hello : JSON.stringify(hello)),
    );
    this.socket.on('message', (data, isBinary) => {
      if (isBinary) {
        const message = decodeFrame(data as Buffer);
        if (message) this.messages.push(message);
      } else this.key = JSON.parse(String(data)).key;
      this.wake();
    });
    this.socket.on('close', (code) => {
      this.closed = code;
      this.wake();
    });
    this.socket.on('error', () => undefined);
  }

  async until(ready: () => boolean): Promise<void> {
    while (!ready()) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  send(message: Message): void {
    this.socket.send(encodeFrame(message));
  }
}

const tokenOf = (address: string): string => new URL(address).hash.slice(1);

describe('the hello', () => {
  it('takes a token once, then the key it gave, and nothing else', async () => {
    const token = tokenOf(host.newAddress());
    expect(Buffer.from(token, 'base64url').length).toBe(32);
    const first = new Window({ token });
    await first.until(() => first.key !== '');
    expect(first.key).not.toBe(token);
    const again = new Window({ token });
    const reloaded = new Window({ key: first.key });
    await reloaded.until(() => reloaded.key !== '');
    expect(reloaded.key).toBe(first.key);
    const refused = [
      again,
      new Window({ key: token }),
      new Window({ token: '' }),
      new Window({}),
      new Window(null),
      new Window({ token: tokenOf(host.newAddress()).slice(1) }),
      new Window(encodeFrame({ id: 1, name: 'session.hello', params: {} })),
      new Window({ token: 'x'.repeat(5000) }),
    ];
    for (const window of refused) {
      await window.until(() => window.closed !== null);
      expect(window.closed).toBe(REFUSED);
      expect(window.key).toBe('');
    }
    for (const window of [first, reloaded]) window.socket.close();
  });

  it('tokens end after half a minute; the oldest of many are forgotten', () => {
    let now = 0;
    const admission = openAdmission(() => now);
    const [early, late] = [admission.issue(), admission.issue()];
    now = 29_999;
    expect(admission.admit({ token: early })).not.toBeNull();
    now = 30_000;
    expect(admission.admit({ token: late })).toBeNull();
    const first = admission.issue();
    for (let count = 0; count < 16; count++) admission.issue();
    expect(admission.admit({ token: first })).toBeNull();
  });
});

describe('the engine behind it', () => {
  async function window(): Promise<Window> {
    const opened = new Window({ token: tokenOf(host.newAddress()) });
    await opened.until(() => opened.key !== '');
    return opened;
  }

  it('gets the page’s calls and answers with bytes; frames that are none end the page', async () => {
    answers = (message) =>
      'name' in message ? { id: message.id, ok: true, value: { arrow: new Uint8Array([1, 2, 3]) } } : null;
    const page = await window();
    page.send({ id: 4, name: 'session.hello', params: { data: new Uint8Array(5) } });
    await page.until(() => page.messages.length === 1);
    expect(page.messages[0]).toEqual({ id: 4, ok: true, value: { arrow: new Uint8Array([1, 2, 3]) } });
    expect(engines.at(-1)?.calls.at(-1)).toEqual({
      id: 4,
      name: 'session.hello',
      params: { data: new Uint8Array(5) },
    });
    page.socket.send(Buffer.from('no frame'));
    await page.until(() => page.closed !== null);
    expect(page.closed).toBe(1007);
  });

  it('is started again with its case; open calls fail, the page stays and is told', async () => {
    const state = { name: 'A', folder: '/cases/a' };
    answers = (message) =>
      'name' in message && message.name === 'case.open' ? { id: message.id, ok: true, value: state } : null;
    const page = await window();
    page.send({ id: 1, name: 'case.open', params: { token: 't' } });
    await page.until(() => page.messages.length === 1);
    page.send({ id: 2, name: 'view.open', params: {} });
    await vi.waitFor(() => expect(engines.at(-1)?.calls.at(-1)).toMatchObject({ id: 2 }), 60_000);
    const before = engines.length;
    engines.at(-1)?.die();
    await page.until(() => page.messages.length === 3);
    expect(engines.length).toBe(before + 1);
    expect(engines.at(-1)?.controls).toEqual(['engine.configure', 'case.openFolder /cases/a']);
    expect(page.messages[1]).toMatchObject({ id: 2, ok: false, problem: { code: 'engine-lost' } });
    expect(page.messages[2]).toMatchObject({ notice: 'engine.restarted' });
    answers = (message) => ('name' in message ? { id: message.id, ok: true, value: {} } : null);
    page.send({ id: 3, name: 'session.hello', params: {} });
    await page.until(() => page.messages.length === 4);
    expect(page.messages[3]).toEqual({ id: 3, ok: true, value: {} });
    engines.at(-1)?.notify({ notice: 'engine.memory', value: { bytes: 7 } });
    await page.until(() => page.messages.length === 5);
    expect(page.closed).toBeNull();
    page.socket.close();
  });

  it('is left down when it dies again and again, and says so', async () => {
    const own = await open();
    const page = own.engine.connect();
    const got: Message[] = [];
    page.onMessage((message) => void got.push(message));
    const before = engines.length;
    for (let death = 0; death < 12; death++) {
      engines.at(-1)?.die();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(engines.length).toBeLessThanOrEqual(before + 6);
    page.send({ id: 1, name: 'session.hello', params: {} });
    await new Promise((resolve) => setImmediate(resolve));
    expect(got.at(-1)).toMatchObject({ id: 1, ok: false, problem: { code: 'engine-lost' } });
    await own.close();
  });
});

describe('the window it opens', () => {
  it('finds the address in a file of this user alone, never in the arguments', () => {
    const address = host.newAddress();
    const page = writeLaunchPage(address);
    if (process.platform !== 'win32') {
      expect(statSync(page.file).mode & 0o777).toBe(0o600);
      expect(statSync(join(page.file, '..')).mode & 0o777).toBe(0o700);
    }
    expect(readFileSync(page.file, 'utf8')).toContain(`url=${address}"`);
    expect(browserArguments(page.file, '/profile').join(' ')).not.toContain(tokenOf(address));
    page.forget();
    expect(() => statSync(page.file)).toThrow();
  });
});
