/** DNP3 object headers and their values: IEEE 1815-2012 §4.2.2.7 (qualifiers) and Annex A (object library). */
import type { Cursor } from '../cursor';
import { newRun, type PointRun } from '../dissector';

/**
 * Layouts by group and variation: f flags, s status, i/u integer bits, r real bits, t 48-bit time, d 16-bit relative
 * time, b one packed bit, p two packed bits, - no data.
 */
const LAYOUTS: Readonly<Record<number, readonly string[]>> = {
  1: ['b', 'f'],
  2: ['f', 'f t', 'f d'],
  3: ['p', 'f'],
  4: ['f', 'f t', 'f d'],
  10: ['b', 'f'],
  11: ['f', 'f t'],
  12: ['c', 'c', 'b'],
  13: ['f', 'f t'],
  20: ['f u32', 'f u16', 'f u32', 'f u16', 'u32', 'u16', 'u32', 'u16'],
  21: [
    'f u32',
    'f u16',
    'f u32',
    'f u16',
    'f u32 t',
    'f u16 t',
    'f u32 t',
    'f u16 t',
    'u32',
    'u16',
    'u32',
    'u16',
  ],
  22: ['f u32', 'f u16', 'f u32', 'f u16', 'f u32 t', 'f u16 t', 'f u32 t', 'f u16 t'],
  23: ['f u32', 'f u16', 'f u32', 'f u16', 'f u32 t', 'f u16 t', 'f u32 t', 'f u16 t'],
  30: ['f i32', 'f i16', 'i32', 'i16', 'f r32', 'f r64'],
  31: ['f i32', 'f i16', 'f i32 t', 'f i16 t', 'i32', 'i16', 'f r32', 'f r64'],
  32: ['f i32', 'f i16', 'f i32 t', 'f i16 t', 'f r32', 'f r64', 'f r32 t', 'f r64 t'],
  33: ['f i32', 'f i16', 'f i32 t', 'f i16 t', 'f r32', 'f r64', 'f r32 t', 'f r64 t'],
  34: ['u16', 'u32', 'r32'],
  40: ['f i32', 'f i16', 'f r32', 'f r64'],
  41: ['i32 s', 'i16 s', 'r32 s', 'r64 s'],
  42: ['f i32', 'f i16', 'f i32 t', 'f i16 t', 'f r32', 'f r64', 'f r32 t', 'f r64 t'],
  43: ['s i32', 's i16', 's i32 t', 's i16 t', 's r32', 's r64', 's r32 t', 's r64 t'],
  50: ['t', 't u32', 't', 't u32 u8'],
  51: ['t', 't'],
  52: ['u16', 'u16'],
  60: ['-', '-', '-', '-'],
  80: ['b'],
};

/** Groups whose flags carry the state in bit 7 (Annex A.2–A.6). */
const BINARY = new Set([1, 2, 10, 11, 13]);
const FLAG_WORDS = [
  '',
  'restart',
  'comm lost',
  'remote forced',
  'local forced',
  'over range',
  'reference error',
];
/** Annex A.8.1: what a trip/close code and an operation mean, and the status that comes back. */
const TRIPS = ['', ' close', ' trip', ' reserved'];
const OPERATIONS = ['nul', 'pulse on', 'pulse off', 'latch on', 'latch off'];
const CONTROL_STATUS = [
  'success',
  'timeout',
  'no select',
  'format error',
  'not supported',
  'already active',
  'hardware error',
  'local',
  'too many objects',
  'not authorized',
  'automation inhibit',
  'processing limited',
  'out of range',
] as const;

/** Annex A.27.4: status of a file command. */
const FILE_STATUS: Readonly<Record<number, string>> = {
  0: 'success',
  1: 'permission denied',
  2: 'invalid mode',
  3: 'file not found',
  4: 'file locked',
  5: 'too many open',
  6: 'invalid handle',
  7: 'write block size',
  8: 'communication lost',
  9: 'cannot abort',
  16: 'not opened',
  17: 'handle expired',
  18: 'buffer overrun',
  19: 'fatal',
  20: 'block sequence',
  255: 'undefined',
};

const MAX_POINTS = 4096;

/** What a line says of one object, and the result it carries: 0 for success, null where it carries none. */
export interface Detail {
  readonly text: string;
  readonly status: number | null;
  readonly result: string | null;
}

export interface ObjectHeader {
  readonly group: number;
  readonly variation: number;
  readonly first: number | null;
  readonly last: number | null;
  readonly count: number | null;
  readonly runs: readonly PointRun[];
  readonly details: readonly Detail[];
  /** Worst control status among the objects; 0 when all went well, null without one. */
  readonly status: number | null;
  readonly file: string | null;
  /** False when the rest of the fragment cannot be told apart. */
  readonly isRead: boolean;
}

/*
 *   0       1           2           3…
 *   +-------+-----------+-----------+------------------------+--------------------------
 *   | group | variation | qualifier | range: start–stop or n | [prefix] object, repeated
 *   +-------+-----------+-----------+------------------------+--------------------------
 *                         0 PPP RRRR   prefix code, range code
 */
/** `hasData` is false in requests that only name objects; `baseUs` is the common time of occurrence (g51). */
export function readHeader(cursor: Cursor, hasData: boolean, baseUs: number): ObjectHeader {
  const group = cursor.u8();
  const variation = cursor.u8();
  const qualifier = cursor.u8();
  const prefix = (qualifier >> 4) & 7;
  const code = qualifier & 15;
  const first = code <= 5 ? readNumeral(cursor, code % 3) : null;
  const count = countOf(cursor, code, first);
  const read = readBody(
    cursor,
    { group, variation, first, count: count ?? 0, prefix, baseUs },
    count,
    hasData,
  );
  const { runs, details, status, file, isRead } = read;
  const last = first !== null && count !== null ? first + count - 1 : null;
  return { group, variation, first, last, count, runs, details, status, file, isRead };
}

/** What stands behind a header. */
function readBody(cursor: Cursor, shape: Shape, count: number | null, hasData: boolean): Read {
  const { group, variation, prefix } = shape;
  if (count === null || (!hasData && prefix === 0)) return NO_OBJECTS;
  if (prefix >= 4) return readSized(cursor, group, variation, prefix, count);
  const layout = hasData ? layoutOf(group, variation) : '-';
  if (layout === null) return UNKNOWN_OBJECTS;
  // Objects of no bytes have no values; a range of 65,536 of them takes five bytes.
  if (prefix === 0 && (layout === '-' || layout === 'x0')) return NO_OBJECTS;
  return readObjects(cursor, shape, layout);
}

const NO_OBJECTS: Read = { runs: [], details: [], status: null, file: null, isRead: true };
const UNKNOWN_OBJECTS: Read = { ...NO_OBJECTS, isRead: false };

/** Range codes 0 to 5: start and stop; 7 to 9: a count; 11: a count before objects that carry their size. */
function countOf(cursor: Cursor, code: number, first: number | null): number | null {
  if (first !== null) return Math.max(0, readNumeral(cursor, code % 3) - first + 1);
  if (code >= 7 && code <= 9) return readNumeral(cursor, code - 7);
  return code === 11 ? cursor.u8() : null;
}

/** Of one, two or four bytes. */
function readNumeral(cursor: Cursor, size: number): number {
  if (size === 0) return cursor.u8();
  return size === 1 ? cursor.u16le() : cursor.u32le();
}

function layoutOf(group: number, variation: number): string | null {
  const layout = LAYOUTS[group]?.[variation - 1];
  if (layout !== undefined) return layout;
  return group >= 110 && group <= 113 ? `x${variation}` : null;
}

interface Shape {
  readonly group: number;
  readonly variation: number;
  readonly first: number | null;
  readonly count: number;
  readonly prefix: number;
  readonly baseUs: number;
}

type Read = Pick<ObjectHeader, 'runs' | 'details' | 'status' | 'file' | 'isRead'>;

function readObjects(cursor: Cursor, shape: Shape, layout: string): Read {
  const { group, prefix } = shape;
  const object = `g${group}v${shape.variation}`;
  const found = new Values();
  const details: Detail[] = [];
  let status: number | null = null;
  const packed = layout === 'b' ? 1 : layout === 'p' ? 2 : 0;
  let bits = 0;
  for (let place = 0; place < shape.count && place < MAX_POINTS; place++) {
    if (cursor.isShort || (cursor.left === 0 && prefix > 0)) break;
    const startsByte = packed > 0 && (place * packed) % 8 === 0;
    if (cursor.left === 0 && layout !== '-' && packed === 0) break;
    const index = prefix === 0 ? (shape.first ?? 0) + place : readNumeral(cursor, prefix - 1);
    if (layout === '-') continue;
    if (packed > 0) {
      if (startsByte && cursor.left === 0) break;
      if (startsByte) bits = cursor.u8();
      one.clear();
      one.value = (bits >> ((place * packed) % 8)) & (packed === 1 ? 1 : 3);
    } else readOne(cursor, shape, layout);
    if (cursor.isShort) break;
    const result = one.status === null ? null : (CONTROL_STATUS[one.status] ?? `status ${one.status}`);
    if (one.status !== null && one.status > 0) one.quality = result;
    found.add(index, one);
    if (layout !== 'c' && group !== 41) continue;
    if (one.status !== null) status = Math.max(status ?? 0, one.status);
    const words = layout === 'c' ? (one.text ?? '') : `${one.value} to`;
    details.push({ text: `${words} ${object} index ${index}`, status: one.status, result });
  }
  return {
    runs: found.runs(object, prefix === 0),
    details,
    status,
    file: null,
    isRead: !cursor.isShort,
  };
}

/** The object read last; one for all, for some captures have millions. */
const one = {
  value: Number.NaN,
  text: null as string | null,
  quality: null as string | null,
  timeUs: Number.NaN,
  status: null as number | null,
  clear(): void {
    this.value = Number.NaN;
    this.text = null;
    this.quality = null;
    this.timeUs = Number.NaN;
    this.status = null;
  },
};

/** An object of whole bytes, into `one`. */
function readOne(cursor: Cursor, { group, variation, baseUs }: Shape, layout: string): void {
  one.clear();
  if (layout === 'c') {
    const control = readControl(cursor);
    one.value = control.code;
    one.text = control.text;
    one.status = control.status;
    return;
  }
  if (layout.startsWith('x')) {
    one.text = cursor.text(variation);
    return;
  }
  const parts = partsOf(layout);
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] ?? '';
    if (part === 'f' || part === 's') {
      const flags = cursor.u8();
      if (part === 's') one.status = flags;
      else if (BINARY.has(group)) one.value = flags >> 7;
      else if (group === 3 || group === 4) one.value = flags >> 6;
      if (part === 'f' && group !== 13 && group !== 43) one.quality = qualityOf(flags, group);
    } else if (part === 't') {
      const timeMs = cursor.u48le();
      if (group >= 50 && group <= 51) one.value = timeMs;
      else one.timeUs = timeMs * 1000;
    } else if (part === 'd') one.timeUs = baseUs + cursor.u16le() * 1000;
    else if (group === 50) readNumber(cursor, part);
    else one.value = readNumber(cursor, part);
  }
}

const parted = new Map<string, readonly string[]>();

function partsOf(layout: string): readonly string[] {
  const known = parted.get(layout) ?? layout.split(' ');
  parted.set(layout, known);
  return known;
}

/** Values of one header; what none of them has takes no room. */
class Values {
  private readonly indexes: number[] = [];
  private readonly values: number[] = [];
  private texts: (string | null)[] | null = null;
  private qualities: (string | null)[] | null = null;
  private times: number[] | null = null;

  add(index: number, { value, text, quality, timeUs }: typeof one): void {
    const before = this.values.length;
    this.indexes.push(index);
    this.values.push(Number.isFinite(value) ? value : Number.NaN);
    if (text !== null) this.texts ??= new Array<string | null>(before).fill(null);
    this.texts?.push(text);
    if (quality !== null) this.qualities ??= new Array<string | null>(before).fill(null);
    this.qualities?.push(quality);
    if (!Number.isNaN(timeUs)) this.times ??= new Array<number>(before).fill(Number.NaN);
    this.times?.push(timeUs);
  }

  /** One run where the indexes follow each other, else one a value. */
  runs(object: string, isRange: boolean): readonly PointRun[] {
    const { values } = this;
    if (values.length === 0) return [];
    return isRange
      ? [this.run(object, 0, values.length)]
      : values.map((_, at) => this.run(object, at, at + 1));
  }

  private run(object: string, from: number, to: number): PointRun {
    const { values, texts, qualities, times } = this;
    const isAll = to - from === values.length;
    return newRun(
      object,
      this.indexes[from] ?? 0,
      1,
      isAll ? values : values.slice(from, to),
      isAll ? (texts ?? undefined) : texts?.slice(from, to),
      isAll ? (qualities ?? undefined) : qualities?.slice(from, to),
      isAll ? (times ?? undefined) : times?.slice(from, to),
    );
  }
}

function readNumber(cursor: Cursor, part: string): number {
  switch (part) {
    case 'i32':
      return cursor.i32le();
    case 'i16':
      return cursor.i16le();
    case 'u32':
      return cursor.u32le();
    case 'u16':
      return cursor.u16le();
    case 'u8':
      return cursor.u8();
    case 'r32':
      return cursor.f32(true);
    default:
      return cursor.f64(true);
  }
}

const qualities = new Map<number, string | null>();

function qualityOf(flags: number, group: number): string | null {
  const hasRange = group >= 20 && group < 50;
  const key = flags * 2 + (hasRange ? 1 : 0);
  const known = qualities.get(key);
  if (known !== undefined) return known;
  const words = FLAG_WORDS.filter(
    (word, bit) => word !== '' && (flags & (1 << bit)) !== 0 && (bit < 5 || hasRange),
  );
  if ((flags & 1) === 0) words.unshift('offline');
  const made = words.length === 0 ? null : words.join(', ');
  qualities.set(key, made);
  return made;
}

/** Control relay output block (Annex A.8.1): code, count, on and off time in ms, status. */
function readControl(cursor: Cursor): { code: number; text: string; status: number } {
  const code = cursor.u8();
  const count = cursor.u8();
  const on = cursor.u32le();
  const off = cursor.u32le();
  const status = cursor.u8() & 0x7f;
  const words = `${OPERATIONS[code & 15] ?? `operation ${code & 15}`}${TRIPS[code >> 6] ?? ''}`;
  return { code, text: `${words} ×${count} (on ${on} ms, off ${off} ms)`, status };
}

/** Objects that carry their own size (§4.2.2.7.3.4): files (g70), authentication (g120), data sets. */
function readSized(cursor: Cursor, group: number, variation: number, prefix: number, count: number): Read {
  let file: string | null = null;
  let status: number | null = null;
  const details: Detail[] = [];
  for (let place = 0; place < count && place < 64 && cursor.left > 0; place++) {
    const size = readNumeral(cursor, prefix - 4);
    const body = cursor.part(size);
    if (group !== 70) continue;
    if (variation === 3 || variation === 7) {
      const offset = body.u16le();
      const bytes = body.u16le();
      body.skip(Math.max(0, Math.min(body.left, offset - 4)));
      file = body.text(Math.min(bytes, body.left));
      details.push(plain(`file ${file}`));
    } else if (variation === 4) {
      const handle = body.u32le();
      body.skip(8);
      status = body.u8();
      details.push({
        text: `file handle ${handle}`,
        status,
        result: FILE_STATUS[status] ?? `status ${status}`,
      });
    } else if (variation === 5) {
      const handle = body.u32le();
      const block = body.u32le() & 0x7fffffff;
      details.push(plain(`file handle ${handle}, block ${block}, ${body.left} bytes`));
    }
  }
  return { runs: [], details, status, file, isRead: !cursor.isShort };
}

function plain(text: string): Detail {
  return { text, status: null, result: null };
}
