/** One packet as it passes from a capture reader to its sink: a single reused object, never kept. */

export class Packet {
  /** Bytes of the frame are `bytes[start..end)`, valid only during the call that hands them over. */
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  /** Bytes the frame had on the wire; more than captured when the capture's snapshot length cut it. */
  wireLength = 0;
  /** Link-layer type of tcpdump.org's list. */
  link = 0;
  /** Index into `CaptureReader.interfaces`. */
  interfaceIndex = 0;
  /** False for packets that carry no time (pcapng simple packet block). */
  dated = true;
  /** Microseconds since 1970-01-01 UTC; a safe integer. */
  timeUs = 0;
  /** What microseconds cannot hold, 0–999. */
  remainderNs = 0;
  /** From 1, in file order, rejected ones included. */
  number = 0;
  /** Place of the packet's record (its header included) in the decompressed stream. */
  byteOffset = 0;
  byteLength = 0;
}

/** Takes packets in file order. Both calls must be done with the packet when they return. */
export interface PacketSink {
  packet(packet: Packet): void;
  /** A record that is damaged as a record, before anything is known of its frame. */
  damaged(packet: Packet, reason: string, help: string): void;
}

export interface CaptureInterface {
  readonly link: number;
  readonly snapLength: number;
  readonly name: string | null;
  /** Width of the smallest step of its clock in µs; 0 when finer. */
  readonly precisionUs: number;
  /** What the capturing program was told to let through, as it says; null: everything, or not said. */
  readonly filter: string | null;
}
