/** Windows event logs made here: counts, times to 100 ns, damage of every kind, and no input that throws. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EvtxSplitter, looksLikeEvtx } from './evtx';
import { makeChunk, makeEvents, makeLog } from './evtx-for-tests';

interface Read {
  readonly records: ReadonlyArray<Record<string, unknown>>;
  readonly rejects: readonly string[];
  readonly notes: readonly string[];
  readonly places: ReadonlyArray<readonly [number, number]>;
  readonly books: string | null;
  readonly endsEarly: boolean;
}

function readLog(bytes: Uint8Array, step = bytes.length): Read {
  const records: Array<Record<string, unknown>> = [];
  const rejects: string[] = [];
  const places: Array<readonly [number, number]> = [];
  const splitter = new EvtxSplitter({
    originalStart: 0,
    unitBytes: 0,
    sink: {
      record: () => {
        throw new Error('an event is made of values');
      },
      made: (window, from, to, text) => {
        const offset = window.original(from);
        places.push([offset, window.original(to) - offset]);
        records.push(JSON.parse(text));
      },
      reject: (_window, _from, _to, reason) => rejects.push(reason),
    },
  });
  for (let at = 0; at < bytes.length; at += step) splitter.push(bytes.subarray(at, at + step));
  splitter.end();
  const { notes, endsEarly } = splitter;
  return { records, rejects, notes, places, books: splitter.checkBooks(), endsEarly };
}

const twoChunks = (): Buffer => makeLog([makeChunk(makeEvents(1, 40)), makeChunk(makeEvents(41, 40))]);

describe('EVTX', () => {
  test('gives each event its fields and its time to 100 ns', () => {
    const { records, rejects, notes, books } = readLog(twoChunks());
    expect(records).toHaveLength(80);
    expect(rejects).toEqual([]);
    expect(notes).toEqual([]);
    expect(books).toBeNull();
    expect(records[0]).toEqual({
      Provider: 'Throughline-Test',
      EventID: '4625',
      TimeCreated: '2026-02-02T10:00:01.0000001Z',
      Channel: 'Security',
      Computer: 'ENG01',
      TargetUserName: 'user 1 é',
    });
  });

  test('reads the same in steps of any size, and records again at their place', () => {
    const log = twoChunks();
    const whole = readLog(log);
    expect(readLog(log, 1000)).toEqual(whole);
    expect(readLog(log, 65_536)).toEqual(whole);
    for (const [offset, length] of whole.places) {
      expect(log.readUInt32LE(offset)).toBe(0x2a2a);
      expect(log.readUInt32LE(offset + 4)).toBe(length);
    }
  });

  test('takes chunks by the size of the file, not by the count in the header', () => {
    const { records, notes } = readLog(
      makeLog([makeChunk(makeEvents(1, 9)), makeChunk(makeEvents(10, 9))], 1),
    );
    expect(records).toHaveLength(18);
    expect(notes).toEqual(['The header names 1 chunks; 2 were found and read.']);
  });

  test('goes on after a damaged record, and says so', () => {
    const log = twoChunks();
    const [offset] = readLog(log).places[10] ?? [0];
    log.writeUInt32LE(0x7777_7777, offset + 4);
    const { records, rejects, notes, books } = readLog(log);
    expect(records).toHaveLength(79);
    expect(rejects).toEqual(['The event record is damaged: its length is not what it says at its end.']);
    expect(notes[0]).toContain('39 records were recovered');
    expect(books).toBeNull();
  });

  test('needs neither the header of the file nor that of a chunk', () => {
    const log = twoChunks();
    log.fill(0, 0, 4096);
    expect(looksLikeEvtx(log)).toBe(true);
    expect(readLog(log).records).toHaveLength(80);
    log.fill(0, 4096 + 65_536, 4096 + 65_536 + 128);
    const { records, notes } = readLog(log);
    expect(records).toHaveLength(80);
    expect(notes[0]).toBe('The header of the log is damaged or missing.');
  });

  test('finds chunks again where bytes were lost or put in', () => {
    const log = twoChunks();
    const border = 4096 + 65_536;
    const lost = Buffer.concat([log.subarray(0, border - 700), log.subarray(border)]);
    expect(readLog(lost).records).toHaveLength(80);
    const more = Buffer.concat([log.subarray(0, border), Buffer.alloc(512, 9), log.subarray(border)]);
    expect(readLog(more).records).toHaveLength(80);
  });

  test('reads a log cut off at any place, whole records and no more', () => {
    const log = twoChunks();
    const { places } = readLog(log);
    fc.assert(
      fc.property(fc.integer({ min: 4096 + 512, max: log.length }), (length) => {
        const { records, books } = readLog(log.subarray(0, length));
        expect(books).toBeNull();
        expect(records).toHaveLength(places.filter(([offset, size]) => offset + size <= length).length);
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  test('leaves records of earlier use in the slack alone, and counts them', () => {
    const before = makeChunk(makeEvents(1, 60));
    const now = makeChunk(makeEvents(100, 20));
    const used = now.readUInt32LE(48);
    before.copy(now, used, used);
    const { records, notes } = readLog(makeLog([now]));
    expect(records).toHaveLength(20);
    expect(notes[0]).toMatch(/^\d+ older records lie in unused space/);
  });

  test('never throws, and always accounts for every byte', () => {
    const log = makeLog([makeChunk(makeEvents(1, 30))]).subarray(0, 4096 + 12_000);
    const change = fc.record({
      at: fc.integer({ min: 0, max: log.length - 8 }),
      bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 12 }), (changes) => {
        const bytes = Buffer.from(log);
        for (const { at, bytes: put } of changes) bytes.set(put, at);
        expect(readLog(bytes).books).toBeNull();
      }),
      { numRuns: 3000, seed: 20261121 },
    );
  });
});
