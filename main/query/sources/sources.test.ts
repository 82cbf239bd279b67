import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERYTHING, type Filter, type Join, type JoinCondition, type Source } from '../../../shared/filter';
import { sql } from '../../store/sql';
import { openView } from '../open-view';
import { viewPage } from '../page';
import { type MadeSources, madeSources, rowsOf, value } from './case-for-tests';
import { joinCount } from './count';
import { sourceFacet } from './facet';
import { viewLane } from './lane';
import { sourcePage } from './page';

const START = 1_780_000_000_000_000;
let at: MadeSources;
beforeAll(async () => {
  at = await madeSources(
    Array.from({ length: 5000 }, (_, id) => ({
      event_id: id,
      evidence_id: 1,
      record_number: id,
      timestamp: id % 50 === 9 ? null : START + ((id * 7919) % 5000) * 1_000_000,
      ended_at: id % 10 === 0 ? START + ((id * 7919) % 5000) * 1_000_000 + 4_000_000 : null,
      event_dataset: id % 10 === 0 ? 'change' : 'traffic',
      user_name: `user ${id % 7}`,
      source_ip: `10.0.${id % 5}.${id % 200}`,
      message: `event ${id}`,
    })),
  );
});
afterAll(() => at.views.close());

const events = (filter: Filter = EVERYTHING): Source => ({
  from: { kind: 'table', table: 'event_view' },
  filter,
});
const dataset = (name: string): Filter => ({ kind: 'in', field: 'event_dataset', values: [name] });
const joined = (
  how: Join['how'],
  on: JoinCondition[],
  right: Source = events(dataset('change')),
): Source => ({
  from: { kind: 'join', join: { left: events(dataset('traffic')), right, how, name: 'change', on } },
  filter: EVERYTHING,
});
const inWindow: JoinCondition = {
  kind: 'window',
  left: 'timestamp',
  leftEnd: null,
  from: 'timestamp',
  to: 'ended_at',
  beforeUs: 0,
  afterUs: 1_000_000,
};

async function all(
  source: Source,
  columns: string[],
  limit = 700,
): Promise<(string | number | boolean | null)[][]> {
  const { sourceId, rows } = value(await at.opened.open({ source, sort: [] }));
  const found: (string | number | boolean | null)[][] = [];
  for (let offset = 0; offset < rows; offset += limit) {
    found.push(
      ...rowsOf(value(await sourcePage(at.sources, at.opened, { sourceId, offset, limit, columns })).arrow),
    );
  }
  return found;
}

async function mark(rows: readonly (readonly [number, string, string | null])[]): Promise<void> {
  await at.views.setMarks(async (database, table) => {
    for (const [id, what, text] of rows) {
      await database.run(
        sql`INSERT INTO ${table} VALUES (CAST(${String(id)} AS UBIGINT), ${what}, ${text}, 'm')`,
      );
    }
  });
}

describe('sources', () => {
  test('page through a table in its total order, deep inside as at the top', async () => {
    const rows = await all(events(), ['timestamp', 'event_id']);
    expect(rows.length).toBe(5000);
    expect(new Set(rows.map(([, id]) => id)).size).toBe(5000);
    const times = rows.map(([time]) => (time === null ? Number.POSITIVE_INFINITY : Number(time)));
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test('a cell that lists several networks is met by the addresses of each, once', async () => {
    const network = (cell: string): Source => ({
      from: { kind: 'table', table: 'zone' },
      filter: { kind: 'in', field: 'network', values: [cell] },
    });
    const met = async (cell: string): Promise<number> => {
      await at.database.run(sql`DELETE FROM zone`);
      await at.database.run(sql`INSERT INTO zone (zone_id, network, evidence_id) VALUES ('z', ${cell}, 1)`);
      const on: JoinCondition = { kind: 'cidr', left: 'source_ip', right: 'network' };
      const join: Join = { left: events(), right: network(cell), how: 'inner', name: 'z', on: [on] };
      const counts = await joinCount(at.sources, {
        source: { from: { kind: 'join', join }, filter: EVERYTHING },
      });
      return value(counts).counts.rows;
    };
    expect(await met('10.0.1.0/24')).toBe(1000);
    expect(await met('10.0.1.0/24, 10.0.2.0/24')).toBe(2000);
    expect(await met('10.0.1.0/24; 10.0.1.0/25\n10.0.1.7')).toBe(1000);
    expect(await met('10.0.1.0/24 and others')).toBe(0);
    expect(await met('10.0.1.0 255.255.255.0')).toBe(0);
    await at.database.run(sql`DELETE FROM zone`);
  });

  test('counts of spans agree whether pairs are gone through or not', async () => {
    const long: JoinCondition = { ...inWindow, leftEnd: 'ended_at' };
    const user: JoinCondition = { kind: 'equal', left: 'user_name', right: 'user_name', ignoreCase: false };
    for (const on of [[inWindow], [inWindow, user], [long], [long, user]]) {
      const relation = value(await at.sources.relation(joined('left', on)));
      const join = relation.joins.at(-1);
      const one = value(
        value(
          await at.views.using(
            undefined,
            async (database) => join?.count(database) ?? Promise.reject(new Error('no join')),
          ),
        ),
      );
      const other = value(
        value(
          await at.views.using(
            undefined,
            async (database) => join?.count(database, 0) ?? Promise.reject(new Error('no join')),
          ),
        ),
      );
      expect(other).toEqual(one);
      expect(one.left.matched).toBeGreaterThan(50);
    }
  });

  test('a join that would explode is counted and refused, never run', async () => {
    const same: JoinCondition = {
      kind: 'equal',
      left: 'event_dataset',
      right: 'event_dataset',
      ignoreCase: false,
    };
    const twice: Source = {
      from: {
        kind: 'join',
        join: { left: events(), right: events(), how: 'inner', name: 'other', on: [same] },
      },
      filter: EVERYTHING,
    };
    const { counts, cap, sql: statement } = value(await joinCount(at.sources, { source: twice }));
    expect([counts.rows, counts.most, cap]).toEqual([500 * 500 + 4500 * 4500, 4500, 5_000_000]);
    expect(statement).toContain('"event_dataset"');
    const opened = await at.opened.open({ source: twice, sort: [] });
    expect(opened.ok ? '' : [opened.problem.code, opened.problem.what]).toEqual([
      'join-too-big',
      'This join would have 20,500,000 rows; at most 5,000,000 are made.',
    ]);
    const outer: Source = {
      from: { kind: 'join', join: { left: twice, right: events(), how: 'anti', name: 'x', on: [same] } },
      filter: EVERYTHING,
    };
    const nested = await joinCount(at.sources, { source: outer });
    expect(nested.ok ? '' : nested.problem.code).toBe('join-too-big');
  });

  test('addresses written freely meet those of the events, whatever their column is called', async () => {
    const texts = ['10.0.0.5 ', '::ffff:10.0.0.10', '2001:DB8:0::1', '00-1B-1B-20-10-04', 'no address'];
    const rows = [
      {
        event_id: 1,
        evidence_id: 1,
        record_number: 1,
        source_ip: '10.0.0.5',
        source_mac: '00:1b:1b:20:10:04',
      },
      { event_id: 2, evidence_id: 1, record_number: 2, source_ip: '2001:db8::1' },
      { event_id: 3, evidence_id: 1, record_number: 3 },
    ];
    for (const name of ['seen', 'ip', 'mac', 'address', 'network']) {
      const own = await madeSources(rows, new Map([[1, 'aa']]), async (_text, _limit, begin, take) => {
        await begin([{ name, type: 'VARCHAR' }]);
        await take(texts.map((text) => [text]));
        return { ok: true, value: { held: texts.length, total: texts.length } };
      });
      const query = (text: string, filter: Filter = EVERYTHING): Source => ({
        from: { kind: 'sql', text },
        filter,
      });
      const one = query('SELECT 1');
      const meet = async (left: Source, right: Source, a: string, b: string) => {
        const on: JoinCondition[] = [{ kind: 'equal', left: a, right: b, ignoreCase: false }];
        const source: Source = {
          from: { kind: 'join', join: { left, right, how: 'left', name: 'r', on } },
          filter: EVERYTHING,
        };
        const { counts } = value(await joinCount(own.sources, { source }));
        return [counts.rows, counts.left.matched, counts.right.matched];
      };
      expect(await meet(events(), one, 'source_ip', name)).toEqual([3, 2, 2]);
      expect(await meet(one, events(), name, 'source_ip')).toEqual([5, 2, 2]);
      expect(await meet(events(), one, 'source_mac', name)).toEqual([3, 1, 1]);
      expect(await meet(one, query('SELECT 2'), name, name)).toEqual([5, 5, 5]);
      const member: Filter = { kind: 'member', field: 'source_ip', of: one, column: name };
      const inside: Filter = { kind: 'cidr', field: null, network: '10.0.0.0/24' };
      const counted = async (source: Source) => value(await own.opened.open({ source, sort: [] })).rows;
      expect(await counted({ ...events(), filter: member })).toBe(2);
      expect(await counted(query('SELECT 1', inside))).toBe(2);
      await own.views.close();
    }
  });

  test('words for a missing value meet nothing, as an empty field does', async () => {
    const users = ['ann', ' ', '-', 'Unknown', 'n/a', 'localhost', '0.0.0.0', '0'];
    const own = await madeSources(
      users.map((user_name, at) => ({ event_id: at + 1, evidence_id: 1, record_number: at + 1, user_name })),
      new Map([[1, 'aa']]),
    );
    const on: JoinCondition[] = [{ kind: 'equal', left: 'user_name', right: 'user_name', ignoreCase: true }];
    for (const [how, rows] of [
      ['inner', 2],
      ['left', 8],
      ['anti', 6],
    ] as const) {
      const join: Join = { left: events(), right: events(), how, name: 'r', on };
      const source: Source = { from: { kind: 'join', join }, filter: EVERYTHING };
      expect(value(await joinCount(own.sources, { source })).counts.rows).toBe(rows);
    }
    await own.views.close();
  });

  test('saved views stand for their sources, joins of joins too, and none for itself', async () => {
    const view = (id: string, source: Source) => ({
      kind: 'view' as const,
      id,
      schema: 1 as const,
      name: `view ${id}`,
      source,
      chart: null,
      columns: [],
      lane: { time: 'timestamp', end: 'ended_at', label: 'message' },
      by: null,
      at: '2026-01-01T00:00:00Z',
    });
    const narrow: JoinCondition = { ...inWindow, afterUs: 0 };
    at.saved.set('a', view('a', joined('anti', [narrow])));
    at.saved.set('b', view('b', { from: { kind: 'saved', id: 'c' }, filter: EVERYTHING }));
    at.saved.set('c', view('c', { from: { kind: 'saved', id: 'b' }, filter: EVERYTHING }));
    at.saved.set('d', view('d', events(dataset('change'))));
    const outside: Source = { from: { kind: 'saved', id: 'a' }, filter: EVERYTHING };
    const direct = await all(joined('anti', [narrow]), ['event_id']);
    expect(direct.length).toBeGreaterThan(0);
    expect(await all(outside, ['event_id'])).toEqual(direct);
    const loop = await at.sources.relation({ from: { kind: 'saved', id: 'b' }, filter: EVERYTHING });
    expect(loop.ok ? '' : loop.problem.code).toBe('view-cycle');
    const both: Source = {
      from: {
        kind: 'join',
        join: {
          left: outside,
          right: { from: { kind: 'saved', id: 'd' }, filter: EVERYTHING },
          how: 'left',
          name: 'last',
          on: [{ kind: 'as-of', left: 'timestamp', right: 'timestamp', direction: 'last', withinUs: null }],
        },
      },
      filter: { kind: 'contains', field: 'last.message', text: '0' },
    };
    expect((await all(both, ['event_id', 'last.event_id'])).length).toBeGreaterThan(0);
    const lane = value(
      await viewLane(at.sources, at.saved.get('d') ?? null, {
        from: START,
        to: START + 60_000_000,
        limit: 20_000,
      }),
    );
    const lanes = rowsOf(lane.arrow);
    expect(lanes.length).toBe(lane.total);
    expect(lanes.every(([start, end]) => Number(start) < START + 60_000_000 && Number(end) > START)).toBe(
      true,
    );
  });

  test('marks are columns, clauses and reasons to look again', async () => {
    await mark([
      [3, 'star', null],
      [3, 'tag', 'recon'],
      [3, 'tag', 'alpha'],
      [4, 'tag', 'recon'],
      [5, 'note', 'look'],
      [6, 'finding', 'f1'],
    ]);
    const tagged: Filter = { kind: 'marked', what: 'tag', value: 'recon' };
    expect((await all(events(tagged), ['event_id', 'starred', 'tags', 'note'])).sort()).toEqual([
      ['3', true, 'alpha, recon', null],
      ['4', false, 'recon', null],
    ]);
    const counts = async (filter: Filter): Promise<number> =>
      value(await openView(at.views, { filter, sort: [] })).shown;
    expect([
      await counts(tagged),
      await counts({ kind: 'marked', what: 'tag', value: null }),
      await counts({ kind: 'in', field: 'starred', values: [true] }),
      await counts({ kind: 'contains', field: 'tags', text: 'ALPHA' }),
      await counts({ kind: 'null', field: 'note' }),
      await counts({ kind: 'marked', what: 'finding', value: 'f1' }),
      await counts({ kind: 'not', of: { kind: 'marked', what: 'star', value: null } }),
    ]).toEqual([2, 2, 1, 1, 4999, 1, 4999]);
    const view = value(
      await openView(at.views, { filter: tagged, sort: [{ field: 'tags', descending: false }] }),
    );
    const page = { viewId: view.viewId, offset: 0, limit: 10, columns: ['event_id', 'tags'] };
    expect(rowsOf(value(await viewPage(at.views, page)).arrow)).toEqual([
      ['3', 'alpha, recon'],
      ['4', 'recon'],
    ]);
    const plain = value(await at.opened.open({ source: events(), sort: [] }));
    const marked = value(await at.opened.open({ source: events(tagged), sort: [] }));
    await mark([[3, 'star', null]]);
    const look = (sourceId: string) =>
      sourcePage(at.sources, at.opened, { sourceId, offset: 0, limit: 1, columns: ['event_id'] });
    expect([
      (await look(plain.sourceId)).ok,
      (await look(marked.sourceId)).ok,
      (await viewPage(at.views, page)).ok,
    ]).toEqual([true, false, false]);
    expect(await counts(tagged)).toBe(0);
  });

  test('members of a join filter the events, and a changed case makes everything stale', async () => {
    const member: Filter = {
      kind: 'member',
      field: 'event_id',
      of: joined('inner', [inWindow]),
      column: 'change.event_id',
    };
    const { counts } = value(await joinCount(at.sources, { source: joined('inner', [inWindow]) }));
    expect(value(await openView(at.views, { filter: member, sort: [] })).shown).toBe(counts.right.matched);
    const facet = value(
      await sourceFacet(at.sources, { source: events(member), column: 'user_name', text: '', limit: 3 }),
    );
    expect(facet.distinct).toBe(7);
    const inside: Filter = { kind: 'cidr', field: 'change.source_ip', network: '10.0.0.0/24' };
    const narrow = { ...joined('inner', [inWindow]), filter: inside };
    const rows = await all(narrow, ['change.source_ip']);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.every(([ip]) => String(ip).startsWith('10.0.0.'))).toBe(true);
    const opened = value(await at.opened.open({ source: narrow, sort: [] }));
    await at.views.invalidate();
    const page = await sourcePage(at.sources, at.opened, {
      sourceId: opened.sourceId,
      offset: 0,
      limit: 1,
      columns: ['event_id'],
    });
    expect(page.ok ? '' : page.problem.code).toBe('view-stale');
  });
});
