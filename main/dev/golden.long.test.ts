/** Agreement with the golden documents of the corpus, which another program made of the same lines. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { corpusFolder } from './corpus-folder';
import { compareGolden, describeGolden, goldenShare } from './golden';

const corpus = corpusFolder();

test.skipIf(corpus === null)('time, addresses, user and action agree with the golden documents', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-golden-'));
  const report = await compareGolden(corpus ?? '', folder);
  rmSync(folder, { recursive: true, force: true });
  const table = describeGolden(report);
  process.stdout.write(`${table}\n`);
  expect(report.found, table).toBeGreaterThan(report.documents * 0.95);
  expect(goldenShare(report), table).toBeGreaterThanOrEqual(0.95);
});
