/**
 * pcapng files: sections of either byte order, several interfaces, all packet blocks. Other blocks are framing.
 * Layout: draft-ietf-opsawg-pcapng §3 and §4.
 */
import { type Clock, makeClock } from './clock';
import { CaptureParser, MAX_PACKET_BYTES } from './parser';

const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const OBSOLETE_PACKET = 2;
const SIMPLE_PACKET = 3;
const STATISTICS = 5;
const ENHANCED_PACKET = 6;

const BYTE_ORDER = 0x1a2b3c4d;
const BYTE_ORDER_SWAPPED = 0x4d3c2b1a;
const MAX_INTERFACES = 65536;

const OPTION_NAME = 2;
const OPTION_RESOLUTION = 9;
const OPTION_OFFSET = 14;
const OPTION_INTERFACE_DROPS = 5;

const HELP_BLOCK = 'The block is skipped; the rest of the capture is read.';

/*
 *   0       4        8                    length-4   length
 *   +-------+--------+--------------------+----------+
 *   | type  | length | body …             | length   |
 *   +-------+--------+--------------------+----------+
 */
export class PcapngParser extends CaptureParser {
  /** First of this section's interfaces in `interfaces`; packets count from the section's own. */
  private sectionStart = 0;
  private clocks: Clock[] = [];

  scan(): void {
    const { window } = this;
    while (this.problem === null && window.available >= 12) {
      const type = window.u32(0);
      if (type === SECTION && !this.readByteOrder()) return;
      const length = window.u32(4);
      if (length < 12 || length > MAX_PACKET_BYTES + 4096) {
        this.stop('A block of the capture is damaged.', `It claims a length of ${length} bytes.`);
        return;
      }
      const padded = (length + 3) & ~3;
      if (window.available < padded) return;
      if (window.u32(padded - 4) !== length) {
        this.stop(
          'A block of the capture is damaged.',
          `Its two lengths differ: ${length} and ${window.u32(padded - 4)}.`,
        );
        return;
      }
      this.block(type, padded);
    }
  }

  finish(): void {
    const { window } = this;
    if (window.available === 0) return;
    const type = window.available >= 4 ? window.u32(0) : -1;
    if (type === ENHANCED_PACKET || type === SIMPLE_PACKET || type === OBSOLETE_PACKET) {
      const claimed = window.available >= 8 ? window.u32(4) : 12;
      this.cut(`${window.available} of the ${claimed} bytes of its block are there`);
    } else {
      this.stop('The capture ends inside a block.', `${window.available} bytes of it are there.`);
    }
  }

  /** The byte order of a section is told by its magic number, before any length can be read (§4.1). */
  private readByteOrder(): boolean {
    const { window } = this;
    const magic = window.u32(8);
    if (magic === BYTE_ORDER) return true;
    if (magic === BYTE_ORDER_SWAPPED) {
      window.isBigEndian = !window.isBigEndian;
      return true;
    }
    this.stop('A section header of the capture is damaged.', 'Its byte-order mark is neither of the two.');
    return false;
  }

  private block(type: number, length: number): void {
    switch (type) {
      case ENHANCED_PACKET:
        this.timedPacket(length, this.window.u32(8));
        return;
      case OBSOLETE_PACKET:
        this.timedPacket(length, this.window.u16(8));
        return;
      case SIMPLE_PACKET:
        this.simplePacket(length);
        return;
      case SECTION:
        this.sectionStart = this.interfaces.length;
        this.clocks = [];
        break;
      case INTERFACE:
        this.readInterface(length);
        break;
      case STATISTICS:
        this.readStatistics(length);
        break;
    }
    if (this.problem === null) this.window.start += length;
  }

  /*
   * Enhanced packet block (§4.3); the obsolete packet block (Appendix A) has 16 bits of interface and of drops first.
   *   8          12        16       20      24      28
   *   +----------+---------+--------+-------+-------+--------------+---------+
   *   | interface| t high  | t low  | kept  | wire  | kept bytes … | options |
   */
  private timedPacket(length: number, id: number): void {
    const { window, current } = this;
    const captured = length >= 32 ? window.u32(20) : 0;
    const clock = this.clocks[id];
    if (length < 32 || captured > length - 32) {
      this.spanBlock(length);
      this.deliverDamaged(length, 'The packet is longer than the block that holds it.', HELP_BLOCK);
    } else if (clock === undefined) {
      this.spanBlock(length);
      this.deliverDamaged(
        length,
        `The packet names interface ${id}, which the capture does not describe.`,
        HELP_BLOCK,
      );
    } else {
      clock.read(window.u32(12), window.u32(16), current);
      this.setInterface(id);
      current.wireLength = window.u32(24);
      current.start = window.start + 28;
      current.end = current.start + captured;
      this.deliver(length);
    }
  }

  /** Simple packet block (§4.4): no time, always the first interface, cut at its snapshot length. */
  private simplePacket(length: number): void {
    const { window, current } = this;
    const first = this.interfaces[this.sectionStart];
    if (first === undefined || length < 16) {
      this.spanBlock(length);
      this.deliverDamaged(length, 'The packet has no interface that the capture describes.', HELP_BLOCK);
      return;
    }
    const snap = first.snapLength === 0 ? MAX_PACKET_BYTES : first.snapLength;
    current.dated = false;
    this.setInterface(0);
    current.wireLength = window.u32(8);
    current.start = window.start + 12;
    current.end = current.start + Math.min(current.wireLength, snap, length - 16);
    this.deliver(length);
  }

  private spanBlock(length: number): void {
    const { window, current } = this;
    current.dated = false;
    current.start = window.start;
    current.end = window.start + length;
    current.wireLength = length;
  }

  private setInterface(id: number): void {
    this.current.interfaceIndex = this.sectionStart + id;
    this.current.link = this.interfaces[this.sectionStart + id]?.link ?? 0;
  }

  /** Interface description block (§4.2). */
  private readInterface(length: number): void {
    const { window } = this;
    if (length < 20 || this.interfaces.length >= MAX_INTERFACES) {
      this.stop(
        'An interface description of the capture is damaged.',
        'It is too short, or there are too many.',
      );
      return;
    }
    let digits = 6;
    let isBinary = false;
    let offset = 0n;
    let name: string | null = null;
    this.eachOption(16, length, (code, at, size) => {
      if (code === OPTION_NAME) name = this.text(at, size);
      if (code === OPTION_RESOLUTION && size >= 1) {
        const value = window.bytes[window.start + at] ?? 6;
        digits = value & 0x7f;
        isBinary = value > 127;
      }
      if (code === OPTION_OFFSET && size >= 8) offset = this.signed64(at);
    });
    const clock = makeClock(digits, isBinary, offset);
    this.clocks.push(clock);
    this.interfaces.push({
      link: window.u16(8),
      snapLength: window.u32(12),
      name,
      precisionUs: clock.precisionUs,
    });
  }

  /** Interface statistics block (§4.6): how many packets the capturing machine lost. */
  private readStatistics(length: number): void {
    this.eachOption(20, length, (code, at, size) => {
      if (code !== OPTION_INTERFACE_DROPS || size < 8) return;
      const drops = Number(BigInt.asUintN(64, this.signed64(at)));
      if (Number.isSafeInteger(drops)) this.droppedByCapture += drops;
    });
  }

  private eachOption(
    from: number,
    length: number,
    take: (code: number, at: number, size: number) => void,
  ): void {
    let at = from;
    while (at + 4 <= length - 4) {
      const code = this.window.u16(at);
      const size = this.window.u16(at + 2);
      if (code === 0 || at + 4 + size > length - 4) return;
      take(code, at + 4, size);
      at += 4 + ((size + 3) & ~3);
    }
  }

  private signed64(at: number): bigint {
    const first = BigInt(this.window.u32(at));
    const second = BigInt(this.window.u32(at + 4));
    return BigInt.asIntN(64, this.window.isBigEndian ? (first << 32n) | second : (second << 32n) | first);
  }

  private text(at: number, size: number): string {
    const { bytes, start } = this.window;
    return new TextDecoder().decode(bytes.subarray(start + at, start + at + Math.min(size, 256)));
  }
}
