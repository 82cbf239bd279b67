/** VLAN tags, one or several (IEEE 802.1Q-2018 §9.6, QinQ with 0x88a8 and the older 0x9100). */
import { u16 } from './bytes';
import { LAYER, type Layers } from './layers';

const MAX_TAGS = 8;

export function isVlanTag(etherType: number): boolean {
  return etherType === 0x8100 || etherType === 0x88a8 || etherType === 0x9100 || etherType === 0x9200;
}

/*
 *   0        2            4
 *   +--------+------------+
 *   | PCP,DEI| EtherType  |   after each tag's own EtherType
 *   | VID    |            |
 *   +--------+------------+
 */
/** Skips the tags at `at`, keeping the innermost VLAN number in `layers`; returns where the payload begins. */
export function readVlan(layers: Layers, at: number, end: number): number {
  const { frame } = layers;
  let next = at;
  for (let tags = 0; tags < MAX_TAGS && isVlanTag(layers.etherType); tags++) {
    if (next + 4 > end) {
      layers.short('The frame ends inside a VLAN tag', next);
      layers.etherType = -1;
      return end;
    }
    layers.enter(LAYER.vlan);
    layers.vlan = u16(frame, next) & 0xfff;
    layers.etherType = u16(frame, next + 2);
    next += 4;
  }
  return next;
}
