/**
 * A capture meant to break reassembly: Modbus requests cut at random borders, several to a segment, segments swapped
 * and repeated, VLAN tags, IPv6, and sequence numbers that wrap. Every request in it can be read.
 */
import { be16, concat, type Frame, pcapFile, tcpFrame } from './capture-file';

const SYN = 2;
const SYN_ACK = 0x12;
const PSH_ACK = 0x18;
const MODBUS_PORT = 502;

/** A small seeded generator (mulberry32), so that the capture is the same everywhere. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export interface SplitCapture {
  readonly bytes: Uint8Array;
  readonly packets: number;
  readonly messages: number;
}

export function splitCapture(connections: number, messagesEach: number, seed: number): SplitCapture {
  const random = randomFrom(seed);
  const integer = (low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
  const frames: Frame[] = [];
  for (let index = 0; index < connections; index++) {
    const isVersion6 = index % 5 === 0;
    const vlan = index % 3 === 0 ? { vlan: 100 } : {};
    const client = isVersion6
      ? [0x20, 1, ...new Array<number>(13).fill(0), (index % 250) + 1]
      : [10, 0, index >> 8, index & 255];
    const server = isVersion6 ? [0x20, 1, ...new Array<number>(12).fill(0), 1, index & 255] : [10, 1, 1, 1];
    const initial = [5, 0xfffffff0, 1_000_000][integer(0, 2)] ?? 5;
    const ends = {
      source: client,
      destination: server,
      sourcePort: 40000 + index,
      destinationPort: MODBUS_PORT,
      ...vlan,
    };
    const back = {
      source: server,
      destination: client,
      sourcePort: MODBUS_PORT,
      destinationPort: 40000 + index,
      ...vlan,
    };
    const emit = (bytes: Uint8Array): void => {
      frames.push({ timeUs: 1_700_000_000_000_000 + frames.length * 1000, bytes });
    };
    const send = ([from, payload]: readonly [number, Uint8Array]): void => {
      const sequence = (initial + 1 + from) >>> 0;
      emit(tcpFrame({ ...ends, sequence, acknowledgement: 78, flags: PSH_ACK, payload }));
    };
    emit(tcpFrame({ ...ends, sequence: initial, flags: SYN }));
    emit(tcpFrame({ ...back, sequence: 77, acknowledgement: (initial + 1) >>> 0, flags: SYN_ACK }));
    const stream = concat(...Array.from({ length: messagesEach }, (_, at) => request(at, integer(0, 9))));
    const segments: (readonly [number, Uint8Array])[] = [];
    for (let at = 0; at < stream.length; ) {
      const size = integer(1, 40);
      segments.push([at, stream.subarray(at, at + size)]);
      at += size;
    }
    for (let at = 0; at < segments.length; at++) {
      const segment = segments[at];
      const next = segments[at + 1];
      if (segment === undefined) break;
      if (next !== undefined && random() < 0.1) {
        send(next);
        send(segment);
        at++;
        continue;
      }
      send(segment);
      if (random() < 0.05) send(segment);
    }
  }
  return { bytes: pcapFile(frames), packets: frames.length, messages: connections * messagesEach };
}

/** One of ten kinds of request, for address and transaction `index`. */
function request(index: number, kind: number): Uint8Array {
  const code = [1, 2, 3, 4, 5, 6, 15, 16, 23, 43][kind] ?? 3;
  const head = [code, ...be16(index)];
  const bodies: Readonly<Record<number, readonly number[]>> = {
    5: [...head, 0xff, 0],
    15: [...head, 0, 2, 1, 3],
    16: [...head, 0, 2, 4, 0, 0, 0, 0],
    23: [...head, 0, 1, ...be16(index), 0, 1, 2, 0, 0],
    43: [43, 14, 1, 0],
  };
  const body = bodies[code] ?? [...head, 0, 1];
  return concat(be16(index), [0, 0], be16(body.length + 1), [9], body);
}
