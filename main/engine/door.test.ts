import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fail, type Outcome, succeed } from '../../shared/problem';
import { type CallName, calls, type Message } from '../../shared/protocol';
import { noLog } from '../case/log';
import { type Dispatch, type DoorClient, openDoor } from './door';

const names = Object.keys(calls) as CallName[];

function doorTo(dispatch: Dispatch, checkResults = false): { door: DoorClient; sent: Message[] } {
  const sent: Message[] = [];
  const door = openDoor({ dispatch, log: () => noLog, checkResults }, 1, (message) => sent.push(message));
  return { door, sent };
}

const never: Dispatch = () => Promise.reject(new Error('must not be reached'));
const problemOf = (message: Message | undefined): string | null =>
  message && 'ok' in message && !message.ok ? message.problem.code : null;

const events = { from: { kind: 'table', table: 'event_view' }, filter: { kind: 'and', of: [] } };
const secret = { from: { kind: 'table', table: 'cache_meta' }, filter: { kind: 'and', of: [] } };

/** For each call, params that its schema must refuse. */
const bad: Record<CallName, unknown[]> = {
  'session.hello': [null, 7, 'x', []],
  'case.create': [{}, { name: '' }, { name: 'x'.repeat(121) }, { name: 7 }, null],
  'case.open': [{}, { token: '' }, { token: 7 }, { folder: '/tmp' }],
  'case.sample': [null, []],
  'case.close': [null, 'x'],
  'case.workOn': [{}, { name: '' }],
  'case.setAuthor': [{}, { author: '  ' }, { author: 7 }],
  'case.pack': [{}, { token: 't' }, { token: 't', embed: false, passphrase: '', signKey: null }],
  'case.verify': [{}, { token: 7 }],
  'case.report': [{}, { token: 't' }],
  'evidence.setClock': [
    { evidenceIds: [], clock: null },
    { evidenceIds: [1] },
    { evidenceIds: [1], clock: { zone: null, offsetUs: 0.5, driftPpm: 0, referenceAtUs: 0, reason: '' } },
  ],
  'evidence.setCustody': [
    { evidenceIds: [], acquirer: null, exhibitNumber: null },
    { evidenceIds: [1], acquirer: '', exhibitNumber: null },
    { evidenceIds: [1], acquirer: 'a\nb', exhibitNumber: null },
  ],
  'source.columns': [{}, { source: secret }],
  'source.open': [{ source: events }, { source: secret, sort: [] }],
  'source.page': [{}, { sourceId: 's', offset: 0, limit: 1, columns: [] }],
  'source.facet': [{}, { source: secret, column: 'x', text: '', limit: 1 }],
  'source.export': [
    {},
    { source: events, sort: [], columns: [], format: '', raw: false, zone: 'UTC', token: 't' },
  ],
  'join.count': [{}, { source: secret }],
  'chart.data': [{}, { spec: { source: events, mark: 'pie' }, events: null, zone: 'UTC' }],
  'query.run': [{}, { sql: 'SELECT 1', limit: 0 }, { sql: 'SELECT 1', limit: 100_001 }],
  'query.tables': [null, 4],
  'work.list': [null, 4],
  'mark.put': [
    {},
    { what: 'finding', value: null, on: { eventIds: ['1'] } },
    { what: 'star', value: null, on: { eventIds: [] } },
  ],
  'mark.remove': [{}, { what: 'tag', value: null, on: {} }],
  'finding.put': [{}, { id: null, title: '', text: '', views: [], order: 0, cite: null, uncite: [] }],
  'view.save': [{}, { id: null, view: { name: '', source: events, chart: null, columns: [], lane: null } }],
  'work.remove': [{}, { kind: 'removal', id: 'x' }],
  'view.lane': [{}, { id: 'v', from: 0, to: 1, limit: 0 }],
  'host.grantSave': [{}, { path: '' }, { path: 'x'.repeat(4097) }],
  'evidence.list': [null, 1],
  'evidence.prepare': [null, 1],
  'evidence.survey': [{}, { tokens: 'x' }, { tokens: [1] }],
  'evidence.preview': [{ token: 'x' }, { options: {} }, { token: 'x', options: { year: 10 } }],
  'evidence.import': [
    { items: [] },
    { items: [{ token: 't' }], copy: true },
    { items: [{ token: 't', options: {} }], copy: 1 },
  ],
  'evidence.cancel': [{}, { importId: 4 }],
  'evidence.remove': [{}, { evidenceIds: [-1] }, { evidenceIds: [1.5] }, { evidenceIds: ['1'] }],
  'evidence.rejects': [
    { evidenceId: null, offset: 0, limit: 0 },
    { evidenceId: null, offset: 0, limit: 1001 },
    { evidenceId: null, offset: -1, limit: 1 },
    { offset: 0, limit: 1 },
  ],
  'evidence.rejectReasons': [{}, { evidenceId: -1 }],
  'evidence.again': [{}, { evidenceId: '1' }],
  'evidence.coverage': [{}, { bins: 0 }, { bins: 501 }],
  'evidence.gaps': [{}, { evidenceId: null }],
  'evidence.duplicates': [null, 1],
  'format.text': [{}, { id: 7 }],
  'format.save': [{}, { text: '', toCase: true, toLibrary: false }, { text: 'x' }],
  'format.remove': [{}, { id: 'x', from: 'shipped' }],
  'format.export': [{}, { ids: [], token: 't' }],
  'format.import': [{}, { token: 't', toCase: 1, toLibrary: false }],
  'upload.begin': [{ name: 'x' }, { name: 'x', sizeBytes: -1 }, { name: 'x'.repeat(1001), sizeBytes: 1 }],
  'upload.chunk': [
    { uploadId: 'x', offset: 0 },
    { uploadId: 'x', offset: 0, data: [1, 2] },
    { uploadId: 'x', offset: -1, data: new Uint8Array() },
  ],
  'upload.end': [{}, { uploadId: null }],
  'host.grantPath': [{}, { path: 7 }, { path: 'x'.repeat(4097) }],
  'view.open': [{}, { filter: { kind: 'sql', text: '1=1' }, sort: [] }, { filter: { kind: 'and', of: [] } }],
  'view.page': [
    { viewId: 'v', offset: 0, limit: 2001, columns: [] },
    { viewId: 'v', offset: 0, limit: 0, columns: [] },
    { viewId: 'v', offset: 0.5, limit: 1, columns: [] },
    { viewId: 'v', offset: 0, limit: 1, columns: Array(101).fill('message') },
  ],
  'view.locate': [{ viewId: 'v' }, { viewId: 'v', eventId: 7, time: null }],
  'view.find': [
    { viewId: 'v', text: 'x', from: -1, backwards: false },
    { viewId: 'v', text: 'x', from: 0 },
  ],
  'view.histogram': [
    { filter: { kind: 'and', of: [] }, from: null, to: null, bins: 0, by: 'event_domain' },
    { filter: { kind: 'and', of: [] }, from: null, to: null, bins: 10, by: 'message; DROP TABLE event' },
  ],
  'view.facet': [
    { filter: { kind: 'and', of: [] }, field: 'message', limit: 0 },
    { field: 'message', limit: 5 },
  ],
  'event.detail': [{}, { eventId: 7 }],
  'event.explain': [{}, { eventId: 7 }],
  'evidence.locate': [{}, { evidenceId: -1, token: 'x' }, { evidenceId: 1, token: 7 }],
  'evidence.bytes': [
    { evidenceId: 1, offset: 0, length: 65537 },
    { evidenceId: 1, offset: 0, length: 0 },
    { evidenceId: -1, offset: 0, length: 1 },
  ],
  'format.list': [null, 3],
  'operation.undo': [null],
  'operation.redo': [null],
  'workspace.load': [null],
  'workspace.save': [{}, { state: 7 }, { state: 'x'.repeat(1_000_001) }],
};

describe('door', () => {
  test.each(names)('%s refuses params that break the contract', async (name) => {
    const { door, sent } = doorTo(never);
    for (const [id, params] of bad[name].entries()) door.receive({ id, name, params });
    await wait(0);
    expect(sent).toHaveLength(bad[name].length);
    for (const message of sent) expect(problemOf(message)).toBe('bad-params');
  });

  test('refuses unknown calls, prototype names among them', () => {
    const { door, sent } = doorTo(never);
    for (const [id, name] of [
      'query.open',
      'case.delete',
      '__proto__',
      'constructor',
      'toString',
      '',
    ].entries()) {
      door.receive({ id, name, params: {} });
    }
    expect(sent.map(problemOf)).toEqual(Array(6).fill('unknown-call'));
  });

  test('whatever is sent, it neither throws nor reaches a handler with params it did not check', async () => {
    const reached: unknown[] = [];
    const dispatch: Dispatch = async (name, params) => {
      reached.push([name, calls[name].params.safeParse(params).success]);
      return succeed({});
    };
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          fc.record({ id: fc.anything(), name: fc.constantFrom(...names), params: fc.anything() }),
          fc.record({ cancel: fc.anything() }),
        ),
        (message) => {
          doorTo(dispatch).door.receive(message);
        },
      ),
      { numRuns: 500, seed: 7 },
    );
    await wait(5);
    for (const [, checked] of reached as [string, boolean][]) expect(checked).toBe(true);
  });

  test('gives back values and problems, and makes a problem of what is thrown', async () => {
    const answers: Outcome<unknown>[] = [succeed({ a: 1 }), fail({ code: 'no-case', what: 'No case.' })];
    const { door, sent } = doorTo(async () => {
      const answer = answers.shift();
      if (!answer) throw new Error('the disk is on fire\nwith a second line');
      return answer;
    });
    for (const id of [1, 2, 3]) {
      door.receive({ id, name: 'case.close', params: {} });
      await wait(1);
    }
    expect(sent[0]).toEqual({ id: 1, ok: true, value: { a: 1 } });
    expect(problemOf(sent[1])).toBe('no-case');
    expect(sent[2]).toMatchObject({
      id: 3,
      ok: false,
      problem: { code: 'internal', why: 'the disk is on fire' },
    });
  });

  test('a full disk is told as that, wherever it was met', async () => {
    const full = { code: 'ENOSPC', path: '/case/sets/x.part', syscall: 'write' };
    const { door, sent } = doorTo(() => Promise.reject(Object.assign(new Error('ENOSPC'), full)));
    door.receive({ id: 1, name: 'case.setAuthor', params: { author: 'K. Ngata' } });
    await wait(1);
    expect(sent[0]).toMatchObject({
      problem: { code: 'disk-full', why: 'The disk is full.', where: '/case/sets/x.part' },
    });
  });

  test('a result that breaks the contract is our mistake, found where results are checked', async () => {
    const { door, sent } = doorTo(async () => succeed({ rows: 7 }), true);
    door.receive({ id: 1, name: 'evidence.list', params: {} });
    await wait(1);
    expect(problemOf(sent[0])).toBe('internal');
  });

  test('cancels by id, and answers the cancelled call once', async () => {
    const { door, sent } = doorTo(
      (_, __, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(new Error('INTERRUPT Error: Interrupted!')));
        }),
    );
    door.receive({ id: 5, name: 'view.open', params: { filter: { kind: 'and', of: [] }, sort: [] } });
    door.receive({ id: 5, name: 'case.close', params: {} });
    expect(problemOf(sent[0])).toBe('bad-message');
    door.receive({ cancel: 5 });
    door.receive({ cancel: 99 });
    await wait(1);
    expect(sent.slice(1).map(problemOf)).toEqual(['cancelled']);
  });

  test('holds bulk results back until the page has taken them', async () => {
    let begun = 0;
    const { door, sent } = doorTo(async () => {
      begun += 1;
      return succeed({ data: new Uint8Array(5 << 20), changed: false });
    });
    const params = { evidenceId: 1, offset: 0, length: 1 };
    for (let id = 0; id < 100; id += 1) door.receive({ id, name: 'evidence.bytes', params });
    await wait(5);
    // What ran at once may finish; no more begins while their bytes are on the way.
    const first = begun;
    expect(first).toBeLessThan(40);
    expect(sent).toHaveLength(first);
    await wait(5);
    expect(begun).toBe(first);
    door.credit(first * (5 << 20));
    await wait(5);
    expect(begun).toBeGreaterThan(first);
  });

  test('refuses when more waits than any page needs, and says nothing after it is closed', async () => {
    const { door, sent } = doorTo(() => new Promise(() => undefined));
    for (let id = 0; id < 1100; id += 1) door.receive({ id, name: 'format.list', params: {} });
    expect(new Set(sent.map(problemOf))).toEqual(new Set(['too-many-calls']));
    expect(sent).toHaveLength(1100 - 1032);
    door.close();
    door.receive({ id: 5000, name: 'nothing', params: {} });
    door.notify({ notice: 'engine.memory', value: { bytes: 1 } });
    expect(sent).toHaveLength(1100 - 1032);
  });
});
