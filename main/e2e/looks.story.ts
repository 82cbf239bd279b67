/** How the window looks, in both themes and three sizes: nothing overflows, no dialog is cut, axe finds nothing grave. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeStory, type Workbench } from './browser';
import {
  dropFiles,
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

const SIZES = [
  { name: '1440', width: 1440, height: 900 },
  { name: '1920', width: 1920, height: 1080 },
  // What 1440×900 leaves at 200 % zoom.
  { name: 'zoom200', width: 720, height: 450 },
] as const;

/** Everything in sight that lies outside the window, and by how much the page is wider than it. */
const OUTSIDE = `(() => {
  const cut = [...document.querySelectorAll('[role="dialog"], [role="dialog"] footer button')].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.left < 0 || box.top < 0 || box.right > innerWidth + 0.5 || box.bottom > innerHeight + 0.5;
  });
  return {
    wider: document.documentElement.scrollWidth - innerWidth,
    cut: cut.map((element) => element.getAttribute('aria-label') ?? element.textContent.slice(0, 40)),
  };
})()`;

async function graveFindings(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes
        .slice(0, 3)
        .map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary?.slice(0, 220) ?? ''}`),
    );
}

/** Until two pictures a moment apart are the same: nothing is still being measured, asked for or drawn. */
async function settled(page: Page): Promise<void> {
  let before: Buffer | null = null;
  await expect
    .poll(
      async () => {
        const now: Buffer = await page.screenshot();
        const same: boolean = before?.equals(now) ?? false;
        before = now;
        return same;
      },
      { ...PATIENCE, interval: 120 },
    )
    .toBe(true);
}

/** One state in every size and theme: a picture of each, and what is wrong with any. */
async function look({ page, screenshot }: Workbench, state: string): Promise<void> {
  const wrong: Record<string, unknown> = {};
  for (const size of SIZES) {
    await page.setViewportSize(size);
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.locator(`html[data-theme="${colorScheme}"]`).waitFor();
      await settled(page);
      const name = `${state}-${size.name}-${colorScheme}`;
      await screenshot(name);
      const outside = await page.evaluate(OUTSIDE);
      if (JSON.stringify(outside) !== '{"wider":0,"cut":[]}') wrong[`${name} outside`] = outside;
      // Colours were checked in the first size; the others only move things.
      const isChecked = size.name === '1440' || (size.name === 'zoom200' && colorScheme === 'light');
      const grave = isChecked ? await graveFindings(page) : [];
      if (grave.length > 0) wrong[`${name} axe`] = grave;
    }
  }
  expect(wrong).toEqual({});
  await page.setViewportSize(SIZES[0]);
}

describeStory('how it looks', (stage) => {
  const sampleCase = sampleCases();

  it('on the start page', async () => {
    const workbench = await stage.openWorkbench();
    await workbench.page.getByRole('button', { name: 'Open sample investigation' }).waitFor();
    await look(workbench, 'start');
  });

  it('with the write selected among everything', async () => {
    const workbench = await stage.openWorkbench({ caseFolder: sampleCase() });
    const { page } = workbench;
    await waitForEvents(page);
    await filterBy(page, 'ot_operation:write');
    await expectShown(page, 2);
    await eventRows(page).first().click();
    await inspector(page).getByText('request)').first().waitFor();
    await page.keyboard.press('Control+Backspace');
    await eventRows(page).nth(5).waitFor();
    await look(workbench, 'sample');
  });

  it('with the rejected records', async () => {
    const workbench = await stage.openWorkbench({ caseFolder: sampleCase() });
    const { page } = workbench;
    await waitForEvents(page);
    await page.getByRole('button', { name: '3 rejects' }).click();
    await page
      .getByRole('grid', { name: /^Rejected records/ })
      .getByRole('row')
      .nth(1)
      .click();
    await page.getByRole('region', { name: 'The rejected record' }).waitFor();
    await look(workbench, 'rejects');
  });

  it('with a join, its chart brushed, and a query', async () => {
    const workbench = await stage.openWorkbench({ caseFolder: sampleCase() });
    const { page } = workbench;
    const show = (title: string) => page.locator('.dock-tab', { hasText: new RegExp(`^${title}$`) }).click();
    await waitForEvents(page);
    await show('Join');
    await page.getByRole('button', { name: 'Common joins' }).click();
    await page.getByRole('menuitem', { name: 'Outside every change window' }).click();
    await page.getByRole('textbox', { name: 'Filter of the left rows' }).fill('action:alarm-raised');
    const rows = page.getByRole('grid', { name: 'Joined rows' });
    await rows.getByText('alarm-raised').first().waitFor();
    await look(workbench, 'join');
    await page.getByRole('button', { name: 'Chart it' }).click();
    const surface = page.getByRole('application', { name: /^Stacked bars/ });
    await surface.waitFor();
    await surface.press('Home');
    await surface.press('Shift+End');
    await surface.press('Enter');
    await page.getByRole('button', { name: 'Take the brush back' }).waitFor();
    await look(workbench, 'chart');
    await page.getByRole('combobox', { name: 'Kind of chart' }).selectOption('pivot');
    await page.getByRole('table').waitFor();
    await look(workbench, 'pivot');
    await show('SQL');
    await page.getByRole('button', { name: 'Run' }).click();
    await page.getByRole('grid', { name: 'Rows of the query' }).getByText('historian').waitFor();
    await look(workbench, 'sql');
  });

  it('with marks, a finding, assets, and the dialogs of clocks and case files', async () => {
    const workbench = await stage.openWorkbench({ caseFolder: sampleCase() });
    const { page, folder } = workbench;
    await waitForEvents(page);
    await filterBy(page, 'operation:write');
    await expectShown(page, 2);
    await runCommand(page, 'Tag all 2 events shown');
    await page.getByRole('dialog', { name: 'Tag 2 events' }).getByRole('textbox').fill('set point');
    await page.keyboard.press('Enter');
    await sayName(page);
    await eventGrid(page).getByText('set point').first().waitFor();
    await page.keyboard.press('Shift+F');
    const asked = page.getByRole('dialog', { name: 'New finding' });
    await asked.getByRole('textbox').fill('Set points were written outside every change window');
    await asked.getByText('all 2 events shown').click();
    await asked.getByRole('button', { name: 'Make it' }).click();
    await page.getByRole('textbox', { name: 'What is concluded' }).waitFor();
    await page.locator('.toast').waitFor({ state: 'detached' });
    await look(workbench, 'finding');
    await page.locator('.dock-tab', { hasText: /^Assets$/ }).click();
    await page.locator('.assets').getByRole('row').nth(2).waitFor();
    await look(workbench, 'assets');
    await page.getByText('hmi-alarms.csv').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Set the clock…' }).click();
    await page.getByRole('dialog', { name: 'Clock of hmi-alarms.csv' }).waitFor();
    await look(workbench, 'clock');
    await page.keyboard.press('Escape');
    await runCommand(page, 'Save case as');
    await page.getByLabel('Encrypt with a passphrase').check();
    await look(workbench, 'save-case');
    await page.getByLabel('Encrypt with a passphrase').uncheck();
    await page.getByRole('textbox', { name: 'Save to' }).fill(join(folder, 'looked at.tlcase'));
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('button', { name: 'Done' }).click();
    await runCommand(page, 'Open a case');
    await page
      .getByRole('dialog', { name: 'Open a case' })
      .getByRole('textbox')
      .fill(join(folder, 'looked at.tlcase'));
    await page.keyboard.press('Enter');
    await page.getByText('whole: every entry is as its manifest says').waitFor();
    await waitForEvents(page);
    await look(workbench, 'case-file');
  });

  it('in the palette and the shortcut sheet', async () => {
    const workbench = await stage.openWorkbench({ caseFolder: sampleCase() });
    const { page } = workbench;
    await waitForEvents(page);
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Type a command…').waitFor();
    await look(workbench, 'palette');
    await page.keyboard.press('Escape');
    await page.getByPlaceholder('Type a command…').waitFor({ state: 'detached' });
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await look(workbench, 'shortcuts');
  });

  it('in the import dialog, preview and mapping', async () => {
    const workbench = await stage.openWorkbench({ caseFolder: sampleCase() });
    const { page, folder } = workbench;
    await waitForEvents(page);
    const log =
      'Mar 16 22:52:31 jump01 sshd[812]: Failed password for root from 203.0.113.9 port 4242 ssh2\n';
    const csv = 'when,unit,operator,note\n2026-03-16 22:00:00,Pump 1,m.tran,started\n';
    writeFileSync(join(folder, 'auth.log'), log.repeat(12));
    writeFileSync(join(folder, 'pumps.csv'), csv);
    await dropFiles(page, [join(folder, 'auth.log'), join(folder, 'pumps.csv')]);
    const files = page.getByRole('grid', { name: /^Files to import/ });
    await files.getByRole('row', { name: /auth\.log/ }).click();
    await page.getByRole('region', { name: 'First records' }).getByText('jump01').first().waitFor();
    await look(workbench, 'import-preview');
    await files.getByRole('row', { name: /pumps\.csv/ }).click();
    await page.getByRole('group', { name: 'What do these columns mean?' }).waitFor();
    await look(workbench, 'import-mapping');
    await page.setViewportSize(SIZES[2]);
    await page.getByRole('combobox', { name: 'note feeds' }).click({ trial: true });
    expect((await page.locator('.preview').boundingBox())?.height).toBeGreaterThan(200);
  });
});
