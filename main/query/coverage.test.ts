/** Coverage in time and gaps against the same worked out in plain JavaScript. */
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../store/database';
import { coverage, gaps } from './coverage';
import { events, SHA, START, value } from './generated-for-tests';
import { madeCase } from './made-for-tests';
import { Views } from './views';

const SECOND = 1_000_000;
const TICKER = 9;
/** Every second for ten minutes, silent from 100 to 200 s, every event twice. */
const ticks = Array.from({ length: 600 }, (_, at) => at).filter((at) => at < 100 || at >= 200);
const ticker = ticks.flatMap((at) =>
  [0, 1].map((copy) => ({
    event_id: TICKER * 2 ** 36 + at * 2 + copy,
    evidence_id: TICKER,
    record_number: at * 2 + copy,
    timestamp: START + at * SECOND,
    event_domain: 'ot',
  })),
);

let database: Database;
let views: Views;
beforeAll(async () => {
  database = await madeCase([...events, ...ticker], SHA);
  views = await Views.open(database);
});
afterAll(async () => {
  await views.close();
  database.close();
});

it('counts every dated event in one bin of its evidence', async () => {
  const bins = 37;
  const { from, to, arrow } = value(await coverage(views, { bins }));
  const all = [...events, ...ticker];
  const times = all.flatMap(({ timestamp }) => (typeof timestamp === 'number' ? [timestamp] : []));
  expect(from).toBe(Math.min(...times));
  expect(to).toBeGreaterThan(Math.max(...times));
  const width = ((to ?? 0) - (from ?? 0)) / bins;
  const expected = new Map<string, number>();
  for (const { evidence_id: id, timestamp } of all) {
    if (typeof timestamp !== 'number') continue;
    const key = `${id}/${Math.floor((timestamp - (from ?? 0)) / width)}`;
    expected.set(key, (expected.get(key) ?? 0) + 1);
  }
  const table = tableFromIPC(arrow);
  const found = new Map<string, number>();
  for (let row = 0; row < table.numRows; row += 1) {
    const cell = (name: string) => Number(table.getChild(name)?.get(row));
    found.set(`${cell('evidence_id')}/${cell('bin')}`, cell('count'));
  }
  expect(found).toEqual(expected);
});

it('finds the one silence of a steady source, and none in what has no usual stretch', async () => {
  expect(value(await gaps(views, { evidenceId: TICKER }))).toEqual({
    usualUs: SECOND,
    total: 1,
    gaps: [{ from: START + 99 * SECOND, to: START + 200 * SECOND }],
  });
  expect(value(await gaps(views, { evidenceId: 77 }))).toEqual({ usualUs: null, total: 0, gaps: [] });
});
