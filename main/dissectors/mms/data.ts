/** MMS Data (ISO 9506-2 §14.4.2), as MMS reads and writes carry it and GOOSE publishes it. */
import type { Cursor } from '../cursor';
import { newRun, type PointRun } from '../dissector';
import { readElement, readInteger } from '../framing/ber';

const MAX_VALUES = 512;
const MAX_DEPTH = 8;
const SHOWN = 8;

/** Values in the order of the wire, structures and arrays opened. */
export class DataValues {
  readonly values: number[] = [];
  readonly texts: (string | null)[] = [];

  add(value: number, text: string | null): void {
    this.values.push(Number.isFinite(value) ? value : Number.NaN);
    this.texts.push(text);
  }

  /** The values as one run, or none. */
  run(object: string | null): readonly PointRun[] {
    const { values, texts } = this;
    if (values.length === 0) return [];
    return [newRun(object, 0, 1, values, texts.some((text) => text !== null) ? texts : undefined)];
  }

  /** ` = 1, true`, or nothing. */
  shown(): string {
    if (this.values.length === 0) return '';
    const first = this.values.slice(0, SHOWN).map((value, index) => this.texts[index] ?? numeral(value));
    return ` = ${first.join(', ')}${this.values.length > SHOWN ? ', …' : ''}`;
  }
}

function numeral(value: number): string {
  return Number.isNaN(value) ? 'no number' : String(Number(value.toPrecision(7)));
}

/** Reads whatever Data the cursor holds into `found`. */
export function readData(body: Cursor, found: DataValues, depth = 0): void {
  while (body.left >= 2 && found.values.length < MAX_VALUES && !body.isShort) {
    const { tag, body: item } = readElement(body);
    if (tag === 0xa1 || tag === 0xa2) {
      if (depth < MAX_DEPTH) readData(item, found, depth + 1);
    } else readOne(tag, item, found);
  }
}

function readOne(tag: number, item: Cursor, found: DataValues): void {
  const { left } = item;
  if (tag === 0x83) found.add(item.u8() === 0 ? 0 : 1, null);
  else if (tag === 0x84) found.add(Number.NaN, bitString(item));
  else if (tag === 0x85) found.add(readInteger(item), null);
  else if (tag === 0x86) found.add(readInteger(item, false), null);
  else if (tag === 0x87 && left === 5) {
    item.skip(1);
    found.add(item.f32(), null);
  } else if (tag === 0x87 && left === 9) {
    item.skip(1);
    found.add(item.f64(), null);
  } else if (tag === 0x8a || tag === 0x90) found.add(Number.NaN, item.text(Math.min(64, left)));
  else if (tag === 0x91 && left === 8) found.add(Number.NaN, utcTime(item));
  else found.add(Number.NaN, item.hex(Math.min(16, left)));
}

/** Bits in their order, first one left: `1000000000000`. */
function bitString(item: Cursor): string {
  const unused = item.u8();
  const bits = Math.min(64, Math.max(0, item.left * 8 - (unused & 7)));
  let text = '';
  for (let index = 0; index < bits; index++) text += (item.peek(index >> 3) >> (7 - (index & 7))) & 1;
  return text;
}

/** Seconds since 1970 and a 24-bit fraction (IEC 61850-8-1 §8.1.3.6). */
export function utcTime(item: Cursor): string {
  const seconds = item.u32();
  const fraction = item.u24();
  return new Date(seconds * 1000 + Math.floor((fraction * 1000) / 16777216)).toISOString();
}
