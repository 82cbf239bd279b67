/** Filters and orders against an independent program; paging, searching, histograms and facets against the rows. */
import { tableFromIPC } from 'apache-arrow';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVENT_FIELDS } from '../../shared/fields';
import { EVERYTHING, type Filter } from '../../shared/filter';
import type { Outcome } from '../../shared/problem';
import type { Database } from '../store/database';
import { facet } from './facet';
import { histogram, OTHER_KEYS } from './histogram';
import { viewFind, viewLocate } from './locate';
import { askPython, hasPython, type MadeEvent, madeCase, type Question } from './made-for-tests';
import { openView } from './open-view';
import { viewPage } from './page';
import { Views } from './views';

const SHA = new Map([
  [1, 'ff00'],
  [2, '0a11'],
  [3, '7777'],
]);
const START = 1_780_000_000_000_000;

/** No two case rules, but quotes, wildcards, comments, controls, emoji and right-to-left marks. */
const text = fc.oneof(
  fc.constantFrom(
    "Robert'); DROP TABLE event;--",
    '100%',
    '_',
    '%',
    '\\',
    '"',
    "''",
    'NULL',
    '',
    ' ',
    'a\u0000b',
    'line\nbreak\ttab',
    '😀 denied',
    '\u202eevil',
    '__proto__',
    '$1',
    '/* x */',
    'DENIED',
    'ÄÖ',
    'я',
  ),
  fc.stringMatching(/^[a-cA-C%_' ]{0,6}$/),
);
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(value, { nil: null, freq: 4 });
const ip = fc.oneof(
  fc
    .tuple(fc.constantFrom('10.0.0', '10.0.1', '192.168.7'), fc.nat(255))
    .map(([net, host]) => `${net}.${host}`),
  fc.constantFrom('2001:db8::1', '2001:db8:0:1::9', 'fe80::1', 'not-an-address', '::1'),
);
const madeEvent = fc.record({
  evidence_id: fc.constantFrom(1, 2, 3),
  record_number: fc.nat(20),
  timestamp: maybe(fc.nat(40).map((step) => START + step * 1_000_003)),
  time_remainder_ns: fc.constantFrom(0, 0, 7, 999),
  event_domain: fc.constantFrom('ot', 'security', 'network'),
  event_dataset: fc.constantFrom('pcap.modbus', 'zeek.conn', "it's"),
  event_severity: fc.nat(6),
  message: text,
  user_name: maybe(text),
  host_name: maybe(text),
  source_ip: maybe(ip),
  destination_ip: maybe(ip),
  destination_port: maybe(fc.constantFrom(0, 80, 443, 502, 65535)),
  network_bytes: maybe(fc.nat(1000)),
  network_direction_assumed: maybe(fc.boolean()),
  ot_address: maybe(fc.integer({ min: -3, max: 3 })),
  ot_value: maybe(fc.constantFrom(-1.5, 0.25, 3, 1e300)),
});
const events: readonly MadeEvent[] = fc
  .sample(madeEvent, { numRuns: 1500, seed: 11 })
  .map((event, index) => ({ ...event, event_id: event.evidence_id * 2 ** 36 + index }));

const numeric = fc.constantFrom(
  'destination_port',
  'ot_address',
  'ot_value',
  'event_severity',
  'network_bytes',
);
const textField = fc.constantFrom('message', 'user_name', 'host_name', 'source_ip', 'event_dataset');
const number = fc.oneof(
  fc.integer({ min: -5, max: 70_000 }),
  fc.constantFrom(1.5, -0.5, 0.25, 1e25, -1e25, 502),
);
const leaf: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({
    kind: fc.constant('in' as const),
    field: textField,
    values: fc.array(text, { maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant('in' as const),
    field: numeric,
    values: fc.array(number, { maxLength: 4 }),
  }),
  fc.record({
    kind: fc.constant('in' as const),
    field: fc.constant('network_direction_assumed'),
    values: fc.array(fc.boolean(), { maxLength: 2 }),
  }),
  fc.record({ kind: fc.constant('null' as const), field: fc.oneof(textField, numeric) }),
  fc.record({
    kind: fc.constant('compare' as const),
    field: numeric,
    op: fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const),
    value: number,
  }),
  fc.tuple(fc.integer({ min: -5, max: 45 }), fc.nat(30)).map(([from, length]) => ({
    kind: 'time' as const,
    from: START + from * 1_000_003 + 0.5,
    to: START + (from + length) * 1_000_003,
  })),
  fc.record({ kind: fc.constant('contains' as const), field: textField, text }),
  fc.record({ kind: fc.constant('words' as const), text }),
  fc.record({
    kind: fc.constant('cidr' as const),
    field: fc.constantFrom(null, 'source_ip', 'destination_ip'),
    network: fc.constantFrom(
      '10.0.0.0/8',
      '10.0.0.128/25',
      '10.0.1.7/32',
      '0.0.0.0/0',
      '2001:db8::/32',
      '2001:db8:0:1::/64',
      '::/0',
    ),
  }),
);
const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      of: fc.array(tie('filter'), { maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('not' as const), of: tie('filter') }),
  ),
}));
const sort = fc.array(
  fc.record({
    field: fc.constantFrom('timestamp', 'message', 'ot_value', 'destination_port', 'user_name', 'event_id'),
    descending: fc.boolean(),
  }),
  { maxLength: 3 },
);

function value<T>(outcome: Outcome<T>): T {
  if (!outcome.ok) throw new Error(`${outcome.problem.code}: ${outcome.problem.what}`);
  return outcome.value;
}

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

async function idsOf(question: Question, pageRows = 700): Promise<string[]> {
  const opened = value(await openView(views, question));
  const ids: string[] = [];
  for (let offset = 0; offset < opened.shown; offset += pageRows) {
    const page = await viewPage(views, {
      viewId: opened.viewId,
      offset,
      limit: pageRows,
      columns: ['event_id'],
    });
    for (const id of tableFromIPC(value(page).arrow).getChild('event_id') ?? []) ids.push(String(id));
  }
  expect(ids.length).toBe(opened.shown);
  return ids;
}

describe('filters and orders', () => {
  it.skipIf(!hasPython())(
    '200 generated filters and sorts give the rows an independent program gives (python3)',
    async () => {
      const questions = fc.sample(fc.record({ filter, sort }), { numRuns: 200, seed: 12 });
      const expected = askPython(events, SHA, questions);
      for (const [index, question] of questions.entries()) {
        const ids = await idsOf(question);
        expect(ids, JSON.stringify(question)).toEqual(expected[index]);
      }
      expect(expected.filter((ids) => ids.length > 0 && ids.length < events.length).length).toBeGreaterThan(
        80,
      );
    },
  );

  it('hostile values in long lists, ids beyond 2^53 and values out of range', async () => {
    const many = events.map((event) => String(event.message));
    const all: Filter = { kind: 'in', field: 'message', values: [...many, ...many.map((m) => `${m}!`)] };
    expect((await idsOf({ filter: all, sort: [] })).length).toBe(events.length);
    const id: Filter = { kind: 'in', field: 'event_id', values: [String(events[9]?.event_id)] };
    expect(await idsOf({ filter: id, sort: [] })).toEqual([String(events[9]?.event_id)]);
    const none: Filter = {
      kind: 'in',
      field: 'destination_port',
      values: [70_000, -1, 1.5, '99999999999999999999'],
    };
    expect(await idsOf({ filter: none, sort: [] })).toEqual([]);
    const mapped: Filter = { kind: 'cidr', field: null, network: '::ffff:10.0.0.0/104' };
    const plain: Filter = { kind: 'cidr', field: null, network: '10.0.0.0/8' };
    expect(await idsOf({ filter: mapped, sort: [] })).toEqual(await idsOf({ filter: plain, sort: [] }));
  });

  it('refuses in words: unknown names, values of the wrong kind, no network, endless nesting', async () => {
    let deep: Filter = EVERYTHING;
    for (let level = 0; level < 5000; level++) deep = { kind: 'not', of: deep };
    const refused: [Filter, string][] = [
      [{ kind: 'null', field: 'x" IS NULL OR true --' }, 'unknown-field'],
      [{ kind: 'in', field: '__proto__', values: ['a'] }, 'unknown-field'],
      [{ kind: 'contains', field: 'event', text: 'a' }, 'unknown-field'],
      [{ kind: 'in', field: 'destination_port', values: ["80' OR 1=1"] }, 'filter-value'],
      [{ kind: 'in', field: 'network_direction_assumed', values: ['maybe'] }, 'filter-value'],
      [{ kind: 'compare', field: 'message', op: '<', value: 3 }, 'filter-field'],
      [{ kind: 'cidr', field: 'message', network: '10.0.0.0/8' }, 'filter-field'],
      [{ kind: 'cidr', field: null, network: '10.0.0.0/33' }, 'filter-network'],
      [deep, 'filter-too-deep'],
    ];
    for (const [bad, code] of refused) {
      expect(await openView(views, { filter: bad, sort: [] })).toMatchObject({
        ok: false,
        problem: { code },
      });
    }
    expect(
      await openView(views, { filter: EVERYTHING, sort: [{ field: 'rowid', descending: false }] }),
    ).toMatchObject({ ok: false, problem: { code: 'unknown-field' } });
    const { viewId } = value(await openView(views, { filter: EVERYTHING, sort: [] }));
    expect(await viewPage(views, { viewId, offset: 0, limit: 5, columns: ['event_id, 1'] })).toMatchObject({
      ok: false,
      problem: { code: 'unknown-field' },
    });
  });
});

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
      (await import('../store/sql')).trusted(`INSERT INTO event BY NAME
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
      const { trusted } = await import('../store/sql');
      return connection.one(trusted('SELECT count(*) FROM range(1000000000000) AS r(i) WHERE hash(i) = 3'));
    });
    expect(await long).toMatchObject({ ok: false, problem: { code: 'cancelled' } });
    expect(value(await facet(views, { filter: EVERYTHING, field: 'message', limit: 5 })).values).toHaveLength(
      5,
    );
  });
});
