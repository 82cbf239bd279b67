/** Filters and orders against an independent program, and what is refused. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING, type Filter } from '../../shared/filter';
import type { Database } from '../store/database';
import { sql } from '../store/sql';
import { events, filter, readIds, SHA, sort, value } from './generated-for-tests';
import { askPython, hasPython, madeCase, type Question } from './made-for-tests';
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
    120_000,
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

  it('evidence goes by number or by the name of its file', async () => {
    await database.run(sql`UPDATE evidence SET name = 'PLC (2).pcap' WHERE evidence_id = 2`);
    const by = (...values: (string | number)[]) =>
      idsOf({ filter: { kind: 'in', field: 'evidence_id', values }, sort: [] });
    expect(await by('plc (2).PCAP')).toEqual(await by(2));
    expect(await by('PLC (2).pcap', 3)).toEqual(await by('2', '3'));
    expect((await by(2)).length).toBeGreaterThan(0);
    expect(await by('none of these')).toEqual([]);
  });

  it('finds words however their letters are composed, in either small sigma and beyond a NUL', async () => {
    const texts = [
      'Caf\u00e9',
      'Cafe\u0301',
      '\u039f\u0394\u039f\u03a3',
      '\u03bf\u03b4\u03cc\u03c2',
      'a\0 Cafe\u0301',
      'Cafe',
    ];
    const own = await madeCase(
      texts.map((message, at) => ({ event_id: at + 1, evidence_id: 1, record_number: at + 1, message })),
      SHA,
    );
    const there = await Views.open(own);
    const found = async (text: string, kind: 'words' | 'contains' = 'words') =>
      readIds(there, {
        filter: kind === 'words' ? { kind, text } : { kind, field: 'message', text },
        sort: [],
      });
    for (const text of ['CAF\u00c9', 'cafe\u0301']) {
      expect(await found(text)).toEqual(['1', '2', '5']);
      expect(await found(text, 'contains')).toEqual(['1', '2', '5']);
    }
    expect(await found('\u03bf\u03b4\u03bf\u03c2')).toEqual(['3']);
    expect(await found('\u03cc\u03c3')).toEqual(['4']);
    await there.close();
    own.close();
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
