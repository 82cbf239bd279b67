/** S7 variables: areas, addresses in bits, element types, and values out of data items. */
import type { Cursor } from '../cursor';
import { newRun, type PointRun } from '../dissector';

export interface S7Item {
  /** `DB10`, `M`, `I`, `Q`, … or null for a kind of address that is not read. */
  readonly object: string | null;
  /** In bits from the start of the area; the number itself for counters and timers. */
  readonly address: number | null;
  readonly quantity: number;
  readonly size: ElementSize;
  /** As an engineer writes it: `DB10.DBX4.0`, `MW20`, `DB1.DBB0 × 8`. */
  readonly text: string;
}

interface ElementSize {
  readonly name: string;
  readonly bytes: number;
  readonly letter: string;
}

const BIT: ElementSize = { name: 'bit', bytes: 0, letter: 'X' };
const BYTE: ElementSize = { name: 'byte', bytes: 1, letter: 'B' };

/** Transport sizes of a request item. */
const SIZES = new Map<number, ElementSize>([
  [1, BIT],
  [2, BYTE],
  [3, { name: 'char', bytes: 1, letter: 'B' }],
  [4, { name: 'word', bytes: 2, letter: 'W' }],
  [5, { name: 'int', bytes: 2, letter: 'W' }],
  [6, { name: 'dword', bytes: 4, letter: 'D' }],
  [7, { name: 'dint', bytes: 4, letter: 'D' }],
  [8, { name: 'real', bytes: 4, letter: 'D' }],
  [9, { name: 'date', bytes: 2, letter: 'W' }],
  [10, { name: 'time_of_day', bytes: 4, letter: 'D' }],
  [11, { name: 'time', bytes: 4, letter: 'D' }],
  [12, { name: 's5time', bytes: 2, letter: 'W' }],
  [15, { name: 'date_and_time', bytes: 8, letter: 'B' }],
  [28, { name: 'counter', bytes: 2, letter: '' }],
  [29, { name: 'timer', bytes: 2, letter: '' }],
]);

const AREAS = new Map<number, string>([
  [0x03, 'SI'],
  [0x05, 'SM'],
  [0x06, 'AI'],
  [0x07, 'AQ'],
  [0x1c, 'C'],
  [0x1d, 'T'],
  [0x1e, 'C'],
  [0x1f, 'T'],
  [0x80, 'P'],
  [0x81, 'I'],
  [0x82, 'Q'],
  [0x83, 'M'],
  [0x84, 'DB'],
  [0x85, 'DI'],
  [0x86, 'L'],
  [0x87, 'V'],
]);

const SPECIFICATION = 0x12;
const ANY_POINTER = 0x10;
const DB_READ = 0xb0;

/*
 *   0      1        2        3      4        6      8      9
 *   +------+--------+--------+------+--------+------+------+--------------+
 *   | 0x12 | length | syntax | size | count  | DB   | area | address (24) |
 *   +------+--------+--------+------+--------+------+------+--------------+
 */
export function readItem(cursor: Cursor): readonly S7Item[] {
  const specification = cursor.u8();
  const item = cursor.part(cursor.u8());
  const syntax = item.u8();
  if (specification === SPECIFICATION && syntax === ANY_POINTER) return [anyPointer(item)];
  if (specification === SPECIFICATION && syntax === DB_READ) return dbRead(item);
  return [unknownItem(`address kind 0x${syntax.toString(16)}`)];
}

function anyPointer(item: Cursor): S7Item {
  const code = item.u8();
  const size = SIZES.get(code) ?? BYTE;
  const quantity = item.u16();
  const block = item.u16();
  const area = item.u8();
  const address = item.u24();
  if (item.isShort) return unknownItem('cut item');
  return variable(areaName(area, block), area, address, quantity, size);
}

/** Several short reads of data blocks under one item: bytes, block, start byte each. */
function dbRead(item: Cursor): readonly S7Item[] {
  const count = item.u8();
  const items: S7Item[] = [];
  for (let index = 0; index < count && item.left >= 5; index++) {
    const bytes = item.u8();
    const block = item.u16();
    items.push(variable(`DB${block}`, 0x84, item.u16() * 8, bytes, BYTE));
  }
  return items;
}

function unknownItem(text: string): S7Item {
  return { object: null, address: null, quantity: 1, size: BYTE, text };
}

function areaName(area: number, block: number): string {
  const name = AREAS.get(area) ?? `area 0x${area.toString(16)}`;
  return name === 'DB' || name === 'DI' ? `${name}${block}` : name;
}

function variable(
  object: string,
  area: number,
  address: number,
  quantity: number,
  size: ElementSize,
): S7Item {
  const times = quantity === 1 ? '' : ` × ${quantity}`;
  return { object, address, quantity, size, text: addressText(object, area, address, size) + times };
}

function addressText(object: string, area: number, address: number, size: ElementSize): string {
  if (size.letter === '' || object === 'C' || object === 'T') return `${object}${address}`;
  const byte = address >> 3;
  const isBlock = area === 0x84 || area === 0x85;
  const prefix = isBlock ? `${object}.${object.slice(0, 2)}` : object;
  if (size === BIT) return `${prefix}${isBlock ? 'X' : ''}${byte}.${address & 7}`;
  return `${prefix}${size.letter}${byte}`;
}

/** Transport sizes of a data item whose length counts bits. */
const BIT_LENGTHS = new Set([3, 4, 5]);

export interface S7Value {
  /** Return code of the item; 0xff is success. In a write request it is 0. */
  readonly code: number;
  readonly points: readonly PointRun[];
  readonly text: string;
}

/*
 *   0        1       2           4
 *   +--------+-------+-----------+--------+
 *   | result | size  | length    | data … |   filled to an even length, but for the last item
 *   +--------+-------+-----------+--------+
 */
export function readValue(cursor: Cursor, item: S7Item | null): S7Value {
  const code = cursor.u8();
  const size = cursor.u8();
  const length = cursor.u16();
  const bytes = BIT_LENGTHS.has(size) ? (length + 7) >> 3 : length;
  const data = cursor.part(bytes);
  if (bytes % 2 === 1 && cursor.left > 0) cursor.skip(1);
  if (data.left === 0) return { code, points: [], text: '' };
  return { code, ...decode(data, item, size) };
}

function decode(
  data: Cursor,
  item: S7Item | null,
  transport: number,
): { points: readonly PointRun[]; text: string } {
  const object = item?.object ?? null;
  const address = item?.address ?? null;
  const size = item?.size ?? (transport === 3 ? BIT : BYTE);
  if (size === BIT) {
    const values = Uint8Array.from({ length: data.left }, () => data.u8());
    return { points: [newRun(object, address, 1, values)], text: values.join(', ') };
  }
  if (size.bytes === 1 || size.bytes === 8) return asBytes(data, object, address);
  const values: number[] = [];
  while (data.left >= size.bytes) values.push(element(data, size.name));
  const stride = size.letter === '' ? 1 : size.bytes * 8;
  const shown = values.slice(0, 8).map((value) => String(Math.round(value * 1e6) / 1e6));
  const text = shown.join(', ') + (values.length > 8 ? ', …' : '');
  return { points: [newRun(object, address, stride, values)], text };
}

/** A run of bytes is one value, its bytes in hex: only whoever knows the block can say what numbers lie in it. */
function asBytes(
  data: Cursor,
  object: string | null,
  address: number | null,
): { points: readonly PointRun[]; text: string } {
  if (data.left === 1) {
    const value = data.u8();
    return { points: [newRun(object, address, 8, [value])], text: String(value) };
  }
  const hex = data.hex(data.left);
  let text = hex.length > 32 ? `0x${hex.slice(0, 32)}…` : `0x${hex}`;
  if (hex.length === 8) text += asReal(hex);
  return { points: [newRun(object, address, 8, [Number.NaN], [hex])], text };
}

/** Four bytes are most often a real number: said beside the bytes, where it would be one of human size. */
function asReal(hex: string): string {
  float.setUint32(0, Number.parseInt(hex, 16));
  const value = float.getFloat32(0);
  const size = Math.abs(value);
  return size >= 1e-3 && size < 1e7 ? ` (${Math.round(value * 1e4) / 1e4} as a real number)` : '';
}

const float = new DataView(new ArrayBuffer(4));

function element(data: Cursor, name: string): number {
  switch (name) {
    case 'int': {
      const value = data.u16();
      return value > 32767 ? value - 65536 : value;
    }
    case 'dint':
    case 'time':
      return data.u32() | 0;
    case 'real':
      float.setUint32(0, data.u32());
      return float.getFloat32(0);
    case 'dword':
    case 'time_of_day':
      return data.u32();
    default:
      return data.u16();
  }
}
