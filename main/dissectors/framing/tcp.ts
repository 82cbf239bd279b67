/** TCP headers (RFC 9293 §3.1). */
import { u16, u32 } from './bytes';
import { LAYER, type Layers } from './layers';

export const TCP_FLAG = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16 } as const;

/*
 *   0              2              4
 *   +--------------+--------------+
 *   | from port    | to port      |
 *   | sequence number             |
 *   | acknowledgement             |
 *   | off | flags  | window       |
 *   | checksum     | urgent       |
 *   | options …                   |
 */
export function readTcp(layers: Layers): void {
  const { bytes, from, to } = layers;
  layers.enter(LAYER.tcp);
  if (from + 4 > to) {
    layers.short('The packet ends inside a TCP header', from);
    return;
  }
  layers.hasPorts = true;
  layers.sourcePort = u16(bytes, from);
  layers.destinationPort = u16(bytes, from + 2);
  if (from + 20 > to) {
    layers.short('The packet ends inside a TCP header', from);
    return;
  }
  const headerLength = ((bytes[from + 12] ?? 0) >> 4) * 4;
  if (headerLength < 20) {
    layers.malformed('The TCP header length is below 20 bytes', from + 12);
    return;
  }
  layers.sequence = u32(bytes, from + 4);
  layers.acknowledgement = u32(bytes, from + 8);
  layers.flags = bytes[from + 13] ?? 0;
  if (from + headerLength > to) {
    layers.short('The TCP options are longer than the packet', from + 12);
    return;
  }
  layers.from = from + headerLength;
  layers.hasPayload = true;
}
