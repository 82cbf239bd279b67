/**
 * Headers of tunnels between an IP packet and what it carries. Each `enter…` steps inside (`Layers.stepInside`) and
 * returns where the network layer begins there, with `layers.etherType` set; -1 when the tunnel is of a kind that is
 * not read. A header that does not hold is a problem of `layers`.
 */
import { u16, u32 } from './bytes';
import { readBetween, readEthernet } from './ethernet';
import { ETHERTYPE, etherTypeOfIp, LAYER, type Layers } from './layers';
import { readVlan } from './vlan';

const VXLAN_PORT = 4789;
/** Flag of VXLAN: the network's number is valid; and that of its extension by group policies. */
const VXLAN_NETWORK = 0x08;
const VXLAN_POLICY = 0x80;
const NAT_TRAVERSAL_PORT = 4500;
/** A datagram from or to a lower port is of its service: the tunnel's port is then that of a client, by chance. */
const FIRST_OF_CLIENTS = 1024;
const GRE = { checksum: 0x8000, routing: 0x4000, key: 0x2000, sequence: 0x1000, version: 7 } as const;
const BRIDGED_ETHERNET = 0x6558;
const ERSPAN = 0x88be;
const ERSPAN_3 = 0x22eb;
/** Bit of an ERSPAN header's second word: the switch cut the frame. */
const ERSPAN_CUT = 0x0400;

/** IP in IP (RFC 2003 §3.1). */
export function enterIpv4(layers: Layers): number {
  layers.stepInside();
  layers.etherType = ETHERTYPE.ipv4;
  return layers.start;
}

/** IPv6 in IP (RFC 4213 §3, RFC 2473 §3). */
export function enterIpv6(layers: Layers): number {
  layers.stepInside();
  layers.etherType = ETHERTYPE.ipv6;
  return layers.start;
}

/** Whether a datagram goes to the port of VXLAN and says that it carries a frame (RFC 7348 §5). */
export function isVxlan(layers: Layers): boolean {
  const { bytes, destinationPort, from, to } = layers;
  if (destinationPort !== VXLAN_PORT || layers.sourcePort < FIRST_OF_CLIENTS) return false;
  return layers.hasPayload && from + 8 <= to && ((bytes[from] ?? 0) & VXLAN_NETWORK) !== 0;
}

/*
 *   0       1           4         7          8
 *   +-------+-----------+---------+----------+----------
 *   | flags | reserved  | network | reserved | frame …
 *   +-------+-----------+---------+----------+----------
 */
/** What is reserved is zero on the wire (RFC 7348 §5); other uses of it are not known. */
export function enterVxlan(layers: Layers): number {
  const { bytes, from } = layers;
  const flags = bytes[from] ?? 0;
  const hasPolicy = flags === (VXLAN_NETWORK | VXLAN_POLICY);
  const isKnown =
    hasPolicy || (flags === VXLAN_NETWORK && u16(bytes, from + 1) === 0 && bytes[from + 3] === 0);
  if (!isKnown || (bytes[from + 7] ?? 0) !== 0) return -1;
  return enterEthernet(layers, LAYER.vxlan, 8);
}

/** Whether a datagram carries ESP and not its key exchange or a keepalive (RFC 3948 §2). */
export function isEspInUdp(layers: Layers): boolean {
  const { bytes, sourcePort, destinationPort, from, to } = layers;
  if (destinationPort !== NAT_TRAVERSAL_PORT && sourcePort !== NAT_TRAVERSAL_PORT) return false;
  if (sourcePort < FIRST_OF_CLIENTS || destinationPort < FIRST_OF_CLIENTS) return false;
  return layers.hasPayload && from + 8 <= to && u32(bytes, from) !== 0;
}

/*
 *   0                2          4
 *   +----------------+----------+------------------------------------------------+----------
 *   | C R K S … vers | protocol | checksum (C), key (K), sequence (S), 4 bytes each | payload …
 *   +----------------+----------+------------------------------------------------+----------
 */
/** GRE (RFC 2784 §2, RFC 2890 §2); with source routes, or of version 1 (PPTP), it is not read. */
export function enterGre(layers: Layers): number {
  const { bytes, from, to } = layers;
  layers.enter(LAYER.gre);
  const flags = u16(bytes, from);
  const type = u16(bytes, from + 2);
  const size =
    4 +
    ((flags & GRE.checksum) === 0 ? 0 : 4) +
    ((flags & GRE.key) === 0 ? 0 : 4) +
    ((flags & GRE.sequence) === 0 ? 0 : 4);
  if (from + size > to || (flags & (GRE.routing | GRE.version)) !== 0) return -1;
  layers.from = from + size;
  if (type === BRIDGED_ETHERNET) return enterEthernet(layers, null, 0);
  if (type === ERSPAN) return enterErspan(layers, (flags & GRE.sequence) !== 0);
  if (type === ERSPAN_3) return enterErspan3(layers);
  layers.stepInside();
  layers.etherType = type;
  return readBetween(layers, readVlan(layers, layers.start, layers.end), layers.end);
}

/*
 *   0             2                       4                 8
 *   +-------------+-----------------------+-----------------+---------
 *   | 1 │ VLAN    | class │ … │ T │ session | reserved, index | frame …
 *   +-------------+-----------------------+-----------------+---------
 */
/** Types I (no header, no sequence in GRE) and II of a mirror port's tunnel (draft-foschiano-erspan-03 §4.1, §4.2). */
function enterErspan(layers: Layers, hasHeader: boolean): number {
  const { bytes, from } = layers;
  if (!hasHeader) return enterEthernet(layers, LAYER.erspan, 0);
  if ((bytes[from] ?? 0) >> 4 !== 1) return -1;
  return enterMirrored(layers, 8, false);
}

/*
 *   0             2                       4           8        10                        12
 *   +-------------+-----------------------+-----------+--------+-------------------------+----------
 *   | 2 │ VLAN    | class │ … │ T │ session | timestamp | group  | P │ frame type │ … │ O | (8 more with O) frame …
 *   +-------------+-----------------------+-----------+--------+-------------------------+----------
 */
/** Type III (draft-foschiano-erspan-03 §4.3): frame type 0 is Ethernet, 2 is IP. */
function enterErspan3(layers: Layers): number {
  const { bytes, from } = layers;
  const last = u16(bytes, from + 10);
  const size = (last & 1) === 0 ? 12 : 20;
  const frameType = (last >> 10) & 31;
  if ((bytes[from] ?? 0) >> 4 !== 2 || (frameType !== 0 && frameType !== 2)) return -1;
  return enterMirrored(layers, size, frameType === 2);
}

function enterMirrored(layers: Layers, size: number, isIp: boolean): number {
  const { bytes, from, to } = layers;
  const vlan = u16(bytes, from) & 0xfff;
  if ((u16(bytes, from + 2) & ERSPAN_CUT) !== 0) layers.isCut = true;
  if (!isIp) return enterEthernet(layers, LAYER.erspan, size, vlan);
  layers.enter(LAYER.erspan);
  if (from + size > to) return -1;
  layers.from = from + size;
  layers.stepInside();
  layers.etherType = etherTypeOfIp(bytes[layers.start] ?? 0);
  return layers.start;
}

/** Steps to the Ethernet frame behind `size` bytes; `vlan`: the one it came in, 0 when it is not told. */
function enterEthernet(layers: Layers, layer: number | null, size: number, vlan = 0): number {
  const { from, to } = layers;
  if (from + size > to) return -1;
  if (layer !== null) layers.enter(layer);
  layers.from = from + size;
  layers.stepInside();
  if (vlan > 0) layers.vlan = vlan;
  return readEthernet(layers, layers.start, layers.end);
}
