/** Small readings of one packet that the decoder writes down. */
import { u16, u32 } from '../../../dissectors/framing/bytes';
import type { Carrier, SegmentFate } from '../../../dissectors/framing/tcp-stream';
import type { Packet } from '../../readers/capture/packet';

const EXCERPT_BYTES = 64;

/** What became of a segment, as the record's note says it. */
export const FATES: Readonly<Record<SegmentFate, string | null>> = {
  'in order': null,
  'out of order': 'out of order',
  retransmission: 'retransmission',
  late: 'late',
};

/** A MAC as one number. */
export function macOf(bytes: Uint8Array, at: number): number {
  return u16(bytes, at) * 4294967296 + u32(bytes, at + 2);
}

export function carrierOf(packet: Packet): Carrier {
  return {
    record: packet.number,
    timeUs: packet.timeUs,
    remainderNs: packet.remainderNs,
    dated: packet.dated,
  };
}

/** The first bytes of the frame in hex. */
export function excerpt(packet: Packet): string {
  const bytes = packet.bytes.subarray(packet.start, Math.min(packet.end, packet.start + EXCERPT_BYTES));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
