/** What the two capture parsers share: the window, the sink, and how reading stops. */
import type { Problem } from '../../../../shared/problem';
import { type CaptureInterface, Packet, type PacketSink } from './packet';
import type { CaptureWindow } from './window';

/** No link layer has frames near this size; a larger claim is damage, and nothing is allocated for it. */
export const MAX_PACKET_BYTES = 16 << 20;

export abstract class CaptureParser {
  readonly interfaces: CaptureInterface[] = [];
  /** Set when the rest of the stream cannot be read. */
  problem: Problem | null = null;
  /** Packets so far, damaged ones included. */
  packets = 0;
  /** Bytes of packet records, their headers included; the rest of the stream is framing. */
  recordBytes = 0;
  /** Packets the capturing machine says it lost (pcapng interface statistics). */
  droppedByCapture = 0;
  /** Damaged stretches behind which reading went on. */
  damagedStretches = 0;
  protected readonly window: CaptureWindow;
  protected readonly current = new Packet();
  private readonly sink: PacketSink;

  constructor(window: CaptureWindow, sink: PacketSink) {
    this.window = window;
    this.sink = sink;
  }

  /** Bytes consumed in search of where reading can go on; they belong to no record yet. */
  get lostBytes(): number {
    return 0;
  }

  /** Consumes the whole records in the window. Stops for good when it sets `problem`. */
  abstract scan(): void;

  /** What remains in the window when the stream has ended is a cut record; says so. */
  abstract finish(): void;

  /** Hands over `current` as a packet of `byteLength` bytes of record at the window's start, and consumes them. */
  protected deliver(byteLength: number): void {
    this.take(byteLength);
    this.sink.packet(this.current);
  }

  protected deliverDamaged(byteLength: number, reason: string, help: string): void {
    this.take(byteLength);
    this.sink.damaged(this.current, reason, help);
  }

  /** Hands over the damaged bytes from `offset` to the window's start, already consumed, as one record. */
  protected passOver(offset: number, reason: string, help: string): void {
    const { current, window } = this;
    current.dated = false;
    current.start = window.start;
    current.end = window.start;
    current.wireLength = 0;
    this.damagedStretches++;
    this.number(offset, window.offset - offset);
    this.sink.damaged(current, reason, help);
  }

  private take(byteLength: number): void {
    this.number(this.window.offset, byteLength);
    this.window.start += byteLength;
  }

  private number(byteOffset: number, byteLength: number): void {
    const { current } = this;
    this.packets++;
    this.recordBytes += byteLength;
    current.number = this.packets;
    current.byteOffset = byteOffset;
    current.byteLength = byteLength;
    current.bytes = this.window.bytes;
  }

  /** The end of the stream cut a record: it is rejected, and the capture is a partial one. */
  protected cut(expected: string): void {
    const { window, current } = this;
    const where = `byte ${window.offset}`;
    const length = window.available;
    current.start = window.start;
    current.end = window.end;
    current.dated = false;
    this.deliverDamaged(
      length,
      `The capture ends inside this packet: ${expected}.`,
      'Ask for the complete file.',
    );
    this.problem = {
      code: 'capture-truncated',
      what: 'The capture ends inside its last packet.',
      why: expected,
      where,
      help: 'What comes before it is complete. Ask for the complete file if the end matters.',
    };
  }

  /** Nothing after the window's start can be trusted. */
  protected stop(what: string, why: string, offset = this.window.offset): void {
    this.problem = {
      code: 'capture-damaged',
      what,
      why,
      where: `byte ${offset}`,
      help: 'Packets before this place are loaded. Ask for another copy of the file.',
    };
  }
}
