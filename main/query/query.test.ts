/** Paging, searching, histograms and facets against the rows they are made of. */
import { tableFromIPC } from 'apache-arrow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVENT_FIELDS } from '../../shared/fields';
import { EVERYTHING, type Filter } from '../../shared/filter';
import type { Database } from '../store/database';
import { trusted } from '../store/sql';
import { facet } from './facet';
import { events, readIds, SHA, START, value } from './generated-for-tests';
import { histogram, OTHER_KEYS } from './histogram';
import { viewFind, viewLocate } from './locate';
import { madeCase, type Question } from './made-for-tests';
import { openView } from './open-view';
import { viewPage } from './page';
import { Views } from './views';

let database: Database;
let views: Views;
beforeAll(async () => {
  database = await madeCase(events, SHA);
  views = await Views.open(database);
});
afterAll(async () => {
  await views.close();
  database.close();
});
const idsOf = (question: Question, pageRows?: number): Promise<string[]> =>
  readIds(views, question, pageRows);

describe('pages', () => {
  it('neither repeat nor lose a row, whatever the page size, and hold exact values', async () => {
    const question: Question = { filter: EVERYTHING, sort: [{ field: 'user_name', descending: true }] };
    const whole = await idsOf(question, 2000);
    for (const size of [1999, 500, 97]) expect(await idsOf(question, size)).toEqual(whole);
    expect(new Set(whole).size).toBe(events.length);
    const { viewId } = value(await openView(views, question));
    const columns = EVENT_FIELDS.map((field) => field.name);
    const table = tableFromIPC(
      value(await viewPage(views, { viewId, offset: 100, limit: 500, columns })).arrow,
    );
    expect(table.schema.fields.map((field) => field.name)).toEqual(columns);
    const byId = new Map(events.map((event) => [String(event.event_id), event]));
    for (let row = 0; row < 500; row++) {
      const made = byId.get(String(table.getChild('event_id')?.get(row)));
      for (const name of columns) {
        const got: unknown = table.getChild(name)?.get(row);
        const plain = typeof got === 'bigint' ? Number(got) : (got ?? null);
        expect(name === 'event_id' ? Number(plain) : plain, name).toBe(made?.[name] ?? null);
      }
    }
  });

  it('are empty beyond the end and for an empty view', async () => {
    const { viewId } = value(await openView(views, { filter: EVERYTHING, sort: [] }));
    for (const offset of [1500, 5000]) {
      const page = value(await viewPage(views, { viewId, offset, limit: 500, columns: ['message'] }));
      expect(tableFromIPC(page.arrow).numRows).toBe(0);
    }
    const none = value(await openView(views, { filter: { kind: 'or', of: [] }, sort: [] }));
    expect(none).toMatchObject({ shown: 0, total: 1500, first: null, last: null, undated: 0 });
    const page = value(
      await viewPage(views, { viewId: none.viewId, offset: 0, limit: 5, columns: ['message', 'timestamp'] }),
    );
    expect(tableFromIPC(page.arrow).numRows).toBe(0);
  });

  it('hold the order over many row groups', async () => {
    const many = await madeCase([], SHA);
    await many.run(
      // Written by this test alone; nothing of it comes from outside.
      trusted(`INSERT INTO event BY NAME
        SELECT i::UBIGINT AS event_id, 1::UINTEGER AS evidence_id, i::UBIGINT AS record_number,
          make_timestamp((hash(i) % 1000000000)::BIGINT) AS "timestamp", 0::SMALLINT AS time_remainder_ns,
          'm' AS message FROM range(400000) AS r(i)`),
    );
    const state = await Views.open(many);
    const opened = value(await openView(state, { filter: EVERYTHING, sort: [] }));
    let before = -1;
    let rows = 0;
    for (let offset = 0; offset < opened.shown; offset += 50_000) {
      const page = value(
        await viewPage(state, { viewId: opened.viewId, offset, limit: 50_000, columns: ['timestamp'] }),
      );
      for (const time of tableFromIPC(page.arrow).getChild('timestamp') ?? []) {
        rows += 1;
        if (Number(time) < before) throw new Error(`row ${rows} is out of order`);
        before = Number(time);
      }
    }
    expect(rows).toBe(400_000);
    await state.close();
    many.close();
  });

  it('are stale once the facts change', async () => {
    const opened = value(await openView(views, { filter: EVERYTHING, sort: [] }));
    await views.invalidate();
    const page = await viewPage(views, { viewId: opened.viewId, offset: 0, limit: 5, columns: ['message'] });
    expect(page).toMatchObject({ ok: false, problem: { code: 'view-stale' } });
    expect(await idsOf({ filter: EVERYTHING, sort: [] })).toHaveLength(1500);
  });
});

describe('finding places', () => {
  it('locates events and moments in any order', async () => {
    for (const descending of [false, true]) {
      const spec: Question = {
        filter: { kind: 'not', of: { kind: 'null', field: 'timestamp' } },
        sort: [{ field: 'timestamp', descending }],
      };
      const ids = await idsOf(spec);
      const byId = new Map(events.map((event) => [String(event.event_id), event]));
      const { viewId } = value(await openView(views, spec));
      expect(value(await viewLocate(views, { viewId, eventId: ids[77] ?? null, time: null }))).toEqual({
        row: 77,
      });
      expect(value(await viewLocate(views, { viewId, eventId: '5', time: null }))).toEqual({ row: null });
      const time = START + 7 * 1_000_003 - 0.5;
      const times = ids.map((id) => Number(byId.get(id)?.timestamp));
      const next = Math.min(...times.filter((at) => at >= time));
      expect(value(await viewLocate(views, { viewId, eventId: '5', time }))).toEqual({
        row: times.indexOf(next),
      });
      const late = await viewLocate(views, { viewId, eventId: null, time: 1e300 });
      expect(value(late)).toEqual({ row: null });
    }
  });

  it('finds the next and the previous row that holds words', async () => {
    const spec: Question = { filter: EVERYTHING, sort: [] };
    const ids = await idsOf(spec);
    const byId = new Map(events.map((event) => [String(event.event_id), event]));
    const hits = ids.flatMap((id, row) => {
      const event = byId.get(id) ?? {};
      const found = Object.values(event).some(
        (v) => typeof v === 'string' && v.toLowerCase().includes('drop table'),
      );
      return found ? [row] : [];
    });
    const { viewId } = value(await openView(views, spec));
    for (const from of [0, 1, 700, 1499, 1500, 9000]) {
      const ask = async (backwards: boolean) =>
        value(await viewFind(views, { viewId, text: 'Drop Table', from, backwards })).row;
      expect(await ask(false)).toBe(hits.find((row) => row >= from) ?? null);
      expect(await ask(true)).toBe(hits.findLast((row) => row <= from) ?? null);
    }
  });
});

describe('histogram and facet', () => {
  const dated = events.flatMap((event) => (typeof event.timestamp === 'number' ? [event] : []));

  it('every dated event falls into its bin, once', async () => {
    for (const bins of [1, 7, 5000]) {
      const answer = value(
        await histogram(views, { filter: EVERYTHING, from: null, to: null, bins, by: 'event_dataset' }),
      );
      const first = Math.min(...dated.map((event) => Number(event.timestamp)));
      expect(answer.from).toBe(first);
      const width = (Number(answer.to) - first) / bins;
      expect(Number.isInteger(width)).toBe(true);
      const counts = new Map<string, number>();
      for (const event of dated) {
        const key = `${Math.floor((Number(event.timestamp) - first) / width)} ${event.event_dataset}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      const table = tableFromIPC(answer.arrow);
      const got = new Map(
        Array.from({ length: table.numRows }, (_, row) => [
          `${table.getChild('bin')?.get(row)} ${table.getChild('key')?.get(row)}`,
          Number(table.getChild('count')?.get(row)),
        ]),
      );
      expect(got).toEqual(counts);
      expect(answer.undated).toBe(events.length - dated.length);
    }
  });

  it('folds rare keys, and says null where nothing is dated', async () => {
    const none = await histogram(views, {
      filter: { kind: 'null', field: 'timestamp' },
      from: null,
      to: null,
      bins: 10,
      by: 'event_domain',
    });
    expect(value(none)).toMatchObject({ from: null, to: null, undated: events.length - dated.length });
    const many = await madeCase(
      Array.from({ length: 100 }, (_, i) => ({
        event_id: i,
        evidence_id: i,
        record_number: 1,
        timestamp: i,
      })),
      new Map(),
    );
    const state = await Views.open(many);
    const answer = value(
      await histogram(state, { filter: EVERYTHING, from: 0, to: 100, bins: 1, by: 'evidence_id' }),
    );
    const table = tableFromIPC(answer.arrow);
    const keys = Array.from(table.getChild('key') ?? [], String);
    expect(keys).toHaveLength(41);
    expect(table.getChild('count')?.get(keys.indexOf(OTHER_KEYS))).toBe(60);
    await state.close();
    many.close();
  });

  it('facets count every row and their values go back into a filter', async () => {
    for (const field of [
      'destination_port',
      'timestamp',
      'user_name',
      'network_direction_assumed',
      'ot_value',
      'event_id',
    ]) {
      const answer = value(await facet(views, { filter: EVERYTHING, field, limit: 12 }));
      expect(answer.distinct).toBe(new Set(events.map((event) => event[field] ?? null)).size);
      expect(answer.values.length).toBe(Math.min(12, answer.distinct));
      for (const { value: text, count } of answer.values.slice(0, 4)) {
        const back: Filter = text === null ? { kind: 'null', field } : { kind: 'in', field, values: [text] };
        expect(value(await openView(views, { filter: back, sort: [] })).shown).toBe(count);
      }
    }
  });

  it('gives up when told to', async () => {
    const controller = new AbortController();
    controller.abort();
    const answer = await facet(views, { filter: EVERYTHING, field: 'message', limit: 5 }, controller.signal);
    expect(answer).toMatchObject({ ok: false, problem: { code: 'cancelled' } });
    const running = new AbortController();
    const long = views.using(running.signal, async (connection) => {
      setTimeout(() => running.abort(), 50);
      return connection.one(trusted('SELECT count(*) FROM range(1000000000000) AS r(i) WHERE hash(i) = 3'));
    });
    expect(await long).toMatchObject({ ok: false, problem: { code: 'cancelled' } });
    expect(value(await facet(views, { filter: EVERYTHING, field: 'message', limit: 5 })).values).toHaveLength(
      5,
    );
  });
});
