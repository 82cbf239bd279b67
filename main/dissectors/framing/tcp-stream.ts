/**
 * One direction of a TCP connection put back in order: out of order, overlapping, retransmitted and wrapped segments
 * in; contiguous bytes out. Bounded: past its caps it declares a gap and goes on behind it (RFC 9293 §3.4, §3.10.7.4).
 */

import type { HeldBack } from './held-back';
import { RECENT_BYTES, type RecentBytes } from './recent-bytes';

/** Most that waits behind a hole. */
export const MAX_SEGMENTS = 64;
export const MAX_WAITING_BYTES = 1 << 20;
/** Before the first segment seen, this much may still arrive late. */
const LATE_BYTES = 65536;
/** Where bytes came from: the packet that carried them. */
export interface Carrier {
  readonly record: number;
  readonly timeUs: number;
  readonly remainderNs: number;
  readonly dated: boolean;
}

/** Takes a direction's bytes in order. `bytes` is valid only during the call. */
export interface StreamSink {
  data(bytes: Uint8Array, from: number, to: number, carrier: Carrier): void;
  /** Bytes are missing before the next `data`. */
  gap(): void;
  /** Bytes that arrived after their place was given up as a gap; stand alone. */
  late(bytes: Uint8Array, from: number, to: number, carrier: Carrier): void;
}

/** What all streams of a capture count together. */
export interface StreamCounters {
  gaps: number;
  retransmissions: number;
  /** Segments that repeat bytes with other values; the first to arrive were kept. */
  conflicts: number;
  outOfOrder: number;
  /** Streams that were not waited for any longer, because more waited in all of them than is kept. */
  notWaitedFor: number;
}

/** What all streams of a capture share: one field in each of very many. */
export interface SharedByStreams {
  readonly counters: StreamCounters;
  /** The bytes handed over last, so far back as repeated ones are compared with them. */
  readonly recent: RecentBytes;
  /** What waits behind holes. */
  readonly held: HeldBack;
}

interface Segment {
  readonly sequence: number;
  readonly bytes: Uint8Array;
  /** Bytes on the wire; more than `bytes` when the snapshot length cut them. */
  readonly wireLength: number;
  readonly carrier: Carrier;
}

/** Most streams have none; one that has makes its own. */
const NONE: Segment[] = [];

export type SegmentFate = 'in order' | 'out of order' | 'retransmission' | 'late';

export class TcpStream {
  private readonly sink: StreamSink;
  private readonly shared: SharedByStreams;
  /** Sequence number of the next byte, or -1 before anything was seen. */
  private next = -1;
  /** Segments behind a hole, lowest sequence number first. */
  private waiting = NONE;
  private waitingBytes = 0;
  /** The hole given up last: [gapFrom, next of then). */
  private gapFrom = 0;
  private gapLength = 0;
  /** Where the bytes handed over last are kept. */
  private place = 0;
  private ticket = -1;
  /** How many bytes before `next` are kept. */
  private remembered = 0;

  constructor(sink: StreamSink, shared: SharedByStreams) {
    this.sink = sink;
    this.shared = shared;
  }

  /** A SYN was seen: the first byte has the number after its own. */
  begin(initialSequence: number): void {
    if (this.next < 0) this.next = (initialSequence + 1) >>> 0;
  }

  /** Takes the payload `bytes[from..to)` whose first byte has number `sequence`; `missing` more were not captured. */
  segment(
    sequence: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    missing: number,
    carrier: Carrier,
  ): SegmentFate {
    const wireLength = to - from + missing;
    if (this.next < 0) {
      this.next = sequence;
      this.gapFrom = (sequence - LATE_BYTES) >>> 0;
      this.gapLength = LATE_BYTES;
    }
    const ahead = (sequence - this.next) | 0;
    if (ahead > 0) {
      this.shared.counters.outOfOrder++;
      this.wait({ sequence, bytes: bytes.slice(from, to), wireLength, carrier });
      return 'out of order';
    }
    if (ahead < 0) this.compare(sequence, bytes, from, to);
    if (-ahead >= wireLength) return this.old(sequence, bytes, from, to, carrier);
    if (ahead < 0) this.shared.counters.retransmissions++;
    this.accept(bytes, from - ahead, to, missing, wireLength + ahead, carrier);
    this.drain();
    return 'in order';
  }

  /**
   * The other side has acknowledged all bytes before `acknowledgement`: a hole before it was received, only not
   * captured, so nothing need wait for it.
   */
  acknowledged(acknowledgement: number): void {
    while (this.waiting.length > 0) {
      const first = this.waiting[0];
      if (first === undefined || ((acknowledgement - first.sequence) | 0) <= 0) return;
      this.giveUp();
    }
  }

  /** No more segments come: what waits is handed over behind its gaps. */
  finish(): void {
    while (this.waiting.length > 0) this.giveUp();
  }

  /** Nobody wants what waits any more. */
  abandon(): void {
    while (this.waiting.length > 0) this.takeFirst();
  }

  private old(sequence: number, bytes: Uint8Array, from: number, to: number, carrier: Carrier): SegmentFate {
    const intoGap = (sequence - this.gapFrom) >>> 0;
    const length = to - from;
    if (length > 0 && intoGap + length <= this.gapLength) {
      // The rest of the gap stays open only behind these bytes, so that none is handed over twice.
      this.gapFrom = (sequence + length) >>> 0;
      this.gapLength -= intoGap + length;
      this.sink.late(bytes, from, to, carrier);
      return 'late';
    }
    this.shared.counters.retransmissions++;
    return 'retransmission';
  }

  private accept(
    bytes: Uint8Array,
    from: number,
    to: number,
    missing: number,
    advance: number,
    carrier: Carrier,
  ): void {
    this.remember(bytes, from, to);
    this.next = (this.next + advance) >>> 0;
    if (missing > 0) this.remembered = 0;
    if (from < to) this.sink.data(bytes, from, to, carrier);
    if (missing > 0) this.sink.gap();
  }

  /** Keeps the last of the bytes that begin at `next`. */
  private remember(bytes: Uint8Array, from: number, to: number): void {
    const { recent } = this.shared;
    if (!recent.holds(this.place, this.ticket)) {
      const { place, ticket } = recent.claim();
      this.place = place;
      this.ticket = ticket;
      this.remembered = 0;
    }
    recent.put(this.place, this.next, bytes, from, to);
    this.remembered = Math.min(RECENT_BYTES, this.remembered + to - from);
  }

  /** Counts a segment whose bytes differ from those that stood in their place before, as far back as is remembered. */
  private compare(sequence: number, bytes: Uint8Array, from: number, to: number): void {
    const { next } = this;
    const { recent } = this.shared;
    const behind = (next - sequence) | 0;
    // A keep-alive repeats the last byte with any value (RFC 9293 §3.8.4).
    if (!recent.holds(this.place, this.ticket) || (behind === 1 && to - from === 1)) return;
    const start = from + Math.max(0, behind - this.remembered);
    const end = Math.min(to, from + behind);
    for (let at = start; at < end; at++) {
      if (bytes[at] === recent.byte(this.place, sequence + at - from)) continue;
      this.shared.counters.conflicts++;
      return;
    }
  }

  private wait(segment: Segment): void {
    if (this.waiting === NONE) this.waiting = [];
    let at = this.waiting.length;
    while (at > 0 && (((this.waiting[at - 1]?.sequence ?? 0) - segment.sequence) | 0) > 0) at--;
    this.waiting.splice(at, 0, segment);
    this.waitingBytes += segment.bytes.length;
    this.shared.held.add(this, segment.bytes.length);
    while (this.waiting.length > MAX_SEGMENTS || this.waitingBytes > MAX_WAITING_BYTES) this.giveUp();
    this.shared.counters.notWaitedFor += this.shared.held.fit();
  }

  private takeFirst(): Segment | null {
    const first = this.waiting.shift();
    if (first === undefined) return null;
    const { length } = first.bytes;
    this.waitingBytes -= length;
    this.shared.held.remove(this, length, this.waiting.length === 0);
    return first;
  }

  /** Skips the hole before the first waiting segment. */
  private giveUp(): void {
    const first = this.waiting[0];
    if (first === undefined) return;
    this.shared.counters.gaps++;
    this.gapFrom = this.next;
    this.gapLength = (first.sequence - this.next) >>> 0;
    this.next = first.sequence;
    this.remembered = 0;
    this.sink.gap();
    this.drain();
  }

  private drain(): void {
    let first = this.waiting[0];
    while (first !== undefined) {
      const ahead = (first.sequence - this.next) | 0;
      if (ahead > 0) return;
      this.takeFirst();
      if (ahead < 0) this.compare(first.sequence, first.bytes, 0, first.bytes.length);
      if (-ahead < first.wireLength) {
        const { bytes, wireLength, carrier } = first;
        this.accept(bytes, -ahead, bytes.length, wireLength - bytes.length, wireLength + ahead, carrier);
      } else {
        this.shared.counters.retransmissions++;
      }
      first = this.waiting[0];
    }
  }
}
