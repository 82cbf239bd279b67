/** Community ID flow hash, version 1 with seed 0 (Corelight's open specification): joins captures to Zeek and Suricata. */
import { hash } from 'node:crypto';

const PROTOCOLS_WITH_PORTS = new Set([1, 6, 17, 58, 132]);

/** Two bytes of seed, the addresses, protocol and a zero, the ports. */
const buffer = new Uint8Array(2 + 32 + 2 + 4);
const view = new DataView(buffer.buffer);

export interface FlowEnds {
  /** Writes an address (4 or 16 bytes, network order) at a place and says how long it is. */
  readonly putA: (out: DataView, at: number) => number;
  readonly putB: (out: DataView, at: number) => number;
  /** ICMP: type, and the type that answers it (or the code of a one-way message). */
  readonly portA: number;
  readonly portB: number;
  readonly protocol: number;
  /** One-way ICMP keeps its direction: A sent it. */
  readonly isOneWay: boolean;
}

export function communityId(ends: FlowEnds): string {
  const { portA, portB, protocol, isOneWay } = ends;
  let size = put(ends.putA, ends.putB);
  const order = compare(size);
  const isTurned = !isOneWay && (order > 0 || (order === 0 && portA > portB));
  if (isTurned) size = put(ends.putB, ends.putA);
  let end = 2 + size * 2;
  buffer[end] = protocol;
  buffer[end + 1] = 0;
  end += 2;
  if (PROTOCOLS_WITH_PORTS.has(protocol)) {
    view.setUint16(end, isTurned ? portB : portA);
    view.setUint16(end + 2, isTurned ? portA : portB);
    end += 4;
  }
  return `1:${hash('sha1', buffer.subarray(0, end), 'base64')}`;
}

function put(first: FlowEnds['putA'], second: FlowEnds['putA']): number {
  const size = first(view, 2);
  second(view, 2 + size);
  return size;
}

/** Sign of first address − second, byte by byte. */
function compare(size: number): number {
  for (let index = 2; index < 2 + size; index++) {
    const difference = (buffer[index] ?? 0) - (buffer[index + size] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
