/** Connectionless remote procedure calls (DCE 1.1: RPC, C706 §12.5): the header of 80 bytes, and parts put together. */
import { Cursor } from '../cursor';

export const RPC_HEADER_BYTES = 80;
const FLAG_LAST = 2;
const FLAG_FRAGMENT = 4;
const MAX_OPEN = 16;
const MAX_BYTES = 1 << 17;

export const PACKET_KINDS = [
  'request',
  'ping',
  'response',
  'fault',
  'working',
  'no_call',
  'reject',
  'acknowledge',
  'cancel',
  'fragment_acknowledge',
  'cancel_acknowledge',
] as const;

export interface RpcHeader {
  readonly kind: number;
  readonly isLittle: boolean;
  readonly interfaceId: string;
  readonly activity: string;
  readonly sequence: number;
  readonly operation: number;
  readonly fragment: number;
  readonly isFragment: boolean;
  readonly isLast: boolean;
}

/** A UUID, its first three fields in the sender's byte order. */
export function readUuid(cursor: Cursor, isLittle: boolean): string {
  const hex = cursor.hex(16).padEnd(32, '0');
  const turn = (from: number, to: number): string => {
    const text = hex.slice(from, to);
    return isLittle ? (text.match(/../g) ?? []).reverse().join('') : text;
  };
  return `${turn(0, 8)}-${turn(8, 12)}-${turn(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export function u16of(cursor: Cursor, isLittle: boolean): number {
  return isLittle ? cursor.u16le() : cursor.u16();
}

export function u32of(cursor: Cursor, isLittle: boolean): number {
  return isLittle ? cursor.u32le() : cursor.u32();
}

/*
 *   0   1      2       4                      8        24          40         56      60        64         68
 *   +---+------+-------+----------------------+--------+-----------+----------+-------+---------+----------+-----------
 *   | 4 | kind | flags | representation, high | object | interface | activity | boot  | version | sequence | operation
 *   +---+------+-------+----------------------+--------+-----------+----------+-------+---------+----------+-----------
 *   hints at 70 and 72, length of the body at 74, number of the fragment at 76, authentication at 78
 */
export function readRpcHeader(cursor: Cursor): { readonly header: RpcHeader; readonly body: Cursor } {
  cursor.skip(1);
  const kind = cursor.u8() & 31;
  const flags = cursor.u8();
  cursor.skip(1);
  const isLittle = (cursor.u8() & 0xf0) === 0x10;
  cursor.skip(3 + 16);
  const interfaceId = readUuid(cursor, isLittle);
  const activity = readUuid(cursor, isLittle);
  cursor.skip(8);
  const sequence = u32of(cursor, isLittle);
  const operation = u16of(cursor, isLittle);
  cursor.skip(4);
  const size = u16of(cursor, isLittle);
  const fragment = u16of(cursor, isLittle);
  cursor.skip(2);
  const isFragment = (flags & FLAG_FRAGMENT) !== 0;
  const header: RpcHeader = {
    kind,
    isLittle,
    interfaceId,
    activity,
    sequence,
    operation,
    fragment,
    isFragment,
    isLast: !isFragment || (flags & FLAG_LAST) !== 0,
  };
  return { header, body: cursor.part(size) };
}

/** Puts the fragments of a call together; they arrive in order but for what the network turns. */
export class Fragments {
  private readonly open = new Map<string, Map<number, Uint8Array>>();

  /** The whole body when this was the piece that was missing, else null. */
  add(header: RpcHeader, body: Cursor): Cursor | null {
    if (!header.isFragment) return body;
    const key = `${header.activity} ${header.sequence} ${header.kind}`;
    const parts = this.open.get(key) ?? new Map<number, Uint8Array>();
    this.open.delete(key);
    parts.set(header.fragment, body.bytes.slice(body.at, body.end));
    if (header.isLast) parts.set(-1, new Uint8Array([header.fragment >> 8, header.fragment & 255]));
    const whole = joined(parts);
    if (whole !== null) return new Cursor(whole, 0, whole.length);
    this.open.set(key, parts);
    for (const oldest of this.open.keys()) {
      if (this.open.size <= MAX_OPEN) break;
      this.open.delete(oldest);
    }
    return null;
  }
}

function joined(parts: ReadonlyMap<number, Uint8Array>): Uint8Array | null {
  const end = parts.get(-1);
  if (end === undefined) return null;
  const last = ((end[0] ?? 0) << 8) | (end[1] ?? 0);
  if (parts.size !== last + 2) return null;
  const list = Array.from({ length: last + 1 }, (_, index) => parts.get(index) ?? new Uint8Array(0));
  const size = list.reduce((sum, part) => sum + part.length, 0);
  if (size > MAX_BYTES) return null;
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of list) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
