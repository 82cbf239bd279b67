/** The long campaign against every dissector, with another seed than the tests of each day. */
import { expect, test } from 'vitest';
import { fuzz } from './fuzz';
import { dissectors } from './index';

const conversations = process.env.THROUGHLINE_CAMPAIGNS === 'ci' ? 200 : 40_000;

test.each(dissectors.map((dissector) => [dissector.id, dissector] as const))('%s', (_id, dissector) => {
  expect(fuzz(dissector, { seed: 2026, conversations })).toBeGreaterThanOrEqual(conversations * 5);
});
