/** The sample investigation: one click fills every panel, and its numbers are those of the program that made it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeStory } from './browser';
import {
  eventGrid,
  eventRows,
  expectedSample,
  expectShown,
  ledgerOf,
  numberIn,
  PATIENCE,
  sampleCases,
  sampleFolder,
  timeline,
} from './steps';

describeStory('the sample investigation', (stage) => {
  const sampleCase = sampleCases();

  it('opens filled in one click, every record accounted for', async () => {
    const { page, host } = await stage.openWorkbench();
    const expected = expectedSample();
    const sum = (of: 'records' | 'loaded' | 'rejected') =>
      expected.files.reduce((total, file) => total + file[of], 0);
    await page.getByRole('button', { name: 'Open sample investigation' }).click();

    const totals = page.getByRole('status', { name: 'Totals of the ledger' });
    await totals.getByText('✓ adds up').waitFor();
    const numbers = await totals.locator('.term').allTextContents();
    expect(numbers.slice(0, 4).map(numberIn)).toEqual([sum('records'), sum('loaded'), sum('rejected'), 0]);
    expect(sum('rejected')).toBe(3);
    const evidence = page.getByRole('grid', { name: 'Evidence' });
    for (const file of expected.files) {
      const row = evidence.getByRole('row', { name: file.name });
      expect(numberIn(await row.getByRole('gridcell').last().textContent()), file.name).toBe(file.records);
    }

    const ledger = await ledgerOf(host);
    expect(ledger.map(({ name, sha256, loaded, rejected }) => ({ name, sha256, loaded, rejected }))).toEqual(
      expected.files.map(({ name, sha256, loaded, rejected }) => ({ name, sha256, loaded, rejected })),
    );
    const events = ledger.reduce((total, row) => total + row.events, 0);
    const undated = Object.values(expected.undated).reduce((total, count) => total + count, 0);
    await expectShown(page, events);
    expect(numberIn(await page.getByRole('button', { name: 'undated' }).textContent())).toBe(undated);
    await eventRows(page).first().waitFor();
    expect(await eventGrid(page).getAttribute('aria-rowcount')).toBe(String(events + 2));
    await expect
      .poll(
        async () => numberIn((await timeline(page).getAttribute('aria-label'))?.split(' events')[0] ?? ''),
        PATIENCE,
      )
      .toBe(events - undated);
  });

  it('shows why a record was rejected, where, and how it reads', async () => {
    const { page } = await stage.openWorkbench({ caseFolder: sampleCase() });
    await page.getByRole('button', { name: '3 rejects' }).click();
    const list = page.getByRole('grid', { name: /^Rejected records/ });
    await list.getByRole('row').nth(3).waitFor();
    const found: string[] = [];
    for (const at of [1, 2, 3]) {
      await list.getByRole('row').nth(at).click();
      const named = await list.getByRole('row').nth(at).locator('[title]').first().getAttribute('title');
      const detail = page.getByRole('region', { name: 'The rejected record' });
      await detail.locator('p').first().waitFor();
      const [reason = '', ...lines] = await detail.locator('p').allTextContents();
      expect(reason).not.toBe('');
      const place = /^(\S+): record .+, byte (.+), (.+) bytes$/.exec(lines.at(-1) ?? '');
      const [name, offset, length] = [
        place?.[1] ?? '',
        numberIn(place?.[2] ?? ''),
        numberIn(place?.[3] ?? ''),
      ];
      expect(named).toBe(name);
      const bytes = readFileSync(join(sampleFolder, name)).subarray(offset, offset + length);
      const excerpt = ((await detail.locator('pre').textContent()) ?? '').replace(/…$/, '');
      expect(excerpt).not.toBe('');
      expect(bytes.toString('utf8')).toContain(excerpt);
      found.push(name);
    }
    expect(found.sort()).toEqual(['firewall.log', 'incidents.csv', 'windows-security.jsonl']);
    await page.getByRole('button', { name: '← Ledger' }).click();
    await page.getByRole('grid', { name: 'Evidence' }).waitFor();
  });
});
