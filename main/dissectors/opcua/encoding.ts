/** The binary encoding of OPC UA (OPC 10000-6 §5.2): node ids, texts, variants, data values. */
import type { Cursor } from '../cursor';
import { newRun, type PointRun } from '../dissector';

/** Values kept of one array, and how deep variants may stand in each other. */
const MAX_VALUES = 256;
const MAX_DEPTH = 4;
/** 1601-01-01 to 1970-01-01, in µs. */
const EPOCH_US = 11_644_473_600_000_000;
const TWO_32 = 4294967296;

export interface Value {
  /** NaN where it is no number. */
  readonly number: number;
  readonly text: string | null;
}

export interface DataValue {
  readonly values: readonly Value[];
  readonly isArray: boolean;
  readonly status: number;
  /** µs since 1970-01-01 UTC; NaN: not stamped. */
  readonly timeUs: number;
}

/** A string or byte string: a length, -1 for none (§5.2.2.4). */
export function readString(cursor: Cursor): string {
  const size = cursor.i32le();
  if (size <= 0) return '';
  if (size > cursor.left) {
    cursor.isShort = true;
    return '';
  }
  const part = cursor.part(size);
  return part.text(Math.min(size, 200));
}

/** §5.2.2.9, in the notation of OPC 10000-6 §5.3.1.10. */
export function readNodeId(cursor: Cursor): string {
  return nodeId(cursor, cursor.u8() & 0x3f);
}

/** With its namespace's name and server, where they are given (§5.2.2.10). */
export function readExpandedNodeId(cursor: Cursor): string {
  const flags = cursor.u8();
  const id = nodeId(cursor, flags & 0x3f);
  const space = (flags & 0x80) !== 0 ? `nsu=${readString(cursor)};` : '';
  if ((flags & 0x40) !== 0) cursor.skip(4);
  return space + id;
}

function nodeId(cursor: Cursor, kind: number): string {
  if (kind === 0) return `i=${cursor.u8()}`;
  const space = kind === 1 ? cursor.u8() : cursor.u16le();
  const prefix = space === 0 ? '' : `ns=${space};`;
  if (kind === 1) return `${prefix}i=${cursor.u16le()}`;
  if (kind === 2) return `${prefix}i=${cursor.u32le()}`;
  if (kind === 3) return `${prefix}s=${readString(cursor)}`;
  if (kind === 4) return `${prefix}g=${cursor.hex(16)}`;
  return `${prefix}b=${readString(cursor).length}`;
}

/** The number of a numeric id of the standard's own space; -1 for any other. */
export function numericId(cursor: Cursor): number {
  const found = /^i=(\d+)$/.exec(readNodeId(cursor));
  return found ? Number(found[1]) : -1;
}

/** Namespace and name (§5.2.2.13). */
export function readQualified(cursor: Cursor): string {
  const space = cursor.u16le();
  const name = readString(cursor);
  return space === 0 ? name : `${space}:${name}`;
}

/** The text without its language (§5.2.2.14). */
export function readLocalized(cursor: Cursor): string {
  const flags = cursor.u8();
  if ((flags & 1) !== 0) readString(cursor);
  return (flags & 2) !== 0 ? readString(cursor) : '';
}

/** Length of an array, never more than the bytes that are left could hold; null arrays have none. */
export function readCount(cursor: Cursor): number {
  const count = cursor.i32le();
  if (count > cursor.left) cursor.isShort = true;
  return cursor.isShort || count < 0 ? 0 : count;
}

/** Each of an array's elements, while there are bytes. */
export function each(cursor: Cursor, read: (place: number) => void): number {
  const count = readCount(cursor);
  for (let place = 0; place < count && !cursor.isShort; place++) read(place);
  return count;
}

/** The type of an extension object and its body as a cursor of its own (§5.2.2.15). */
export function readExtension(cursor: Cursor): { readonly type: number; readonly body: Cursor } {
  const type = numericId(cursor);
  const isFilled = cursor.u8() !== 0;
  const size = isFilled ? Math.max(0, cursor.i32le()) : 0;
  return { type, body: cursor.part(size) };
}

/** Passes over diagnostic information (§5.2.2.12). */
export function skipDiagnostics(cursor: Cursor, depth = 0): void {
  const flags = cursor.u8();
  for (const bit of [1, 2, 4, 8]) if ((flags & bit) !== 0) cursor.skip(4);
  if ((flags & 0x10) !== 0) readString(cursor);
  if ((flags & 0x20) !== 0) cursor.skip(4);
  if ((flags & 0x40) !== 0 && depth < MAX_DEPTH) skipDiagnostics(cursor, depth + 1);
}

/** µs since 1970-01-01 UTC of a count of 100 ns since 1601 (§5.2.2.5); NaN for none. */
export function readTime(cursor: Cursor): number {
  const low = cursor.u32le();
  const high = cursor.u32le();
  if (high === 0 && low === 0) return Number.NaN;
  // Long division by ten over the two halves: the count itself passes 2^53.
  return Math.floor(high / 10) * TWO_32 + Math.floor(((high % 10) * TWO_32 + low) / 10) - EPOCH_US;
}

/*
 *   flags: 01 value, 02 status, 04 source time, 10 its picoseconds, 08 server time, 20 its picoseconds   (§5.2.2.17)
 */
export function readDataValue(cursor: Cursor, depth = 0): DataValue {
  const flags = cursor.u8();
  const variant = (flags & 1) !== 0 ? readVariant(cursor, depth) : { values: [], isArray: false };
  const status = (flags & 2) !== 0 ? cursor.u32le() : 0;
  const timeUs = (flags & 4) !== 0 ? readTime(cursor) : Number.NaN;
  if ((flags & 0x10) !== 0) cursor.skip(2);
  if ((flags & 8) !== 0) cursor.skip(8);
  if ((flags & 0x20) !== 0) cursor.skip(2);
  return { values: variant.values, isArray: variant.isArray, status, timeUs };
}

/** §5.2.2.16: a type, alone or as an array, whose dimensions follow. */
export function readVariant(
  cursor: Cursor,
  depth = 0,
): { readonly values: readonly Value[]; readonly isArray: boolean } {
  const head = cursor.u8();
  const [type, isArray] = [head & 0x3f, (head & 0x80) !== 0];
  const values: Value[] = [];
  if (type === 0) return { values, isArray };
  if (isArray) {
    each(cursor, () => {
      const value = scalar(cursor, type, depth);
      if (value === null) cursor.isShort = true;
      else if (values.length < MAX_VALUES) values.push(value);
    });
    if ((head & 0x40) !== 0) each(cursor, () => cursor.skip(4));
  } else {
    const value = scalar(cursor, type, depth);
    if (value !== null) values.push(value);
  }
  return { values, isArray };
}

const numberOf = (number: number): Value =>
  Number.isFinite(number) ? { number, text: null } : { number: Number.NaN, text: 'not a number' };
const textOf = (text: string): Value => ({ number: Number.NaN, text });

/** One value of a built-in type (§5.1.2); null for a type there is none of. */
function scalar(cursor: Cursor, type: number, depth: number): Value | null {
  switch (type) {
    case 1:
    case 3:
      return numberOf(cursor.u8());
    case 2:
      return numberOf((cursor.u8() << 24) >> 24);
    case 4:
      return numberOf(cursor.i16le());
    case 5:
      return numberOf(cursor.u16le());
    case 6:
      return numberOf(cursor.i32le());
    case 7:
    case 19:
      return numberOf(cursor.u32le());
    case 8:
    case 9:
      return wide(cursor, type === 8);
    case 10:
      return numberOf(cursor.f32(true));
    case 11:
      return numberOf(cursor.f64(true));
    case 12:
    case 16:
      return textOf(readString(cursor));
    case 13: {
      const us = readTime(cursor);
      const isDate = Math.abs(us) < 8.64e18;
      return textOf(isDate ? new Date(Math.floor(us / 1000)).toISOString() : 'no time');
    }
    case 14:
      return textOf(cursor.hex(16));
    case 15: {
      const part = cursor.part(Math.max(0, cursor.i32le()));
      return textOf(part.hex(Math.min(64, part.left)));
    }
    case 17:
      return textOf(readNodeId(cursor));
    case 18:
      return textOf(readExpandedNodeId(cursor));
    case 20:
      return textOf(readQualified(cursor));
    case 21:
      return textOf(readLocalized(cursor));
    case 22: {
      const { type: kind, body } = readExtension(cursor);
      return textOf(`object of type ${kind}, ${body.left} bytes`);
    }
    case 25:
      skipDiagnostics(cursor);
      return textOf('diagnostics');
    default:
      return nested(cursor, type, depth);
  }
}

function nested(cursor: Cursor, type: number, depth: number): Value | null {
  if ((type !== 23 && type !== 24) || depth >= MAX_DEPTH) return null;
  const { values } = type === 23 ? readDataValue(cursor, depth + 1) : readVariant(cursor, depth + 1);
  return values[0] ?? textOf('');
}

/** 64 bits: as text too where a number cannot hold them. */
function wide(cursor: Cursor, isSigned: boolean): Value {
  const low = BigInt(cursor.u32le());
  const all = (BigInt(cursor.u32le()) << 32n) | low;
  const value = isSigned ? BigInt.asIntN(64, all) : all;
  const number = Number(value);
  return { number, text: Number.isSafeInteger(number) ? null : value.toString() };
}

/** What a status says where it is not plainly good (OPC 10000-4 §7.39). */
export function qualityOf(status: number): string | null {
  if (status === 0) return null;
  const word = status >= 0x80000000 ? 'bad' : status >= 0x40000000 ? 'uncertain' : 'good';
  return `${word} 0x${status.toString(16).padStart(8, '0')}`;
}

export function pointOf(object: string | null, { values, isArray, status, timeUs }: DataValue): PointRun {
  const quality = qualityOf(status);
  const told = values.length > 0 ? values : quality === null ? [] : [{ number: Number.NaN, text: null }];
  return newRun(
    object,
    isArray ? 0 : null,
    isArray ? 1 : 0,
    told.map(({ number }) => number),
    told.some(({ text }) => text !== null) ? told.map(({ text }) => text) : undefined,
    quality === null ? undefined : told.map(() => quality),
    Number.isNaN(timeUs) ? undefined : told.map(() => timeUs),
  );
}
