/** The shell against a fake of Electron: window options, scheme, guards, port hand-over, restart of the engine. */
import { EventEmitter } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { isOwnFrame } from './dialogs';
import { CHANNELS, type Electron } from './electron';
import { keepEngine } from './engine-process';
import { menuTemplate } from './menu';
import { goOffline, isOwnRequest } from './offline';
import { answerPage } from './pages';
import { connectWindow, electronShell, openWanted, readArguments } from './start';
import { lockContents, windowOptions } from './window';

const programs = mkdtempSync(join(tmpdir(), 'throughline-app-'));
afterAll(() => rmSync(programs, { recursive: true, force: true }));

class FakePort extends EventEmitter {
  readonly sent: unknown[] = [];
  postMessage(value: unknown): void {
    this.sent.push(value);
  }
  start(): void {}
  close(): void {}
}

class FakeUtility extends EventEmitter {
  readonly pid = 4242;
  readonly sent: Array<{ value: unknown; ports: unknown[] }> = [];
  killed = false;
  postMessage(value: unknown, ports: unknown[] = []): void {
    this.sent.push({ value, ports });
  }
  kill(): boolean {
    this.killed = true;
    return true;
  }
}

const files = new Map([
  [
    '/',
    {
      type: 'text/html; charset=utf-8',
      bytes: new TextEncoder().encode('<meta name="csp-nonce" content="__CSP_NONCE__">'),
    },
  ],
  ['/assets/a.js', { type: 'text/javascript; charset=utf-8', bytes: new TextEncoder().encode('1') }],
]);

describe('window', () => {
  it('is sandboxed, isolated and without Node, webview or spell check', () => {
    expect(windowOptions('/p.cjs').webPreferences).toMatchObject({
      preload: '/p.cjs',
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      webviewTag: false,
      spellcheck: false,
    });
  });

  it('refuses navigation, redirects, webviews and pop-ups of any contents', () => {
    const contents = new EventEmitter() as EventEmitter & {
      setWindowOpenHandler: (handler: () => unknown) => void;
    };
    let answer: unknown;
    contents.setWindowOpenHandler = (handler) => {
      answer = handler();
    };
    lockContents(contents as never);
    expect(answer).toEqual({ action: 'deny' });
    for (const name of ['will-navigate', 'will-redirect', 'will-frame-navigate', 'will-attach-webview']) {
      const event = { preventDefault: vi.fn() };
      contents.emit(name, event);
      expect(event.preventDefault, name).toHaveBeenCalledOnce();
    }
  });

  it('gives its menu no item that opens the outside', () => {
    expect(JSON.stringify([menuTemplate(true), menuTemplate(false)])).not.toMatch(
      /http|toggleDevTools|reload/,
    );
  });
});

describe('offline', () => {
  it('cancels every request but the own files and refuses every permission', () => {
    const taken: Record<string, (...args: never[]) => unknown> = {};
    const session = {
      setPermissionRequestHandler: (handler: never) => (taken.request = handler),
      setPermissionCheckHandler: (handler: never) => (taken.check = handler),
      setDevicePermissionHandler: (handler: never) => (taken.device = handler),
      setSpellCheckerEnabled: vi.fn(),
      webRequest: { onBeforeRequest: (handler: never) => (taken.before = handler) },
    };
    goOffline(session as never);
    const permission = vi.fn();
    taken.request?.(null as never, 'media' as never, permission as never);
    expect(permission).toHaveBeenCalledWith(false);
    expect(taken.check?.()).toBe(false);
    expect(taken.device?.()).toBe(false);
    const cancelled = (url: string): boolean => {
      let cancel = false;
      taken.before?.({ url } as never, ((answer: { cancel: boolean }) => (cancel = answer.cancel)) as never);
      return cancel;
    };
    expect(cancelled('app://workbench/assets/a.js')).toBe(false);
    for (const url of [
      'https://example.org/',
      'http://127.0.0.1:1/',
      'file:///etc/passwd',
      'app://workbench.evil/',
      'app://other/',
      'ws://127.0.0.1/',
      'devtools://x/',
    ]) {
      expect(cancelled(url), url).toBe(true);
    }
    expect(isOwnRequest('app://workbenchx/')).toBe(false);
  });
});

describe('pages', () => {
  it('serves only names of the frozen list, with policy and a fresh nonce', async () => {
    const first = answerPage(files, 'app://workbench/', 'GET');
    const second = answerPage(files, 'app://workbench/', 'GET');
    const policy = first.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    const nonce = /nonce-([^']+)'/.exec(policy)?.[1] ?? '';
    expect(await first.text()).toContain(`content="${nonce}"`);
    expect(second.headers.get('content-security-policy')).not.toBe(policy);
    expect(answerPage(files, 'app://workbench/assets/a.js', 'GET').status).toBe(200);
    expect(answerPage(files, 'app://workbench/assets/../../etc/passwd', 'GET').status).toBe(404);
    expect(answerPage(files, 'app://workbench/%2e%2e/secret', 'GET').status).toBe(404);
    expect(answerPage(files, 'app://evil/', 'GET').status).toBe(403);
    expect(answerPage(files, 'app://workbench/', 'POST').status).toBe(405);
  });
});

describe('requests of the page', () => {
  it('are heard only from the top frame of the own page', () => {
    const event = (url: string, parent: unknown = null) =>
      ({ senderFrame: { url, parent }, sender: {} }) as never;
    expect(isOwnFrame(event('app://workbench/'))).toBe(true);
    expect(isOwnFrame(event('app://workbench/', {}))).toBe(false);
    expect(isOwnFrame(event('https://example.org/'))).toBe(false);
    expect(isOwnFrame(event('app://workbench.evil/'))).toBe(false);
    expect(isOwnFrame({ senderFrame: null, sender: {} } as never)).toBe(false);
  });

  it('reads the case and the sample from its arguments', () => {
    expect(readArguments(['electron', '.', '--case', '/c', '--sample'])).toEqual({
      caseFolder: '/c',
      sample: true,
    });
    expect(readArguments(['electron', '.'])).toEqual({ caseFolder: null, sample: false });
  });
});

describe('engine', () => {
  it('is forked once, is handed each window a port, and is started again with its case when it is lost', async () => {
    const { writeFileSync } = await import('node:fs');
    for (const name of ['engine', 'importer']) writeFileSync(join(programs, `${name}.mjs`), '');
    vi.stubEnv('THROUGHLINE_PROGRAMS', programs);
    const forked: FakeUtility[] = [];
    const electron = {
      utilityProcess: {
        fork: () => {
          const child = new FakeUtility();
          forked.push(child);
          return child;
        },
      },
      MessageChannelMain: class {
        readonly port1 = new FakePort();
        readonly port2 = new FakePort();
      },
    } as unknown as Electron;
    const lost = vi.fn();
    const engine = keepEngine(
      electronShell(electron),
      { dataFolder: '/d', casesFolder: '/c', sampleFolder: '/s' },
      lost,
      () => undefined,
    );
    expect(forked).toHaveLength(1);
    const kinds = (child: FakeUtility | undefined): unknown[] =>
      child?.sent.map(
        ({ value }) => (value as { kind: string; name?: string }).name ?? (value as { kind: string }).kind,
      ) ?? [];
    expect(kinds(forked[0])).toContain('engine.configure');

    const window = { webContents: { postMessage: vi.fn() } };
    connectWindow(electron, window as never, engine);
    expect(window.webContents.postMessage).toHaveBeenCalledWith(CHANNELS.port, null, [expect.any(FakePort)]);
    expect(forked[0]?.sent.filter(({ ports }) => ports.length === 1)).toHaveLength(1);

    const opened = {
      name: 'A',
      folder: '/cases/a',
      readOnly: null,
      evidence: 0,
      events: 0,
      undo: null,
      redo: null,
    };
    const asked = (text: string): boolean =>
      forked[0]?.sent.some(({ value }) => JSON.stringify(value).includes(text)) ?? false;
    void openWanted(engine, { caseFolder: null, sample: false });
    expect(asked('case.sample')).toBe(false);
    void openWanted(engine, { caseFolder: '/cases/a', sample: true });
    expect([asked('/cases/a'), asked('case.sample')]).toEqual([true, false]);
    void openWanted(engine, { caseFolder: null, sample: true });
    expect(asked('case.sample')).toBe(true);

    forked[0]?.emit('message', {
      kind: 'page',
      client: 1,
      message: { notice: 'facts.changed', value: { case: opened } },
      bytes: 0,
    });
    await new Promise((resolve) => setImmediate(resolve));
    forked[0]?.emit('exit', 137);
    expect(forked).toHaveLength(2);
    expect(kinds(forked[1])).toContain('case.openFolder');
    const reopening = forked[1]?.sent.find(
      ({ value }) => (value as { name?: string }).name === 'case.openFolder',
    )?.value as { id: number; params: { folder: string } };
    expect(reopening.params.folder).toBe('/cases/a');
    forked[1]?.emit('message', { kind: 'control-result', id: reopening.id, ok: true, value: opened });
    await new Promise((resolve) => setImmediate(resolve));
    expect(lost).toHaveBeenCalledOnce();

    forked[1]?.emit('message', { kind: 'spawn', child: 7, entry: 'importer' });
    expect(forked).toHaveLength(3);
    forked[1]?.emit('exit', 1);
    expect(forked[2]?.killed).toBe(true);
    vi.unstubAllEnvs();
  });
});

const runtime = resolve(
  'node_modules/electron/dist',
  process.platform === 'win32' ? 'electron.exe' : 'electron',
);
const required = process.env.REQUIRE_ELECTRON === '1';
describe.skipIf(!existsSync(runtime) && !required)('real Electron runtime', () => {
  it('is there', () => {
    expect(existsSync(runtime), 'no Electron runtime: run npx install-electron').toBe(true);
  });
});
