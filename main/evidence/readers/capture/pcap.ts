/**
 * Classic pcap files: microseconds and nanoseconds, both byte orders, and the longer record header of the
 * "modified" variant. Layout: draft-ietf-opsawg-pcap §4 and §5.
 */
import { readSeconds } from './clock';
import type { PacketSink } from './packet';
import { CaptureParser, MAX_PACKET_BYTES } from './parser';
import type { CaptureWindow } from './window';

const MICROSECONDS = 0xa1b2c3d4;
const NANOSECONDS = 0xa1b23c4d;
/** Alexey Kuznetsov's variant: eight more bytes in each record header. */
const MODIFIED = 0xa1b2cd34;

export const PCAP_HEADER_BYTES = 24;

export interface PcapVariant {
  readonly isBigEndian: boolean;
  readonly isNano: boolean;
  readonly recordHeaderBytes: number;
}

/** What the first four bytes say, or null when they are no pcap magic number. */
export function pcapVariant(head: Uint8Array): PcapVariant | null {
  const [a = 0, b = 0, c = 0, d = 0] = head;
  for (const isBigEndian of [false, true]) {
    const magic =
      (isBigEndian ? (a << 24) | (b << 16) | (c << 8) | d : (d << 24) | (c << 16) | (b << 8) | a) >>> 0;
    if (magic === MICROSECONDS) return { isBigEndian, isNano: false, recordHeaderBytes: 16 };
    if (magic === NANOSECONDS) return { isBigEndian, isNano: true, recordHeaderBytes: 16 };
    if (magic === MODIFIED) return { isBigEndian, isNano: false, recordHeaderBytes: 24 };
  }
  return null;
}

/*
 *   0       4       8      12      16
 *   +-------+-------+-------+-------+----------------+
 *   | secs  | µs/ns | kept  | wire  | kept bytes …   |
 *   +-------+-------+-------+-------+----------------+
 */
export class PcapParser extends CaptureParser {
  private readonly variant: PcapVariant;
  private headerRead = false;

  constructor(window: CaptureWindow, sink: PacketSink, variant: PcapVariant) {
    super(window, sink);
    this.variant = variant;
    window.isBigEndian = variant.isBigEndian;
  }

  scan(): void {
    const { window, current, variant } = this;
    if (!this.headerRead) {
      if (window.available < PCAP_HEADER_BYTES) return;
      this.readHeader();
    }
    const header = variant.recordHeaderBytes;
    while (this.problem === null && window.available >= header) {
      const captured = window.u32(8);
      if (captured > MAX_PACKET_BYTES) {
        this.stop('A packet header in the capture is damaged.', `It claims ${captured} bytes of packet.`);
        return;
      }
      if (window.available < header + captured) return;
      readSeconds(window.u32(0), window.u32(4), variant.isNano, current);
      current.wireLength = window.u32(12);
      current.start = window.start + header;
      current.end = current.start + captured;
      this.deliver(header + captured);
    }
  }

  finish(): void {
    const { window, variant } = this;
    if (!this.headerRead) {
      this.stop(
        'The capture ends inside its file header.',
        `${window.available} of ${PCAP_HEADER_BYTES} bytes are there.`,
      );
      return;
    }
    if (window.available === 0) return;
    const header = variant.recordHeaderBytes;
    if (window.available < header) this.cut(`${window.available} of ${header} bytes of its header are there`);
    else this.cut(`${window.available - header} of its ${window.u32(8)} bytes are there`);
  }

  private readHeader(): void {
    const { window, current } = this;
    // The upper bits tell of frame check sequences (§4); the link type is the lower 16.
    const link = window.u32(20) & 0xffff;
    this.interfaces.push({
      link,
      snapLength: window.u32(16),
      name: null,
      precisionUs: this.variant.isNano ? 0 : 1,
      filter: null,
    });
    current.link = link;
    window.start += PCAP_HEADER_BYTES;
    this.headerRead = true;
  }
}
