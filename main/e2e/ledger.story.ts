/** The ledger worked with: another zone for what is there already, with its marks; coverage, shared records, rejects. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeStory } from './browser';
import {
  dropFiles,
  eventRows,
  expectShown,
  filterBy,
  importPath,
  inspector,
  ledgerOf,
  PATIENCE,
} from './steps';

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
    // Ten hours east of UTC: the same wall time is earlier.
    await filterBy(page, 'user:user3');
    await expectShown(page, 1);
    await eventRows(page).filter({ hasText: '17:03:00' }).click();
    await inspector(page).getByText('the third try').waitFor();
    await page.keyboard.press('Control+Backspace');
    await expectShown(page, 35);
    await page.keyboard.press('Control+z');
    await expect.poll(inForce, PATIENCE).toEqual(['UTC']);
    await expectShown(page, 35);
  });

  it('describes lines nothing reads, by keys, keeps the format, and reads the file by it', async () => {
    const { page, host, folder } = await stage.openWorkbench();
    await page.getByRole('textbox', { name: 'New case' }).fill('Station');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('button', { name: 'Case Station' }).waitFor();
    const path = join(folder, 'pump_station.log');
    const text = Array.from(
      { length: 12 },
      (_, at) =>
        `<<2026.03.16 22:00:${String(at + 10)}>> WARN P${at % 3} # 10.0.0.${at}:5000 -> 10.0.9.2:502 ${at % 2 ? 'link lost for 3 s' : 'stopped'}\n`,
    );
    text[4] = '--- log rotated ---\n';
    writeFileSync(path, text.join(''));
    await importPath(page, path);
    await expectShown(page, 12);
    await page
      .getByRole('grid', { name: 'Evidence' })
      .getByRole('row', { name: /pump_station/ })
      .click();
    await page.getByRole('button', { name: 'Describe its lines…' }).click();

    const wizard = page.getByRole('dialog', { name: 'Describe the lines of pump_station.log' });
    await wizard.getByText('11 of 12 first records read').waitFor();
    const pieces = wizard.getByRole('listbox', { name: /^Pieces of the lines/ });
    await pieces.focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await pieces.getByRole('option', { name: 'P0, word: not kept', selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await expect
      .poll(() => wizard.locator(':focus').getAttribute('aria-label'), PATIENCE)
      .toBe('Piece 3, P0');
    await wizard.getByRole('combobox', { name: 'Piece 3, P0' }).selectOption({ label: 'Object' });
    await wizard.getByRole('combobox', { name: 'Domain' }).selectOption('ot');
    const shown = wizard.getByRole('region', { name: 'First records' });
    await shown.locator('.domain[data-domain="ot"]').first().waitFor();
    await wizard.getByRole('button', { name: 'Keep the format' }).click();
    await wizard.waitFor({ state: 'detached' });
    const dialog = page.getByRole('dialog', { name: 'Import pump_station.log again' });
    await dialog.getByText('11 of 12').waitFor();
    await dialog.getByRole('button', { name: 'Import again' }).click();
    await dialog.waitFor({ state: 'detached' });
    await expect
      .poll(
        async () =>
          (await ledgerOf(host)).flatMap(({ removed, format, loaded, rejected }) =>
            removed ? [] : [[format, loaded, rejected]],
          ),
        PATIENCE,
      )
      .toEqual([['pump-station', 11, 1]]);
    await expectShown(page, 11);
    await filterBy(page, 'domain:ot ot_object:P1');
    await expectShown(page, 3);

    await page.getByRole('button', { name: 'Formats of your own' }).click();
    const own = page.getByRole('dialog', { name: 'Formats of your own' });
    await own.getByRole('row', { name: /Pump station.*pump-station.*this case/ }).waitFor();
    await own.getByRole('textbox', { name: 'Save to' }).fill(join(folder, 'out.yaml'));
    await own.getByRole('button', { name: 'Write', exact: true }).click();
    await expect.poll(() => existsSync(join(folder, 'out.yaml')), PATIENCE).toBe(true);
    expect(readFileSync(join(folder, 'out.yaml'), 'utf8')).toContain('id: pump-station');
    await own.getByRole('textbox', { name: 'Text file with formats' }).fill(join(folder, 'out.yaml'));
    await own.getByRole('combobox', { name: 'Keep them in' }).selectOption('library');
    await own.getByRole('button', { name: 'Take in' }).click();
    await page.getByText('1 format taken in').first().waitFor();
  });

  it('keeps what the columns of a table mean; the next file like it is recognised', async () => {
    const { page, host, folder } = await stage.openWorkbench();
    await page.getByRole('textbox', { name: 'New case' }).fill('Pumps');
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('button', { name: 'Case Pumps' }).waitFor();
    const table = (day: number) =>
      `when;unit;operator;note\n0${day}/03/2026 22:00;P1;m.tran;started\n0${day}/03/2026 23:15;P2;;stopped\n`;
    writeFileSync(join(folder, 'pump_list.csv'), table(1));
    await dropFiles(page, [join(folder, 'pump_list.csv')]);
    const dialog = page.getByRole('dialog', { name: 'Import evidence' });
    await dialog.getByRole('combobox', { name: 'Written as' }).selectOption('day_first');
    await dialog.getByRole('combobox', { name: 'unit feeds' }).selectOption({ label: 'Object' });
    await dialog.getByRole('button', { name: 'Keep as a format…' }).click();
    const keep = page.getByRole('dialog', { name: 'Keep what the columns of pump_list.csv mean' });
    await keep.getByText('2 of 2 first records read').waitFor();
    await keep.getByRole('button', { name: 'Keep the format' }).click();
    await keep.waitFor({ state: 'detached' });
    await dialog.getByText('has the columns when, unit, operator, note').waitFor();
    await dialog.getByRole('button', { name: 'Import 1 file' }).click();
    await dialog.waitFor({ state: 'detached' });
    await expectShown(page, 2);

    writeFileSync(join(folder, 'other.csv'), table(2));
    await importPath(page, join(folder, 'other.csv'));
    await expectShown(page, 4);
    const read = (await ledgerOf(host)).map(({ name, format, loaded }) => [name, format, loaded]);
    expect(read).toEqual([
      ['pump_list.csv', 'pump-list', 2],
      ['other.csv', 'pump-list', 2],
    ]);
    await filterBy(page, 'ot_object:P2');
    await expectShown(page, 2);
  });
});
