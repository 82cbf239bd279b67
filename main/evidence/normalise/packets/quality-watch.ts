/**
 * What a capture could not see, watched packet by packet: packets recorded twice, clocks that step back, silences,
 * bytes that were sent but not captured, and packets of one end that come by different ways. No objects per packet.
 */
import { u16, u32 } from '../../../dissectors/framing/bytes';
import { IP_PROTOCOL, type Layers } from '../../../dissectors/framing/layers';
import { TCP_FLAG } from '../../../dissectors/framing/tcp';
import type { Packet } from '../../readers/capture/packet';
import type { CaptureCounters } from './counters';
import type { FlowTable } from './flow-table';

/** The same packet this soon again was recorded twice, not sent twice: no stack repeats itself so fast. */
export const TWICE_WITHIN_US = 10_000;
/** Packets remembered to find their likes; a power of two. */
const REMEMBERED = 8192;
/** Bytes behind the addresses that are compared: transport headers with their checksums, and then some. */
const COMPARED_BYTES = 64;
/** Of TCP the header without options: its sequence numbers and checksum leave no doubt. */
const COMPARED_OF_TCP = 20;

export interface Silence {
  readonly us: number;
  readonly fromUs: number;
}

export class QualityWatch {
  /** Longest time without a packet, as the clocks of the capture tell. */
  silence: Silence | null = null;
  largestStepBackUs = 0;
  private readonly counters: CaptureCounters;
  /** Where the packet at hand came by. */
  private way = 0;
  private lastUs = Number.NaN;
  private lastRemainder = 0;
  private readonly first = new Int32Array(REMEMBERED);
  private readonly second = new Int32Array(REMEMBERED);
  private readonly time = new Float64Array(REMEMBERED).fill(Number.NaN);
  private readonly ways = new Float64Array(REMEMBERED);

  constructor(counters: CaptureCounters) {
    this.counters = counters;
  }

  /** Any packet, before its frame is read. */
  packet(packet: Packet): void {
    const kept = packet.end - packet.start;
    if (kept < packet.wireLength) this.counters.bytesNotCaptured += packet.wireLength - kept;
    if (!packet.dated) return;
    const step = packet.timeUs - this.lastUs;
    if (step < 0 || (step === 0 && packet.remainderNs < this.lastRemainder)) {
      this.counters.clockStepsBack++;
      if (-step > this.largestStepBackUs) this.largestStepBackUs = -step;
    } else if (step > (this.silence?.us ?? 0)) {
      this.silence = { us: step, fromUs: this.lastUs };
    }
    this.lastUs = packet.timeUs;
    this.lastRemainder = packet.remainderNs;
  }

  /** True for a packet that was recorded a moment ago already: its IP packet, or its whole frame, is the same. */
  isTwice(packet: Packet, layers: Layers): boolean {
    this.way = wayOf(layers);
    if (!packet.dated) return false;
    this.sign(packet, layers);
    const { one, two } = signature;
    const at = (one ^ (two >>> 7)) & (REMEMBERED - 1);
    const { way } = this;
    const isSame = this.first[at] === one && this.second[at] === two;
    const found = isSame && Math.abs(packet.timeUs - (this.time[at] ?? Number.NaN)) <= TWICE_WITHIN_US;
    if (found) {
      this.counters.duplicates++;
      if (this.ways[at] !== way) this.counters.duplicatesElsewhere++;
    }
    this.first[at] = one;
    this.second[at] = two;
    this.time[at] = packet.timeUs;
    this.ways[at] = way;
    return found;
  }

  /**
   * A packet of a flow between IP addresses, after `isTwice`: whether it came another way than those before it from the same end. A
   * reset may be anyone's, so it tells nothing.
   */
  path(flows: FlowTable, slot: number, fromA: boolean, layers: Layers): void {
    if (layers.network !== 'ipv4' && layers.network !== 'ipv6') return;
    if ((layers.flags & TCP_FLAG.rst) !== 0) return;
    const { columns } = flows;
    const way = this.way + 1;
    const ways = fromA ? columns.wayA : columns.wayB;
    const known = ways[slot] ?? 0;
    if (known === 0) ways[slot] = way;
    else if (known !== way && columns.mixed[slot] === 0) {
      columns.mixed[slot] = 1;
      this.counters.mixedVantage++;
    }
  }

  /** A whole TCP header: what it shows to have been sent before it, or acknowledged, without having been captured. */
  tcp(flows: FlowTable, slot: number, fromA: boolean, layers: Layers): void {
    const { columns } = flows;
    const { flags, sequence } = layers;
    const own = fromA ? columns.nextA : columns.nextB;
    const other = fromA ? columns.nextB : columns.nextA;
    // Kept one higher: 0 is "not seen yet".
    const next = own[slot] ?? 0;
    const isControl = (flags & TCP_FLAG.syn) !== 0 || (flags & TCP_FLAG.fin) !== 0;
    const size = layers.to - layers.from + layers.missing + (isControl ? 1 : 0);
    const ahead = (sequence - (next - 1)) | 0;
    if (next > 0 && ahead > 0 && (flags & TCP_FLAG.rst) === 0) this.counters.lostSegments++;
    const toldOfOwn = fromA ? columns.toldA : columns.toldB;
    const promised = toldOfOwn[slot] ?? 0;
    if (ahead === 0 && size > 0 && promised > 0 && ((promised - next) | 0) > 0) {
      // What was acknowledged comes after all: the capture only turned the two round.
      toldOfOwn[slot] = 0;
      this.counters.acknowledgedUnseen--;
    }
    if (next === 0 || ((sequence + size - (next - 1)) | 0) > 0) own[slot] = ((sequence + size) >>> 0) + 1;
    const sent = other[slot] ?? 0;
    if (sent === 0 || (flags & TCP_FLAG.ack) === 0) return;
    const toldOfOther = fromA ? columns.toldB : columns.toldA;
    const told = toldOfOther[slot] ?? 0;
    const known = told === 0 || ((sent - told) | 0) > 0 ? sent : told;
    if (((layers.acknowledgement - (known - 1)) | 0) <= 0) return;
    this.counters.acknowledgedUnseen++;
    toldOfOther[slot] = layers.acknowledgement + 1;
  }

  /** A TCP conversation that ends: one side acknowledges, so it heard the other, of which no packet was captured. */
  ended(flows: FlowTable, slot: number): void {
    const { columns } = flows;
    const packetsA = columns.packetsA[slot] ?? 0;
    const packetsB = columns.packetsB[slot] ?? 0;
    if (packetsA > 0 && packetsB > 0) return;
    const flags = (columns.flagsA[slot] ?? 0) | (columns.flagsB[slot] ?? 0);
    const isHeard = (flags & TCP_FLAG.ack) !== 0 && (flags & ~(TCP_FLAG.ack | TCP_FLAG.rst)) !== 0;
    if (packetsA + packetsB >= 2 && (isHeard || packetsA + packetsB >= 3) && (flags & TCP_FLAG.ack) !== 0)
      this.counters.oneSided++;
  }

  /** What a switch or router leaves alone: no MAC, no tag, no TTL, no header checksum. */
  private sign(packet: Packet, layers: Layers): void {
    const { frame, start, end, sourceIp, network } = layers;
    const compared =
      layers.protocol === IP_PROTOCOL.tcp && !layers.isFragment ? COMPARED_OF_TCP : COMPARED_BYTES;
    signature.one = 0x2545f491;
    signature.two = packet.wireLength;
    if (network === 'ipv4') {
      mix(u32(frame, sourceIp - 10));
      mix(u16(frame, sourceIp - 6) * 256 + (frame[sourceIp - 3] ?? 0));
      mixRange(frame, sourceIp, Math.min(end, sourceIp + 8 + compared));
      signature.two = (signature.two - packet.wireLength) | 0;
    } else if (network === 'ipv6') {
      mix(u32(frame, sourceIp - 8));
      mix(u16(frame, sourceIp - 4) * 256 + (frame[sourceIp - 2] ?? 0));
      mixRange(frame, sourceIp, Math.min(end, sourceIp + 32 + compared));
      signature.two = (signature.two - packet.wireLength) | 0;
    } else {
      mixRange(frame, start, Math.min(end, start + COMPARED_BYTES));
    }
  }
}

/** Where the sender's packet came by: TTL (or hop limit) above its MAC. */
function wayOf(layers: Layers): number {
  const { frame, sourceIp, sourceMac, network } = layers;
  const hops = network === 'ipv4' ? frame[sourceIp - 4] : network === 'ipv6' ? frame[sourceIp - 1] : 0;
  const mac = sourceMac < 0 ? 0 : (u16(frame, sourceMac + 2) * 0x10000 + u16(frame, sourceMac + 4)) >>> 0;
  return (hops ?? 0) * 4294967296 + mac;
}

const signature = { one: 0, two: 0 };

/** Two hashes that fail independently; a chance meeting would need both in the same moment. */
function mix(word: number): void {
  signature.one = Math.imul(signature.one ^ word, 0x9e3779b1);
  signature.one ^= signature.one >>> 15;
  signature.two = Math.imul((signature.two + word) | 0, 0x85ebca6b);
  signature.two ^= signature.two >>> 13;
}

function mixRange(bytes: Uint8Array, from: number, to: number): void {
  let { one, two } = signature;
  for (let at = from; at < to; ) {
    const isWord = at + 4 <= to;
    const word = isWord ? u32(bytes, at) : (bytes[at] ?? 0);
    one = Math.imul(one ^ word, 0x9e3779b1);
    one ^= one >>> 15;
    two = Math.imul((two + word) | 0, 0x85ebca6b);
    two ^= two >>> 13;
    at += isWord ? 4 : 1;
  }
  signature.one = one;
  signature.two = two;
}
