/**
 * The work of an investigation and its way to somebody else: marks, a finding, a clock, the case file in a second
 * profile, the report without a network. Once by mouse, once by keyboard alone.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import type { Host } from '../host/host';
import { describeStory, type Workbench } from './browser';
import {
  chips,
  countBySql,
  eventGrid,
  eventRows,
  expectShown,
  filterBy,
  inspector,
  PATIENCE,
  runCommand,
  sampleCases,
  sayName,
  waitForEvents,
} from './steps';

const CLOCK_US = (6 * 60 + 12) * 1_000_000;
const FIRST_ALARM = `SELECT epoch_us(min("timestamp")) FROM event WHERE event_dataset = 'hmi.alarm'`;
/** What must be the same wherever the case is opened. */
const COUNTS = [
  'SELECT count(*) FROM event',
  `SELECT count(*) FROM event WHERE event_domain = 'ot'`,
  'SELECT count(*) FROM point',
  'SELECT count(*) FROM reject',
  'SELECT count(*) FROM asset_address',
  'SELECT count(DISTINCT source_ip) FROM event',
  `SELECT count(*) FROM mark WHERE what = 'tag'`,
  `SELECT count(*) FROM mark WHERE what = 'note'`,
  'SELECT sum(epoch_us("timestamp") % 1000003) FROM event',
  FIRST_ALARM,
];

async function countsOf(host: Host): Promise<readonly number[]> {
  const counts: number[] = [];
  for (const sql of COUNTS) counts.push(await countBySql(host, sql));
  return counts;
}

const rowMark = (page: Page, sign: string) => eventGrid(page).locator(`.grid-row .${sign}`);
const dialog = (page: Page, name: string | RegExp) => page.getByRole('dialog', { name });

describeStory('from marks to the case file', (stage) => {
  const sampleCase = sampleCases();

  /** Opened by somebody else: other folders, another profile; and the report in a browser of its own. */
  async function expectHandedOver(
    first: Workbench,
    file: string,
    report: string,
    counts: readonly number[],
    title: string,
  ): Promise<void> {
    const second = await stage.openWorkbench();
    const { page } = second;
    await page.getByRole('button', { name: 'Open a case or case file…' }).click();
    await dialog(page, 'Open a case').getByRole('textbox').fill(file);
    await page.keyboard.press('Enter');
    await waitForEvents(page);
    await page.getByText('whole: every entry is as its manifest says').waitFor();
    expect(await countsOf(second.host)).toEqual(counts);
    await expectShown(page, counts[0] ?? 0);
    await filterBy(page, 'is:star');
    await expectShown(page, 2);
    expect(await countBySql(second.host, "SELECT count(*) FROM mark WHERE what = 'star'")).toBe(2);
    await page.locator('.dock-tab', { hasText: /^Findings$/ }).click();
    await page.getByRole('button', { name: title }).waitFor();
    expect(await page.getByRole('button', { name: 'New finding…' }).isDisabled()).toBe(true);
    await second.screenshot(`case-file-${title.length}`);

    const shelf = await first.context.browser()?.newContext({ offline: true });
    if (shelf === undefined) throw new Error('the browser is gone');
    const requests: string[] = [];
    shelf.on('request', (request) => requests.push(request.url()));
    const sheet = await shelf.newPage();
    await sheet.goto(pathToFileURL(report).href);
    await sheet.getByRole('heading', { name: title }).first().waitFor();
    expect(requests).toEqual([pathToFileURL(report).href]);
    expect(await sheet.locator('script, iframe, object, embed, link[rel=stylesheet]').count()).toBe(0);
    expect(await sheet.getByText('UTC').count()).toBeGreaterThan(0);
    await shelf.close();
  }

  it('by mouse', async () => {
    const workbench = await stage.openWorkbench({ caseFolder: sampleCase() });
    const { page, host, folder, screenshot } = workbench;
    await waitForEvents(page);

    await filterBy(page, 'operation:write');
    await expectShown(page, 2);
    await eventRows(page).first().getByText('write').first().click({ button: 'right' });
    await page.getByRole('menuitem', { name: /^Star/ }).click();
    await sayName(page);
    await expect.poll(() => rowMark(page, 'mark-star').count(), PATIENCE).toBe(1);
    await eventRows(page).first().getByText('write').first().click({ button: 'right' });
    await page.getByRole('menuitem', { name: /^Tag/ }).click();
    await dialog(page, 'Tag 1 event').getByRole('textbox').fill('set point');
    await page.getByRole('button', { name: 'Tag', exact: true }).click();
    await eventGrid(page).getByText('set point').first().waitFor();
    await eventRows(page).first().getByText('write').first().click({ button: 'right' });
    await page.getByRole('menuitem', { name: /^Note/ }).click();
    await dialog(page, 'Note on 1 event').getByRole('textbox').fill('No change was open at this time.');
    await page.getByRole('button', { name: 'Note it' }).click();
    await inspector(page).getByText('No change was open at this time.').waitFor();

    await eventRows(page).first().getByText('write').first().click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'All 2 events shown' }).click();
    await expect.poll(() => page.getByRole('menu').count(), PATIENCE).toBe(2);
    await page.getByRole('menu').last().getByRole('menuitem', { name: /^Star/ }).click();
    await expect.poll(() => rowMark(page, 'mark-star').count(), PATIENCE).toBe(2);
    await page.locator('.toast').getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => rowMark(page, 'mark-star').count(), PATIENCE).toBe(1);
    await page.locator('.case-button').click();
    await page.getByRole('menuitem', { name: /^Redo/ }).click();
    await expect.poll(() => rowMark(page, 'mark-star').count(), PATIENCE).toBe(2);

    await page.locator('.dock-tab', { hasText: /^Findings$/ }).click();
    await page.getByRole('button', { name: 'New finding…' }).click();
    const asked = dialog(page, 'New finding');
    await asked.getByRole('textbox').fill('Set points were written outside every change');
    await asked.getByText('all 2 events shown').click();
    await asked.getByRole('button', { name: 'Make it' }).click();
    await page
      .getByRole('button', { name: /Set points were written outside every change.*2 events/ })
      .waitFor();
    await screenshot('work-finding');
    await chips(page).first().getByRole('button').last().click();

    const alarm = await countBySql(host, FIRST_ALARM);
    await page.getByText('hmi-alarms.csv').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Set the clock…' }).click();
    await dialog(page, 'Clock of hmi-alarms.csv').getByRole('textbox').first().fill('+00:06:12');
    await page.getByRole('button', { name: 'Set the clock', exact: true }).click();
    await dialog(page, 'Clock of hmi-alarms.csv').waitFor({ state: 'detached' });
    await expect.poll(() => countBySql(host, FIRST_ALARM), PATIENCE).toBe(alarm + CLOCK_US);

    const counts = await countsOf(host);
    const file = join(folder, 'handed over.tlcase');
    await page.locator('.case-button').click();
    await page.getByRole('menuitem', { name: 'Save case as…' }).click();
    await dialog(page, 'Save case as…').getByRole('textbox', { name: 'Save to' }).fill(file);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const saved = dialog(page, 'The case is saved');
    await saved.waitFor();
    await saved.getByText(createHash('sha256').update(readFileSync(file)).digest('hex')).waitFor();
    await screenshot('work-saved');
    await saved.getByRole('button', { name: 'Done' }).click();

    const report = join(folder, 'report.html');
    await page.locator('.case-button').click();
    await page.getByRole('menuitem', { name: 'Write the report…' }).click();
    await dialog(page, 'Write the report').getByRole('textbox', { name: 'Save to' }).fill(report);
    await page.getByRole('button', { name: 'Write', exact: true }).click();
    await dialog(page, 'The report is written').getByRole('button', { name: 'Done' }).click();
    await expectHandedOver(workbench, file, report, counts, 'Set points were written outside every change');
  });

  it('by keyboard alone', async () => {
    const workbench = await stage.openWorkbench({ caseFolder: sampleCase() });
    const { page, host, folder } = workbench;
    const { keyboard } = page;
    await waitForEvents(page);
    const toRows = async (): Promise<void> => {
      await keyboard.press('e');
      await expect
        .poll(() =>
          page.evaluate("document.activeElement?.closest('[role=grid]')?.getAttribute('aria-label')"),
        )
        .toBe('Events');
    };
    /** The dialog is there and its first field has the focus. */
    const inDialog = async (name: string | RegExp): Promise<void> => {
      await dialog(page, name).waitFor();
      const field = dialog(page, name).locator('input:focus, textarea:focus, button:focus');
      await expect.poll(() => field.count(), PATIENCE).toBe(1);
    };
    await filterBy(page, 'operation:write');
    await expectShown(page, 2);
    await toRows();
    await keyboard.press('Control+Home');
    await keyboard.press('s');
    await sayName(page);
    await expect.poll(() => rowMark(page, 'mark-star').count(), PATIENCE).toBe(1);
    await toRows();
    await keyboard.press('t');
    await inDialog('Tag 1 event');
    await keyboard.type('set point');
    await keyboard.press('Enter');
    await eventGrid(page).getByText('set point').first().waitFor();
    await toRows();
    await keyboard.press('m');
    await inDialog('Note on 1 event');
    await keyboard.type('No change was open.');
    await keyboard.press('Control+Enter');
    await inspector(page).getByText('No change was open.').waitFor();
    await runCommand(page, 'Star all 2 events shown');
    await expect.poll(() => rowMark(page, 'mark-star').count(), PATIENCE).toBe(2);
    await keyboard.press('Control+z');
    await expect.poll(() => rowMark(page, 'mark-star').count(), PATIENCE).toBe(1);
    await keyboard.press('Control+y');
    await expect.poll(() => rowMark(page, 'mark-star').count(), PATIENCE).toBe(2);

    await keyboard.press('Shift+F');
    await inDialog('New finding');
    await keyboard.type('Two writes, no change');
    await keyboard.press('Tab');
    await keyboard.press('ArrowDown');
    await keyboard.press('Enter');
    await page.getByRole('button', { name: /Two writes, no change.*2 events/ }).waitFor();
    await keyboard.press('Control+Backspace');
    await expect.poll(() => chips(page).count(), PATIENCE).toBe(0);

    const counts = await countsOf(host);
    const file = join(folder, 'keys.tlcase');
    await keyboard.press('Control+Shift+S');
    await inDialog('Save case as…');
    await keyboard.press('Control+a');
    await keyboard.type(file);
    await keyboard.press('Enter');
    await inDialog('The case is saved');
    await keyboard.press('Enter');
    await dialog(page, 'The case is saved').waitFor({ state: 'detached' });
    const report = join(folder, 'keys.html');
    await runCommand(page, 'Write the report');
    await inDialog('Write the report');
    await keyboard.press('Control+a');
    await keyboard.type(report);
    await keyboard.press('Enter');
    await inDialog('The report is written');
    await keyboard.press('Enter');
    await expectHandedOver(workbench, file, report, counts, 'Two writes, no change');
  });
});
