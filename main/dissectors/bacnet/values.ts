/** Tags and application values of ASHRAE 135-2020 §20.2. */
import type { Cursor } from '../cursor';
import { objectName } from './registry';

export interface Tag {
  readonly number: number;
  readonly isContext: boolean;
  readonly isOpening: boolean;
  readonly isClosing: boolean;
  readonly size: number;
}

/*
 *   7 6 5 4   3       2 1 0
 *   +-------+-------+--------------------------------------+
 *   | tag   | class | length 0–4, 5 more, 6 opens, 7 closes |
 *   +-------+-------+--------------------------------------+
 */
export function readTag(cursor: Cursor): Tag {
  const byte = cursor.u8();
  const number = byte >> 4 === 15 ? cursor.u8() : byte >> 4;
  const isContext = (byte & 8) !== 0;
  const low = byte & 7;
  if (isContext && low >= 6)
    return { number, isContext, isOpening: low === 6, isClosing: low === 7, size: 0 };
  let size = low;
  if (low === 5) {
    size = cursor.u8();
    if (size === 254) size = cursor.u16();
    else if (size === 255) size = cursor.u32();
  }
  return { number, isContext, isOpening: false, isClosing: false, size };
}

export function readUnsigned(cursor: Cursor, size: number): number {
  let value = 0;
  for (let place = 0; place < size && place < 8 && cursor.left > 0; place++)
    value = value * 256 + cursor.u8();
  return value;
}

export interface ObjectId {
  readonly type: number;
  readonly instance: number;
}

export function readObjectId(cursor: Cursor): ObjectId {
  const id = cursor.u32();
  return { type: id >>> 22, instance: id & 0x3fffff };
}

export interface Value {
  readonly number: number;
  readonly text: string;
}

const latin = { utf8: new TextDecoder(), utf16: new TextDecoder('utf-16be') };

/** One application-tagged value (§20.2.1–20.2.14). */
export function readValue(cursor: Cursor, tag: Tag): Value {
  const plain = (number: number): Value => ({ number, text: String(number) });
  if (!tag.isContext && tag.number === 1) return plain(tag.size);
  const part = cursor.part(Math.min(tag.size, cursor.left));
  if (part.left < tag.size) cursor.skip(1);
  if (tag.isContext) return { number: Number.NaN, text: part.hex(Math.min(part.left, 32)) };
  switch (tag.number) {
    case 0:
      return { number: Number.NaN, text: 'null' };
    case 2:
    case 9:
      return plain(readUnsigned(part, tag.size));
    case 3: {
      const bits = Math.max(0, 32 - 8 * Math.min(4, tag.size));
      return plain((readUnsigned(part, Math.min(4, tag.size)) << bits) >> bits);
    }
    case 4:
      return plain(Number(part.f32().toPrecision(7)));
    case 5:
      return plain(part.f64());
    case 7:
      return { number: Number.NaN, text: readText(part) };
    case 10:
      return { number: Number.NaN, text: `${1900 + part.u8()}-${two(part.u8())}-${two(part.u8())}` };
    case 11:
      return { number: Number.NaN, text: `${two(part.u8())}:${two(part.u8())}:${two(part.u8())}` };
    case 12: {
      const { type, instance } = readObjectId(part);
      return { number: Number.NaN, text: `${objectName(type)},${instance}` };
    }
    default:
      return { number: Number.NaN, text: part.hex(Math.min(part.left, 32)) };
  }
}

/** Of a date or a time; 255: any (§20.2.12). */
function two(number: number): string {
  return number === 255 ? '*' : String(number).padStart(2, '0');
}

/** §20.2.9: the first byte names the character set. */
export function readText(part: Cursor): string {
  const set = part.u8();
  if (set !== 0 && set !== 4) return part.text(Math.min(part.left, 200));
  const bytes = part.bytes.subarray(part.at, Math.min(part.end, part.at + 200));
  return (set === 0 ? latin.utf8 : latin.utf16).decode(bytes).replace(/[\p{Cc}\u2028\u2029]/gu, '.');
}
