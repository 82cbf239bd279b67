/**
 * What an S7 CPU says of itself in its system status lists: order number and firmware (W#16#xy11), names, serial number
 * and module type (W#16#xy1C). Siemens, "System Software for S7-300/400, System and Standard Functions", §33.
 */
import type { Cursor } from '../cursor';
import type { AssetFact, AssetFactKind } from '../dissector';

const MODULES = 0x11;
const COMPONENTS = 0x1c;
const FIRMWARE = 7;
const MOST_ELEMENTS = 32;

/** By the index of a component (W#16#xy1C); the text is as long as its place. */
const COMPONENT_FACTS: Readonly<Record<number, readonly [fact: AssetFactKind, size: number]>> = {
  1: ['name', 24],
  2: ['name', 24],
  3: ['location', 32],
  5: ['serial', 24],
  7: ['type', 32],
  11: ['location', 32],
};

/*
 *   0        2       4              6
 *   +--------+-------+--------------+-------+----------------------------------+
 *   | list   | index | element size | count | elements: index (2), content …   |
 *   +--------+-------+--------------+-------+----------------------------------+
 */
/** `cursor` stands behind list and index; requests end there and give nothing. */
export function readStatusList(list: number, cursor: Cursor): readonly AssetFact[] {
  const kind = list & 255;
  if ((kind !== MODULES && kind !== COMPONENTS) || cursor.left < 4) return [];
  const size = cursor.u16();
  const count = Math.min(cursor.u16(), MOST_ELEMENTS);
  const facts: AssetFact[] = [];
  for (let place = 0; place < count && size >= 4 && cursor.left >= size; place++) {
    const element = cursor.part(size);
    const index = element.u16();
    if (kind === MODULES) facts.push(...module(index, element));
    else {
      const [fact, length] = COMPONENT_FACTS[index] ?? [null, 0];
      if (fact !== null) facts.push({ of: 'sender', fact, value: trimmed(element, length) });
    }
  }
  return facts;
}

/** Order number (20 characters), two bytes, then the version: V and three numbers where it is the firmware's. */
function module(index: number, element: Cursor): AssetFact[] {
  const model = trimmed(element, 20);
  element.skip(2);
  if (index === 1) return [{ of: 'sender', fact: 'model', value: model }];
  if (index !== FIRMWARE || element.left < 4 || element.u8() !== 0x56) return [];
  const version = `V${element.u8()}.${element.u8()}.${element.u8()}`;
  return [{ of: 'sender', fact: 'firmware', value: version }];
}

/** Text up to its first NUL; places that were never filled are blank. */
function trimmed(cursor: Cursor, length: number): string {
  const text = cursor.text(Math.min(length, cursor.left));
  return text.trim().replace(/[.\s]+$/, '');
}
