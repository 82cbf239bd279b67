/** Runs the loopback host for a person: opens the case or the sample, a window or the address, until told to stop. */
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { describeProblem, type Outcome, type Problem, succeed } from '../../shared/problem';
import { escapeControls } from '../process/escape';
import { pageCaller } from '../process/page-caller';
import { openAppWindow } from './app-window';
import { findBrowser, HOW_TO_GET_ONE } from './find-browser.mjs';
import { userFolders } from './folders';
import { type Host, startHost } from './host';

export interface ServeOptions {
  /** A workspace folder, or a case file to look into. */
  readonly caseFolder: string | null;
  /** Of an encrypted case file; the window asks where it is needed later. */
  readonly passphrase?: string;
  /** Makes the sample investigation and opens it. */
  readonly sample: boolean;
  /** 0: any free port. */
  readonly port: number;
  /** False prints the address instead of opening a window. */
  readonly open: boolean;
}

const COULD_NOT_RUN = 3;

/** Serves until the window is closed or the signal aborts; the exit code. Prints to stdout and stderr. */
export async function serve(options: ServeOptions, signal: AbortSignal): Promise<number> {
  const folders = userFolders();
  const host = await startHost({
    pageFolder: folders.pageFolder,
    settings: {
      dataFolder: folders.dataFolder,
      casesFolder: folders.casesFolder,
      sampleFolder: folders.sampleFolder,
    },
    port: options.port,
    log: (line) => say(line),
  });
  if (!host.ok) return refuse(host.problem);
  const opened = await openWanted(host.value, options);
  if (!opened.ok) {
    await host.value.close();
    return refuse(opened.problem);
  }
  await untilEnd(host.value, options, join(folders.dataFolder, 'window'), signal);
  await host.value.close();
  return 0;
}

async function openWanted(host: Host, options: ServeOptions): Promise<Outcome<unknown>> {
  if (options.caseFolder !== null) {
    return host.engine.control('case.openFolder', {
      folder: resolve(options.caseFolder),
      mode: 'write',
      create: false,
      cache: true,
      ...(options.passphrase === undefined ? {} : { passphrase: options.passphrase }),
    });
  }
  if (!options.sample) return succeed(null);
  const page = pageCaller(host.engine.connect());
  const sample = await page.call('case.sample', {});
  page.close();
  return sample;
}

/** Shows the workbench and waits: for the window it opened to close, or for the signal. */
function untilEnd(host: Host, options: ServeOptions, profile: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
    const browser = options.open && hasDisplay() ? findBrowser() : null;
    if (options.open && browser === null) say(whyNoWindow());
    if (browser === null) printAddress(host);
    else {
      say(`The workbench is served at ${host.origin} and opens in a window of ${browser}.`);
      const window = openAppWindow(browser, host.newAddress(), profile, (wentWell) => {
        if (wentWell) resolve();
        else {
          say('The browser could not be started.');
          printAddress(host);
        }
      });
      signal.addEventListener('abort', () => window.close(), { once: true });
    }
    if (process.stdin.isTTY) {
      say('Press Enter for a new address, Ctrl+C to stop.');
      const lines = createInterface({ input: process.stdin });
      lines.on('line', () => printAddress(host));
      signal.addEventListener('abort', () => lines.close(), { once: true });
    }
  });
}

/** The only line on stdout: the address, good for one window. */
function printAddress(host: Host): void {
  process.stdout.write(`${host.newAddress()}\n`);
  say('Open this address within 30 seconds; it is good once.');
}

function whyNoWindow(): string {
  return hasDisplay()
    ? `No browser was found. ${HOW_TO_GET_ONE}`
    : 'This machine has no display: open the address in a browser on this machine.';
}

function hasDisplay(): boolean {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

function refuse(problem: Problem): number {
  say(describeProblem(problem));
  return COULD_NOT_RUN;
}

function say(text: string): void {
  process.stderr.write(`${escapeControls(text)}\n`);
}
