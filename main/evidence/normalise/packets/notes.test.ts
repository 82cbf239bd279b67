import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MOST_HELD_BYTES } from '../../../dissectors/framing/held-back';
import { importSegment } from '../../import';
import { formatLibrary } from '../../library-of-formats';
import { block, concat, pcapFile, tcpFrame, writer } from './capture-file';
import { newCounters } from './counters';
import { captureNotes, captureQuality } from './notes';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'throughline-notes-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The ledger's row and notes of one capture, by the way evidence goes. */
async function imported(name: string, bytes: Uint8Array) {
  const stagingFolder = join(root, `${name}.staging`);
  mkdirSync(stagingFolder);
  const path = join(root, name);
  writeFileSync(path, bytes);
  const job = {
    jobId: 'job',
    stagingFolder,
    files: [{ evidenceId: 1, path, name, options: {} }],
    known: [],
    copy: false,
    memoryLimitMb: 300,
    threads: 1,
    importerVersion: 'test',
  };
  const hooks = { progress: () => undefined, signal: new AbortController().signal, now: () => new Date(0) };
  const { segment } = await importSegment(job, formatLibrary, hooks);
  const [entry] = segment.evidences;
  if (!entry) throw new Error('no entry');
  return entry;
}

const write = (value: number) => [0, 1, 0, 0, 0, 6, 1, 6, 0, 9, 0, value];
const segment = (sequence: number, payload: readonly number[]) =>
  tcpFrame({
    source: [10, 0, 0, 1],
    destination: [10, 0, 0, 2],
    sourcePort: 40000,
    destinationPort: 502,
    sequence,
    flags: 0x18,
    payload,
  });

test('a write sent twice with two values is read as it came first, and the ledger says so', async () => {
  const frames = [segment(1, write(7)), segment(1, write(8)), segment(1, write(7))];
  const bytes = pcapFile(frames.map((frame, at) => ({ timeUs: 1_700_000_000_000_000 + at, bytes: frame })));
  const { row, notes } = await imported('twice.pcap', bytes);
  expect(row).toMatchObject({ status: 'loaded', records: 3, loaded: 3, events: 2 });
  expect(notes).toContainEqual(
    expect.stringMatching(/^1 TCP segment repeats bytes of its stream with other values/),
  );
});

test('a capture damaged in the middle is partial: what was passed over is a reject, and the ledger says so', async () => {
  const { u16, u32 } = writer(false);
  const packet = (value: number): Uint8Array => {
    const frame = segment(1 + value * 12, write(value));
    const padding = new Array<number>((4 - (frame.length % 4)) % 4).fill(0);
    const sizes = [...u32(frame.length), ...u32(frame.length)];
    return block(6, [...u32(0), ...u32(0x60a24), ...u32(value), ...sizes, ...frame, ...padding], false);
  };
  const bytes = concat(
    block(
      0x0a0d0d0a,
      [...u32(0x1a2b3c4d), ...u16(1), ...u16(0), ...u32(0xffffffff), ...u32(0xffffffff)],
      false,
    ),
    block(1, [...u16(1), 0, 0, ...u32(0)], false),
    packet(0),
    packet(1).fill(0xee, 4, 8),
    packet(2),
  );
  const { row, notes } = await imported('damaged.pcapng', bytes);
  expect(row).toMatchObject({ status: 'partial', records: 3, loaded: 2, rejected: 1, events: 3 });
  expect(notes).toContainEqual(expect.stringMatching(/^1 stretch of the file was damaged and passed over/));
});

test('every counter that tells of something amiss has words, for one and for many', () => {
  const counters = newCounters();
  const silent = ['retransmissions', 'outOfOrder', 'fragments', 'datagramsReassembled'];
  for (const counter of Object.keys(counters).filter((name) => !silent.includes(name))) {
    expect([counter, captureNotes({ ...counters, [counter]: 1 })]).toEqual([
      counter,
      [expect.stringMatching(/^1 .*[^.]\.$/)],
    ]);
    expect(captureNotes({ ...counters, [counter]: 12 })).toEqual([expect.stringMatching(/^12 .*[^.]\.$/)]);
  }
  expect(captureNotes(counters)).toEqual([]);
});

test('a filter of the capturing program, a silence and the width of a step back are told', () => {
  const told = captureQuality(
    { ...newCounters(), clockStepsBack: 2 },
    {
      interfaces: [
        { link: 1, snapLength: 0, name: null, precisionUs: 1, filter: 'tcp port 502' },
        { link: 1, snapLength: 0, name: null, precisionUs: 1, filter: null },
      ],
      silence: { us: 754_000_000, fromUs: 1_700_000_000_000_000 },
      largestStepBackUs: 1_500_000,
    },
  );
  expect(told.map(({ what, text }) => [what, text])).toEqual([
    ['filter', 'The capture let through only: tcp port 502'],
    ['clockStepsBack', expect.stringMatching(/^2 packets .*, by up to 1\.5 s\.$/)],
    ['silence', expect.stringMatching(/12 min 34 s, from 2023-11-14 22:13:20 UTC/)],
  ]);
});

test('a capture with more holes than may wait says how many streams were not waited for', async () => {
  const most = Math.floor(MOST_HELD_BYTES / (8000 + 512));
  const far = new Array<number>(8000).fill(0);
  const stream = (port: number): Uint8Array[] => {
    const ends = {
      source: [10, 0, 0, 1],
      destination: [10, 0, 0, 2],
      sourcePort: port,
      destinationPort: 502,
    };
    return [
      tcpFrame({ ...ends, sequence: 1, flags: 0x18, payload: write(7) }),
      tcpFrame({ ...ends, sequence: 100, flags: 0x18, payload: far }),
    ];
  };
  const frames = Array.from({ length: most + 3 }, (_, index) => stream(1024 + index)).flat();
  const bytes = pcapFile(frames.map((frame, at) => ({ timeUs: 1_700_000_000_000_000 + at, bytes: frame })));
  const { row, notes } = await imported('holes.pcap', bytes);
  expect(row).toMatchObject({ records: frames.length, loaded: frames.length, events: frames.length });
  expect(notes).toContainEqual(expect.stringMatching(/^3 times a TCP stream was not waited for any longer/));
  expect(notes).toContainEqual(expect.stringMatching(new RegExp(`^${most + 3} gaps in TCP streams`)));
}, 60_000);
