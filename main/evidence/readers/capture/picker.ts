/** Reads a capture as it arrives and hands out copies of the packets that are wanted, by their numbers. */
import { CaptureReader } from './capture';
import type { CaptureInterface, Packet, PacketSink } from './packet';

export interface PickedPacket {
  readonly record: number;
  readonly bytes: Uint8Array;
  /** Null for packets that carry no time. */
  readonly timeUs: number | null;
  readonly remainderNs: number;
  readonly wireLength: number;
  readonly interfaceIndex: number;
  readonly interface: CaptureInterface;
}

export class PacketPicker implements PacketSink {
  /** Number of the last packet read. */
  seen = 0;
  private readonly wanted: ReadonlySet<number>;
  private readonly reader: CaptureReader;
  private picked: PickedPacket[] = [];

  constructor(wanted: ReadonlySet<number>) {
    this.wanted = wanted;
    this.reader = new CaptureReader(this);
  }

  /** The wanted packets that became whole with this chunk. */
  push(chunk: Uint8Array): readonly PickedPacket[] {
    this.reader.push(chunk);
    return this.taken();
  }

  /** Those that became known with the end of the stream. */
  end(): readonly PickedPacket[] {
    this.reader.end();
    return this.taken();
  }

  packet(packet: Packet): void {
    this.seen = packet.number;
    if (!this.wanted.has(packet.number)) return;
    const own = this.reader.interfaces[packet.interfaceIndex];
    if (own === undefined) return;
    this.picked.push({
      record: packet.number,
      bytes: packet.bytes.slice(packet.start, packet.end),
      timeUs: packet.dated ? packet.timeUs : null,
      remainderNs: packet.dated ? packet.remainderNs : 0,
      wireLength: packet.wireLength,
      interfaceIndex: packet.interfaceIndex,
      interface: own,
    });
  }

  damaged(packet: Packet): void {
    this.seen = packet.number;
  }

  private taken(): readonly PickedPacket[] {
    const { picked } = this;
    this.picked = [];
    return picked;
  }
}
