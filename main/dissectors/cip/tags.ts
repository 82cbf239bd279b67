/** What is read from and written to tags of Logix controllers: Rockwell 1756-PM020, chapter 1 (services), 2 (types). */
import { Cursor } from '../cursor';
import { newRun, type PointRun } from '../dissector';
import { valuesText } from '../words';
import { readValues } from './cip';
import { numberHex } from './names';

const STRUCTURE = 0x02a0;
const STRING = 0x0fce;

/** What a request for a tag says behind its path. */
export interface TagRequest {
  /** Elements that are meant. */
  readonly quantity: number | null;
  readonly points: readonly PointRun[];
  /** Follows the tag in the message's line; empty when nothing more. */
  readonly detail: string;
  /** Where in the tag a fragment begins; empty when at its beginning. */
  readonly place: string;
}

const NO_REQUEST: TagRequest = { quantity: null, points: [], detail: '', place: '' };

/*
 *   read                 | elements |
 *   read fragmented      | elements | offset, 4 bytes |
 *   write                | type | elements | values …
 *   write fragmented     | type | elements | offset, 4 bytes | values …
 *   read, modify, write  | size of a mask | OR mask … | AND mask … |
 *   the type of a structure is 0x02a0 and its handle, two bytes more
 */
export function tagRequest(action: string, name: string, cursor: Cursor): TagRequest {
  switch (action) {
    case 'read_tag':
      return { ...NO_REQUEST, quantity: cursor.u16le() };
    case 'read_tag_fragmented': {
      const quantity = cursor.u16le();
      const place = offsetText(cursor.u32le());
      return { ...NO_REQUEST, quantity, detail: place, place };
    }
    case 'write_tag':
    case 'write_tag_fragmented': {
      const type = typeOf(cursor);
      const quantity = cursor.u16le();
      const place = action === 'write_tag' ? '' : offsetText(cursor.u32le());
      const run = valuesOf(cursor, type, name, place === '');
      const more = run === null ? structureText(type, cursor.left) : ` = ${worthOf(run)}`;
      return { quantity, points: run === null ? [] : [run], detail: `${place}${more}`, place };
    }
    case 'read_modify_write_tag': {
      const size = cursor.u16le();
      const detail = ` with OR ${maskText(cursor, size)} AND ${maskText(cursor, size)}`;
      return { ...NO_REQUEST, detail };
    }
    default:
      return NO_REQUEST;
  }
}

/** A tag's values in an answer, `place` as its request had it; null for structures that are no text. */
export function tagValues(cursor: Cursor, name: string, place: string): PointRun | null {
  return valuesOf(cursor, typeOf(cursor), name, place === '');
}

export function worthOf({ texts, values }: PointRun): string {
  return valuesText(texts ?? values);
}

interface TagType {
  readonly code: number;
  /** Of a structure, else null. */
  readonly handle: number | null;
}

function typeOf(cursor: Cursor): TagType {
  const code = cursor.u16le();
  return { code, handle: code === STRUCTURE ? cursor.u16le() : null };
}

/** A STRING is the count of its letters, then they and what is free behind them. */
function valuesOf(
  cursor: Cursor,
  { code, handle }: TagType,
  name: string,
  isWhole: boolean,
): PointRun | null {
  if (handle === null) return readValues(cursor, code, name);
  const { bytes, at, end } = cursor;
  if (handle !== STRING || !isWhole || end - at < 4) return null;
  const data = new Cursor(bytes, at, end);
  const text = data.text(Math.min(data.u32le(), data.left));
  return newRun(name, null, 1, [Number.NaN], [text]);
}

function offsetText(offset: number): string {
  return offset === 0 ? '' : ` from byte ${offset}`;
}

function structureText({ handle }: TagType, size: number): string {
  return handle === null ? '' : ` = structure ${numberHex(handle, 4)}, ${size} bytes`;
}

/** Low byte first, shown as a number. */
function maskText(cursor: Cursor, size: number): string {
  const bytes = cursor.hex(Math.min(size, cursor.left)).match(/../g) ?? [];
  return `0x${bytes.reverse().join('')}`;
}
