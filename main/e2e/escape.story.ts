/** What an analyst's SQL must not do, typed into the window: each is refused or stopped in words, and the window goes on. */
import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { ESCAPES } from '../sandbox/escapes-for-tests';
import { describeStory } from './browser';
import { numberIn, PATIENCE, sampleCases, shownCount, waitForEvents } from './steps';

/** More than memory and more than a lifetime; the sandbox has a limit for the one, the analyst a button for the other. */
const MEMORY_BOMB = "SELECT string_agg(repeat('x', 100000), '') AS n FROM range(1000000000) AS r(i)";
const TIME_BOMB =
  'SELECT count(*) AS n FROM range(10000000) AS a(i), range(10000000) AS b(j) WHERE (i * j) % 7 = 3';

async function ask(page: Page, text: string): Promise<void> {
  await page.locator('.sql .cm-content').focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
  await page.keyboard.press('Control+Enter');
}

/** A refusal stays until the next answer: rows between two of them tell them apart. */
async function expectAnswer(sql: Locator, page: Page): Promise<void> {
  await ask(page, 'SELECT 1 AS n');
  await sql.getByRole('alert').waitFor({ state: 'detached' });
}

describeStory('SQL that wants out', (stage) => {
  const sampleCase = sampleCases();

  it('is refused, memory and time bombs are stopped, and the window and its engine are as before', async () => {
    const { page, host } = await stage.openWorkbench({ caseFolder: sampleCase() });
    await waitForEvents(page);
    const before = await shownCount(page);
    const engine = host.engine.pid();
    await page.locator('.dock-tab', { hasText: /^SQL$/ }).click();
    const sql = page.locator('.sql');
    // The panel asks nothing where nothing is written.
    const typed = ESCAPES.filter((text, index) => index % 2 === 0 && text !== '');
    expect(typed.length).toBeGreaterThanOrEqual(40);
    for (const text of typed) {
      await ask(page, text);
      await expect.poll(() => sql.getByRole('alert').count(), { ...PATIENCE, message: text }).toBe(1);
      expect(await sql.getByRole('alert').textContent(), text).not.toContain('Something went wrong');
      await expectAnswer(sql, page);
    }
    await ask(page, MEMORY_BOMB);
    await sql.getByRole('alert').waitFor();
    await expectAnswer(sql, page);
    await ask(page, TIME_BOMB);
    await sql.getByRole('button', { name: 'Cancel' }).click();
    await ask(page, 'SELECT * FROM event LIMIT 7');
    const shown = page.getByRole('status', { name: 'Rows shown' });
    await expect
      .poll(async () => numberIn(await shown.locator('strong').first().textContent()), PATIENCE)
      .toBe(7);
    expect(host.engine.pid()).toBe(engine);
    expect(await shownCount(page)).toBe(before);
    expect(await page.locator('.banner[role="alert"]').count()).toBe(0);
  }, 240_000);
});
