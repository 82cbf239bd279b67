/**
 * Modbus/TCP: MODBUS Messaging on TCP/IP Implementation Guide V1.0b §3.1 (framing) and MODBUS Application Protocol
 * V1.1b3 §6 (functions). A response takes address and quantity from its request.
 */
import type { Cursor } from '../cursor';
import { defineDissector, type Likeness, type Message, type Session, type Side } from '../dissector';
import { type Body, readBody } from '../modbus/body';
import { exceptionName, functionOf, type ModbusFunction } from '../modbus/functions';
import { samples } from '../modbus/samples';

const HEADER_BYTES = 7;
/** Unit and function at least; unit and a PDU of 253 bytes at most (§4.1), one spare for what is met in practice. */
const MIN_LENGTH = 2;
const MAX_LENGTH = 255;
/** Requests that wait for their response. */
const MAX_PENDING = 64;

interface Pending {
  readonly transaction: number;
  readonly unit: number;
  readonly code: number;
  readonly body: Body;
}

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
  private readonly pending: Pending[] = [];

  message(cursor: Cursor, from: Side): readonly Message[] {
    const transaction = cursor.u16();
    cursor.skip(4);
    const unit = cursor.u8();
    const code = cursor.u8();
    const message =
      from === 'client'
        ? this.request(cursor, transaction, unit, code)
        : this.reply(cursor, transaction, unit, code);
    return [message];
  }

  private request(cursor: Cursor, transaction: number, unit: number, code: number): Message {
    const known = functionOf(code);
    const body = readBody(code, cursor, null, true);
    this.pending.push({ transaction, unit, code, body });
    if (this.pending.length > MAX_PENDING) this.pending.shift();
    return compose(known, body, cursor, {
      kind: 'request',
      transaction,
      unit,
      code,
      exception: null,
      isUnpaired: false,
    });
  }

  private reply(cursor: Cursor, transaction: number, unit: number, code: number): Message {
    const isException = code > 0x7f;
    const plain = code & 0x7f;
    const known = functionOf(plain);
    const request = this.take(transaction, unit, plain);
    const isUnpaired = request === null;
    if (!isException) {
      const body = readBody(plain, cursor, request?.body ?? null, false);
      const kind = 'response';
      return compose(known, body, cursor, {
        kind,
        transaction,
        unit,
        code: plain,
        exception: null,
        isUnpaired,
      });
    }
    const exception = cursor.u8();
    const body: Body = {
      object: request?.body.object ?? known.object,
      address: request?.body.address ?? null,
      quantity: request?.body.quantity ?? null,
      points: [],
      detail: '',
      file: request?.body.file ?? null,
    };
    return compose(known, body, cursor, {
      kind: 'exception',
      transaction,
      unit,
      code: plain,
      exception,
      isUnpaired,
    });
  }

  /** The oldest open request of that transaction, unit and function (§4.2: the unit is echoed). */
  private take(transaction: number, unit: number, code: number): Pending | null {
    const { pending } = this;
    for (let at = 0; at < pending.length; at++) {
      const open = pending[at];
      if (open?.transaction !== transaction || open.unit !== unit || open.code !== code) continue;
      if (at === 0) pending.shift();
      else pending.splice(at, 1);
      return open;
    }
    return null;
  }
}

interface Head {
  readonly kind: 'request' | 'response' | 'exception';
  readonly transaction: number;
  readonly unit: number;
  readonly code: number;
  readonly exception: number | null;
  readonly isUnpaired: boolean;
}

function compose(known: ModbusFunction, body: Body, cursor: Cursor, head: Head): Message {
  const malformed = cursor.isShort ? 'The message is shorter than its function needs' : null;
  const { kind, transaction, unit, code, exception, isUnpaired } = head;
  return {
    kind,
    action: known.action,
    operation: known.operation,
    functionCode: code,
    unit,
    object: body.object,
    address: body.address,
    quantity: body.quantity,
    exception,
    transaction,
    points: body.points,
    file: body.file,
    text: describe(known, body, head) + (malformed === null ? '' : ' – malformed'),
    malformed,
    isUnpaired,
  };
}

const AREA_WORDS: Readonly<Record<string, string>> = {
  coil: 'coil',
  discrete_input: 'discrete input',
  holding_register: 'holding register',
  input_register: 'input register',
};

function describe(known: ModbusFunction, body: Body, head: Head): string {
  const unit = ` (unit ${head.unit}, `;
  const what = known.words + target(body);
  if (head.kind === 'exception')
    return `${what} refused: ${exceptionName(head.exception ?? 0)}${unit}exception ${head.exception})`;
  return `${what}${body.detail}${unit}${head.kind})`;
}

function target(body: Body): string {
  const area = body.object === null ? undefined : AREA_WORDS[body.object];
  if (area === undefined) return '';
  const { address, quantity } = body;
  if (address === null) return ` ${area}s`;
  if (quantity === null || quantity === 1) return ` ${area} ${address}`;
  return ` ${area}s ${address}–${address + quantity - 1}`;
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
