/** How soon the first records of a big file stand in the import dialog, in headless Chromium. */
import { linkSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { findBrowser } from '../host/find-browser.mjs';
import { startHost } from '../host/host';
import { makeCsv } from './make-load';
import { spread, type Verdict } from './measure';
import type { Load } from './parts';

const here = dirname(fileURLToPath(import.meta.url));
const BOUND_MS = 500;
const RECORDS = 200;

/** From the path's being handed over to the frame after the rows are in the page, ms. */
const SHOW = `(async (records) => {
  const box = document.querySelector('input.path-box');
  const started = performance.now();
  box.form.requestSubmit();
  for (;;) {
    await new Promise((done) => requestAnimationFrame(done));
    if (document.querySelectorAll('[aria-label="First records"] tbody tr').length >= records) break;
    if (performance.now() - started > 60000) throw new Error('the records were not shown');
  }
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - started;
})`;

async function show(page: Page, file: string): Promise<number> {
  await page.keyboard.press('Control+i');
  const dialog = page.getByRole('dialog', { name: 'Import evidence' });
  await dialog.getByRole('textbox', { name: 'Path of a file or folder on this machine' }).fill(file);
  const took: number = await page.evaluate(`${SHOW}(${RECORDS})`);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  return took;
}

/** A CSV of 1 GB, offered again and again in one window, each time as another file: nothing is known of it before. */
export async function firstPart(load: Load): Promise<Verdict[]> {
  const executablePath = findBrowser();
  if (executablePath === null) return [{ part: 'first', held: true, text: 'skipped: no browser was found' }];
  const file = makeCsv(load.folder, Math.round(7_000_000 * load.scale));
  const folder = join(load.folder, 'cases', 'first');
  rmSync(folder, { recursive: true, force: true });
  const host = await startHost({
    pageFolder: resolve(here, '../renderer'),
    settings: { dataFolder: null, casesFolder: null, sampleFolder: null },
    port: 0,
    log: () => undefined,
  });
  if (!host.ok) throw new Error(host.problem.what);
  const { engine, newAddress, close } = host.value;
  const opened = await engine.control('case.openFolder', {
    folder,
    mode: 'write',
    create: true,
    cache: true,
  });
  if (!opened.ok) throw new Error(opened.problem.what);
  const browser = await chromium.launch({
    executablePath,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(newAddress());
  await page.waitForTimeout(2000);
  const cold = await show(page, file);
  const warm: number[] = [];
  for (let round = 0; round < load.rounds; round += 1) {
    const other = join(load.folder, `first-${round}.csv`);
    rmSync(other, { force: true });
    linkSync(file, other);
    warm.push(await show(page, other));
    rmSync(other);
  }
  await browser.close();
  await close();
  const { median, least, most } = spread(warm);
  const size = (statSync(file).size / 1e9).toFixed(2);
  return [
    {
      part: 'first',
      held: median <= BOUND_MS,
      text: `first ${RECORDS} records of a CSV of ${size} GB on screen ${median.toFixed(0)} ms (${least.toFixed(0)}–${most.toFixed(0)}), the first time ${cold.toFixed(0)} ms; bound ≤ ${BOUND_MS} ms`,
    },
  ];
}
