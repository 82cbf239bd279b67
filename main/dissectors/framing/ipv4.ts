/** IPv4 headers (RFC 791 §3.1). */
import { u16 } from './bytes';
import { LAYER, type Layers } from './layers';

export interface Fragment {
  /** Byte offset in the datagram, and whether more follow. */
  offset: number;
  more: boolean;
  identification: number;
}

/*
 *   0        1       2               4                6                8
 *   +--------+-------+---------------+----------------+----------------+
 *   | ver|ihl| tos   | total length  | identification | flags | offset |
 *   | ttl    | proto | checksum      | source address …                |
 *   | destination address …          | options …                       |
 */
/**
 * Reads the header at `at`; sets addresses, protocol and payload. Fills `fragment` when the packet is one
 * (`layers.isFragment`). A total length of 0 is that of a packet cut up by the network card: all bytes count.
 */
export function readIpv4(layers: Layers, at: number, end: number, fragment: Fragment): void {
  const { frame } = layers;
  layers.enter(LAYER.ipv4);
  if (at + 20 > end) {
    layers.short('The frame ends inside an IPv4 header', at);
    return;
  }
  const first = frame[at] ?? 0;
  const headerLength = (first & 15) * 4;
  if (first >> 4 !== 4) {
    layers.malformed('The IPv4 header has another version number', at);
    return;
  }
  if (headerLength < 20) {
    layers.malformed('The IPv4 header length is below 20 bytes', at);
    return;
  }
  const claimed = u16(frame, at + 2);
  if (claimed !== 0 && claimed < headerLength) {
    layers.malformed('The IPv4 total length is shorter than the header', at + 2);
    return;
  }
  layers.network = 'ipv4';
  layers.sourceIp = at + 12;
  layers.destinationIp = at + 16;
  layers.protocol = frame[at + 9] ?? 0;
  if (at + headerLength > end) {
    layers.short('The frame ends inside the IPv4 options', at);
    layers.protocol = -1;
    return;
  }
  layers.from = at + headerLength;
  layers.to = claimed === 0 ? end : Math.min(end, at + claimed);
  layers.missing = Math.max(0, at + claimed - end);
  const flags = u16(frame, at + 6);
  if ((flags & 0x3fff) === 0) return;
  layers.isFragment = true;
  fragment.offset = (flags & 0x1fff) * 8;
  fragment.more = (flags & 0x2000) !== 0;
  fragment.identification = u16(frame, at + 4);
}
