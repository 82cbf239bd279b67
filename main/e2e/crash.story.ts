/** The engine dies: the window stays, says so, and goes on with the case as it was; an import is whole or absent. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeStory, type Workbench } from './browser';
import {
  chips,
  eventRows,
  expectShown,
  filterBy,
  importPath,
  ledgerOf,
  PATIENCE,
  sampleCases,
  shownCount,
  waitForEvents,
  writeBigLog,
} from './steps';

const SMALL = 'Mar 16 22:52:31 jump01 sshd[812]: Failed password for root from 203.0.113.9 port 4242 ssh2\n';

async function expectBack({ page, host }: Workbench, dead: number): Promise<void> {
  const banner = page.locator('.banner[role="alert"]').filter({ hasText: 'engine' });
  await banner.waitFor();
  await expect.poll(() => host.engine.pid(), PATIENCE).not.toBe(dead);
  await banner.getByRole('button', { name: 'Go on' }).click();
  await banner.waitFor({ state: 'detached' });
}

describeStory('an engine that dies', (stage) => {
  const sampleCase = sampleCases();

  it('in the middle of an import leaves the case as it was, and takes the next import', async () => {
    const caseFolder = sampleCase();
    const workbench = await stage.openWorkbench({ caseFolder });
    const { page, host, folder, killEngine } = workbench;
    await waitForEvents(page);
    const before = await shownCount(page);
    const segments = readdirSync(join(caseFolder, 'facts'));
    const big = join(folder, 'big.log');
    writeBigLog(big);
    await importPath(page, big);
    await page
      .getByRole('region', { name: 'Import under way' })
      .getByText(/[1-9][\d\s]* records/)
      .waitFor();
    await expectBack(workbench, killEngine());

    expect(readdirSync(join(caseFolder, 'facts'))).toEqual(segments);
    await expect.poll(() => readdirSync(join(caseFolder, 'staging')), PATIENCE).toEqual([]);
    expect((await ledgerOf(host)).map(({ name }) => name)).not.toContain('big.log');
    await expectShown(page, before);
    expect(await page.getByRole('region', { name: 'Import under way' }).count()).toBe(0);

    writeFileSync(join(folder, 'auth.log'), SMALL);
    await importPath(page, join(folder, 'auth.log'));
    await expectShown(page, before + 1);
    await page.getByText('✓ adds up').waitFor();
  });

  it('in the middle of a query answers it again once it is back', async () => {
    const workbench = await stage.openWorkbench({ caseFolder: sampleCase() });
    const { page, host, killEngine } = workbench;
    await waitForEvents(page);
    // Stopped first, so that the question is certainly under way when it dies.
    process.kill(host.engine.pid() ?? Number.NaN, 'SIGSTOP');
    await filterBy(page, 'ot_operation:write');
    await chips(page).first().waitFor();
    await expectBack(workbench, killEngine());
    await expectShown(page, 2);
    await expect.poll(() => eventRows(page).count(), PATIENCE).toBe(2);
    await page.keyboard.press('Control+Backspace');
    await waitForEvents(page);
  });
});
