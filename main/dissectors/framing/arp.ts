/** ARP for IPv4 over MAC addresses (RFC 826). */
import { u16 } from './bytes';
import { LAYER, type Layers } from './layers';

export const ARP_REQUEST = 1;
export const ARP_REPLY = 2;

/*
 *   0      2      4    5    6     8           14          18          24
 *   +------+------+----+----+-----+-----------+-----------+-----------+-----------+
 *   | hw   | proto| 6  | 4  | op  | from MAC  | from IPv4 | to MAC    | to IPv4   |
 */
export function readArp(layers: Layers, at: number, end: number): void {
  const { frame } = layers;
  layers.enter(LAYER.arp);
  layers.from = at;
  layers.to = end;
  if (at + 8 > end) {
    layers.short('The frame ends inside an ARP header', at);
    return;
  }
  const isIpv4OverMac = frame[at + 4] === 6 && frame[at + 5] === 4 && u16(frame, at + 2) === 0x0800;
  if (!isIpv4OverMac) return;
  if (at + 28 > end) {
    layers.short('The frame ends inside an ARP message', at);
    return;
  }
  layers.network = 'arp';
  layers.protocol = u16(frame, at + 6);
  layers.sourceMac = at + 8;
  layers.sourceIp = at + 14;
  layers.destinationIp = at + 24;
}
