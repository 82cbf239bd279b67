/**
 * `npm start [-- --case DIR --sample --browser]`: the Electron window where its runtime and a display are there,
 * else the same workbench in an app-mode browser window, else its address. Says which and why. Nothing is
 * downloaded unless the analyst answers yes at a terminal.
 */
import { spawn, spawnSync } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { findBrowser, HOW_TO_GET_ONE } from '../host/find-browser.mjs';
import { buildWhenStale } from './build.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const args = process.argv.slice(2);
const say = (text) => process.stderr.write(`${text}\n`);

if (args.includes('--help') || args.includes('-h')) {
  process.stdout.write(
    [
      'npm start [-- OPTIONS]',
      '  --case DIR   open this case folder',
      '  --sample     open the sample investigation',
      '  --browser    use a browser window even where Electron is installed',
      '',
    ].join('\n'),
  );
  process.exit(0);
}

const RUNTIME = { linux: 'electron', win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' };
const runtime = join(root, 'node_modules/electron/dist', RUNTIME[process.platform] ?? 'electron');
const hasDisplay =
  process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

/** True when the download's host answers within 10 s, so that a closed network is told at once. */
async function reachable(host) {
  try {
    const { address } = await lookup(host);
    return await new Promise((done) => {
      const socket = connect({ host: address, port: 443, timeout: 10_000 });
      socket.once('connect', () => done(true) ?? socket.destroy());
      for (const event of ['timeout', 'error']) socket.once(event, () => done(false) ?? socket.destroy());
    });
  } catch {
    return false;
  }
}

/** Offers the official runtime; only at a terminal, only after a yes. */
async function offerRuntime() {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return 'there is no terminal to ask at';
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(
    "Electron's runtime is not installed. Download the official one now (about 110 MB)? [y/N] ",
  );
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) return 'its download was declined';
  if (!process.env.ELECTRON_MIRROR && !(await reachable('github.com')))
    return 'the download cannot be reached from this network';
  const done = spawnSync(process.execPath, [join(root, 'node_modules/electron/install.js')], {
    stdio: 'inherit',
    cwd: root,
  });
  return done.status === 0 && existsSync(runtime) ? null : 'its download failed';
}

await buildWhenStale();

let whyNot = null;
if (args.includes('--browser')) whyNot = '--browser was given';
else if (!hasDisplay) whyNot = 'this machine has no display';
else if (!existsSync(runtime)) {
  const why = await offerRuntime();
  whyNot = why === null ? null : `Electron's runtime is not installed and ${why}`;
}

if (whyNot === null) {
  const child = spawn(runtime, [root, ...args], { stdio: 'inherit', cwd: root });
  child.once('close', (code) => process.exit(code ?? 1));
} else {
  say(`Opening the workbench through the loopback host: ${whyNot}.`);
  const browser = hasDisplay ? findBrowser() : null;
  if (hasDisplay && browser === null) say(`No browser was found. ${HOW_TO_GET_ONE}`);
  const host = join(root, 'dist/main/host.mjs');
  const forwarded = args.filter((argument) => argument !== '--browser');
  const child = spawn(process.execPath, [host, ...forwarded, ...(browser === null ? ['--no-open'] : [])], {
    stdio: 'inherit',
    cwd: process.cwd(),
    env: { ...process.env, ...(browser === null ? {} : { CHROME_PATH: browser }) },
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.once('close', (code) => process.exit(code ?? 0));
}
