/** Looking closely at the sample: brush, filter, search, zone, selection, and the bytes a record came from. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { parseFilter } from '../../shared/filter/text';
import { describeStory } from './browser';
import {
  chips,
  countBySql,
  countShown,
  eventGrid,
  eventRows,
  expectShown,
  filterBy,
  inspector,
  inspectorValue,
  numberIn,
  PATIENCE,
  sampleCases,
  sampleFolder,
  shownCount,
  timeline,
  waitForEvents,
} from './steps';

const WRITE = 'ot_operation:write';
const CAPTURE = join(sampleFolder, 'plant-network.pcap');

/** Presses on the histogram between two shares of its width. */
async function dragAcross(page: Page, from: number, to: number): Promise<void> {
  const box = await timeline(page).boundingBox();
  if (box === null) throw new Error('the timeline is not drawn');
  const y = box.y + 20;
  await page.mouse.move(box.x + box.width * from, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * ((from + to) / 2), y);
  await page.mouse.move(box.x + box.width * to, y);
  await page.mouse.up();
}

/** The range of the one chip, as the filter text behind it says. */
async function brushedRange(page: Page): Promise<{ from: number; to: number }> {
  const text = (await chips(page).locator('.chip-main').getAttribute('title')) ?? '';
  const filter = parseFilter(text, 'UTC');
  if (!filter.ok || filter.value.kind !== 'time') throw new Error(`no stretch of time: ${text}`);
  return filter.value;
}

describeStory('looking closely', (stage) => {
  const sampleCase = sampleCases();
  const openSample = async () => {
    const workbench = await stage.openWorkbench({ caseFolder: sampleCase() });
    await waitForEvents(workbench.page);
    return workbench;
  };

  it('brushes the histogram by pointer and by keys, and lets go again', async () => {
    const { page, host } = await openSample();
    const all = await shownCount(page);
    await dragAcross(page, 0.7, 0.8);
    await chips(page).first().waitFor();
    await expect.poll(() => shownCount(page), PATIENCE).toBeLessThan(all);
    const { from, to } = await brushedRange(page);
    const inside = await countBySql(
      host,
      `SELECT count(*) FROM event WHERE epoch_us(timestamp) >= ${from} AND epoch_us(timestamp) < ${to}`,
    );
    expect(inside).toBeGreaterThan(0);
    await expectShown(page, inside);
    expect(await eventGrid(page).getAttribute('aria-rowcount')).toBe(String(inside + 2));

    await timeline(page).focus();
    await page.keyboard.press('Escape');
    await expectShown(page, all);
    expect(await chips(page).count()).toBe(0);

    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Shift+ArrowRight');
    expect(await chips(page).count()).toBe(0);
    await page.keyboard.press('Enter');
    await chips(page).first().waitFor();
    const keyed = await brushedRange(page);
    await expectShown(page, await countShown(host, { kind: 'time', from: keyed.from, to: keyed.to }));
    await page.keyboard.press('Control+Backspace');
    await expectShown(page, all);
  });

  it('filters by text to the write and its answer; chips mute, invert, come off', async () => {
    const { page, host } = await openSample();
    const all = await shownCount(page);
    await filterBy(page, `${WRITE} message~"register 20 = 480"`);
    await expectShown(page, 2);
    expect(await chips(page).count()).toBe(2);
    const messages = await eventRows(page).allTextContents();
    expect(messages).toHaveLength(2);
    expect(messages[0]).toContain('12:22:31.417206');
    expect(messages[0]).toContain('10.20.30.15');
    expect(messages[1]).toContain('response');

    const first = chips(page).first().locator('.chip-main');
    await chips(page)
      .nth(1)
      .getByRole('button', { name: /^Remove/ })
      .click();
    await expectShown(page, 2);
    await first.focus();
    await page.keyboard.press('m');
    await expectShown(page, all);
    await page.keyboard.press('m');
    await expectShown(page, 2);
    await page.keyboard.press('i');
    await expectShown(page, all - 2);
    expect(
      await countBySql(host, "SELECT count(*) FROM event WHERE ot_operation IS DISTINCT FROM 'write'"),
    ).toBe(all - 2);
    await page.keyboard.press('Delete');
    await expectShown(page, all);
    // The last chip gone, the focus is in the search field.
    await page.keyboard.press('Escape');
    await page.keyboard.press('[');
    await expectShown(page, all - 2);

    await page.keyboard.press('Control+/');
    const text = page.getByRole('textbox', { name: 'Filter as text' });
    expect(await text.inputValue()).toContain('write');
    await text.fill('no_such_field:1');
    await text.press('Enter');
    await page.getByRole('alert').filter({ hasText: 'no_such_field' }).waitFor();
    await text.fill('');
    await text.press('Enter');
    await expectShown(page, all);
  });

  it('filters to and out from a cell, searches words, walks their hits', async () => {
    const { page, host } = await openSample();
    const all = await shownCount(page);
    await filterBy(page, 'dataset:servicenow.incident');
    const incidents = await countBySql(
      host,
      "SELECT count(*) FROM event WHERE event_dataset = 'servicenow.incident'",
    );
    await expectShown(page, incidents);
    const cell = eventRows(page).first().getByRole('gridcell', { name: 'R. Osei' });
    await cell.click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Filter to R. Osei' }).click();
    const opened = await countBySql(
      host,
      "SELECT count(*) FROM event WHERE event_dataset = 'servicenow.incident' AND user_name = 'R. Osei'",
    );
    await expectShown(page, opened);
    await chips(page)
      .nth(1)
      .getByRole('button', { name: /^Remove/ })
      .click();
    await expectShown(page, incidents);
    await cell.click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Filter out R. Osei' }).click();
    await expectShown(page, incidents - opened);
    await page.keyboard.press('Control+Backspace');
    await expectShown(page, all);

    await filterBy(page, 'chlorine');
    await expect.poll(() => shownCount(page), PATIENCE).toBeLessThan(all);
    const hits = await shownCount(page);
    expect(hits).toBe(await countShown(host, { kind: 'words', text: 'chlorine' }));
    expect(hits).toBeGreaterThan(0);
    await page.keyboard.press('Control+Backspace');
    await expectShown(page, all);

    const find = page.getByRole('textbox', { name: 'Find in the rows shown' });
    await find.fill('plc stop');
    await find.press('Enter');
    const selected = eventGrid(page).locator('.grid-row.selected');
    await selected.filter({ hasText: /plc stop/i }).waitFor();
    const at = async () => Number(await selected.getAttribute('data-row'));
    const firstHit = await at();
    await eventGrid(page).focus();
    await page.keyboard.press('n');
    await expect.poll(at, PATIENCE).toBeGreaterThan(firstHit);
    await page.keyboard.press('N');
    await expect.poll(at, PATIENCE).toBe(firstHit);
  });

  it('shows every panel in the zone chosen, and leads from a row back to its bytes', async () => {
    const { page } = await openSample();
    await filterBy(page, WRITE);
    await expectShown(page, 2);
    await eventRows(page).first().click();
    await expect
      .poll(() => inspector(page).locator('time').textContent(), PATIENCE)
      .toContain('12:22:31.417206');

    await page.keyboard.press('Alt+z');
    await page.getByPlaceholder('Find a zone…').fill('Adelaide');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /zone Australia\/Adelaide \+10:30/ }).waitFor();
    await eventRows(page).first().filter({ hasText: '22:52:31.417206' }).waitFor();
    expect(await inspector(page).locator('time').textContent()).toContain('22:52:31.417206');
    expect(await inspectorValue(page, 'UTC').textContent()).toContain('12:22:31.417206');
    expect(await eventGrid(page).getByRole('columnheader').first().textContent()).toContain('Adelaide');
    await expect
      .poll(() => timeline(page).getAttribute('aria-label'), PATIENCE)
      .toContain('Australia/Adelaide');
    await inspector(page).locator('.event-line.current').filter({ hasText: '22:52:31.417206' }).waitFor();
    await page
      .getByRole('grid', { name: 'Evidence' })
      .getByRole('row', { name: 'plant-network.pcap' })
      .click();
    await page
      .getByRole('region', { name: 'Details of plant-network.pcap' })
      .getByText('22:45:00.121276')
      .waitFor();

    await eventGrid(page).focus();
    await page.keyboard.press('j');
    await inspector(page).getByText('response)').first().waitFor();
    await page.keyboard.press('k');
    await inspector(page).getByText('request)').first().waitFor();

    const bytes = readFileSync(CAPTURE);
    expect(await inspectorValue(page, 'SHA-256').textContent()).toBe(
      createHash('sha256').update(bytes).digest('hex'),
    );
    expect(await inspectorValue(page, 'Evidence').first().textContent()).toBe('plant-network.pcap');
    const [offset, length] = ((await inspectorValue(page, 'Bytes').textContent()) ?? '')
      .split('+')
      .map(numberIn);
    expect(numberIn(await inspectorValue(page, 'Record').textContent())).toBe(2050);
    const hex = inspector(page).locator('.hex');
    const record = bytes.subarray(offset ?? 0, (offset ?? 0) + (length ?? 0));
    // Until the view has come to the record; at first it may stand within it.
    const marked = async (): Promise<boolean> => {
      const shown = (await hex.locator('.hex-bytes mark').allTextContents()).join(' ').replace(/\s+/g, '');
      return shown.length > 32 && record.toString('hex').startsWith(shown);
    };
    await expect.poll(marked, PATIENCE).toBe(true);
    // Register 20 and the value 480, at the end of the packet as on the wire.
    expect(record.subarray(-4).toString('hex')).toBe('001401e0');
  });

  it('selects the row in focus where a filter leaves the selected event out', async () => {
    const { page } = await stage.openWorkbench({ caseFolder: sampleCase() });
    await waitForEvents(page);
    await eventRows(page).nth(1).click();
    await inspector(page).locator('.inspector-message', { hasText: 'INC0042172' }).waitFor();
    await filterBy(page, 'user:k.moreau');
    await inspector(page).locator('.inspector-message', { hasText: 'k.moreau' }).waitFor();
    await filterBy(page, 'user:nobody');
    await inspector(page).getByText('Outside the filter').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Shift+F');
    const asked = page.getByRole('dialog', { name: 'New finding' });
    await asked.getByText('the selected event, which the filter leaves out').waitFor();
  });

  it('shows a line of text with its source columns, and the line is the bytes of the file', async () => {
    const { page } = await openSample();
    await filterBy(page, 'dataset:servicenow.incident INC0042171');
    await eventRows(page).first().filter({ hasText: 'INC0042171' }).click();
    await inspector(page).getByText('INC0042171').first().waitFor();
    const [offset, length] = ((await inspectorValue(page, 'Bytes').textContent()) ?? '')
      .split('+')
      .map(numberIn);
    const bytes = readFileSync(join(sampleFolder, 'incidents.csv'));
    const line = bytes.subarray(offset ?? 0, (offset ?? 0) + (length ?? 0)).toString('utf8');
    expect(line).toContain('INC0042171');
    await expect
      .poll(() => inspector(page).locator('pre.original').textContent(), PATIENCE)
      .toBe(line.replace(/\r?\n$/, ''));
    expect(await inspectorValue(page, 'number').textContent()).toBe('INC0042171');
  });

  it('answers to its keys: shortcut sheet, palette, maximise, theme', async () => {
    const { page } = await openSample();
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await sheet.getByText('Search or filter').waitFor();
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'detached' });

    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Type a command…').fill('theme light');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('html').getAttribute('data-theme'), PATIENCE).toBe('light');
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Type a command…').fill('theme dark');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('html').getAttribute('data-theme'), PATIENCE).toBe('dark');

    const width = async () => (await timeline(page).boundingBox())?.width ?? 0;
    const before = await width();
    await page.keyboard.press('\\');
    await expect.poll(width, PATIENCE).toBeGreaterThan(before + 300);
    await page.keyboard.press('\\');
    await expect.poll(width, PATIENCE).toBe(before);
  });

  it('walks the panels by keys, those with nothing in them too, and leaves none behind', async () => {
    const { page } = await openSample();
    const focused = (role: 'tab' | 'grid', name: string) =>
      page.getByRole(role, { name }).and(page.locator(':focus'));
    // No view is saved and no event selected: their panels hold nothing that takes the focus.
    await page.keyboard.press('Alt+6');
    await page.getByRole('combobox', { name: 'Kind of chart' }).waitFor();
    await page.keyboard.press('Alt+8');
    await focused('tab', 'Views').waitFor();
    await page.keyboard.press('e');
    await focused('grid', 'Events').waitFor();
    await page.keyboard.press('Alt+3');
    await focused('tab', 'Inspector').waitFor();
    await page.keyboard.press('F6');
    await focused('tab', 'Inspector').waitFor({ state: 'detached' });
  });
});
