/** What an analyst arranged is there again the next time; a second window on a case reads and does not write. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeStory } from './browser';
import {
  chips,
  eventGrid,
  eventRows,
  expectShown,
  filterBy,
  inspector,
  PATIENCE,
  sampleCases,
  timeline,
  waitForEvents,
} from './steps';

const heads = (page: Page) => eventGrid(page).getByRole('columnheader');

async function arrangement(page: Page) {
  return {
    columns: await heads(page).allTextContents(),
    datasetWidth: Math.round((await heads(page).filter({ hasText: 'Dataset' }).boundingBox())?.width ?? 0),
    sort: await heads(page).filter({ hasText: 'Message' }).getAttribute('aria-sort'),
    chips: await chips(page).allTextContents(),
    zone: await page.locator('.zone-button').textContent(),
    theme: await page.locator('html').getAttribute('data-theme'),
    timelines: await timeline(page).count(),
    firstRow: await eventRows(page).first().textContent(),
  };
}

describeStory('opening a case again', (stage) => {
  const sampleCase = sampleCases();

  it('finds zone, theme, columns, filter, sort and panels as they were left', async () => {
    const caseFolder = sampleCase();
    const first = await stage.openWorkbench({ caseFolder });
    const { page } = first;
    await waitForEvents(page);
    await filterBy(page, 'dataset:servicenow.incident');
    await page.keyboard.press('Alt+z');
    await page.getByPlaceholder('Find a zone…').fill('Adelaide');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Type a command…').fill('theme light');
    await page.keyboard.press('Enter');
    await heads(page).filter({ hasText: 'User' }).focus();
    await page.keyboard.press('Delete');
    await expect.poll(() => heads(page).filter({ hasText: 'User' }).count(), PATIENCE).toBe(0);
    const dataset = heads(page).filter({ hasText: 'Dataset' });
    const width = (await dataset.boundingBox())?.width ?? 0;
    await dataset.focus();
    await page.keyboard.press('Shift+ArrowRight');
    await expect.poll(async () => (await dataset.boundingBox())?.width, PATIENCE).toBeGreaterThan(width);
    await page.keyboard.press('Alt+ArrowLeft');
    await expect.poll(() => heads(page).nth(1).textContent(), PATIENCE).toBe('Dataset');
    const message = heads(page).filter({ hasText: 'Message' });
    await message.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => message.getAttribute('aria-sort'), PATIENCE).toBe('ascending');
    await page.getByRole('button', { name: 'Close Timeline' }).click();
    await expect.poll(() => timeline(page).count(), PATIENCE).toBe(0);
    const settings = () => readFileSync(join(caseFolder, 'settings.json'), 'utf8');
    await expect.poll(settings, PATIENCE).not.toMatch(/"title\W+Timeline/);
    await eventRows(page).first().waitFor();
    const left = await arrangement(page);
    expect(left.zone).toContain('Australia/Adelaide');
    expect(left.theme).toBe('light');
    await first.context.close();
    await first.host.close();

    const again = await stage.openWorkbench({ caseFolder });
    await eventRows(again.page).first().waitFor();
    await expect.poll(() => arrangement(again.page), PATIENCE).toEqual(left);
  });

  it('keeps both sides however often the tab in front is clicked, and brings them back', async () => {
    const { page } = await stage.openWorkbench({ caseFolder: sampleCase() });
    await waitForEvents(page);
    const sides = async () => {
      const left = await page.locator('.evidence').boundingBox();
      const right = await inspector(page).boundingBox();
      return { left: Math.round(left?.width ?? 0), right: Math.round(right?.width ?? 0) };
    };
    await eventRows(page).first().click();
    const wide = await sides();
    expect(Math.min(wide.left, wide.right)).toBeGreaterThan(200);
    for (const title of ['Evidence', 'Inspector']) {
      const tab = page.locator('.dock-tab', { hasText: new RegExp(`^${title}$`) });
      for (let click = 0; click < 3; click += 1) await tab.click();
      await expect.poll(sides, PATIENCE).toEqual(wide);
    }
    await page.reload();
    await waitForEvents(page);
    await eventRows(page).first().click();
    await expect.poll(sides, PATIENCE).toEqual(wide);
  });

  it('closes no panel by the keys of a filter after a click on a tab', async () => {
    const { page } = await stage.openWorkbench({ caseFolder: sampleCase() });
    await waitForEvents(page);
    await filterBy(page, 'ot_operation:write');
    await expectShown(page, 2);
    const tab = page.getByRole('tab', { name: 'Events' });
    await tab.click();
    await page.keyboard.press('Control+Backspace');
    await expect.poll(() => chips(page).count(), PATIENCE).toBe(0);
    await tab.focus();
    await page.keyboard.press('Delete');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.locator('.assets').waitFor();
    expect(await tab.count()).toBe(1);
  });

  it('lets a second host read, and says who writes', async () => {
    const caseFolder = sampleCase();
    const first = await stage.openWorkbench({ caseFolder });
    await waitForEvents(first.page);
    const second = await stage.openWorkbench({ caseFolder });
    await waitForEvents(second.page);
    await second.page
      .getByText(new RegExp(`read-only.*process ${first.host.engine.pid()}`))
      .first()
      .waitFor();
    expect(await second.page.getByRole('button', { name: 'Import…' }).isDisabled()).toBe(true);
    await filterBy(second.page, 'ot_operation:write');
    await expectShown(second.page, 2);
    expect(await first.page.getByText(/read-only/).count()).toBe(0);
  });
});
