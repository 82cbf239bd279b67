/** Finds a Chromium, Chrome or Edge on this machine: for the host, and for programs that run before the build. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = {
  linux: [
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
    'microsoft-edge',
    'microsoft-edge-stable',
  ],
  darwin: [],
  win32: [],
};

const PLACES = {
  linux: ['/usr/bin/chromium', '/snap/bin/chromium', '/opt/google/chrome/chrome'],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].flatMap((name) => {
    const base = process.env[name];
    return base
      ? [
          join(base, 'Google/Chrome/Application/chrome.exe'),
          join(base, 'Microsoft/Edge/Application/msedge.exe'),
        ]
      : [];
  }),
};

function runnable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** `CHROME_PATH`, then the names on PATH, then the usual places. */
export function findBrowser() {
  const chosen = process.env.CHROME_PATH;
  if (chosen) return runnable(chosen) ? chosen : null;
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  for (const name of NAMES[process.platform] ?? []) {
    for (const folder of folders) if (runnable(join(folder, name))) return join(folder, name);
  }
  return (PLACES[process.platform] ?? []).find(runnable) ?? null;
}

/** What to do where none was found, in one line. */
export const HOW_TO_GET_ONE =
  'Install Chromium, Chrome or Edge (Debian: apt-get install chromium), or set CHROME_PATH to one.';
