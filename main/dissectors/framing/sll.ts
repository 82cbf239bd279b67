/**
 * Linux "cooked" captures, versions 1 and 2 (tcpdump.org LINKTYPE_LINUX_SLL, LINKTYPE_LINUX_SLL2): of the link's
 * addresses only the sender's is there.
 */
import { u16 } from './bytes';
import { FIRST_ETHERTYPE, readBetween } from './ethernet';
import { LAYER, type Layers } from './layers';
import { readVlan } from './vlan';

const MAC_LENGTH = 6;
/** Packet types: to all, to a group. */
const BROADCAST = 1;
const MULTICAST = 2;
/** Kinds of device (Linux ARPHRD_ numbers): Ethernet, and those whose protocol field is no EtherType. */
const ETHERNET = 1;
const NO_ETHERTYPES = new Set([770, 803, 824]);
/** Linux' number for frames that begin with an LLC header. */
const LLC = 4;

/*
 *   0          2         4           6            14         16
 *   +----------+---------+-----------+------------+----------+
 *   | pkt type | ARPHRD  | addr len  | address(8) | protocol |
 */
/** Where the payload begins, with `layers.etherType` set; -1 where the protocol is none that is read. */
export function readSll(layers: Layers, start: number, end: number): number {
  const { frame } = layers;
  if (start + 16 > end) {
    layers.short('The frame is shorter than a Linux cooked header', start);
    return end;
  }
  layers.enter(LAYER.sll);
  readSender(layers, u16(frame, start + 2), u16(frame, start), start + 6, u16(frame, start + 4));
  return readPayload(layers, u16(frame, start + 2), u16(frame, start + 14), start + 16, end);
}

/*
 *   0          2          4          8         10         11         12         20
 *   +----------+----------+----------+---------+----------+----------+----------+
 *   | protocol | reserved | if index | ARPHRD  | pkt type | addr len | address  |
 */
/** See `readSll`. */
export function readSll2(layers: Layers, start: number, end: number): number {
  const { frame } = layers;
  if (start + 20 > end) {
    layers.short('The frame is shorter than a Linux cooked header', start);
    return end;
  }
  layers.enter(LAYER.sll2);
  const device = u16(frame, start + 8);
  readSender(layers, device, frame[start + 10] ?? 0, start + 12, frame[start + 11] ?? 0);
  return readPayload(layers, device, u16(frame, start), start + 20, end);
}

function readSender(layers: Layers, device: number, type: number, at: number, length: number): void {
  layers.senderAt = at;
  layers.senderLength = length;
  if (device === ETHERNET && length === MAC_LENGTH) layers.sourceMac = at;
  layers.isToMany = type === BROADCAST || type === MULTICAST;
}

function readPayload(layers: Layers, device: number, protocol: number, at: number, end: number): number {
  const isLlc = protocol === LLC;
  if (NO_ETHERTYPES.has(device) || (protocol < FIRST_ETHERTYPE && !isLlc)) return -1;
  layers.network = 'ethernet';
  layers.etherType = protocol;
  return readBetween(layers, readVlan(layers, at, end), end);
}
