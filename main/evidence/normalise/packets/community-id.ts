/** Community ID flow hash, version 1 with seed 0 (Corelight's open specification): joins captures to Zeek and Suricata. */
import { createHash } from 'node:crypto';

const SEED = 0;
const PROTOCOLS_WITH_PORTS = new Set([1, 6, 17, 58, 132]);

export interface FlowEnds {
  /** 4 or 16 bytes each, in network order. */
  readonly addressA: Uint8Array;
  readonly addressB: Uint8Array;
  readonly portA: number;
  readonly portB: number;
  readonly protocol: number;
  /** One-way ICMP keeps its direction: A sent it. */
  readonly isOneWay: boolean;
}

export function communityId(ends: FlowEnds): string {
  const { addressA, addressB, portA, portB, protocol, isOneWay } = ends;
  const order = compare(addressA, addressB);
  const inOrder = isOneWay || order < 0 || (order === 0 && portA <= portB);
  const size = addressA.length;
  const hasPorts = PROTOCOLS_WITH_PORTS.has(protocol);
  const data = new Uint8Array(2 + size * 2 + 2 + (hasPorts ? 4 : 0));
  const view = new DataView(data.buffer);
  view.setUint16(0, SEED);
  data.set(inOrder ? addressA : addressB, 2);
  data.set(inOrder ? addressB : addressA, 2 + size);
  data[2 + size * 2] = protocol;
  if (hasPorts) {
    view.setUint16(4 + size * 2, inOrder ? portA : portB);
    view.setUint16(6 + size * 2, inOrder ? portB : portA);
  }
  return `1:${createHash('sha1').update(data).digest('base64')}`;
}

function compare(a: Uint8Array, b: Uint8Array): number {
  for (let index = 0; index < a.length; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
