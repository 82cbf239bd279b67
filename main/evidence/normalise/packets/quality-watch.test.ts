import { expect, test } from 'vitest';
import { dissectors } from '../../../dissectors/index';
import { CaptureReader } from '../../readers/capture/capture';
import { type Frame, pcapFile, tcpFrame } from './capture-file';
import { type CaptureCounters, newCounters } from './counters';
import { PacketDecoder } from './decoder';
import { CaptureTables } from './tables';

const START = 1_700_000_000_000_000;
const ACK = 0x10;
const PUSH = 0x18;

interface Part {
  readonly back?: boolean;
  readonly sequence: number;
  readonly acknowledgement?: number;
  readonly payload?: readonly number[];
  readonly flags?: number;
}

function segment({
  back = false,
  sequence,
  acknowledgement = 0,
  payload = [],
  flags = PUSH,
}: Part): Uint8Array {
  const ends = [
    [10, 0, 0, 1],
    [10, 0, 0, 2],
  ] as const;
  return tcpFrame({
    source: ends[back ? 1 : 0],
    destination: ends[back ? 0 : 1],
    sourcePort: back ? 502 : 40000,
    destinationPort: back ? 40000 : 502,
    sequence,
    acknowledgement,
    flags,
    payload,
  });
}

function watched(frames: readonly (readonly [us: number, bytes: Uint8Array, wireLength?: number])[]): {
  readonly counters: CaptureCounters;
  readonly decoder: PacketDecoder;
} {
  const counters = newCounters();
  const decoder = new PacketDecoder(new CaptureTables(null), dissectors, counters);
  const reader = new CaptureReader(decoder);
  const list: Frame[] = frames.map(([us, bytes, wireLength]) => ({
    timeUs: START + us,
    bytes,
    ...(wireLength === undefined ? {} : { wireLength }),
  }));
  reader.push(pcapFile(list));
  reader.end();
  decoder.finish(reader.interfaces);
  return { counters, decoder };
}

test('a packet recorded twice is told, also with another TTL, MAC or tag; one sent again later is not', () => {
  const packet = segment({ sequence: 1, payload: [1, 2, 3] });
  const routed = packet.slice();
  routed[11] = 9;
  routed[14 + 8] = 63;
  routed[14 + 10] = 0xaa;
  const { counters } = watched([
    [0, packet],
    [70, packet],
    [90, routed],
    [500_000, packet],
  ]);
  expect(counters).toMatchObject({ duplicates: 2, duplicatesElsewhere: 1, mixedVantage: 1 });
});

test('bytes sent before a packet and bytes acknowledged, neither captured, are two things', () => {
  const { counters } = watched([
    [0, segment({ sequence: 100, payload: [1, 2] })],
    [1, segment({ sequence: 110, payload: [1, 2] })],
    [2, segment({ back: true, sequence: 7, acknowledgement: 112, flags: ACK })],
    [3, segment({ back: true, sequence: 7, acknowledgement: 140, flags: ACK })],
    [4, segment({ back: true, sequence: 7, acknowledgement: 140, flags: ACK, payload: [1] })],
  ]);
  expect(counters).toMatchObject({ lostSegments: 1, acknowledgedUnseen: 1, oneSided: 0, mixedVantage: 0 });
});

test('one side alone is told where that side hears the other, and not where nobody answered', () => {
  const heard = watched([
    [0, segment({ sequence: 1, acknowledgement: 5, payload: [1] })],
    [9, segment({ sequence: 2, acknowledgement: 9, payload: [1] })],
  ]);
  expect(heard.counters.oneSided).toBe(1);
  const unanswered = watched([
    [0, segment({ sequence: 1, flags: 2 })],
    [9, segment({ sequence: 1, flags: 2 })],
    [99, segment({ sequence: 1, flags: 2 })],
  ]);
  expect(unanswered.counters.oneSided).toBe(0);
});

test('steps of the clock, the longest silence and what the snapshot length took', () => {
  const { counters, decoder } = watched([
    [0, segment({ sequence: 1, payload: [1] })],
    [90_000_000, segment({ sequence: 2, payload: [1] }), 1500],
    [89_000_000, segment({ sequence: 3, payload: [1] })],
  ]);
  expect(counters).toMatchObject({ clockStepsBack: 1, cutBySnapLength: 1, bytesNotCaptured: 1500 - 55 });
  expect(decoder.watch.silence).toEqual({ us: 90_000_000, fromUs: START });
  expect(decoder.watch.largestStepBackUs).toBe(1_000_000);
});
