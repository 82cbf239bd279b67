/** UDP, ICMP and SCTP headers: ports, or type and code, and where the payload begins. */
import { u16 } from './bytes';
import { LAYER, type Layers } from './layers';

/*
 *   0        2        4        6          8
 *   +--------+--------+--------+----------+---------
 *   | from   | to     | length | checksum | data …      RFC 768
 */
export function readUdp(layers: Layers): void {
  const { bytes, from, to } = layers;
  layers.enter(LAYER.udp);
  if (from + 8 > to) {
    layers.short('The packet ends inside a UDP header', from);
    return;
  }
  const length = u16(bytes, from + 4);
  // 0 is allowed in IPv6 jumbograms (RFC 2675 §4) and left by offloading network cards.
  if (length !== 0 && length < 8) {
    layers.malformed('The UDP length is below 8 bytes', from + 4);
    return;
  }
  layers.hasPorts = true;
  layers.sourcePort = u16(bytes, from);
  layers.destinationPort = u16(bytes, from + 2);
  layers.from = from + 8;
  if (length !== 0) layers.to = Math.min(to, from + length);
  layers.hasPayload = true;
}

/** Type and code take the places of the ports (RFC 792, RFC 4443 §2.1); the payload is the whole message. */
export function readIcmp(layers: Layers, isVersion6: boolean): void {
  const { bytes, from, to } = layers;
  layers.enter(isVersion6 ? LAYER.icmpv6 : LAYER.icmp);
  if (from + 4 > to) {
    layers.short('The packet ends inside an ICMP header', from);
    return;
  }
  layers.hasPorts = true;
  layers.sourcePort = bytes[from] ?? 0;
  layers.destinationPort = bytes[from + 1] ?? 0;
  layers.hasPayload = true;
}

/** Ports of an SCTP common header (RFC 9260 §3.1). */
export function readSctp(layers: Layers): void {
  const { bytes, from, to } = layers;
  layers.enter(LAYER.sctp);
  if (from + 12 > to) {
    layers.short('The packet ends inside an SCTP header', from);
    return;
  }
  layers.hasPorts = true;
  layers.sourcePort = u16(bytes, from);
  layers.destinationPort = u16(bytes, from + 2);
}
