/** Linux "cooked" captures, versions 1 and 2 (tcpdump.org LINKTYPE_LINUX_SLL, LINKTYPE_LINUX_SLL2). */
import { u16 } from './bytes';
import { readBetween } from './ethernet';
import { LAYER, type Layers } from './layers';
import { readVlan } from './vlan';

const MAC_LENGTH = 6;

/*
 *   0          2         4           6            14         16
 *   +----------+---------+-----------+------------+----------+
 *   | pkt type | ARPHRD  | addr len  | address(8) | protocol |
 */
export function readSll(layers: Layers, start: number, end: number): number {
  if (start + 16 > end) {
    layers.short('The frame is shorter than a Linux cooked header', start);
    return end;
  }
  layers.enter(LAYER.sll);
  if (u16(layers.frame, start + 4) === MAC_LENGTH) layers.sourceMac = start + 6;
  layers.etherType = u16(layers.frame, start + 14);
  return readBetween(layers, readVlan(layers, start + 16, end), end);
}

/*
 *   0          2          4          8         10         11         12         20
 *   +----------+----------+----------+---------+----------+----------+----------+
 *   | protocol | reserved | if index | ARPHRD  | pkt type | addr len | address  |
 */
export function readSll2(layers: Layers, start: number, end: number): number {
  if (start + 20 > end) {
    layers.short('The frame is shorter than a Linux cooked header', start);
    return end;
  }
  layers.enter(LAYER.sll2);
  if (layers.frame[start + 11] === MAC_LENGTH) layers.sourceMac = start + 12;
  layers.etherType = u16(layers.frame, start);
  return readBetween(layers, readVlan(layers, start + 20, end), end);
}
