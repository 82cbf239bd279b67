/** Small readings of one packet that the decoder writes down. */
import { ARP_REPLY, ARP_REQUEST } from '../../../dissectors/framing/arp';
import { u16, u32 } from '../../../dissectors/framing/bytes';
import { IP_PROTOCOL, type Layers } from '../../../dissectors/framing/layers';
import { TCP_FLAG } from '../../../dissectors/framing/tcp';
import type { Carrier } from '../../../dissectors/framing/tcp-stream';
import type { Packet } from '../../readers/capture/packet';

const EXCERPT_BYTES = 64;

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

/**
 * Whether it goes to many: as the link says, by a group bit in the MAC (IEEE 802-2014 §8.2.2), a multicast address, or a broadcast one, by
 * its last number where the mask is not known.
 */
export function isToGroup(layers: Layers): boolean {
  const { frame, network, destinationMac, destinationIp } = layers;
  if (layers.isToMany) return true;
  if (destinationMac >= 0 && ((frame[destinationMac] ?? 0) & 1) === 1) return true;
  const first = frame[destinationIp] ?? 0;
  if (network === 'ipv4') return first >= 224 || frame[destinationIp + 3] === 255;
  return network === 'ipv6' && first === 0xff;
}

/** Which end a packet shows to have begun: 1 A, 2 B, 0 it does not tell. */
export function beginner(layers: Layers, fromA: boolean): number {
  const sender = fromA ? 1 : 2;
  if (layers.network === 'arp') {
    if (layers.protocol === ARP_REQUEST) return sender;
    return layers.protocol === ARP_REPLY ? 3 - sender : 0;
  }
  if (layers.protocol === IP_PROTOCOL.tcp) {
    if ((layers.flags & TCP_FLAG.syn) === 0) return 0;
    return (layers.flags & TCP_FLAG.ack) === 0 ? sender : 3 - sender;
  }
  const isEchoRequest =
    (layers.protocol === IP_PROTOCOL.icmp && layers.sourcePort === 8 && layers.hasPorts) ||
    (layers.protocol === IP_PROTOCOL.icmpv6 && layers.sourcePort === 128 && layers.hasPorts);
  return isEchoRequest ? sender : 0;
}
