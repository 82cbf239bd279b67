/** Every byte and record of the corpus's logs accounted for, by reader alone, against the counts of its index. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { corpusFolder } from '../dev/corpus-folder';
import { Database } from '../store/database';
import { planDelimited, planJson, planLines, planZeek, type ReadPlan } from './plan';
import { makeSample, SAMPLE_BYTES, type TextSample } from './sample';
import { readHead } from './source';
import { stageFile } from './stage';

const corpus = corpusFolder();
const indexSchema = z.array(
  z.object({
    file: z.string(),
    role: z.string(),
    info: z.object({
      fmt: z.string().catch(''),
      count: z.number().catch(-1),
      /** Lines that are no JSON; the index leaves them out, here they are records that are rejected. */
      bad_lines: z.number().catch(0),
    }),
  }),
);

const plans: Record<string, (sample: TextSample) => ReadPlan | null> = {
  text: (sample) => planLines(sample, false, []),
  csv: (sample) => planDelimited(sample),
  ndjson: (sample) => planJson(sample, null),
  'json-object': (sample) => planJson(sample, null),
  'zeek-tsv': (sample) => planZeek(sample),
};

/** Where our count is another than the index's, and why it is the right one. */
const explained: ReadonlyArray<{ readonly file: RegExp; readonly more: number; readonly why: string }> = [
  { file: /\.master\.csv$/, more: 1, why: 'the file has no header; the index takes its first row for one' },
  {
    file: /bodyfile\.corrupt$/,
    more: -1,
    why: 'a CR inside a name is part of its line; the index ends a line there',
  },
];

/** Two columns between blanks, of numbers only: no reader takes that for a table by itself. */
const unread = /hmi_log\/derived\/.*_out\.csv$/;

/** Ends in the middle of a row, as its name says: that is told. */
const cut = /_cut_mid_row\.csv$/;

async function check(folder: string) {
  if (corpus === null) return [];
  const entries = indexSchema
    .parse(JSON.parse(readFileSync(join(corpus, 'INDEX.json'), 'utf8')))
    .filter(
      ({ file, role, info }) =>
        role === 'input' && file.startsWith(folder) && plans[info.fmt] && !unread.test(file),
    );
  const database = await Database.open({ path: null, memoryLimitMb: 500, threads: 1, tempFolder: null });
  const wrong: string[] = [];
  for (const { file, info } of entries) {
    const path = join(corpus, file);
    const head = await readHead(path, SAMPLE_BYTES);
    const sample = head.ok ? makeSample(head.value) : null;
    const plan = sample ? plans[info.fmt]?.(sample) : null;
    if (!head.ok || !sample || !plan) {
      wrong.push(`${file}: no plan`);
      continue;
    }
    const { compression } = head.value;
    const input = {
      path,
      compression,
      encoding: sample.guess,
      plan,
      cancelled: () => false,
      progress: () => undefined,
    };
    const staged = await stageFile(database, input);
    const { more } = explained.find((one) => one.file.test(file)) ?? { more: 0 };
    const { code, what, why } = staged.problem ?? { code: null, what: 'no problem is told' };
    if (code !== (cut.test(file) ? 'evidence-cut-short' : null)) wrong.push(`${file}: ${what} ${why ?? ''}`);
    const expected = info.count + info.bad_lines + more;
    if (staged.records !== expected) wrong.push(`${file}: ${staged.records} records, not ${expected}`);
  }
  database.close();
  expect(entries.length).toBeGreaterThan(0);
  return wrong;
}

describe.skipIf(corpus === null)('accounting over the corpus', () => {
  it.each(['02-network-logs', '05-logs', '06-itsm-devops', '11-hostile', '20-case-qut-s7'])(
    '%s',
    async (folder) => {
      expect(await check(folder)).toEqual([]);
    },
  );
});
