/** DNP3 object headers and their values: IEEE 1815-2012 §4.2.2.7 (qualifiers) and Annex A (object library). */
import type { Cursor } from '../cursor';
import type { PointRun } from '../dissector';

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
export const CONTROL_STATUS = [
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

const MAX_POINTS = 4096;

export interface ObjectHeader {
  readonly group: number;
  readonly variation: number;
  readonly first: number | null;
  readonly last: number | null;
  readonly count: number | null;
  readonly runs: readonly PointRun[];
  readonly detail: string;
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
  const { first, count } = readRange(cursor, qualifier & 15);
  const last = first !== null && count !== null ? first + count - 1 : null;
  const head = { group, variation, first, last, count };
  const plain = { ...head, runs: [], detail: '', status: null, file: null, isRead: true };
  if (count === null || (!hasData && prefix === 0)) return plain;
  if (prefix >= 4) return { ...head, ...readSized(cursor, group, variation, prefix, count) };
  const layout = hasData ? layoutOf(group, variation) : '-';
  if (layout === null) return { ...plain, isRead: false };
  // Objects of no bytes have no values; a range of 65,536 of them takes five bytes.
  if (prefix === 0 && (layout === '-' || layout === 'x0')) return plain;
  return { ...head, ...readObjects(cursor, { ...head, count, layout, prefix, baseUs }) };
}

function readRange(cursor: Cursor, code: number): { first: number | null; count: number | null } {
  const number = [() => cursor.u8(), () => cursor.u16le(), () => cursor.u32le()];
  const read = number[code % 3];
  if (code <= 5 && read) {
    const first = read();
    return { first, count: Math.max(0, read() - first + 1) };
  }
  if (code >= 7 && code <= 9) return { first: null, count: number[code - 7]?.() ?? 0 };
  return { first: null, count: code === 11 ? cursor.u8() : null };
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
  readonly layout: string;
  readonly prefix: number;
  readonly baseUs: number;
}

type Read = Pick<ObjectHeader, 'runs' | 'detail' | 'status' | 'file' | 'isRead'>;

function readObjects(cursor: Cursor, shape: Shape): Read {
  const { group, variation, layout, prefix, baseUs } = shape;
  const object = `g${group}v${variation}`;
  const parts = layout.split(' ');
  const values: number[] = [];
  const texts: (string | null)[] = [];
  const qualities: (string | null)[] = [];
  const times: number[] = [];
  const indexes: number[] = [];
  const details: string[] = [];
  let status: number | null = null;
  let bits = 0;
  for (let place = 0; place < shape.count && place < MAX_POINTS; place++) {
    if (cursor.isShort || (layout !== 'b' && layout !== 'p' && layout !== '-' && cursor.left === 0)) break;
    if (cursor.left === 0 && prefix > 0) break;
    indexes.push(prefix === 0 ? (shape.first ?? 0) + place : readIndex(cursor, prefix));
    if (layout === '-') continue;
    let value = Number.NaN;
    let text: string | null = null;
    let quality: string | null = null;
    let timeUs = Number.NaN;
    if (layout === 'b' || layout === 'p') {
      const width = layout === 'b' ? 1 : 2;
      if ((place * width) % 8 === 0) {
        if (cursor.left === 0) {
          indexes.pop();
          break;
        }
        bits = cursor.u8();
      }
      value = (bits >> ((place * width) % 8)) & (width === 1 ? 1 : 3);
    } else if (layout === 'c') {
      const control = readControl(cursor);
      value = control.code;
      text = control.text;
      status = Math.max(status ?? 0, control.status);
      details.push(`${text} ${object} index ${indexes[place] ?? 0}`);
    } else if (layout.startsWith('x')) {
      text = cursor.text(variation);
    } else {
      for (const part of parts) {
        if (part === 'f' || part === 's') {
          const flags = cursor.u8();
          if (part === 's') status = Math.max(status ?? 0, flags);
          else if (BINARY.has(group)) value = flags >> 7;
          else if (group === 3 || group === 4) value = flags >> 6;
          if (part === 'f' && group !== 13 && group !== 43) quality = qualityOf(flags, group);
        } else if (part === 't') {
          const timeMs = cursor.u48le();
          timeUs = timeMs * 1000;
          if (group >= 50 && group <= 51) value = timeMs;
        } else if (part === 'd') timeUs = baseUs + cursor.u16le() * 1000;
        else if (!(group === 50 && part !== 't')) value = readNumber(cursor, part);
        else readNumber(cursor, part);
      }
      if (group === 41) details.push(`${value} to ${object} index ${indexes[place] ?? 0}`);
    }
    if (cursor.isShort) {
      indexes.pop();
      break;
    }
    values.push(Number.isFinite(value) ? value : Number.NaN);
    texts.push(text);
    qualities.push(quality);
    times.push(timeUs);
  }
  const hasTexts = texts.some((text) => text !== null);
  const hasQualities = qualities.some((quality) => quality !== null);
  const hasTimes = times.some((time) => !Number.isNaN(time));
  const runs = prefix === 0 ? [run(0, values.length)] : values.map((_, place) => run(place, place + 1));
  function run(from: number, to: number): PointRun {
    return {
      object,
      address: indexes[from] ?? 0,
      stride: 1,
      values: values.slice(from, to),
      ...(hasTexts ? { texts: texts.slice(from, to) } : {}),
      ...(hasQualities ? { qualities: qualities.slice(from, to) } : {}),
      ...(hasTimes && group < 50 ? { timesUs: times.slice(from, to) } : {}),
    };
  }
  return {
    runs: values.length === 0 ? [] : runs,
    detail: details.slice(0, 4).join(', '),
    status,
    file: null,
    isRead: !cursor.isShort,
  };
}

function readIndex(cursor: Cursor, prefix: number): number {
  if (prefix === 1) return cursor.u8();
  return prefix === 2 ? cursor.u16le() : cursor.u32le();
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

function qualityOf(flags: number, group: number): string | null {
  const words = FLAG_WORDS.filter((word, bit) => {
    if (word === '' || (flags & (1 << bit)) === 0) return false;
    return bit < 5 || (group >= 20 && group < 50);
  });
  if ((flags & 1) === 0) words.unshift('offline');
  return words.length === 0 ? null : words.join(', ');
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
  const details: string[] = [];
  for (let place = 0; place < count && place < 64 && cursor.left > 0; place++) {
    const size = readIndex(cursor, prefix - 3);
    const body = cursor.part(size);
    if (group !== 70) continue;
    if (variation === 3 || variation === 7) {
      const offset = body.u16le();
      const bytes = body.u16le();
      body.skip(Math.max(0, Math.min(body.left, offset - 4)));
      file = body.text(Math.min(bytes, body.left));
      details.push(`file ${file}`);
    } else if (variation === 4) {
      const handle = body.u32le();
      body.skip(8);
      status = body.u8();
      details.push(`file handle ${handle}, status ${status}`);
    } else if (variation === 5) {
      const handle = body.u32le();
      const block = body.u32le() & 0x7fffffff;
      details.push(`file handle ${handle}, block ${block}, ${body.left} bytes`);
    }
  }
  return { runs: [], detail: details.join(', '), status, file, isRead: !cursor.isShort };
}
