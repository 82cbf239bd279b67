/** Polling folded: runs, their pace and pauses, and that nothing else is touched. */
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING } from '../../shared/filter';
import type { Database } from '../store/database';
import { sql, trusted } from '../store/sql';
import { START, value } from './generated-for-tests';
import { viewLocate } from './locate';
import { type MadeEvent, madeCase } from './made-for-tests';
import { openView } from './open-view';
import { viewPage } from './page';
import { Views } from './views';

const SECOND = 1_000_000;
let next = 0;
function read(at: number, more: MadeEvent = {}): MadeEvent {
  const kind = more.ot_message ?? 'request';
  return {
    event_id: ++next,
    evidence_id: 1,
    record_number: next,
    timestamp: START + at,
    time_remainder_ns: 0,
    event_domain: 'ot',
    network_protocol: 'modbus',
    source_ip: '10.0.0.1',
    destination_ip: '10.0.0.2',
    ot_operation: 'read',
    ot_message: kind,
    ot_address: 9,
    ot_quantity: 2,
    message: kind === 'request' ? 'Read 9–10' : `Read 9–10 = ${at}`,
    ...more,
  };
}

const polled = Array.from({ length: 20 }, (_, at) => read(at * SECOND));
const answers = Array.from({ length: 20 }, (_, at) => read(at * SECOND + 1000, { ot_message: 'response' }));
// One value of each answer: it goes up at the sixth and at the eleventh, and its words say nothing of it.
const level = (at: number): number => (at < 5 ? 4 : at < 10 ? 5.5 : 7);
const single = Array.from({ length: 15 }, (_, at) =>
  read(at * SECOND + 2000, {
    ot_message: 'response',
    ot_address: 30,
    ot_quantity: 1,
    ot_value: level(at),
    message: 'Read 30 = …',
  }),
);
// The same polling again after a pause; three reads of another place; a write; an answer that failed.
const again = Array.from({ length: 5 }, (_, at) => read((100 + at) * SECOND));
const few = Array.from({ length: 3 }, (_, at) =>
  read(at * SECOND + 5, { ot_address: 40, message: 'Read 40' }),
);
const write = read(7 * SECOND + 3, { ot_operation: 'write', message: 'Write 9 = 1' });
const failed = read(8 * SECOND + 3, { ot_message: 'exception', event_outcome: 'failure' });
const events = [...polled, ...answers, ...single, ...again, ...few, write, failed];
const idOf = (event: MadeEvent | undefined): string => String(event?.event_id);

let database: Database;
let views: Views;
beforeAll(async () => {
  database = await madeCase(events, new Map([[1, 'a'.repeat(64)]]));
  for (const [at, event] of single.entries()) {
    await database.run(sql`INSERT INTO point (event_id, evidence_id, ordinal, value)
      VALUES (${trusted(`${idOf(event)}, 1, 0, ${level(at)}`)}), (${trusted(`${idOf(event)}, 1, 1, 1`)})`);
  }
  views = await Views.open(database);
});
afterAll(async () => {
  await views.close();
  database.close();
});

async function folded(unfolded: readonly string[]) {
  const spec = { filter: EVERYTHING, sort: [], fold: { unfolded: [...unfolded] } };
  const opened = value(await openView(views, spec));
  const page = { viewId: opened.viewId, offset: 0, limit: 100, columns: ['event_id'] };
  const table = tableFromIPC(value(await viewPage(views, page)).arrow);
  const column = (name: string, row: number): unknown => table.getChild(name)?.get(row) ?? null;
  const rows = Array.from({ length: table.numRows }, (_, row) => ({
    id: String(column('event_id', row)),
    count: column('fold_count', row),
    period: column('fold_period_us', row),
    until: column('fold_until', row),
    changes: column('fold_changes', row),
    values: [column('fold_least', row), column('fold_most', row)],
  }));
  return { opened, rows };
}

describe('folded polling', () => {
  it('is one line a run with count, pace and end; a pause begins another', async () => {
    const { opened, rows } = await folded([]);
    expect([opened.shown, opened.folded, opened.total]).toEqual([9, 56, 65]);
    const runs = rows.filter(({ count }) => count !== null);
    const none = [null, null];
    const asked = { count: 20, period: SECOND, changes: null, values: none };
    expect(runs).toEqual([
      { ...asked, id: idOf(polled[0]), until: START + 19 * SECOND },
      { ...asked, id: idOf(answers[0]), until: START + 19 * SECOND + 1000, changes: 19 },
      {
        ...{ id: idOf(single[0]), count: 15, period: SECOND, until: START + 14 * SECOND + 2000 },
        ...{ changes: 2, values: [4, 7] },
      },
      { ...asked, id: idOf(again[0]), count: 5, until: START + 104 * SECOND },
    ]);
    expect(rows.filter(({ count }) => count === null).map(({ id }) => id)).toEqual(
      [few[0], few[1], few[2], write, failed].map(idOf),
    );
  });

  it('shows a run read by read when it is unfolded, and finds a folded event at its line', async () => {
    const { opened, rows } = await folded([idOf(polled[0])]);
    expect([opened.shown, opened.folded]).toEqual([28, 37]);
    expect(rows.filter(({ count }) => count !== null).length).toBe(3);
    const at = async (event: MadeEvent | undefined) =>
      value(await viewLocate(views, { viewId: opened.viewId, eventId: idOf(event), time: null })).row;
    expect(rows[(await at(polled[7])) ?? -1]?.id).toBe(idOf(polled[7]));
    expect(rows[(await at(answers[7])) ?? -1]?.id).toBe(idOf(answers[0]));
  });

  it('leaves a view without it as it was', async () => {
    const opened = value(await openView(views, { filter: EVERYTHING, sort: [] }));
    expect([opened.shown, opened.folded]).toEqual([65, 0]);
    const page = { viewId: opened.viewId, offset: 0, limit: 1, columns: ['event_id'] };
    const table = tableFromIPC(value(await viewPage(views, page)).arrow);
    expect(table.schema.fields.map(({ name }) => name)).toEqual(['event_id']);
  });
});
