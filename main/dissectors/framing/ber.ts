/** ASN.1 basic encoding (ISO/IEC 8825-1 §8.1): elements of definite length, integers, object identifiers. */
import { Cursor } from '../cursor';

export interface Element {
  /** The identifier's first byte: class, form and number as written. */
  readonly tag: number;
  /** Number of the tag; beyond 30 it follows in bytes of its own (§8.1.2.4). */
  readonly number: number;
  readonly body: Cursor;
  /** Where the contents begin. */
  readonly start: number;
}

/** The next element; what claims more than there is leaves the cursor short. An indefinite length is not taken. */
export function readElement(cursor: Cursor): Element {
  const tag = cursor.u8();
  let number = tag & 31;
  if (number === 31) {
    number = 0;
    for (let size = 0; size < 4; size++) {
      const byte = cursor.u8();
      number = number * 128 + (byte & 127);
      if (byte < 128) break;
    }
  }
  const first = cursor.u8();
  let size = first;
  if (first === 0x81) size = cursor.u8();
  else if (first === 0x82) size = cursor.u16();
  else if (first === 0x83) size = cursor.u24();
  else if (first === 0x84) size = cursor.u32();
  else if (first >= 0x80) size = cursor.left + 1;
  const body = cursor.part(size);
  return { tag, number, body, start: body.at };
}

/** The elements of a constructed one, at most `limit`. */
export function readElements(body: Cursor, limit = 64): readonly Element[] {
  const found: Element[] = [];
  while (body.left >= 2 && found.length < limit && !body.isShort) found.push(readElement(body));
  return found;
}

/** The body of the first element with that tag, as a cursor of its own; empty when there is none. */
export function bodyOf(elements: readonly Element[], tag: number): Cursor {
  const found = elements.find((element) => element.tag === tag);
  return found === undefined ? new Cursor(new Uint8Array(0), 0, 0) : contentsOf(found);
}

/** Two's complement of at most 8 bytes (§8.3), or plain; NaN when there is nothing or more. */
export function readInteger(body: Cursor, isSigned = true): number {
  const size = body.left;
  if (size < 1 || size > 8) return Number.NaN;
  const first = body.u8();
  let value = isSigned && first > 127 ? first - 256 : first;
  while (body.left > 0) value = value * 256 + body.u8();
  return value;
}

/** `1.0.9506.2.3` (§8.19); at most 16 arcs. */
export function readIdentifier(body: Cursor): string {
  const arcs: number[] = [];
  while (body.left > 0 && arcs.length < 16) {
    let arc = 0;
    let byte = 0x80;
    while (byte > 127 && body.left > 0) {
      byte = body.u8();
      arc = arc * 128 + (byte & 127);
    }
    if (arcs.length > 0) arcs.push(arc);
    else arcs.push(Math.min(2, Math.floor(arc / 40)), arc - Math.min(2, Math.floor(arc / 40)) * 40);
  }
  return arcs.join('.');
}

/** An element's contents, whatever was read of them before. */
export function contentsOf({ body, start }: Element): Cursor {
  return new Cursor(body.bytes, start, body.end);
}
