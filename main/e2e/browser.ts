/**
 * Browser stories: finds a Chromium, serves the built workbench from folders of its own, and opens windows on it.
 * Every story also fails on a breach of the content security policy, on an error no one caught, and on any request
 * that would have left this machine.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildWhenStale } from '../dev/build.mjs';
import { findBrowser, HOW_TO_GET_ONE } from '../host/find-browser.mjs';
import { type Host, startHost } from '../host/host';

export interface WorkbenchOptions {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'dark' | 'light';
  /** Opened before the window is; made where there is none. */
  readonly caseFolder?: string;
  /** Where the sample investigation lies; the repository's own by default. */
  readonly sampleFolder?: string | null;
}

export interface Workbench {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly host: Host;
  /** Holds the case folders, `data/` and whatever the story puts there; removed afterwards. */
  readonly folder: string;
  /** Another window, with an address of its own. */
  openWindow(): Promise<Page>;
  /** Kills the engine as a crash would and gives the id it had. */
  killEngine(): number;
  /** Into `dist/screenshots/<name>.png`. */
  screenshot(name: string): Promise<void>;
  close(): Promise<void>;
}

export interface Stage {
  /** A host, an engine and a window of this story's own; closed when the story ends. */
  openWorkbench(options?: WorkbenchOptions): Promise<Workbench>;
}

const root = resolve(import.meta.dirname, '../..');
const VIOLATION = 'throughline-policy-violation';

/** Like `describe`, for stories in a real browser: skipped by name without one, failed under REQUIRE_BROWSER=1. */
export function describeStory(name: string, tell: (stage: Stage) => void): void {
  const executable = findBrowser();
  if (executable === null && process.env.REQUIRE_BROWSER === '1') {
    it(`${name}: a browser is there`, () => expect.fail(HOW_TO_GET_ONE));
    return;
  }
  describe.skipIf(executable === null)(name, () => {
    let browser: Browser;
    const open: Workbench[] = [];
    const wrong: string[] = [];
    beforeAll(async () => {
      await buildWhenStale({ quiet: true });
      process.env.THROUGHLINE_PROGRAMS = join(root, 'dist/main');
      browser = await chromium.launch({
        executablePath: executable ?? '',
        // Chromium refuses its own sandbox to root, which is who runs in containers.
        args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
      });
    });
    afterEach(async () => {
      for (const workbench of open.splice(0)) await workbench.close();
      expect(wrong.splice(0)).toEqual([]);
    });
    afterAll(() => browser?.close());
    tell({
      async openWorkbench(options = {}) {
        const workbench = await openWorkbench(browser, options, wrong);
        open.push(workbench);
        return workbench;
      },
    });
  });
}

async function openWorkbench(
  browser: Browser,
  options: WorkbenchOptions,
  wrong: string[],
): Promise<Workbench> {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-story-'));
  const started = await startHost({
    pageFolder: join(root, 'dist/renderer'),
    settings: {
      dataFolder: join(folder, 'data'),
      casesFolder: join(folder, 'cases'),
      sampleFolder:
        options.sampleFolder === undefined ? join(root, 'sample-data/water-utility') : options.sampleFolder,
    },
    port: 0,
    log: () => undefined,
  });
  if (!started.ok) throw new Error(started.problem.what);
  const host = started.value;
  if (options.caseFolder !== undefined) {
    const opened = await host.engine.control('case.openFolder', {
      folder: options.caseFolder,
      mode: 'write',
      create: true,
      cache: true,
    });
    if (!opened.ok) throw new Error(opened.problem.what);
  }
  const context = await browser.newContext({
    viewport: { width: options.width ?? 1440, height: options.height ?? 900 },
    colorScheme: options.colorScheme ?? 'dark',
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'America/New_York',
  });
  await watch(context, host.origin, wrong);
  const openWindow = async (): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(host.newAddress());
    return page;
  };
  const page = await openWindow();
  return {
    page,
    context,
    host,
    folder,
    openWindow,
    killEngine() {
      const pid = host.engine.pid();
      if (pid === undefined) throw new Error('the engine is not running');
      process.kill(pid, 'SIGKILL');
      return pid;
    },
    async screenshot(name) {
      const shots = join(root, 'dist/screenshots');
      mkdirSync(shots, { recursive: true });
      await page.screenshot({ path: join(shots, `${name}.png`) });
    },
    async close() {
      await context.close();
      await host.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Collects what no story may do. */
async function watch(context: BrowserContext, origin: string, wrong: string[]): Promise<void> {
  await context.addInitScript({
    content: `document.addEventListener('securitypolicyviolation', (event) => {
      console.error('${VIOLATION}', event.effectiveDirective, event.blockedURI, event.sourceFile, event.lineNumber);
    });`,
  });
  context.on('console', (message) => {
    if (message.text().startsWith(VIOLATION)) wrong.push(message.text());
  });
  context.on('weberror', (error) => wrong.push(`uncaught: ${error.error().message}`));
  context.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith('data:') && !url.startsWith('blob:')) {
      wrong.push(`request to ${url}`);
    }
  });
}
