/** IPv6 headers and their extension headers (RFC 8200 §3 and §4). */
import { u16, u32 } from './bytes';
import type { Fragment } from './ipv4';
import { LAYER, type Layers } from './layers';

const HOP_BY_HOP = 0;
const ROUTING = 43;
const FRAGMENT = 44;
const AUTHENTICATION = 51;
const NO_NEXT = 59;
const DESTINATION = 60;
const MOBILITY = 135;
const HIP = 139;
const SHIM6 = 140;
/** Real packets have two or three; a chain without end is an attack on the reader. */
const MAX_EXTENSIONS = 16;

/*
 *   0                     4              6         7           8
 *   +---------------------+--------------+---------+-----------+
 *   | ver | class | label | payload len  | next    | hop limit |
 *   | source address (16) | destination address (16)           |
 */
/** Reads the header at `at` and walks its extensions; see `readIpv4`. A payload length of 0 takes all bytes. */
export function readIpv6(layers: Layers, at: number, end: number, fragment: Fragment): void {
  const { frame } = layers;
  layers.enter(LAYER.ipv6);
  if (at + 40 > end) {
    layers.short('The frame ends inside an IPv6 header', at);
    return;
  }
  if ((frame[at] ?? 0) >> 4 !== 6) {
    layers.malformed('The IPv6 header has another version number', at);
    return;
  }
  const claimed = u16(frame, at + 4);
  layers.network = 'ipv6';
  layers.sourceIp = at + 8;
  layers.destinationIp = at + 24;
  layers.from = at + 40;
  layers.to = claimed === 0 ? end : Math.min(end, at + 40 + claimed);
  layers.missing = claimed === 0 ? 0 : Math.max(0, at + 40 + claimed - end);
  walkExtensions(layers, frame[at + 6] ?? NO_NEXT, fragment);
}

function walkExtensions(layers: Layers, first: number, fragment: Fragment): void {
  const { frame } = layers;
  let next = first;
  for (let count = 0; isExtension(next); count++) {
    const at = layers.from;
    if (count === MAX_EXTENSIONS) {
      layers.malformed('The IPv6 packet has more than 16 extension headers', at);
      return;
    }
    if (at + 8 > layers.to) {
      layers.short('The frame ends inside an IPv6 extension header', at);
      return;
    }
    const size = extensionBytes(next, frame[at + 1] ?? 0);
    if (at + size > layers.to) {
      layers.short('An IPv6 extension header is longer than the packet', at);
      return;
    }
    if (next === FRAGMENT) {
      const offset = u16(frame, at + 2);
      // Offset 0 with nothing following is a whole datagram ("atomic fragment", RFC 6946).
      if ((offset & 0xfff9) !== 0) {
        layers.isFragment = true;
        fragment.offset = offset & 0xfff8;
        fragment.more = (offset & 1) !== 0;
        fragment.identification = u32(frame, at + 4);
      }
    }
    next = frame[at] ?? NO_NEXT;
    layers.from = at + size;
    if (layers.isFragment) break;
  }
  layers.protocol = next;
}

function isExtension(next: number): boolean {
  return (
    next === HOP_BY_HOP ||
    next === ROUTING ||
    next === FRAGMENT ||
    next === AUTHENTICATION ||
    next === DESTINATION ||
    next === MOBILITY ||
    next === HIP ||
    next === SHIM6
  );
}

/** Lengths count 8 bytes after the first 8 (§4.3), but 4 bytes in the authentication header (RFC 4302 §2.2). */
function extensionBytes(next: number, length: number): number {
  if (next === FRAGMENT) return 8;
  return next === AUTHENTICATION ? (length + 2) * 4 : (length + 1) * 8;
}
