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
const OPTION_FILTER = 11;
const OPTION_OFFSET = 14;
const OPTION_INTERFACE_DROPS = 5;

const HELP_BLOCK = 'The block is skipped; the rest of the capture is read.';

const HELP_STRETCH = 'The rest of the capture is read. Ask for another copy of the file.';
/** Behind damage only blocks up to this size are believed: a wrong one would swallow those after it. */
const MAX_BELIEVED_BYTES = 1 << 20;
const LEAST_LENGTH: ReadonlyMap<number, number> = new Map([
  [INTERFACE, 20],
  [OBSOLETE_PACKET, 32],
  [SIMPLE_PACKET, 16],
  [4, 16],
  [STATISTICS, 24],
  [ENHANCED_PACKET, 32],
]);

function isBlockLength(length: number, least: number): boolean {
  return length >= least && length <= MAX_BELIEVED_BYTES && (length & 3) === 0;
}

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
  /** Packets lost, by interface. */
  private readonly drops = new Map<number, number>();
  /** Where a damaged block begins, while the next sound one is looked for. */
  private lost: { readonly offset: number; readonly what: string; readonly why: string } | null = null;

  override get lostBytes(): number {
    return this.lost === null ? 0 : this.window.offset - this.lost.offset;
  }

  scan(): void {
    const { window } = this;
    while (this.problem === null && window.available >= 12) {
      if (this.lost !== null && !this.resume(false)) return;
      const type = window.u32(0);
      if (type === SECTION && !this.readByteOrder()) {
        this.lose(
          'A section header of the capture is damaged.',
          'Its byte-order mark is neither of the two.',
        );
        continue;
      }
      const length = window.u32(4);
      if (length < 12 || length > MAX_PACKET_BYTES + 4096) {
        this.lose('A block of the capture is damaged.', `It claims a length of ${length} bytes.`);
        continue;
      }
      const padded = (length + 3) & ~3;
      if (window.available < padded) return;
      const again = window.u32(padded - 4);
      if (again !== length) {
        this.lose('A block of the capture is damaged.', `Its two lengths differ: ${length} and ${again}.`);
        continue;
      }
      this.block(type, padded);
    }
  }

  finish(): void {
    const { window } = this;
    // A block that claims more than there is left may itself be damaged, and hide sound ones.
    for (;;) {
      if (this.problem !== null) return;
      if (this.lost === null && !this.hidesBlocks()) break;
      if (!this.resume(true)) break;
      this.scan();
    }
    if (this.lost !== null) {
      this.stop(this.lost.what, this.lost.why, this.lost.offset);
      return;
    }
    if (window.available === 0) return;
    const type = window.available >= 4 ? window.u32(0) : -1;
    if (type === ENHANCED_PACKET || type === SIMPLE_PACKET || type === OBSOLETE_PACKET) {
      const claimed = window.available >= 8 ? window.u32(4) : 12;
      this.cut(`${window.available} of the ${claimed} bytes of its block are there`);
    } else {
      this.stop('The capture ends inside a block.', `${window.available} bytes of it are there.`);
    }
  }

  private lose(what: string, why: string): void {
    this.lost = { offset: this.window.offset, what, why };
    this.window.start += 1;
  }

  /**
   * Goes on to the next sound block and hands over the stretch before it as one damaged record; false when there is
   * none in the window. Unless `isEnd`, a block that is not all there yet is waited for.
   */
  private resume(isEnd: boolean): boolean {
    const { window, lost } = this;
    if (lost === null) return true;
    for (; window.available >= 12; window.start += 1) {
      const length = this.soundLength();
      if (length > window.available && !isEnd) return false;
      if (!this.isSound(length)) continue;
      const resumed = `Reading went on at byte ${window.offset}.`;
      this.passOver(lost.offset, `${lost.what} ${lost.why} ${resumed}`, HELP_STRETCH);
      this.lost = null;
      return true;
    }
    return false;
  }

  /** At the end of the stream: whether the block that is not all there has a sound one inside; then it is damaged. */
  private hidesBlocks(): boolean {
    const { window } = this;
    if (window.available < 24) return false;
    const { start } = window;
    const claimed = window.u32(4);
    for (window.start += 1; window.available >= 12; window.start += 1) {
      if (!this.isSound(this.soundLength())) continue;
      window.start = start;
      this.lose('A block of the capture is damaged.', `It claims a length of ${claimed} bytes.`);
      return true;
    }
    window.start = start;
    return false;
  }

  /** Whether a block of this length (0: none) is all there and ends as it begins. */
  private isSound(length: number): boolean {
    const { window } = this;
    if (length === 0 || length > window.available) return false;
    const isBigEndian = window.isBigEndian;
    if (window.u32(0) === SECTION) this.readByteOrder();
    const ends = window.u32(length - 4) === length;
    window.isBigEndian = isBigEndian;
    return ends;
  }

  /** The length of the block that begins at the window's start, if its head makes sense; else 0. */
  private soundLength(): number {
    const { window } = this;
    const type = window.u32(0);
    if (type === SECTION) {
      const { isBigEndian } = window;
      const length = this.readByteOrder() ? window.u32(4) : 0;
      window.isBigEndian = isBigEndian;
      return isBlockLength(length, 28) ? length : 0;
    }
    const least = LEAST_LENGTH.get(type);
    const length = window.u32(4);
    if (least === undefined || !isBlockLength(length, least)) return 0;
    if (type === ENHANCED_PACKET && window.available >= 24) {
      if (window.u32(8) >= this.clocks.length || window.u32(20) > length - 32) return 0;
    }
    return length;
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
    let filter: string | null = null;
    this.eachOption(16, length, (code, at, size) => {
      if (code === OPTION_NAME) name = this.text(at, size);
      // Its first byte tells the language: 0 is libpcap's, anything else is no text.
      if (code === OPTION_FILTER && size > 1 && window.bytes[window.start + at] === 0)
        filter = this.text(at + 1, size - 1);
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
      filter,
    });
  }

  /**
   * Interface statistics block (§4.6): how many packets the capturing machine lost on an interface so far. The last
   * block of an interface counts, for each counts from the start.
   */
  private readStatistics(length: number): void {
    const of = this.sectionStart + this.window.u32(8);
    this.eachOption(20, length, (code, at, size) => {
      if (code !== OPTION_INTERFACE_DROPS || size < 8) return;
      const drops = Number(BigInt.asUintN(64, this.signed64(at)));
      if (!Number.isSafeInteger(drops) || of >= this.interfaces.length) return;
      this.droppedByCapture += drops - (this.drops.get(of) ?? 0);
      this.drops.set(of, drops);
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
