/** Values of binary XML as text, as Windows renders them ([MS-EVEN6] §2.2.12, [MS-DTYP] §2.3–2.4). */

import { decodeCodePage } from '../../../../shared/encodings';

/** Text, texts of an array, or null for a value that is not there or too short for its type. */
export type Rendered = string | null | readonly string[];

export const BINXML = 0x21;
const ARRAY = 0x80;
const MOST_ITEMS = 4096;

/** Bytes of one item of an array, by type. */
const WIDTHS: Readonly<Record<number, number>> = {
  3: 1,
  4: 1,
  5: 2,
  6: 2,
  7: 4,
  8: 4,
  9: 8,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  15: 16,
  17: 8,
  18: 16,
  20: 4,
  21: 8,
};

/** The value of `size` bytes at `at`; the caller has checked that they lie within `bytes`. */
export function renderValue(bytes: Buffer, at: number, size: number, type: number): Rendered {
  if (type === 0) return null;
  if ((type & ARRAY) === 0) return renderOne(bytes, at, size, type);
  const item = type & 0x7f;
  if (item === 1 || item === 2) return texts(bytes, at, size, item);
  if (item === 0x13) return sids(bytes, at, size);
  const width = WIDTHS[item] ?? 0;
  if (width === 0) return hex(bytes, at, size);
  const items: string[] = [];
  for (let from = at; from + width <= at + size && items.length < MOST_ITEMS; from += width) {
    items.push(renderOne(bytes, from, width, item) ?? '');
  }
  return items;
}

function renderOne(bytes: Buffer, at: number, size: number, type: number): string | null {
  if (size < (WIDTHS[type] ?? 0)) return null;
  switch (type) {
    case 0x01:
      return wellFormed(trimZeros(bytes.toString('utf16le', at, at + (size & ~1))));
    case 0x02:
      return trimZeros(decodeAnsi(bytes, at, size));
    case 0x03:
      return String(bytes.readInt8(at));
    case 0x04:
      return String(bytes.readUInt8(at));
    case 0x05:
      return String(bytes.readInt16LE(at));
    case 0x06:
      return String(bytes.readUInt16LE(at));
    case 0x07:
      return String(bytes.readInt32LE(at));
    case 0x08:
      return String(bytes.readUInt32LE(at));
    case 0x09:
      return String(bytes.readBigInt64LE(at));
    case 0x0a:
      return String(bytes.readBigUInt64LE(at));
    case 0x0b:
      return String(bytes.readFloatLE(at));
    case 0x0c:
      return String(bytes.readDoubleLE(at));
    case 0x0d:
      return bytes.readUInt32LE(at) === 0 ? 'false' : 'true';
    case 0x0f:
      return guid(bytes, at);
    case 0x11:
      return fileTime(bytes.readBigUInt64LE(at));
    case 0x12:
      return systemTime(bytes, at);
    case 0x13:
      return sid(bytes, at, size);
    case 0x14:
      return `0x${bytes.readUInt32LE(at).toString(16)}`;
    case 0x15:
      return `0x${bytes.readBigUInt64LE(at).toString(16)}`;
    case 0x10:
    case 0x20:
      if (size === 4) return `0x${bytes.readUInt32LE(at).toString(16)}`;
      return size === 8 ? `0x${bytes.readBigUInt64LE(at).toString(16)}` : hex(bytes, at, size);
    default:
      return hex(bytes, at, size);
  }
}

function hex(bytes: Buffer, at: number, size: number): string {
  return bytes.toString('hex', at, at + size).toUpperCase();
}

function trimZeros(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0) end--;
  return end === text.length ? text : text.slice(0, end);
}

const HALVES = /[\ud800-\udfff]/;

/** Half a surrogate pair is no character; it is shown as U+FFFD. */
export function wellFormed(text: string): string {
  return HALVES.test(text) ? Buffer.from(text, 'utf8').toString('utf8') : text;
}

/** The log does not say which code page; Western European is what the peers take. */
function decodeAnsi(bytes: Buffer, at: number, size: number): string {
  return decodeCodePage(bytes.subarray(at, at + size), 'windows-1252');
}

function texts(bytes: Buffer, at: number, size: number, type: number): readonly string[] {
  const all = renderOne(bytes, at, size, type) ?? '';
  return all.split('\0', MOST_ITEMS);
}

/** `{XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX}`, [MS-DTYP] §2.3.4.3. */
function guid(bytes: Buffer, at: number): string {
  const hexOf = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
  const first = `${hexOf(bytes.readUInt32LE(at), 8)}-${hexOf(bytes.readUInt16LE(at + 4), 4)}-${hexOf(bytes.readUInt16LE(at + 6), 4)}`;
  return `{${first}-${bytes.toString('hex', at + 8, at + 10)}-${bytes.toString('hex', at + 10, at + 16)}}`.toUpperCase();
}

/** S-R-I-S…, [MS-DTYP] §2.4.2; null where the bytes are too few. */
function sid(bytes: Buffer, at: number, size: number): string | null {
  const count = size >= 8 ? bytes.readUInt8(at + 1) : 0;
  if (size < 8 + count * 4) return null;
  let text = `S-${bytes.readUInt8(at)}-${bytes.readUIntBE(at + 2, 6)}`;
  for (let index = 0; index < count; index++) text += `-${bytes.readUInt32LE(at + 8 + index * 4)}`;
  return text;
}

function sids(bytes: Buffer, at: number, size: number): readonly string[] {
  const found: string[] = [];
  for (let from = at; from + 8 <= at + size && found.length < MOST_ITEMS; ) {
    const text = sid(bytes, from, at + size - from);
    if (text === null) break;
    found.push(text);
    from += 8 + bytes.readUInt8(from + 1) * 4;
  }
  return found;
}

const TICKS = 10_000_000n;
const EPOCH_MS = 11_644_473_600_000;

/** 100 ns since 1601 as ISO 8601 in UTC with seven digits. */
export function fileTime(ticks: bigint): string {
  const whole = Number(ticks / 10_000n) - EPOCH_MS;
  const iso = new Date(whole).toISOString();
  return `${iso.slice(0, iso.length - 5)}.${String(ticks % TICKS).padStart(7, '0')}Z`;
}

function systemTime(bytes: Buffer, at: number): string {
  const part = (index: number, digits: number): string =>
    String(bytes.readUInt16LE(at + index * 2)).padStart(digits, '0');
  return `${part(0, 4)}-${part(1, 2)}-${part(3, 2)}T${part(4, 2)}:${part(5, 2)}:${part(6, 2)}.${part(7, 3)}Z`;
}
