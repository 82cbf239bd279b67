/**
 * Every input of the corpus, imported in importer processes: each has a row that adds up, none is lost or silent for
 * 60 s, at least 97 % of what is evidence is recognised, and every count is the index's or explained. In the judgement
 * from a clean clone captures are left to the tests of the dissectors.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPrograms, type Programs } from '../engine/programs-for-tests';
import { corpusFolder } from './corpus-folder';
import { importCorpus } from './corpus-import';
import { differenceOf, LEAST_RECOGNISED, recognition, summarise } from './corpus-summary';

const corpus = corpusFolder();
const isSmall = process.env.THROUGHLINE_CAMPAIGNS === 'ci';

describe.skipIf(corpus === null)('the corpus', () => {
  let programs: Programs;
  let folder: string;
  beforeAll(async () => {
    programs = await buildPrograms(true);
    folder = mkdtempSync(join(tmpdir(), 'throughline-corpus-'));
  });
  afterAll(() => {
    programs.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test('every input is accounted for, recognised and counted', async () => {
    const lines = await importCorpus({
      corpus: corpus ?? '',
      program: join(programs.folder, 'importer.mjs'),
      captures: !isSmall,
    });
    process.stdout.write(`${summarise(lines)}\n`);
    expect(
      lines.filter(({ failure }) => failure !== null).map(({ file, failure }) => `${file}: ${failure}`),
    ).toEqual([]);
    const sums = lines.flatMap(({ file, row }) =>
      row && row.records === row.loaded + row.rejected + row.skipped ? [] : [file],
    );
    expect(sums).toEqual([]);
    const { recognised, evidence } = recognition(lines);
    expect(recognised / evidence).toBeGreaterThanOrEqual(LEAST_RECOGNISED);
    const unexplained = lines.flatMap((line) => {
      const { row, expected, file } = line;
      const isRead = row !== null && row.format !== null;
      if (!isRead || row.records === expected || differenceOf(line) !== null) return [];
      return [`${file}: ${row.records} records, the index counts ${expected}`];
    });
    expect(unexplained).toEqual([]);
  });
});
