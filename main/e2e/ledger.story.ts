/** The ledger worked with: another zone for what is there already, with its marks; coverage, shared records, rejects. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeStory } from './browser';
import { eventRows, expectShown, importPath, inspector, ledgerOf, PATIENCE } from './steps';

const line = (minute: number) =>
  `Jan  2 03:${String(minute).padStart(2, '0')}:00 gate sshd[7]: Failed password for user${minute} from 10.0.0.1 port 22 ssh2\n`;
const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => line(from + at));

describeStory('the ledger', (stage) => {
  it('imports evidence again with another zone, keeps its note, and undoes it', async () => {
    const { page, host, folder } = await stage.openWorkbench();
    await page.getByRole('textbox', { name: 'New case' }).fill('Gate');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('button', { name: 'Case Gate' }).waitFor();
    writeFileSync(join(folder, 'auth.log'), lines(0, 20).join(''));
    writeFileSync(join(folder, 'later.log'), [...lines(15, 25), ...lines(55, 60)].join(''));
    await importPath(page, join(folder, 'auth.log'));
    await expectShown(page, 20);
    await importPath(page, join(folder, 'later.log'));
    await expectShown(page, 35);

    const evidence = page.getByRole('grid', { name: 'Evidence' });
    await evidence.getByRole('row', { name: /later\.log/ }).click();
    const details = page.getByRole('region', { name: 'Details of later.log' });
    await details.getByRole('img', { name: /^events in \d+ of 120/ }).waitFor();
    await page.getByRole('button', { name: 'Shared', exact: true }).click();
    const shared = page.getByRole('grid', { name: 'Evidences that share records' });
    await shared.getByRole('row', { name: /auth\.log.*later\.log.*5$/ }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: '← Ledger' }).click();

    await eventRows(page).filter({ hasText: 'user3' }).first().click();
    await page.keyboard.press('m');
    const note = page.getByRole('dialog');
    await note.getByRole('textbox').first().fill('the third try');
    await note.getByRole('button', { name: 'Note it' }).click();
    const name = page.getByRole('textbox', { name: /name/i });
    await name.fill('A. Nalyst');
    await name.press('Enter');
    await inspector(page).getByText('the third try').waitFor();

    await evidence.getByRole('row', { name: /auth\.log/ }).click();
    await page
      .getByRole('region', { name: 'Details of auth.log' })
      .getByRole('button', { name: 'Import again…' })
      .click();
    const dialog = page.getByRole('dialog', { name: 'Import auth.log again' });
    const zone = dialog.getByRole('combobox', { name: 'Zone of times that state none' });
    await zone.click();
    await zone.fill('brisbane');
    await zone.press('Enter');
    await dialog.getByRole('columnheader', { name: 'Time (Australia/Brisbane)' }).waitFor();
    await dialog.getByRole('button', { name: 'Import again' }).click();
    await dialog.waitFor({ state: 'detached' });
    const inForce = async () =>
      (await ledgerOf(host)).flatMap(({ name: file, removed, time_zone: at }) =>
        removed || file !== 'auth.log' ? [] : [at],
      );
    await expect.poll(inForce, PATIENCE).toEqual(['Australia/Brisbane']);
    await expectShown(page, 35);
    await eventRows(page).filter({ hasText: 'user3' }).first().click();
    await inspector(page).getByText('the third try').waitFor();
    await page.keyboard.press('Control+z');
    await expect.poll(inForce, PATIENCE).toEqual(['UTC']);
    await expectShown(page, 35);
  });
});
