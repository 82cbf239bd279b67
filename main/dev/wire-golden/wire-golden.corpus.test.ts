/** Field by field, our events of the corpus's captures beside the logs other analysers made of them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../evidence/normalise/packets/test-import';
import type { Database } from '../../store/database';
import { corpusFolder } from '../corpus-folder';
import { agreement, type GoldenCase } from './golden';
import { compareWire, describeWire, goldens, missingTool } from './run';

const LEAST = 0.99;
const corpus = corpusFolder();

test('what differs, is missing or is ours alone counts against the agreement', () => {
  const about: GoldenCase = {
    capture: '',
    log: '',
    fields: ['flow', 'action', 'value'],
    together: 1,
    theirs: () => null,
    ours: '',
  };
  const [one, two] = [
    ['a', 'read', '1'],
    ['a', 'read', '2'],
  ];
  expect(agreement(about, [two, one], [one, two])).toMatchObject({ compared: 4, agreed: 4 });
  expect(agreement(about, [one], [two])).toMatchObject({ compared: 2, agreed: 1 });
  expect(agreement(about, [], [one])).toMatchObject({ compared: 2, agreed: 0 });
  expect(agreement(about, [one, two], [one])).toMatchObject({ compared: 4, agreed: 2 });
  expect(agreement(about, [one], [['a', null, '1']])).toMatchObject({ compared: 1, agreed: 1 });
});

describe.skipIf(corpus === null)('golden logs', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openDatabase();
  });
  afterAll(() => database.close());

  test.each(goldens.map((golden) => [golden.protocol, golden] as const))('%s', async (_protocol, golden) => {
    const missing = missingTool(golden);
    if (missing !== null) return void process.stdout.write(`there is no ${missing}`);
    const found = await compareWire(corpus ?? '', golden, database);
    process.stdout.write(`${describeWire(golden, found)}\n`);
    if (process.env.SHOW_DIFFERENCES) process.stdout.write(`${found.disagreements.join('\n')}\n`);
    expect(found.compared).toBeGreaterThan(0);
    expect(found.agreed / found.compared, found.disagreements.slice(0, 20).join('\n')).toBeGreaterThanOrEqual(
      LEAST,
    );
  });
});
