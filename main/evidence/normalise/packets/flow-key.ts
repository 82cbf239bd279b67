/** Which flow a packet is of: two ends and a transport, the same for both directions. */

import { u16, u32 } from '../../../dissectors/framing/bytes';
import { IP_PROTOCOL, type Layers } from '../../../dissectors/framing/layers';
import type { AddressBook } from './address-book';

/** Tell link addresses from IPv6 ones and from each other in the address book; to the second their length is added. */
const MAC_ADDRESS = 0x4d414300;
const LINK_ADDRESS = 0x4c4e4b00;
const MOST_SENDER_BYTES = 8;

const NETWORK = { ethernet: 1, arp: 2, ipv4: 4, ipv6: 6 } as const;

/** ICMP types that answer each other (Community ID specification, version 1): request → reply, both ways. */
const ICMP_PAIRS = new Map([
  [8, 0],
  [0, 8],
  [13, 14],
  [14, 13],
  [15, 16],
  [16, 15],
  [10, 9],
  [9, 10],
  [17, 18],
  [18, 17],
]);
const ICMPV6_PAIRS = new Map([
  [128, 129],
  [129, 128],
  [133, 134],
  [134, 133],
  [135, 136],
  [136, 135],
  [130, 131],
  [131, 130],
  [144, 145],
  [145, 144],
  [139, 140],
  [140, 139],
]);

/** The counterpart of an ICMP type, or undefined for a one-way message. */
export function icmpCounterpart(type: number, isVersion6: boolean): number | undefined {
  return (isVersion6 ? ICMPV6_PAIRS : ICMP_PAIRS).get(type);
}

/**
 * End A is the lower of the two. Addresses are the IPv4 word itself, or a number of the address book. One-way ICMP
 * is not turned round.
 */
export class FlowKey {
  addressA = 0;
  addressB = 0;
  portA = 0;
  portB = 0;
  network = 0;
  protocol = 0;
  /** True when the packet was sent by end A. */
  fromA = true;
  private readonly book: AddressBook;
  /** The end of a link of which nothing is told. */
  private readonly unknown: number;

  constructor(book: AddressBook) {
    this.book = book;
    this.unknown = book.intern(0, LINK_ADDRESS, 0, 0);
  }

  /** False when the packet has no ends (undecoded, or a link without addresses). */
  read(layers: Layers): boolean {
    const { network, frame } = layers;
    let source = 0;
    let destination = 0;
    let sourcePort = 0;
    let destinationPort = 0;
    let canTurn = true;
    let protocol = layers.protocol & 0xff;
    if (network === 'ipv4') {
      this.network = NETWORK.ipv4;
      source = u32(frame, layers.sourceIp);
      destination = u32(frame, layers.destinationIp);
    } else if (network === 'ipv6') {
      this.network = NETWORK.ipv6;
      source = this.ipv6(frame, layers.sourceIp);
      destination = this.ipv6(frame, layers.destinationIp);
    } else if (network === 'arp') {
      this.network = NETWORK.arp;
      source = u32(frame, layers.sourceIp);
      destination = u32(frame, layers.destinationIp);
      protocol = 0;
    } else if (network === 'ethernet') {
      this.network = NETWORK.ethernet;
      source = layers.sourceMac < 0 ? this.sender(layers) : this.mac(frame, layers.sourceMac);
      destination = layers.destinationMac < 0 ? this.unknown : this.mac(frame, layers.destinationMac);
      sourcePort = layers.etherType < 0 ? 0 : layers.etherType;
      destinationPort = sourcePort;
      protocol = 0;
    } else {
      return false;
    }
    if (layers.hasPorts) {
      sourcePort = layers.sourcePort;
      destinationPort = layers.destinationPort;
      if (protocol === IP_PROTOCOL.icmp || protocol === IP_PROTOCOL.icmpv6) {
        const counterpart = icmpCounterpart(sourcePort, protocol === IP_PROTOCOL.icmpv6);
        canTurn = counterpart !== undefined;
        destinationPort = counterpart ?? destinationPort;
      }
    }
    this.protocol = protocol;
    this.fromA =
      !canTurn || source < destination || (source === destination && sourcePort <= destinationPort);
    this.addressA = this.fromA ? source : destination;
    this.addressB = this.fromA ? destination : source;
    this.portA = this.fromA ? sourcePort : destinationPort;
    this.portB = this.fromA ? destinationPort : sourcePort;
    return true;
  }

  private ipv6(bytes: Uint8Array, at: number): number {
    return this.book.intern(u32(bytes, at), u32(bytes, at + 4), u32(bytes, at + 8), u32(bytes, at + 12));
  }

  private mac(bytes: Uint8Array, at: number): number {
    return this.book.intern(0, MAC_ADDRESS, u16(bytes, at), u32(bytes, at + 2));
  }

  /** A link's address that is no MAC; bytes of the header that are not of it need not be zero. */
  private sender({ frame, senderAt, senderLength }: Layers): number {
    let high = 0;
    let low = 0;
    for (let index = 0; index < Math.min(senderLength, MOST_SENDER_BYTES); index++) {
      high = (high << 8) | (low >>> 24);
      low = (low << 8) | (frame[senderAt + index] ?? 0);
    }
    return this.book.intern(0, LINK_ADDRESS + senderLength, high >>> 0, low >>> 0);
  }
}
