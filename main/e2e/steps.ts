/** Steps that stories share: the sample imported once, what the engine and plain SQL say, what the window shows. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { z } from 'zod';
import type { CallName, Message, Params } from '../../shared/protocol';
import { calls } from '../../shared/protocol';
import { buildWhenStale } from '../dev/build.mjs';
import type { Host } from '../host/host';

const root = resolve(import.meta.dirname, '../..');
export const sampleFolder = join(root, 'sample-data/water-utility');
/** Bound of every wait; nothing waits this long when it works. */
export const PATIENCE = { timeout: 60_000, interval: 50 };

const expectedSchema = z.object({
  files: z.array(
    z.object({
      name: z.string(),
      sha256: z.string(),
      records: z.number(),
      loaded: z.number(),
      rejected: z.number(),
    }),
  ),
  undated: z.record(z.string(), z.number()),
});

/** What the program that made the sample says is in it. */
export function expectedSample(): z.infer<typeof expectedSchema> {
  return expectedSchema.parse(JSON.parse(readFileSync(join(sampleFolder, 'expected.json'), 'utf8')));
}

/** The sample, imported once for a file of stories by the command line; each call gives a copy of its own. */
export function sampleCases(): () => string {
  let shelf = '';
  let copies = 0;
  beforeAll(async () => {
    await buildWhenStale({ quiet: true });
    shelf = mkdtempSync(join(tmpdir(), 'throughline-shelf-'));
    execFileSync(
      process.execPath,
      [join(root, 'dist/main/cli.mjs'), 'sample', '--case', join(shelf, 'sample')],
      { stdio: 'pipe', env: { ...process.env, XDG_CONFIG_HOME: shelf, XDG_DATA_HOME: shelf } },
    );
  });
  afterAll(() => rmSync(shelf, { recursive: true, force: true }));
  return () => {
    copies += 1;
    const copy = join(shelf, `copy-${copies}`);
    cpSync(join(shelf, 'sample'), copy, { recursive: true });
    return copy;
  };
}

/** One call to the engine, as a page would make it, beside the window; throws on a problem. */
async function ask<N extends CallName>(host: Host, name: N, params: Params<N>): Promise<unknown> {
  const channel = host.engine.connect();
  try {
    const answer = await new Promise<Message>((done) => {
      channel.onMessage((message) => {
        if ('id' in message && 'ok' in message) done(message);
      });
      channel.send({ id: 1, name, params });
    });
    if (!('ok' in answer) || !answer.ok) throw new Error(JSON.stringify(answer));
    return answer.value;
  } finally {
    channel.close();
  }
}

export async function ledgerOf(host: Host) {
  return calls['evidence.list'].result.parse(await ask(host, 'evidence.list', {})).rows;
}

export async function countShown(host: Host, filter: Params<'view.open'>['filter']): Promise<number> {
  const params = { filter, sort: [{ field: 'timestamp', descending: false }] };
  return calls['view.open'].result.parse(await ask(host, 'view.open', params)).shown;
}

/** The one number of an analyst's query, asked in the sandbox: another road than the window's own. */
export async function countBySql(host: Host, sql: string): Promise<number> {
  const opened = await host.engine.control('query.open', { sql, rowLimit: 1, timeoutSeconds: 30 });
  if (!opened.ok) throw new Error(opened.problem.what);
  const { queryId } = opened.value;
  const next = await host.engine.control('query.next', { queryId });
  await host.engine.control('query.close', { queryId });
  if (!next.ok) throw new Error(next.problem.what);
  return Number(next.value.rows[0]?.[0]);
}

/** `12 362` and `12,362` are 12362; thin spaces too. */
export function numberIn(text: string | null): number {
  return Number((text ?? '').replace(/\D/g, '') || Number.NaN);
}

/** Events that pass the filter, once the window has settled on them. */
export async function shownCount(page: Page): Promise<number> {
  const output = page.locator('output[aria-label="Events shown"]:not([aria-busy="true"])');
  return numberIn(await output.locator('strong').textContent());
}

export async function expectShown(page: Page, count: number): Promise<void> {
  await expect.poll(() => shownCount(page), PATIENCE).toBe(count);
}

export function eventGrid(page: Page): Locator {
  return page.getByRole('grid', { name: 'Events' });
}

/** Rows of events in sight, loaded. */
export function eventRows(page: Page): Locator {
  return eventGrid(page).locator('.grid-row[aria-busy="false"]');
}

export function timeline(page: Page): Locator {
  return page.getByRole('application');
}

export function inspector(page: Page): Locator {
  return page.locator('.inspector');
}

/** The values beside a label of the inspector. */
export function inspectorValue(page: Page, label: string): Locator {
  return inspector(page)
    .locator('.field-row', { has: page.locator('dt', { hasText: new RegExp(`^${label}$`) }) })
    .locator('dd');
}

/** Writes filter text into the search field and waits until it became chips. */
export async function filterBy(page: Page, text: string): Promise<void> {
  await page.keyboard.press('/');
  const field = page.getByRole('combobox', { name: 'Search or filter' });
  await field.fill(text);
  await field.press('Enter');
  await expect.poll(() => field.inputValue(), PATIENCE).toBe('');
  await field.press('Escape');
}

export function chips(page: Page): Locator {
  return page.getByRole('toolbar', { name: 'Filters in force' }).getByRole('listitem');
}

/** Waits until a case fills the window. */
export async function waitForEvents(page: Page): Promise<void> {
  await eventRows(page).first().waitFor();
  await timeline(page).waitFor();
}

/** Lets files fall onto the middle of the window as the desktop would. */
export async function dropFiles(page: Page, files: readonly string[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [...files], dragOperationsMask: 1 };
  const drag = (type: 'dragEnter' | 'dragOver' | 'drop') =>
    session.send('Input.dispatchDragEvent', { type, x: 600, y: 400, data });
  await drag('dragEnter');
  await drag('dragOver');
  // A drop before the window has said that it takes files is a drop on nothing.
  await page.locator('.drop-hint').waitFor();
  await drag('dragOver');
  await drag('drop');
  await page.locator('.drop-hint').waitFor({ state: 'detached' });
  await session.detach();
}

/** Ctrl+I, the path, *Add path*, *Import*: through the window, all of it. */
export async function importPath(page: Page, path: string): Promise<void> {
  await page.keyboard.press('Control+i');
  const dialog = page.getByRole('dialog', { name: 'Import evidence' });
  const box = dialog.getByRole('textbox', { name: 'Path of a file or folder on this machine' });
  await box.fill(path);
  await box.press('Enter');
  await dialog.getByRole('button', { name: 'Import 1 file' }).click();
  await dialog.waitFor({ state: 'detached' });
}

/** Enough syslog that its import can be caught in the middle. */
export function writeBigLog(path: string): void {
  const line = (at: number) =>
    `Mar 16 ${String(Math.floor(at / 3600) % 24).padStart(2, '0')}:${String(Math.floor(at / 60) % 60).padStart(2, '0')}:${String(at % 60).padStart(2, '0')} host${at % 50} daemon[${at}]: session ${at} of user${at % 97} opened from 198.51.100.${at % 250}\n`;
  const blocks = Array.from({ length: 60 }, (_, block) =>
    Array.from({ length: 10_000 }, (_, at) => line(block * 10_000 + at)).join(''),
  );
  writeFileSync(path, blocks.join(''));
}

/** The analyst's name is asked for before the first change that is signed. */
export async function sayName(page: Page): Promise<void> {
  const dialog = page.getByRole('dialog', { name: /^Who is working/ });
  await dialog.getByRole('textbox').fill('R. Osei');
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
}

/** Runs a command by its title, from the palette. */
export async function runCommand(page: Page, title: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('Type a command…').waitFor();
  await page.keyboard.type(title);
  await page.getByRole('option', { name: title }).first().waitFor();
  await page.keyboard.press('Enter');
}
