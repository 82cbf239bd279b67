/** Evidence in: dropped, mapped, by path, cancelled on the way, removed and brought back. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeStory } from './browser';
import {
  dropFiles,
  eventRows,
  expectShown,
  filterBy,
  importPath,
  inspectorValue,
  ledgerOf,
  PATIENCE,
  runCommand,
  sampleCases,
  sampleFolder,
  shownCount,
  waitForEvents,
  writeBigLog,
} from './steps';

const CSV = [
  'when,unit,operator,note',
  '2026-03-16 22:00:00,Pump 1,m.tran,started',
  '2026-03-16 22:30:00,Pump 2,m.tran,started',
  '2026-03-16 22:40:00,Pump 2,r.osei,stopped,by hand,and twice',
  '2026-03-16 23:00:00,Pump 1,r.osei,stopped',
];
const SYSLOG = [
  'Mar 16 22:52:31 jump01 sshd[812]: Failed password for root from 203.0.113.9 port 4242 ssh2',
  'Mar 16 22:52:35 jump01 sshd[812]: Failed password for root from 203.0.113.9 port 4242 ssh2',
  'Mar 16 22:52:40 jump01 sshd[812]: Accepted password for root from 203.0.113.9 port 4242 ssh2',
];
const JSON_LINES = [
  '{"timestamp":"2026-03-16T12:22:00.5Z","level":"info","message":"valve service started"}',
  '{"timestamp":"2026-03-16T12:22:01Z","level":"warn","message":"valve service waits"}',
  '{"timestamp":"2026-03-16T12:22:02Z","level":"info","message":"valve serv',
];

async function createCase(page: Page, name: string): Promise<void> {
  await page.getByRole('textbox', { name: 'New case' }).fill(name);
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('button', { name: `Case ${name}` }).waitFor();
}

describeStory('taking evidence in', (stage) => {
  const sampleCase = sampleCases();

  it('takes dropped files, asks for the zone, maps columns, and accounts for every record', async () => {
    const { page, host, folder } = await stage.openWorkbench();
    await createCase(page, 'Night shift');
    const files = [
      ['pumps.csv', CSV],
      ['auth.log', SYSLOG],
      ['valves.jsonl', JSON_LINES],
    ] as const;
    for (const [name, lines] of files) writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
    await dropFiles(
      page,
      files.map(([name]) => join(folder, name)),
    );

    const dialog = page.getByRole('dialog', { name: 'Import evidence' });
    const list = dialog.getByRole('grid', { name: /^Files to import/ });
    await list.getByRole('row', { name: /auth\.log.*z\?/ }).waitFor();
    await list.getByRole('row', { name: /valves\.jsonl/ }).waitFor();
    const pumps = list.getByRole('row', { name: /pumps\.csv.*check columns/ });
    await pumps.click();
    await dialog.getByRole('group', { name: 'What do these columns mean?' }).waitFor();
    const records = dialog.getByRole('region', { name: 'First records' });
    await dialog.getByRole('combobox', { name: 'Domain' }).selectOption('ot');
    await records.locator('.domain[data-domain="ot"]').first().waitFor();
    await dialog.getByRole('combobox', { name: 'unit feeds' }).selectOption('ot_object');
    await dialog.getByRole('combobox', { name: 'note feeds' }).selectOption('message');
    await records.locator('td.message').filter({ hasText: 'started' }).first().waitFor();
    await records.getByText('2026-03-16 22:00:00').nth(1).waitFor();

    const zone = dialog.getByRole('combobox', { name: 'Zone of times that state none' });
    await zone.click();
    await zone.fill('adelaide');
    await zone.press('Enter');
    await records.getByRole('columnheader', { name: 'Time (Australia/Adelaide)' }).waitFor();
    await records.getByText('2026-03-16 11:30:00').first().waitFor();
    await expect.poll(() => list.getByText('z?').count(), PATIENCE).toBe(0);
    await dialog.getByRole('button', { name: 'Import 3 files' }).click();

    const totals = page.getByRole('status', { name: 'Totals of the ledger' });
    await totals.getByText('✓ adds up').waitFor();
    const ledger = await ledgerOf(host);
    for (const row of ledger) expect(row.records, row.name).toBe(row.loaded + row.rejected + row.skipped);
    expect(
      Object.fromEntries(ledger.map((row) => [row.name, [row.records, row.rejected, row.time_zone]])),
    ).toEqual({
      'pumps.csv': [4, 1, 'Australia/Adelaide'],
      'auth.log': [3, 0, 'Australia/Adelaide'],
      'valves.jsonl': [3, 1, null],
    });
    await expectShown(page, 8);

    await filterBy(page, 'domain:ot ot_object:"Pump 1"');
    await expectShown(page, 2);
    await eventRows(page).first().filter({ hasText: '2026-03-16 11:30:00' }).click();
    await expect.poll(() => inspectorValue(page, 'User').textContent(), PATIENCE).toBe('m.tran');
    await page.keyboard.press('Control+Backspace');
    await filterBy(page, 'host:jump01');
    await expectShown(page, 3);
    await eventRows(page).first().filter({ hasText: '2026-03-16 12:22:31' }).waitFor();
  });

  it('takes a zone of its own for one file of many, and leads to the choices that settle a doubt', async () => {
    const { page, host, folder } = await stage.openWorkbench({ width: 720, height: 450 });
    await createCase(page, 'Two zones');
    // The same bytes twice would be one evidence.
    for (const name of ['berlin.log', 'perth.log'])
      writeFileSync(join(folder, name), SYSLOG.map((line) => `${line.replace('jump01', name)}\n`).join(''));
    await dropFiles(page, [join(folder, 'berlin.log'), join(folder, 'perth.log')]);
    const dialog = page.getByRole('dialog', { name: 'Import evidence' });
    const list = dialog.getByRole('grid', { name: /^Files to import/ });
    await dialog.getByText('2 files state no zone').waitFor();
    await dialog.getByRole('button', { name: 'Choose the zone they were written in' }).click();
    const all = dialog.getByRole('combobox', { name: 'Zone of times that state none' });
    expect(await all.and(page.locator(':focus')).count()).toBe(1);
    await page.keyboard.type('perth');
    await page.keyboard.press('Enter');
    await expect.poll(() => list.getByText('z?').count(), PATIENCE).toBe(0);
    await list.getByText('berlin.log').click();
    const own = dialog.getByRole('combobox', { name: 'Zone of berlin.log' });
    await own.click();
    await own.fill('berlin');
    await own.press('Enter');
    await dialog.getByRole('columnheader', { name: 'Time (Europe/Berlin)' }).waitFor();
    expect(await own.and(page.locator(':focus')).count()).toBe(1);
    await dialog.getByRole('button', { name: 'Import 2 files' }).click();
    await expectShown(page, 6);
    expect((await ledgerOf(host)).map(({ name, time_zone }) => [name, time_zone])).toEqual([
      ['berlin.log', 'Europe/Berlin'],
      ['perth.log', 'Australia/Perth'],
    ]);
    await filterBy(page, 'evidence:perth.log');
    await expectShown(page, 3);
  });

  it('imports a path typed into the window, and says when there is none', async () => {
    const { page, host, folder } = await stage.openWorkbench();
    await createCase(page, 'By path');
    await page.keyboard.press('Control+i');
    const box = page.getByRole('textbox', { name: 'Path of a file or folder on this machine' });
    await box.fill(join(folder, 'nowhere.log'));
    await box.press('Enter');
    await page.getByText('There is no such file or folder.').waitFor();
    await page.keyboard.press('Escape');
    writeFileSync(join(folder, 'auth.log'), `${SYSLOG.join('\n')}\n`);
    await importPath(page, join(folder, 'auth.log'));
    await expectShown(page, 3);
    expect((await ledgerOf(host)).map(({ path, stored }) => [path, stored])).toEqual([
      [join(folder, 'auth.log'), 'reference'],
    ]);
  });

  it('takes evidence in and saves the case by keys alone, and never loses the focus', async () => {
    const { page, host, folder } = await stage.openWorkbench();
    await createCase(page, 'By keys');
    writeFileSync(join(folder, 'auth.log'), `${SYSLOG.join('\n')}\n`);
    writeFileSync(join(folder, 'talk.txt'), 'nothing to tell when\nand nothing more\n');
    const focused = page.locator(':focus');
    const tabTo = async (name: RegExp): Promise<void> => {
      for (let steps = 0; steps < 30; steps += 1) {
        const words = await focused.evaluate((at) => at.getAttribute('aria-label') ?? at.textContent ?? '');
        if (name.test(words)) return;
        await page.keyboard.press('Tab');
      }
      throw new Error(`Tab never comes to ${name}`);
    };
    await page.keyboard.press('Control+i');
    const dialog = page.getByRole('dialog', { name: 'Import evidence' });
    await dialog.waitFor();
    for (const name of ['auth.log', 'talk.txt']) {
      await tabTo(/^Path of a file/);
      await page.keyboard.insertText(join(folder, name));
      await page.keyboard.press('Enter');
      await dialog.getByRole('row', { name: new RegExp(name) }).waitFor();
    }
    await dialog.getByRole('row', { name: /talk\.txt.*unrecognised/ }).waitFor();
    await tabTo(/^Files to import/);
    await page.keyboard.press('End');
    await tabTo(/^Describe these lines/);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Describe the lines of talk.txt' }).waitFor();
    await expect.poll(() => focused.evaluate((at) => at.tagName), PATIENCE).toBe('INPUT');
    await page.keyboard.press('Escape');
    await tabTo(/^Import 1 file$/);
    await page.keyboard.press('Enter');
    await expectShown(page, 3);
    await expect.poll(() => page.locator('body:focus').count(), PATIENCE).toBe(0);
    await expect.poll(() => focused.count(), PATIENCE).toBe(1);

    await runCommand(page, 'Save case as');
    await page.getByRole('dialog', { name: 'Save case as…' }).waitFor();
    await tabTo(/^Save$/);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'The case is saved' }).waitFor();
    await page.keyboard.press('Enter');
    await expect.poll(() => focused.count(), PATIENCE).toBe(1);
    expect((await ledgerOf(host)).map(({ name }) => name)).toEqual(['auth.log']);
  });

  it('shows the first messages of a capture before it is imported', async () => {
    const { page } = await stage.openWorkbench();
    await createCase(page, 'Capture');
    await page.keyboard.press('Control+i');
    const dialog = page.getByRole('dialog', { name: 'Import evidence' });
    const box = dialog.getByRole('textbox', { name: 'Path of a file or folder on this machine' });
    await box.fill(join(sampleFolder, 'plant-network.pcap'));
    await box.press('Enter');
    await dialog
      .getByRole('grid', { name: /^Files to import/ })
      .getByText('Packet capture (pcap)')
      .waitFor();
    const shown = dialog.getByRole('region', { name: 'First records' });
    await shown
      .getByText(/Read holding register/)
      .first()
      .waitFor();
    expect(await shown.locator('.domain[data-domain="ot"]').count()).toBeGreaterThan(1);
    expect(await dialog.getByText('No format reads').count()).toBe(0);
  });

  it('cancels an import on the way and keeps nothing of it', async () => {
    const { page, host, folder } = await stage.openWorkbench();
    await createCase(page, 'Too much');
    const big = join(folder, 'big.log');
    writeBigLog(big);
    await importPath(page, big);
    const running = page.getByRole('region', { name: 'Import under way' });
    await running.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('The import was cancelled; nothing of it was kept').waitFor();
    expect((await ledgerOf(host)).filter(({ status }) => status !== 'cancelled')).toEqual([]);
    const caseFolder = join(folder, 'cases', 'Too much');
    expect(readdirSync(join(caseFolder, 'facts'))).toEqual([]);
    expect(readdirSync(join(caseFolder, 'staging'))).toEqual([]);
    writeFileSync(join(folder, 'auth.log'), `${SYSLOG.join('\n')}\n`);
    await importPath(page, join(folder, 'auth.log'));
    await expectShown(page, 3);
  });

  it('removes evidence, brings it back, and removes it again', async () => {
    const { page, host } = await stage.openWorkbench({ caseFolder: sampleCase() });
    await waitForEvents(page);
    const all = await shownCount(page);
    const historian = (await ledgerOf(host)).find(({ name }) => name === 'historian.csv')?.events ?? 0;
    expect(historian).toBeGreaterThan(0);
    const row = page.getByRole('grid', { name: 'Evidence' }).getByRole('row', { name: 'historian.csv' });
    await row.click();
    await page
      .getByRole('region', { name: 'Details of historian.csv' })
      .getByRole('button', { name: 'Remove' })
      .click();
    await expectShown(page, all - historian);
    await page.getByText('Removed historian.csv.').waitFor();
    await page.keyboard.press('Control+z');
    await expectShown(page, all);
    await page.keyboard.press('Control+y');
    await expectShown(page, all - historian);
  });
});
