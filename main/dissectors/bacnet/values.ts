/** Tags and application values of ASHRAE 135-2020 §20.2; names of objects and properties of §12 and §21. */
import type { Cursor } from '../cursor';

const OBJECTS = [
  'analog-input',
  'analog-output',
  'analog-value',
  'binary-input',
  'binary-output',
  'binary-value',
  'calendar',
  'command',
  'device',
  'event-enrollment',
  'file',
  'group',
  'loop',
  'multi-state-input',
  'multi-state-output',
  'notification-class',
  'program',
  'schedule',
  'averaging',
  'multi-state-value',
  'trend-log',
  'life-safety-point',
  'life-safety-zone',
  'accumulator',
  'pulse-converter',
] as const;

const PROPERTIES: Readonly<Record<number, string>> = {
  4: 'active-text',
  8: 'all',
  11: 'apdu-timeout',
  12: 'application-software-version',
  22: 'cov-increment',
  28: 'description',
  30: 'device-address-binding',
  31: 'device-type',
  36: 'event-state',
  44: 'firmware-revision',
  45: 'high-limit',
  46: 'inactive-text',
  56: 'local-date',
  57: 'local-time',
  58: 'location',
  59: 'low-limit',
  62: 'max-apdu-length-accepted',
  65: 'max-pres-value',
  69: 'min-pres-value',
  70: 'model-name',
  75: 'object-identifier',
  76: 'object-list',
  77: 'object-name',
  79: 'object-type',
  81: 'out-of-service',
  85: 'present-value',
  87: 'priority-array',
  96: 'protocol-object-types-supported',
  97: 'protocol-services-supported',
  98: 'protocol-version',
  103: 'reliability',
  104: 'relinquish-default',
  107: 'segmentation-supported',
  111: 'status-flags',
  112: 'system-status',
  117: 'units',
  120: 'vendor-identifier',
  121: 'vendor-name',
  131: 'log-buffer',
  133: 'log-enable',
  139: 'protocol-revision',
  141: 'record-count',
  155: 'database-revision',
  371: 'property-list',
};

export function objectName(type: number): string {
  return OBJECTS[type] ?? `object-type-${type}`;
}

export function propertyName(id: number): string {
  return PROPERTIES[id] ?? `property-${id}`;
}

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
      return { number: Number.NaN, text: `${1900 + part.u8()}-${part.u8()}-${part.u8()}` };
    case 11:
      return { number: Number.NaN, text: `${part.u8()}:${part.u8()}:${part.u8()}` };
    case 12: {
      const { type, instance } = readObjectId(part);
      return { number: Number.NaN, text: `${objectName(type)},${instance}` };
    }
    default:
      return { number: Number.NaN, text: part.hex(Math.min(part.left, 32)) };
  }
}

/** §20.2.9: the first byte names the character set. */
function readText(part: Cursor): string {
  const set = part.u8();
  if (set !== 0 && set !== 4) return part.text(Math.min(part.left, 200));
  const bytes = part.bytes.subarray(part.at, Math.min(part.end, part.at + 200));
  return (set === 0 ? latin.utf8 : latin.utf16).decode(bytes).replace(/[\p{Cc}\u2028\u2029]/gu, '.');
}
