import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CaseRecord } from '../../shared/case';
import { type AppendedFile, type OpenToAppend, openToAppend } from './append-whole';
import { type Journal, openJournal, parseJournal } from './journal';
import { applyAll, packIds, type RecordsDiff, reverse, stacks, unpackIds } from './operation';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'throughline-journal-'));
  path = join(folder, 'journal.jsonl');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

let last = 0;
const open = (writable = true, openFile: OpenToAppend = openToAppend): Promise<Journal> =>
  openJournal({
    path,
    now: () => new Date('2026-01-02T03:04:05Z'),
    newId: () => {
      last += 1;
      return `op-${last}`;
    },
    author: () => null,
    writable,
    openFile,
  });

const record = (id: string, evidence: string): CaseRecord => ({ kind: 'removal', id, schema: 1, evidence });
const adding = (id: string, evidence = '1'): RecordsDiff => ({
  added: [record(id, evidence)],
  updated: [],
  removed: [],
});
const inOrder = (all: Iterable<[string, CaseRecord]>): unknown =>
  [...all].sort(([a], [b]) => (a < b ? -1 : 1));
const stateOf = (journal: Journal): unknown => inOrder(applyAll(journal.operations));

const head = { id: fc.constantFrom('a', 'b', 'c'), schema: fc.constant(1 as const) };
const who = { by: fc.constantFrom(null, 'K. Ngata'), at: fc.constant('2026-01-02T03:04:05.000Z') };
const target = fc.oneof(
  fc.array(
    fc.record(
      { sha256: fc.constant('a'.repeat(64)), offset: fc.nat(), part: fc.string() },
      { noNullPrototype: true },
    ),
    { maxLength: 3 },
  ),
  fc.record(
    { set: fc.constant('b'.repeat(64)), count: fc.nat(), explanation: fc.string() },
    { noNullPrototype: true },
  ),
);
const records: fc.Arbitrary<CaseRecord> = fc.oneof(
  fc.record(
    { kind: fc.constant('removal' as const), ...head, evidence: fc.constantFrom('1', '2-4', '7,9') },
    { noNullPrototype: true },
  ),
  fc.record(
    {
      kind: fc.constant('mark' as const),
      ...head,
      what: fc.constantFrom('star' as const, 'tag' as const, 'note' as const),
      value: fc.option(fc.string()),
      on: target,
      ...who,
    },
    { noNullPrototype: true },
  ),
  fc.record(
    {
      kind: fc.constant('finding' as const),
      ...head,
      title: fc.string({ minLength: 1 }),
      text: fc.string(),
      cites: fc.array(target, { maxLength: 2 }),
      views: fc.array(fc.string(), { maxLength: 2 }),
      order: fc.integer(),
      ...who,
    },
    { noNullPrototype: true },
  ),
  fc.record(
    {
      kind: fc.constant('clock' as const),
      ...head,
      zone: fc.constantFrom(null, 'UTC'),
      offsetUs: fc.integer(),
      driftPpm: fc.integer(),
      referenceAtUs: fc.integer(),
      reason: fc.string(),
    },
    { noNullPrototype: true },
  ),
);
const keyed = { selector: (one: CaseRecord) => `${one.kind}/${one.id}` };

describe('operations', () => {
  test('a difference and its reverse change nothing; the reverse of the reverse is the difference', () => {
    fc.assert(
      fc.property(fc.uniqueArray(records, keyed), (list) => {
        const diff: RecordsDiff = { added: list, updated: [], removed: [] };
        expect(reverse(reverse(diff))).toEqual(diff);
        const operation = (given: RecordsDiff) => ({
          id: 'x',
          at: '',
          by: null,
          label: '',
          diff: given,
          previous: '',
        });
        expect(applyAll([operation(diff), operation(reverse(diff))]).size).toBe(0);
      }),
    );
  });

  test('sets of ids pack and unpack to themselves', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(5000)), (ids) => {
        expect(unpackIds(packIds(ids))).toEqual([...ids].sort((a, b) => a - b));
      }),
    );
    expect(packIds([9, 3, 8, 7])).toBe('3,7-9');
    expect(unpackIds('')).toEqual([]);
  });
});

describe('journal', () => {
  test('undo takes back the last operation, redo the undo, and undo of the redo again the operation', async () => {
    const journal = await open();
    await journal.append('Remove 1 evidence', adding('a'));
    await journal.append('Remove 2 evidences', adding('b', '2-3'));
    const both = stateOf(journal);
    await journal.undo();
    expect([journal.undoLabel, journal.redoLabel]).toEqual(['Remove 1 evidence', 'Remove 2 evidences']);
    await journal.redo();
    expect(stateOf(journal)).toEqual(both);
    await journal.undo();
    await journal.undo();
    expect([stateOf(journal), journal.undoLabel]).toEqual([[], null]);
    expect((await journal.undo()).ok).toBe(false);
    await journal.redo();
    await journal.redo();
    expect([stateOf(journal), journal.redoLabel]).toEqual([both, null]);
    expect((await journal.redo()).ok).toBe(false);
  });

  test('behaves as a plain pair of stacks, whatever is done, and any prefix of it opens', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom('do', 'undo', 'redo'), { maxLength: 14 }), async (steps) => {
        await rm(path, { force: true });
        const journal = await open();
        const done: string[] = [];
        const undone: string[] = [];
        for (const [index, step] of steps.entries()) {
          if (step === 'do') {
            await journal.append(`step ${index}`, adding(`r${index}`));
            done.push(`step ${index}`);
            undone.length = 0;
          } else if (step === 'undo') {
            await journal.undo();
            const label = done.pop();
            if (label) undone.push(label);
          } else {
            await journal.redo();
            const label = undone.pop();
            if (label) done.push(label);
          }
          expect([journal.undoLabel, journal.redoLabel]).toEqual([
            done.at(-1) ?? null,
            undone.at(-1) ?? null,
          ]);
          expect(applyAll(journal.operations).size).toBe(done.length);
        }
        const lines = (await readFile(path, 'utf8').catch(() => ''))
          .split('\n')
          .filter((line) => line !== '');
        for (let count = 0; count <= lines.length; count += 1) {
          const prefix = parseJournal(lines.slice(0, count).join('\n'));
          expect([prefix.broken, prefix.operations.length]).toEqual([null, count]);
        }
        const again = await open();
        expect(stateOf(again)).toEqual(stateOf(journal));
        expect(stacks(again.operations)).toEqual(stacks(journal.operations));
      }),
      { numRuns: 40, seed: 11 },
    );
  });

  test('any edit, removal, swap or insertion in the middle is found at its line', async () => {
    const journal = await open();
    for (const id of ['a', 'b', 'c', 'd', 'e']) await journal.append(`Remove ${id}`, adding(id));
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    const check = async (changed: string[], line: number): Promise<void> => {
      await writeFile(path, `${changed.join('\n')}\n`);
      const opened = await open();
      expect(opened.broken?.where).toBe(`journal.jsonl, line ${line}`);
      await expect(opened.append('x', adding('x'))).rejects.toThrow();
    };
    await check(lines.with(1, lines[1]!.replace('Remove b', 'Remove B')), 3);
    await check(lines.toSpliced(2, 1), 3);
    await check(lines.with(1, lines[2]!).with(2, lines[1]!), 2);
    await check(lines.toSpliced(2, 0, lines[1]!), 3);
    await check(lines.with(3, 'not an operation'), 4);
    await check(lines.toSpliced(0, 1), 1);
    for (let flip = 0; flip < lines[1]!.length; flip += 17) {
      const code = lines[1]!.charCodeAt(flip) ^ 1;
      const flipped = lines[1]!.slice(0, flip) + String.fromCharCode(code) + lines[1]!.slice(flip + 1);
      await writeFile(path, `${lines.with(1, flipped).join('\n')}\n`);
      expect([2, 3]).toContain(Number((await open(false)).broken?.where?.split(' ').at(-1)));
    }
  });

  test('records of every kind are kept, changed, undone and read back as they were', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(records, { ...keyed, minLength: 1, maxLength: 6 }),
        records,
        async (list, changed) => {
          await rm(path, { force: true });
          const journal = await open();
          await journal.append('Add', { added: list, updated: [], removed: [] });
          const [first] = list;
          if (!first) return;
          const after = { ...changed, id: first.id };
          const before = stateOf(journal);
          const diff: RecordsDiff =
            after.kind === first.kind
              ? { added: [], updated: [[first, after]], removed: [] }
              : { added: [], updated: [], removed: [first] };
          await journal.append('Change', diff);
          const then = stateOf(journal);
          expect(inOrder(journal.records)).toEqual(then);
          await journal.undo();
          expect(stateOf(journal)).toEqual(before);
          await journal.redo();
          const again = await open(false);
          expect([again.broken, stateOf(again), inOrder(again.records)]).toEqual([null, then, then]);
        },
      ),
      { numRuns: 40, seed: 7 },
    );
  });

  test('a torn last line, never acknowledged, is cut off; the next operation follows what is whole', async () => {
    const journal = await open();
    await journal.append('Remove 1 evidence', adding('a'));
    await appendFile(path, '{"id":"torn","at":"20');
    const again = await open();
    expect([again.broken, again.operations.length]).toEqual([null, 1]);
    await again.append('Remove 2 evidences', adding('b'));
    expect((await open()).operations.map(({ label }) => label)).toEqual([
      'Remove 1 evidence',
      'Remove 2 evidences',
    ]);
  });

  test('operations asked for at once are chained one after another', async () => {
    const journal = await open();
    await Promise.all(['a', 'b', 'c', 'd'].map((id) => journal.append(id, adding(id))));
    const again = await open();
    expect([again.broken, again.operations.length]).toEqual([null, 4]);
  });
});

/** The file of the journal, of which some calls are answered by what is given. */
const spoilt =
  (spoil: (real: AppendedFile) => Partial<AppendedFile>): OpenToAppend =>
  async (given) => {
    const real = await openToAppend(given);
    const through: AppendedFile = {
      write: (...args) => real.write(...args),
      stat: () => real.stat(),
      truncate: (length) => real.truncate(length),
      sync: () => real.sync(),
      close: () => real.close(),
    };
    return { ...through, ...spoil(real) };
  };

const full = (): Error => Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });

/** A disk with room for so many bytes, and then none. */
const roomFor = (room: { bytes: number }, also: Partial<AppendedFile> = {}): OpenToAppend =>
  spoilt((real) => ({
    async write(bytes, offset, length, position) {
      if (room.bytes === 0) throw full();
      const taken = await real.write(bytes, offset, Math.min(length, room.bytes), position);
      room.bytes -= taken.bytesWritten;
      return taken;
    },
    ...also,
  }));

describe('a journal that cannot be written', () => {
  const labels = async (): Promise<string[]> => (await open()).operations.map(({ label }) => label);

  test('a change for which the disk has no room is answered so and leaves nothing; later ones are kept', async () => {
    const room = { bytes: Number.POSITIVE_INFINITY };
    const journal = await open(true, roomFor(room));
    await journal.append('before', adding('a'));
    const before = await readFile(path, 'utf8');
    for (const bytes of [0, 1, 40, 150]) {
      room.bytes = bytes;
      const refused = await journal.append('too much', adding('b'));
      expect(refused).toMatchObject({
        ok: false,
        problem: { code: 'journal-not-written', why: 'The disk is full.', where: path },
      });
      expect([await readFile(path, 'utf8'), journal.operations.length]).toEqual([before, 1]);
    }
    room.bytes = Number.POSITIVE_INFINITY;
    expect((await journal.append('after', adding('c'))).ok).toBe(true);
    expect([await labels(), stateOf(await open())]).toEqual([['before', 'after'], stateOf(journal)]);
  });

  test('a system that takes a few bytes at a time gets them all', async () => {
    const journal = await open(
      true,
      spoilt((real) => ({
        write: (bytes, offset, length, position) => real.write(bytes, offset, Math.min(length, 7), position),
      })),
    );
    await journal.append('one', adding('a'));
    await journal.append('two', adding('b'));
    expect(await labels()).toEqual(['one', 'two']);
  });

  test('a whole line that could not be made durable is taken back', async () => {
    let failures = 0;
    const journal = await open(
      true,
      spoilt((real) => ({
        async sync() {
          if (failures > 0) {
            failures -= 1;
            throw Object.assign(new Error('i/o error'), { code: 'EIO' });
          }
          await real.sync();
        },
      })),
    );
    await journal.append('one', adding('a'));
    failures = 1;
    expect(await journal.append('two', adding('b'))).toMatchObject({
      ok: false,
      problem: { code: 'journal-not-written', why: 'The disk reported an error.' },
    });
    await journal.append('three', adding('c'));
    expect(await labels()).toEqual(['one', 'three']);
  });

  test('what is synced stays, whatever closing says', async () => {
    const journal = await open(
      true,
      spoilt((real) => ({
        async close() {
          await real.close();
          throw full();
        },
      })),
    );
    expect((await journal.append('one', adding('a'))).ok).toBe(true);
    expect((await journal.append('two', adding('b'))).ok).toBe(true);
    expect(await labels()).toEqual(['one', 'two']);
  });

  test('where nothing can be taken back, nothing more is written until the case is opened again', async () => {
    const room = { bytes: Number.POSITIVE_INFINITY };
    const journal = await open(
      true,
      roomFor(room, {
        async truncate() {
          throw Object.assign(new Error('i/o error'), { code: 'EIO' });
        },
      }),
    );
    await journal.append('before', adding('a'));
    room.bytes = 30;
    const stopped = { ok: false, problem: { code: 'journal-stopped' } };
    expect(await journal.append('torn', adding('b'))).toMatchObject(stopped);
    room.bytes = Number.POSITIVE_INFINITY;
    expect(await journal.append('later', adding('c'))).toMatchObject(stopped);
    expect(await journal.undo()).toMatchObject(stopped);
    const again = await open();
    expect([again.broken, again.torn?.code]).toEqual([null, 'journal-torn']);
    await again.append('after', adding('d'));
    expect([await labels(), (await open()).torn]).toEqual([['before', 'after'], null]);
  });

  test('a journal that another program changed meanwhile is not written to', async () => {
    const journal = await open();
    await journal.append('before', adding('a'));
    await appendFile(path, 'x');
    expect(await journal.append('later', adding('b'))).toMatchObject({
      ok: false,
      problem: { code: 'journal-stopped' },
    });
    expect(await labels()).toEqual(['before']);
  });
});

describe('a journal that ends before it should', () => {
  test('cut at any byte of its last two lines it opens with all that is whole, and goes on', async () => {
    const journal = await open();
    for (const id of ['a', 'b', 'ü', 'd']) await journal.append(`Remove ${id}`, adding(id));
    const whole = await readFile(path);
    const ends = [...whole.keys()].filter((at) => whole[at] === 0x0a).map((at) => at + 1);
    for (let length = ends.at(-3) ?? 0; length <= whole.length; length += 1) {
      await writeFile(path, whole.subarray(0, length));
      const count = ends.filter((end) => end <= length).length;
      const looked = await open(false);
      const isTorn = !ends.includes(length);
      expect([looked.broken, looked.operations.length, looked.torn !== null]).toEqual([null, count, isTorn]);
      const again = await open();
      await again.append('after', adding('e'));
      const last = await open();
      expect([last.broken, last.torn, last.operations.length]).toEqual([null, null, count + 1]);
    }
  });

  test('zeros where a line should be, with or without its end, are a torn line', async () => {
    const journal = await open();
    await journal.append('one', adding('a'));
    const before = await readFile(path);
    await journal.append('two', adding('b'));
    const whole = await readFile(path);
    for (const from of [before.length, before.length + 1, whole.length - 30]) {
      for (const to of [whole.length - 20, whole.length - 1, whole.length]) {
        await writeFile(path, Buffer.from(whole).fill(0, from, Math.max(from + 1, to)));
        const again = await open();
        expect([again.broken, again.operations.length, again.torn !== null]).toEqual([null, 1, true]);
        expect(await readFile(path)).toEqual(before);
      }
    }
  });

  test('a torn end excuses no change before it, and a whole last line that does not follow is none', async () => {
    const journal = await open();
    for (const id of ['a', 'b', 'c']) await journal.append(`Remove ${id}`, adding(id));
    const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
    const check = async (text: string, line: number): Promise<void> => {
      await writeFile(path, text);
      const opened = await open();
      expect([opened.broken?.where, opened.torn]).toEqual([`journal.jsonl, line ${line}`, null]);
      expect(await readFile(path, 'utf8')).toBe(text);
    };
    const changed = lines.with(1, lines[1]!.replace('Remove b', 'Remove B'));
    await check(`${changed.join('\n')}\n{"id":"torn`, 3);
    await check(`${lines.toSpliced(1, 1).join('\n')}\n`, 2);
    await check(`${lines.join('\n')}\n{"id":"of another version"}\n`, 4);
    await check(`${lines.with(2, lines[2]!.replace('{', '[')).join('\n')}\n`, 3);
  });
});
