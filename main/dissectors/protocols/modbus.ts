/**
 * Modbus/TCP: MODBUS Messaging on TCP/IP Implementation Guide V1.0b §3.1 (framing) and MODBUS Application Protocol
 * V1.1b3 §6 (functions). A response takes address and quantity from its request.
 */
import type { Cursor } from '../cursor';
import { defineDissector, type Likeness, type Message, type Session, type Side } from '../dissector';
import { ModbusConversation } from '../modbus/conversation';
import { samples } from '../modbus/samples';

const HEADER_BYTES = 7;
/** Unit and function at least; unit and a PDU of 253 bytes at most (§4.1), one spare for what is met in practice. */
const MIN_LENGTH = 2;
const MAX_LENGTH = 255;
/*
 *   0             2          4         6      7          8
 *   +-------------+----------+---------+------+----------+--------
 *   | transaction | 0        | length  | unit | function | data …
 *   +-------------+----------+---------+------+----------+--------
 */
function unitLength(bytes: Uint8Array, from: number, to: number): number {
  if (from + 2 < to && bytes[from + 2] !== 0) return -1;
  if (from + 3 < to && bytes[from + 3] !== 0) return -1;
  if (from + 4 < to && bytes[from + 4] !== 0) return -1;
  if (from + 6 > to) return 0;
  const length = bytes[from + 5] ?? 0;
  return length < MIN_LENGTH || length > MAX_LENGTH ? -1 : 6 + length;
}

/** Without port 502 only a whole message of a common function whose length fits exactly is proof. */
function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const length = unitLength(bytes, from, to);
  if (length < 0) return 'no';
  if (length === 0 || from + HEADER_BYTES + 1 > to) return 'more';
  const code = bytes[from + HEADER_BYTES] ?? 0;
  if (from + length !== to) return 'maybe';
  const isPlainRequest = code >= 1 && code <= 6 && length === 12;
  const isException =
    code > 0x80 && length === 9 && (bytes[from + 8] ?? 0) >= 1 && (bytes[from + 8] ?? 0) <= 11;
  const isWriteMany =
    (code === 15 || code === 16) && (length === 12 || length === 13 + (bytes[from + 12] ?? 0));
  return isPlainRequest || isException || isWriteMany ? 'yes' : 'maybe';
}

class ModbusSession implements Session {
  private readonly conversation = new ModbusConversation();

  message(cursor: Cursor, from: Side): readonly Message[] {
    const transaction = cursor.u16();
    cursor.skip(4);
    return [this.conversation.message(cursor, from, transaction)];
  }
}

export const modbus = defineDissector({
  id: 'modbus',
  title: 'Modbus/TCP',
  reference: 'MODBUS Application Protocol V1.1b3; MODBUS Messaging on TCP/IP V1.0b',
  dataset: 'pcap.modbus',
  over: 'tcp',
  ports: [502],
  roams: true,
  maxUnitBytes: 6 + MAX_LENGTH,
  looksLike,
  unitLength,
  begin: () => new ModbusSession(),
  samples,
});
