/** The loopback host against forty requests of which few are right, and against engines that die. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
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
  mkdirSync(join(pageFolder, 'assets'), { recursive: true });
  writeFileSync(join(pageFolder, 'index.html'), '<meta property="csp-nonce" nonce="__CSP_NONCE__">');
  writeFileSync(join(pageFolder, 'assets/a.js'), 'export {};');
  writeFileSync(join(folder, 'secret.js'), 'secret');
  symlinkSync(join(folder, 'secret.js'), join(pageFolder, 'assets/link.js'));
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

/** Sends bytes as they are and gives the status of each answer that comes back. */
function raw(text: string): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let got = '';
    socket.setTimeout(1000, () => socket.destroy());
    socket.on('data', (chunk) => {
      got += chunk.toString('latin1');
    });
    socket.on('error', reject);
    socket.on('close', () =>
      resolve([...got.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => Number(match[1]))),
    );
  });
}

function request(line: string, headers: readonly string[]): string {
  return `${line}\r\n${headers.map((header) => `${header}\r\n`).join('')}Connection: close\r\n\r\n`;
}

const upgrade = [
  'Upgrade: websocket',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
];
function upgradeRequest(path: string, headers: readonly string[]): string {
  return `GET ${path} HTTP/1.1\r\n${[...headers, 'Connection: Upgrade', ...upgrade].map((h) => `${h}\r\n`).join('')}\r\n`;
}

describe('the door', () => {
  it('lets in the right requests of forty and no other', async () => {
    const good = `Host: 127.0.0.1:${port}`;
    const origin = `Origin: http://127.0.0.1:${port}`;
    const get = (path: string, ...headers: string[]) => request(`GET ${path} HTTP/1.1`, [good, ...headers]);
    const matrix: [string, string, number][] = [
      ['page', get('/'), 200],
      [
        'page from the launching file',
        get('/', 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: document'),
        200,
      ],
      [
        'asset of the page',
        get(
          '/assets/a.js',
          'Sec-Fetch-Site: same-origin',
          'Sec-Fetch-Mode: cors',
          'Sec-Fetch-Dest: script',
          origin,
        ),
        200,
      ],
      [
        'typed address',
        get('/', 'Sec-Fetch-Site: none', 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: document'),
        200,
      ],
      ['host evil', request('GET / HTTP/1.1', ['Host: evil.test']), 403],
      ['host evil with port', request('GET / HTTP/1.1', [`Host: evil.test:${port}`]), 403],
      ['host localhost', request('GET / HTTP/1.1', [`Host: localhost:${port}`]), 403],
      ['host localhost.evil', request('GET / HTTP/1.1', [`Host: localhost.evil.test:${port}`]), 403],
      ['host with dot', request('GET / HTTP/1.1', [`Host: 127.0.0.1.:${port}`]), 403],
      ['host without port', request('GET / HTTP/1.1', ['Host: 127.0.0.1']), 403],
      ['host IPv6', request('GET / HTTP/1.1', [`Host: [::1]:${port}`]), 403],
      ['host short form', request('GET / HTTP/1.1', [`Host: 127.1:${port}`]), 403],
      ['host with user', request('GET / HTTP/1.1', [`Host: 127.0.0.1:${port}@evil.test`]), 403],
      ['two hosts', request('GET / HTTP/1.1', [good, 'Host: evil.test']), 400],
      ['two hosts, evil first', request('GET / HTTP/1.1', ['Host: evil.test', good]), 400],
      ['no host', request('GET / HTTP/1.1', []), 400],
      ['absolute target', request('GET http://evil.test/ HTTP/1.1', [good]), 400],
      ['origin null', get('/', 'Origin: null'), 403],
      ['origin evil', get('/', 'Origin: https://evil.test'), 403],
      ['origin of another port', get('/', 'Origin: http://127.0.0.1:1'), 403],
      ['origin https', get('/', `Origin: https://127.0.0.1:${port}`), 403],
      [
        'fetched by another site',
        get(
          '/assets/a.js',
          'Sec-Fetch-Site: cross-site',
          'Sec-Fetch-Mode: no-cors',
          'Sec-Fetch-Dest: script',
        ),
        403,
      ],
      [
        'framed by another site',
        get('/', 'Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate', 'Sec-Fetch-Dest: iframe'),
        403,
      ],
      [
        'another port of this machine',
        get('/assets/a.js', 'Sec-Fetch-Site: same-site', 'Sec-Fetch-Mode: cors'),
        403,
      ],
      [
        'simple POST',
        `POST / HTTP/1.1\r\n${good}\r\nContent-Type: text/plain\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx`,
        405,
      ],
      ['PUT', request('PUT /assets/a.js HTTP/1.1', [good]), 405],
      [
        'preflight',
        request('OPTIONS / HTTP/1.1', [
          good,
          'Origin: https://evil.test',
          'Access-Control-Request-Method: GET',
        ]),
        403,
      ],
      ['HEAD', request('HEAD / HTTP/1.1', [good]), 405],
      ['traversal', get('/../secret.js'), 404],
      ['traversal, encoded', get('/%2e%2e/secret.js'), 404],
      ['traversal, backslash', get('/..\\secret.js'), 404],
      ['traversal in a folder', get('/assets/../../secret.js'), 404],
      ['symbolic link', get('/assets/link.js'), 404],
      ['double slash', get('//secret.js'), 404],
      ['query', get('/?token=x'), 404],
      ['engine without upgrade', get('/engine'), 404],
      ['socket', upgradeRequest('/engine', [good, origin]), 101],
      ['socket without origin', upgradeRequest('/engine', [good]), 403],
      ['socket of another origin', upgradeRequest('/engine', [good, 'Origin: https://evil.test']), 403],
      ['socket of origin null', upgradeRequest('/engine', [good, 'Origin: null']), 403],
      [
        'socket, rebound host',
        upgradeRequest('/engine', [`Host: evil.test:${port}`, `Origin: http://evil.test:${port}`]),
        403,
      ],
      ['socket of another path', upgradeRequest('/', [good, origin]), 403],
      [
        'socket of another site',
        upgradeRequest('/engine', [good, origin, 'Sec-Fetch-Site: cross-site']),
        403,
      ],
    ];
    expect(matrix.length).toBeGreaterThanOrEqual(40);
    const wrong: string[] = [];
    await Promise.all(
      matrix.map(async ([name, text, status]) => {
        const got = await raw(text);
        if (got.length !== 1 || got[0] !== status) wrong.push(`${name}: ${got.join(' ')}, not ${status}`);
      }),
    );
    expect(wrong).toEqual([]);
  });

  it('judges a pipelined second request by its own head', async () => {
    const first = `GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
    expect(await raw(`${first}GET / HTTP/1.1\r\nHost: evil.test\r\n\r\n`)).toEqual([200, 403]);
  });

  it('listens on 127.0.0.1 alone', async () => {
    const others = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .filter((one) => one.address !== '127.0.0.1' && !one.address.startsWith('fe80'))
      .map((one) => one.address);
    for (const address of ['127.0.0.2', ...others]) {
      await expect(
        new Promise((resolve, reject) => {
          const socket = connect(port, address, () => {
            socket.destroy();
            resolve(address);
          });
          socket.on('error', reject);
        }),
        address,
      ).rejects.toThrow();
    }
  });

  it('sends a strict policy with a nonce of its own each time, and no permission to any other origin', async () => {
    const [first, second] = [await fetch(`${host.origin}/`), await fetch(`${host.origin}/`)];
    const policy = first.headers.get('content-security-policy') ?? '';
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    expect(Buffer.from(nonce, 'base64').length).toBe(16);
    expect(await first.text()).toContain(`nonce="${nonce}"`);
    expect(second.headers.get('content-security-policy')).not.toBe(policy);
    expect(policy).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(policy).not.toContain('unsafe');
    expect(policy).not.toContain('*');
    for (const name of ['x-content-type-options', 'referrer-policy', 'cross-origin-opener-policy'])
      expect(first.headers.get(name)).not.toBeNull();
    expect(first.headers.get('access-control-allow-origin')).toBeNull();
    expect(first.headers.get('set-cookie')).toBeNull();
    const asset = await fetch(`${host.origin}/assets/a.js`);
    expect(asset.headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('serves the files as they were when it started', async () => {
    const before = await (await fetch(`${host.origin}/assets/a.js`)).text();
    writeFileSync(join(pageFolder, 'assets/a.js'), 'changed');
    writeFileSync(join(pageFolder, 'assets/new.js'), 'new');
    expect(await (await fetch(`${host.origin}/assets/a.js`)).text()).toBe(before);
    expect((await fetch(`${host.origin}/assets/new.js`)).status).toBe(404);
  });
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
    await vi.waitFor(() => expect(engines.at(-1)?.calls.at(-1)).toMatchObject({ id: 2 }));
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
