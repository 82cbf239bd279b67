/** Ethernet II and 802.3 headers (IEEE 802.3-2018 §3.1), with what may lie between them and IP: HSR, SNAP, PPPoE, MPLS. */
import { u16 } from './bytes';
import { ETHERTYPE, etherTypeOfIp, LAYER, type Layers } from './layers';
import { readVlan } from './vlan';

const PPPOE_SESSION = 0x8864;
const MPLS_UNICAST = 0x8847;
const MPLS_MULTICAST = 0x8848;
const HSR = 0x892f;
const MACSEC = 0x88e5;
/** Bit of a MACsec tag: what follows is encrypted, not only signed (IEEE 802.1AE-2018 §9.5). */
const MACSEC_ENCRYPTED = 8;
/** Values below are lengths of an 802.3 frame (§3.2.6). */
export const FIRST_ETHERTYPE = 0x0600;

/*
 *   0            6            12          14
 *   +------------+------------+-----------+----------
 *   | to         | from       | EtherType | payload …
 *   +------------+------------+-----------+----------
 */
/** Reads the header and its tags; returns where the payload begins, with `layers.etherType` set or -1. */
export function readEthernet(layers: Layers, start: number, end: number): number {
  if (start + 14 > end) {
    layers.short('The frame is shorter than an Ethernet header', start);
    return end;
  }
  layers.enter(LAYER.ethernet);
  layers.network = 'ethernet';
  layers.destinationMac = start;
  layers.sourceMac = start + 6;
  layers.etherType = u16(layers.frame, start + 12);
  return readBetween(layers, readVlan(layers, start + 14, end), end);
}

/** Walks over what may stand between a link header and IP, by `layers.etherType`. */
export function readBetween(layers: Layers, at: number, end: number): number {
  if (layers.etherType === ETHERTYPE.ipv4) return at;
  return layers.etherType === HSR ? readHsr(layers, at, end) : readUpper(layers, at, end);
}

/*
 *   0             2          4           6
 *   +-------------+----------+-----------+----------
 *   | path, size  | sequence | EtherType | payload …    IEC 62439-3:2016 §5.6, after the tag's own EtherType
 *   +-------------+----------+-----------+----------
 */
function readHsr(layers: Layers, at: number, end: number): number {
  if (at + 6 > end) {
    layers.short('The frame ends inside an HSR tag', at);
    layers.etherType = -1;
    return end;
  }
  layers.enter(LAYER.hsr);
  layers.etherType = u16(layers.frame, at + 4);
  return readUpper(layers, readVlan(layers, at + 6, end), end);
}

function readUpper(layers: Layers, at: number, end: number): number {
  const { frame, etherType } = layers;
  if (etherType >= 0 && etherType < FIRST_ETHERTYPE) return readLlc(layers, at, end);
  if (etherType === PPPOE_SESSION && at + 8 <= end) {
    layers.enter(LAYER.pppoe);
    const protocol = u16(frame, at + 6);
    // PPP numbers (RFC 1661 §2, RFC 5072): IPv4 and IPv6.
    if (protocol === 0x0021) layers.etherType = ETHERTYPE.ipv4;
    if (protocol === 0x0057) layers.etherType = ETHERTYPE.ipv6;
    return at + 8;
  }
  if (etherType === MACSEC && at < end)
    layers.hidden = ((frame[at] ?? 0) & MACSEC_ENCRYPTED) === 0 ? 'tunnel not read' : 'encrypted';
  if (etherType === MPLS_UNICAST || etherType === MPLS_MULTICAST) return readMpls(layers, at, end);
  return at;
}

/** LLC with SNAP carries an EtherType (RFC 1042); other LLC stays as it is. */
function readLlc(layers: Layers, at: number, end: number): number {
  const { frame } = layers;
  layers.enter(LAYER.llc);
  const isSnap = at + 8 <= end && u16(frame, at) === 0xaaaa && frame[at + 2] === 3;
  if (!isSnap) return at;
  layers.etherType = u16(frame, at + 6);
  return readVlan(layers, at + 8, end);
}

/** Skips labels up to the bottom of the stack (RFC 3032 §2.1); what follows is told by its first four bits. */
function readMpls(layers: Layers, at: number, end: number): number {
  const { frame } = layers;
  layers.enter(LAYER.mpls);
  let next = at;
  while (next + 4 <= end) {
    const isBottom = ((frame[next + 2] ?? 0) & 1) === 1;
    next += 4;
    if (!isBottom) continue;
    if (next >= end) break;
    const inner = etherTypeOfIp(frame[next] ?? 0);
    if (inner < 0) layers.hidden = 'tunnel not read';
    else layers.etherType = inner;
    break;
  }
  return next;
}
