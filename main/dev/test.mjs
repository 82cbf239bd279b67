/**
 * `npm test`: builds what is stale, then runs every test; browser stories run where a browser is found and are
 * skipped by name elsewhere. `--long` runs the campaigns; with THROUGHLINE_CAMPAIGNS=ci in the environment the usual
 * run takes them in at a size of minutes. The last line is `N passed, N failed[, N skipped]`.
 */
import { spawn } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findBrowser, HOW_TO_GET_ONE } from '../host/find-browser.mjs';
import { buildWhenStale } from './build.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const long = process.argv.includes('--long');
const rest = process.argv.slice(2).filter((argument) => argument !== '--long');

await buildWhenStale();
const browser = findBrowser();
if (browser === null) {
  process.stderr.write(`No browser was found: the browser stories are skipped. ${HOW_TO_GET_ONE}\n`);
  if (process.env.REQUIRE_BROWSER === '1') {
    process.stdout.write('REQUIRE_BROWSER=1 and no browser was found.\n0 passed, 1 failed\n');
    process.exit(1);
  }
}
const atCiSize = process.env.THROUGHLINE_CAMPAIGNS === 'ci';
const projects = long ? ['long'] : ['node', 'dom', 'stories', ...(atCiSize ? ['long'] : [])];
const CI_SIZES = {
  THROUGHLINE_KILLS: '12',
  THROUGHLINE_FLIPS: '300',
  THROUGHLINE_CUTS: '50',
  THROUGHLINE_MUTANTS: '3000',
};
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const child = spawn(
  process.execPath,
  [vitest, 'run', ...projects.flatMap((name) => ['--project', name]), ...rest],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...(atCiSize ? CI_SIZES : {}),
      ...process.env,
      // The build leaves `production` behind, in which React has no `act`.
      NODE_ENV: 'test',
      ...(browser === null ? {} : { CHROME_PATH: browser }),
      THROUGHLINE_PROGRAMS: join(root, 'dist/main'),
    },
  },
);
child.once('close', (code, signal) => process.exit(signal ? 1 : (code ?? 1)));
