/** The loopback server against forty requests of which few are right; what it sends with every answer. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPageFiles } from '../process/page-files';
import { type LoopbackServer, openServer } from './server';

const folder = mkdtempSync(join(tmpdir(), 'throughline-server-'));
const pageFolder = join(folder, 'page');
let host: LoopbackServer;
let port = 0;

beforeAll(async () => {
  mkdirSync(join(pageFolder, 'assets'), { recursive: true });
  writeFileSync(join(pageFolder, 'index.html'), '<meta property="csp-nonce" nonce="__CSP_NONCE__">');
  writeFileSync(join(pageFolder, 'assets/a.js'), 'export {};');
  writeFileSync(join(folder, 'secret.js'), 'secret');
  symlinkSync(join(folder, 'secret.js'), join(pageFolder, 'assets/link.js'));
  const opened = await openServer({ files: readPageFiles(pageFolder), port: 0, onSocket: () => undefined });
  if (!opened.ok) throw new Error(opened.problem.what);
  host = opened.value;
  port = Number(new URL(host.origin).port);
});
afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true, force: true });
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
