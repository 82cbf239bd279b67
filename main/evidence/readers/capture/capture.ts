/**
 * Opens a capture by its first bytes and reads it as it arrives, in chunks of any size. Knows records and times,
 * nothing of what is in a frame.
 */
import type { Problem } from '../../../../shared/problem';
import { type CaptureInterface, Packet, type PacketSink } from './packet';
import type { CaptureParser } from './parser';
import { PcapParser, pcapVariant } from './pcap';
import { PcapngParser } from './pcapng';
import { CaptureWindow } from './window';

export interface CaptureKind {
  readonly id: 'pcap' | 'pcapng';
  readonly title: string;
}

const PCAP: CaptureKind = { id: 'pcap', title: 'Packet capture (pcap)' };
const PCAPNG: CaptureKind = { id: 'pcapng', title: 'Packet capture (pcapng)' };

/** The kind of capture the first bytes (12 are enough) announce, or null. */
export function looksLikeCapture(head: Uint8Array): CaptureKind | null {
  if (head.length >= 4 && pcapVariant(head) !== null) return PCAP;
  const isSection = head.length >= 12 && head[0] === 10 && head[1] === 13 && head[2] === 13 && head[3] === 10;
  const mark = [...head.subarray(8, 12)].join();
  return isSection && (mark === '26,43,60,77' || mark === '77,60,43,26') ? PCAPNG : null;
}

/** Push chunks, then `end`. The sink is called during both; after `end`, `problem` says where reading stopped. */
export class CaptureReader {
  private readonly window = new CaptureWindow();
  private readonly sink: PacketSink;
  private parser: CaptureParser | null = null;
  private unreadable: Problem | null = null;
  /** Bytes after the place where reading stopped. */
  private abandoned = 0;
  private pushed = 0;

  constructor(sink: PacketSink) {
    this.sink = sink;
  }

  get interfaces(): readonly CaptureInterface[] {
    return this.parser?.interfaces ?? [];
  }

  get problem(): Problem | null {
    return this.unreadable ?? this.parser?.problem ?? null;
  }

  /** Records so far: packets, damaged ones, and at most one for the unreadable rest. */
  get records(): number {
    return (this.parser?.packets ?? 0) + (this.abandoned > 0 ? 1 : 0);
  }

  get recordBytes(): number {
    return (this.parser?.recordBytes ?? 0) + this.abandoned;
  }

  /** Bytes of headers and of blocks that are no packets. */
  get framingBytes(): number {
    return this.pushed - this.recordBytes;
  }

  get droppedByCapture(): number {
    return this.parser?.droppedByCapture ?? 0;
  }

  /** Damaged stretches behind which reading went on; each is one record. */
  get damagedStretches(): number {
    return this.parser?.damagedStretches ?? 0;
  }

  push(chunk: Uint8Array): void {
    this.pushed += chunk.length;
    if (this.problem !== null) {
      this.abandoned += chunk.length;
      return;
    }
    this.window.append(chunk);
    if (this.parser === null && !this.open()) return;
    this.parser?.scan();
    if (this.problem !== null) this.abandon();
  }

  end(): void {
    if (this.problem === null) {
      if (this.parser === null) this.refuse();
      else this.parser.finish();
      if (this.problem !== null) this.abandon();
    }
    if (this.abandoned > 0) this.rejectRest();
  }

  /** Everything from here on is one unreadable record. */
  private abandon(): void {
    this.abandoned += this.window.available + (this.parser?.lostBytes ?? 0);
    this.window.start = this.window.end;
  }

  private rejectRest(): void {
    const rest = new Packet();
    rest.dated = false;
    rest.number = (this.parser?.packets ?? 0) + 1;
    rest.byteOffset = this.pushed - this.abandoned;
    rest.byteLength = this.abandoned;
    const problem = this.problem;
    this.sink.damaged(rest, `${problem?.what ?? ''} ${problem?.why ?? ''}`.trim(), problem?.help ?? '');
  }

  /** False while too little is there to tell. */
  private open(): boolean {
    if (this.window.available < 12) return false;
    const head = this.window.bytes.subarray(this.window.start, this.window.end);
    const kind = looksLikeCapture(head);
    const variant = pcapVariant(head);
    if (kind === null) this.refuse();
    else if (variant !== null) this.parser = new PcapParser(this.window, this.sink, variant);
    else this.parser = new PcapngParser(this.window, this.sink);
    return true;
  }

  private refuse(): void {
    this.unreadable = {
      code: 'capture-unrecognised',
      what: 'This is not a packet capture.',
      why: 'It begins with neither of the marks of pcap and pcapng.',
      where: 'byte 0',
    };
    this.abandon();
  }
}
