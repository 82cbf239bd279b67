/**
 * Opens the workbench in a browser window of its own: app mode, a profile of its own without extensions, and no
 * background traffic. The address travels in a file that only this user can read, never in an argument list.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface AppWindow {
  /** Ends the browser that this window started. */
  close(): void;
}

/** The launching file must outlive the browser's start, not more. */
const FORGET_AFTER_MS = 30_000;

/** Switches of the window's browser; everything that would speak to anyone is off. */
export function browserArguments(launchPage: string, profile: string): string[] {
  return [
    `--app=${pathToFileURL(launchPage).href}`,
    `--user-data-dir=${profile}`,
    '--window-size=1440,900',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-default-apps',
    '--disable-domain-reliability',
    '--disable-extensions',
    '--disable-sync',
    '--dns-prefetch-disable',
    '--no-pings',
    '--no-proxy-server',
    '--disable-features=Translate,OptimizationHints,MediaRouter,AutofillServerCommunication,InterestFeedContentSuggestions',
    '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1',
  ];
}

/** A page that leads to the address at once. The address is ours: an origin and a base64url token. */
export function launchPageText(address: string): string {
  const safe = address.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  return `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0;url=${safe}"><title>Throughline</title>\n`;
}

/** Writes the launching page, mode 0600 in a folder of mode 0700. */
export function writeLaunchPage(address: string): { readonly file: string; forget(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-'));
  const file = join(folder, 'open.html');
  writeFileSync(file, launchPageText(address), { mode: 0o600, flag: 'wx' });
  return { file, forget: () => rmSync(folder, { recursive: true, force: true }) };
}

/**
 * Starts the browser on an address. `onEnd` runs when the browser ends, with whether it ever got going: its exit
 * code was 0 and it had lived for a moment.
 */
export function openAppWindow(
  browser: string,
  address: string,
  profile: string,
  onEnd: (wentWell: boolean) => void,
): AppWindow {
  mkdirSync(profile, { recursive: true, mode: 0o700 });
  const page = writeLaunchPage(address);
  const timer = setTimeout(page.forget, FORGET_AFTER_MS);
  const child = spawn(browser, browserArguments(page.file, profile), { stdio: 'ignore' });
  let ended = false;
  const end = (wentWell: boolean): void => {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    page.forget();
    onEnd(wentWell);
  };
  child.once('error', () => end(false));
  child.once('exit', (code) => end(code === 0));
  return { close: () => void child.kill() };
}
