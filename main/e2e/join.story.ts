/**
 * Joins, charts and queries over the sample, once by mouse and once by keyboard alone: what is counted equals what SQL
 * counts, and what is brushed on a chart every panel follows.
 */
import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeStory } from './browser';
import {
  chips,
  countBySql,
  expectShown,
  numberIn,
  PATIENCE,
  sampleCases,
  sayName,
  waitForEvents,
} from './steps';

const FIREWALL = `SELECT count(*) FROM event LEFT JOIN asset_address AS a ON event.source_ip = a.ip
  WHERE event_dataset = 'linux.netfilter'`;
const LAST_LOGON = `SELECT count(*) FROM event AS w WHERE ot_operation = 'write' AND EXISTS (
  SELECT 1 FROM event AS l WHERE l.event_action = 'vpn-logon' AND l."timestamp" <= w."timestamp"
    AND l."timestamp" >= w."timestamp" - INTERVAL 2 HOUR)`;
const LOGGED_ON = `SELECT count(*) FROM event AS w JOIN span AS s ON w."timestamp" >= s.started_at AND w."timestamp" < s.ended_at
  WHERE w.ot_operation = 'write' AND s.event_category IN ('authentication', 'session')`;
const IN_NO_CHANGE = `SELECT count(*) FROM event AS a WHERE a.event_action = 'alarm-raised' AND NOT EXISTS (
  SELECT 1 FROM span AS c WHERE c.event_category = 'configuration'
    AND a."timestamp" >= c.started_at AND a."timestamp" < c.ended_at)`;

/** The panel, brought to the front by its tab. */
async function showPanel(page: Page, title: string): Promise<Locator> {
  await page.locator('.dock-tab', { hasText: new RegExp(`^${title}$`) }).click();
  return page.locator(`.${title.toLowerCase()}`);
}

async function expectJoined(page: Page, count: number): Promise<void> {
  const output = page.locator('output[aria-label="Joined rows"][aria-busy="false"]');
  await expect
    .poll(
      async () =>
        (await output.count()) === 0 ? -1 : numberIn(await output.locator('strong').first().textContent()),
      PATIENCE,
    )
    .toBe(count);
}

/** Matched and without of one side, as the builder says. */
async function sideCounts(page: Page, side: 'Left' | 'Right'): Promise<readonly number[]> {
  const output = page.locator(`output[aria-label="${side} counts"]`);
  return (await output.locator('strong').allTextContents()).map(numberIn);
}

describeStory('joins and charts', (stage) => {
  const sampleCase = sampleCases();

  it('by mouse: firewall to assets, writes to the last logon, alarms in no change, a chart that filters', async () => {
    const { page, host, screenshot } = await stage.openWorkbench({ caseFolder: sampleCase() });
    await waitForEvents(page);
    const join = await showPanel(page, 'Join');
    const preset = async (name: string): Promise<void> => {
      await join.getByRole('button', { name: 'Common joins' }).click();
      await page.getByRole('menuitem', { name }).click();
    };
    const left = join.getByRole('textbox', { name: 'Filter of the left rows' });

    await preset('Source address in the inventory');
    await left.fill('dataset:linux.netfilter');
    await expectJoined(page, await countBySql(host, FIREWALL));
    const [matched, without] = await sideCounts(page, 'Left');
    expect(matched).toBeGreaterThan(0);
    expect((matched ?? 0) + (without ?? 0)).toBe(
      await countBySql(host, "SELECT count(*) FROM event WHERE event_dataset = 'linux.netfilter'"),
    );
    await join.getByRole('row').nth(1).getByRole('gridcell').first().getByText('2026').waitFor();
    await screenshot('join-assets');

    await preset('Who was logged on last');
    await left.fill('operation:write');
    await join.getByRole('textbox', { name: 'Filter of the right rows' }).fill('action:vpn-logon');
    await join.getByRole('textbox', { name: 'At most this far away' }).fill('2 h');
    await page.keyboard.press('Enter');
    await expectJoined(page, 2);
    await expect
      .poll(() => sideCounts(page, 'Left'), PATIENCE)
      .toEqual([await countBySql(host, LAST_LOGON), 0]);

    await preset('Who was logged on then');
    await left.fill('operation:write');
    await expectJoined(page, await countBySql(host, LOGGED_ON));

    await preset('Outside every change window');
    await left.fill('action:alarm-raised');
    const alone = await countBySql(host, IN_NO_CHANGE);
    expect(alone).toBeGreaterThan(1);
    await expectJoined(page, alone);
    await join.getByRole('button', { name: 'Lane…' }).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Alarms in no change');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await sayName(page);
    await page.locator('.lane-view', { hasText: 'Alarms' }).waitFor();

    await join.getByRole('button', { name: 'Chart it' }).click();
    const surface = page.getByRole('application', { name: /^Stacked bars: rows by Time/ });
    await surface.waitFor();
    await screenshot('join-chart');
    const box = await surface.boundingBox();
    if (box === null) throw new Error('the chart has no place');
    const middle = box.y + box.height / 2;
    await page.mouse.move(box.x + box.width * 0.3, middle);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.7, middle, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => chips(page).allTextContents(), PATIENCE).toHaveLength(1);
    expect((await chips(page).first().textContent())?.startsWith('in “Alarms in no change”, time ')).toBe(
      true,
    );
    const brushed = page.locator('output[aria-label="Events shown"]:not([aria-busy="true"]) strong');
    await expect.poll(async () => numberIn(await brushed.textContent()), PATIENCE).toBeLessThan(alone);
    expect(numberIn(await brushed.textContent())).toBeGreaterThan(0);
    await screenshot('join-brushed');

    await page.getByRole('button', { name: 'Take the brush back' }).click();
    await expect.poll(() => chips(page).count(), PATIENCE).toBe(0);
    await showPanel(page, 'Join');
    await join.getByRole('button', { name: 'Show these events' }).click();
    await expectShown(page, alone);
  });

  it('by keyboard alone', async () => {
    const { page, host } = await stage.openWorkbench({ caseFolder: sampleCase() });
    await waitForEvents(page);
    const { keyboard } = page;
    const command = async (title: string): Promise<void> => {
      await keyboard.press('Control+k');
      await page.getByPlaceholder('Type a command…').waitFor();
      await keyboard.type(title);
      await page.getByRole('option', { name: title }).first().waitFor();
      await keyboard.press('Enter');
      // What closes gives the focus back: keys pressed before would be taken from where it was.
      await page.getByPlaceholder('Type a command…').waitFor({ state: 'hidden' });
    };
    const focused = (): Promise<string> =>
      page.evaluate("document.activeElement?.getAttribute('aria-label') ?? ''") as Promise<string>;
    const tabTo = async (name: string): Promise<void> => {
      for (let step = 0; step < 40 && (await focused()) !== name; step += 1) await keyboard.press('Tab');
      expect(await focused()).toBe(name);
    };
    await keyboard.press('Alt+5');
    await page.getByRole('button', { name: 'Common joins' }).waitFor();
    await command('Join: outside every change window');
    await keyboard.press('Alt+5');
    await tabTo('Filter of the left rows');
    await keyboard.type('action:alarm-raised');
    const alone = await countBySql(host, IN_NO_CHANGE);
    await expectJoined(page, alone);
    await command('Save the join as a view');
    await page.getByRole('dialog', { name: 'Save the view' }).waitFor();
    await keyboard.press('Control+a');
    await keyboard.type('Alone');
    await keyboard.press('Enter');
    await sayName(page);
    await page.getByRole('heading', { name: 'Alone' }).waitFor();

    await command('Chart the join');
    await page.getByRole('application', { name: /^Stacked bars/ }).waitFor();
    await keyboard.press('Alt+6');
    await expect.poll(focused, PATIENCE).toContain('Stacked bars');
    await keyboard.press('Home');
    await keyboard.press('Shift+End');
    await keyboard.press('Enter');
    await expectShown(page, alone);
    expect(await chips(page).first().textContent()).toContain('in “Alone”');
    await keyboard.press('Home');
    await keyboard.press('Enter');
    await expectShown(page, 1);
    await keyboard.press('Escape');
    await keyboard.press('Escape');
    await expect.poll(() => chips(page).count(), PATIENCE).toBe(0);

    await keyboard.press('Alt+7');
    await expect.poll(focused, PATIENCE).toBe('SQL');
    await keyboard.press('Control+a');
    await keyboard.type('SELECT event_domain, count(*) AS n FROM event GROUP BY 1');
    await keyboard.press('Control+Enter');
    const shown = page.getByRole('status', { name: 'Rows shown' });
    await expect
      .poll(async () => numberIn(await shown.locator('strong').first().textContent()), PATIENCE)
      .toBe(5);
    await keyboard.press('Control+a');
    await keyboard.type("SELECT * FROM read_text('/etc/passwd')");
    await keyboard.press('Control+Enter');
    await page.locator('.sql').getByRole('alert').waitFor();
  });
});
