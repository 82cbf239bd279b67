import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Filter } from '../../../shared/filter';
import type { CaseState, Result } from '../../../shared/protocol';
import { parseJournal } from '../../case/journal';
import type { PageCaller } from '../../process/page-caller';
import { type Desk, importFiles, ok, openCase, refusal, sitDown } from '../desk-for-tests';
import { buildPrograms, type Programs } from '../programs-for-tests';

let programs: Programs;
let folder: string;
let desks: Desk[];
let desk: Desk;
let page: PageCaller;
let notices: string[];
beforeAll(async () => {
  programs = await buildPrograms();
});
afterAll(() => programs.remove());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'throughline-work-'));
  desks = [];
  await begin();
});
afterEach(async () => {
  await Promise.all(desks.map(({ engine }) => engine.stop(500)));
  await rm(folder, { recursive: true, force: true });
});

async function begin(): Promise<CaseState> {
  desk = await sitDown(folder);
  desks.push(desk);
  page = desk.page;
  notices = [];
  page.on('facts.changed', () => notices.push('facts'));
  page.on('work.changed', () => notices.push('work'));
  return openCase(desk);
}

async function again(): Promise<CaseState> {
  await desk.engine.stop(2000);
  return begin();
}

async function importLines(name: string, lines: number): Promise<void> {
  const path = join(folder, name);
  await writeFile(path, `${name}\n`.repeat(lines));
  await importFiles(desk, [path]);
}

const idOf = (evidence: number, ordinal: number): string =>
  String(BigInt(evidence) * 2n ** 36n + BigInt(ordinal));
const ids = (evidence: number, ...ordinals: number[]) => ({
  eventIds: ordinals.map((one) => idOf(evidence, one)),
});
const everything: Filter = { kind: 'and', of: [] };
const list = (): Promise<Result<'work.list'>> => ok(page.call('work.list', {}));
const marksOn = async (evidence: number, ordinal: number): Promise<string[]> => {
  const { marks } = await ok(page.call('event.detail', { eventId: idOf(evidence, ordinal) }));
  return marks.map(({ what, value }) => (value === null ? what : `${what} ${value}`)).sort();
};
const shown = async (filter: Filter): Promise<number> =>
  (await ok(page.call('view.open', { filter, sort: [] }))).shown;

describe('marks', () => {
  test('are put on, counted, filtered by, taken off, undone and redone; views of facts stand meanwhile', async () => {
    await importLines('a.log', 30);
    const view = await ok(page.call('view.open', { filter: everything, sort: [] }));
    notices.length = 0;
    const starred = await ok(page.call('mark.put', { what: 'star', value: null, on: ids(1, 0, 3, 5) }));
    expect([starred.marked, starred.case.undo]).toEqual([3, 'Star 3 events']);
    const tagged = await ok(
      page.call('mark.put', {
        what: 'tag',
        value: 'recon',
        on: { filter: { kind: 'contains', field: 'message', text: 'event 1' } },
      }),
    );
    expect([tagged.marked, tagged.case.undo]).toEqual([11, 'Tag 11 events “recon”']);
    await ok(page.call('mark.put', { what: 'note', value: 'Look here', on: ids(1, 3) }));
    expect(notices).toEqual(['work', 'work', 'work']);
    expect(await list()).toMatchObject({
      stars: 3,
      notes: 1,
      tags: [{ tag: 'recon', events: 11 }],
      lost: [],
    });
    expect(await marksOn(1, 3)).toEqual(['note Look here', 'star']);
    expect(await shown({ kind: 'marked', what: 'tag', value: 'recon' })).toBe(11);
    const rows = { viewId: view.viewId, offset: 0, limit: 5, columns: ['message'] };
    expect((await page.call('view.page', rows)).ok).toBe(true);

    const more = await ok(page.call('mark.put', { what: 'star', value: null, on: ids(1, 0, 1) }));
    expect(more.marked).toBe(1);
    expect((await ok(page.call('mark.put', { what: 'star', value: null, on: ids(1, 0, 1) }))).case.undo).toBe(
      'Star 1 event',
    );
    const off = await ok(page.call('mark.remove', { what: 'tag', value: null, on: ids(1, 1, 2, 10, 11) }));
    expect([off.unmarked, off.case.undo]).toEqual([3, 'Untag 3 events']);
    expect((await list()).tags).toEqual([{ tag: 'recon', events: 8 }]);
    const undone = await ok(page.call('operation.undo', {}));
    expect([undone.undo, undone.redo]).toEqual(['Star 1 event', 'Untag 3 events']);
    expect((await list()).tags).toEqual([{ tag: 'recon', events: 11 }]);
    await ok(page.call('operation.redo', {}));
    expect((await list()).tags).toEqual([{ tag: 'recon', events: 8 }]);
    await ok(page.call('mark.remove', { what: 'tag', value: 'recon', on: { filter: everything } }));
    expect((await list()).tags).toEqual([]);
    for (let undo: CaseState['undo'] = ''; undo !== null; )
      undo = (await ok(page.call('operation.undo', {}))).undo;
    expect(await list()).toMatchObject({ stars: 0, notes: 0, tags: [] });
  });

  test('outlive another opening and the re-import of the same evidence; lost ones are listed', async () => {
    await importLines('a.log', 20);
    await ok(page.call('mark.put', { what: 'star', value: null, on: ids(1, 2) }));
    await ok(page.call('mark.put', { what: 'tag', value: 'all', on: { filter: everything } }));
    const sets = await readdir(join(folder, 'case', 'sets'));
    expect(sets).toHaveLength(1);
    await again();
    expect(await list()).toMatchObject({ stars: 1, tags: [{ tag: 'all', events: 20 }], lost: [] });
    await ok(page.call('evidence.remove', { evidenceIds: [1] }));
    const without = await list();
    expect([without.stars, without.lost.length]).toEqual([0, 2]);
    expect(without.lost[1]?.why).toContain('20 of 20 records not found');
    await importLines('a.log', 20);
    expect(await list()).toMatchObject({ stars: 1, tags: [{ tag: 'all', events: 20 }], lost: [] });
    expect(await marksOn(2, 2)).toEqual(['star', 'tag all']);
    const set = join(folder, 'case', 'sets', sets[0] ?? '');
    const bytes = await readFile(set);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(set, bytes);
    await again();
    const damaged = await list();
    expect([damaged.stars, damaged.tags, damaged.lost.length]).toEqual([1, [], 1]);
    expect(damaged.lost[0]?.why).toContain('could not be read');
  });

  test('say what is wrong with them', async () => {
    await importLines('a.log', 3);
    expect(await refusal(page.call('mark.put', { what: 'star', value: 'x', on: ids(1, 0) }))).toBe(
      'mark-value',
    );
    expect(await refusal(page.call('mark.put', { what: 'tag', value: ' ', on: ids(1, 0) }))).toBe(
      'mark-value',
    );
    const none = await ok(page.call('mark.put', { what: 'star', value: null, on: ids(7, 0) }));
    expect([none.marked, none.case.undo]).toEqual([0, null]);
  });
});

describe('findings and saved views', () => {
  const table = (filter: Filter) => ({
    from: { kind: 'table' as const, table: 'event_view' as const },
    filter,
  });
  const grid = (name: string, filter: Filter = everything) => ({
    name,
    source: table(filter),
    chart: null,
    columns: [],
    lane: null,
  });

  test('cite, change, and are removed only when nothing needs them', async () => {
    await importLines('a.log', 10);
    const view = await ok(page.call('view.save', { id: null, view: grid('Writes') }));
    const given = { title: 'Set point raised', text: 'By hand.', views: [view.id], order: 1 };
    const finding = await ok(
      page.call('finding.put', { id: null, ...given, cite: ids(1, 1, 2), uncite: [] }),
    );
    expect(finding.case.undo).toBe('Add finding “Set point raised”');
    const cited = await ok(
      page.call('finding.put', { id: finding.id, ...given, cite: { filter: everything }, uncite: [] }),
    );
    expect(cited.case.undo).toBe('Cite 8 events in “Set point raised”');
    expect(await shown({ kind: 'marked', what: 'finding', value: finding.id })).toBe(10);
    await ok(
      page.call('finding.put', { id: finding.id, ...given, cite: null, uncite: [idOf(1, 1), idOf(1, 9)] }),
    );
    expect(await shown({ kind: 'marked', what: 'finding', value: null })).toBe(8);
    const { findings } = await ok(page.call('event.detail', { eventId: idOf(1, 2) }));
    expect(findings).toEqual([{ id: finding.id, title: 'Set point raised' }]);
    expect(await refusal(page.call('work.remove', { kind: 'view', id: view.id }))).toBe('record-in-use');
    const onFinding = grid('Cited', { kind: 'marked', what: 'finding', value: finding.id });
    const second = await ok(page.call('view.save', { id: null, view: onFinding }));
    expect(await refusal(page.call('work.remove', { kind: 'finding', id: finding.id }))).toBe(
      'record-in-use',
    );
    await ok(page.call('work.remove', { kind: 'view', id: second.id }));
    await ok(page.call('work.remove', { kind: 'finding', id: finding.id }));
    expect((await ok(page.call('work.remove', { kind: 'view', id: view.id }))).undo).toBe(
      'Remove view “Writes”',
    );
    for (let step = 0; step < 3; step += 1) await ok(page.call('operation.undo', {}));
    const back = await list();
    expect([back.findings.length, back.views.length]).toEqual([1, 2]);
  });

  test('a view is not made of itself, however far', async () => {
    const first = await ok(page.call('view.save', { id: null, view: grid('One') }));
    const of = (id: string) => ({
      ...grid('Two'),
      source: { from: { kind: 'saved' as const, id }, filter: everything },
    });
    const second = await ok(page.call('view.save', { id: null, view: of(first.id) }));
    expect(await refusal(page.call('view.save', { id: first.id, view: of(second.id) }))).toBe(
      'view-in-itself',
    );
  });
});

describe('clock and author', () => {
  test('a clock moves the times of its evidence, is undone, and holds after another opening and re-import', async () => {
    await importLines('a.log', 3);
    await importLines('b.log', 2);
    const first = async (): Promise<number | null> =>
      (await ok(page.call('view.open', { filter: everything, sort: [] }))).first;
    const start = Date.UTC(2026, 0, 1) * 1000;
    notices.length = 0;
    const clock = {
      zone: null,
      offsetUs: -90_000_000,
      driftPpm: 0,
      referenceAtUs: 0,
      reason: 'Compared with GPS',
    };
    const set = await ok(page.call('evidence.setClock', { evidenceIds: [1], clock }));
    expect([set.undo, notices]).toEqual(['Set the clock of 1 evidence', ['facts']]);
    expect(await first()).toBe(start - 90_000_000);
    const ledger = await ok(page.call('evidence.list', {}));
    expect(ledger.rows.map((row) => row.clock?.offsetUs ?? null)).toEqual([-90_000_000, null]);
    expect(ledger.rows.map((row) => row.first)).toEqual([
      '2025-12-31T23:58:30.000000Z',
      '2026-01-01T00:00:00.000000Z',
    ]);
    await again();
    expect(await first()).toBe(start - 90_000_000);
    await ok(page.call('operation.undo', {}));
    expect(await first()).toBe(start);
    await ok(page.call('operation.redo', {}));
    await ok(page.call('evidence.remove', { evidenceIds: [1] }));
    await importLines('a.log', 3);
    expect(await first()).toBe(start - 90_000_000);
    const zone = { ...clock, zone: 'Nowhere/At_All' };
    expect(await refusal(page.call('evidence.setClock', { evidenceIds: [2], clock: zone }))).toBe('no-zone');
    const stated = { ...clock, zone: 'Australia/Brisbane' };
    expect(await refusal(page.call('evidence.setClock', { evidenceIds: [2], clock: stated }))).toBe(
      'clock-zone-stated',
    );
  });

  test('custody is said by hash, is undone, and is there for queries and after another opening', async () => {
    await importLines('a.log', 3);
    const custody = async (): Promise<unknown> => {
      const [row] = (await ok(page.call('evidence.list', {}))).rows;
      const sql = 'SELECT acquirer, exhibit_number FROM evidence';
      const { arrow } = await ok(page.call('query.run', { sql, limit: 5 }));
      return [row?.acquirer, row?.exhibitNumber, new TextDecoder().decode(arrow).includes('E-17')];
    };
    const said = { evidenceIds: [1], acquirer: ' J. Farrell ', exhibitNumber: 'E-17' };
    expect((await ok(page.call('evidence.setCustody', said))).undo).toBe('Say who acquired 1 evidence');
    expect(await custody()).toEqual(['J. Farrell', 'E-17', true]);
    await again();
    expect(await custody()).toEqual(['J. Farrell', 'E-17', true]);
    await ok(page.call('operation.undo', {}));
    expect(await custody()).toEqual([null, null, false]);
    await ok(page.call('operation.redo', {}));
    await ok(page.call('evidence.remove', { evidenceIds: [1] }));
    await ok(page.call('operation.undo', {}));
    expect(await custody()).toEqual(['J. Farrell', 'E-17', true]);
  });

  test('the author is asked once and carried by every operation after', async () => {
    await importLines('a.log', 3);
    await ok(page.call('mark.put', { what: 'star', value: null, on: ids(1, 0) }));
    expect((await ok(page.call('case.setAuthor', { author: ' K. Ngata ' }))).author).toBe('K. Ngata');
    await ok(page.call('mark.put', { what: 'star', value: null, on: ids(1, 1) }));
    expect((await again()).author).toBe('K. Ngata');
    await ok(page.call('operation.undo', {}));
    const { operations, broken } = parseJournal(
      await readFile(join(folder, 'case', 'journal.jsonl'), 'utf8'),
    );
    expect([broken, operations.map(({ by }) => by)]).toEqual([null, [null, 'K. Ngata', 'K. Ngata']]);
  });
});
