/**
 * S7comm-plus, the protocol of Siemens S7-1200 and S7-1500, recognised by function: Siemens publishes no description;
 * layouts follow public work (Wireshark plug-in by T. Wiens). From version 3 on the parameters are signed, later ones
 * encrypted; function, sequence and session stay legible.
 */

import { Cursor } from '../cursor';
import {
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  type OtOperation,
  otherSide,
  type Session,
  type Side,
  sampleOf,
} from '../dissector';
import { COTP, DataUnit, firstTransportData, readTpdu, tpktLength } from '../framing/tpkt-cotp';
import { OpenRequests } from '../open-requests';

const PROTOCOL_ID = 0x72;
const MAX_PENDING = 64;
const REQUEST = 0x31;
const RESPONSE = 0x32;
const NOTIFICATION = 0x33;
/** Session of the one who has none yet. */
const NO_SESSION = 0x120;

const FUNCTIONS: Readonly<Record<number, readonly [string, OtOperation]>> = {
  1211: ['explore', 'identify'],
  1226: ['create_object', 'configure'],
  1236: ['delete_object', 'configure'],
  1266: ['set_variable', 'write'],
  1316: ['get_link', 'read'],
  1346: ['set_multi_variables', 'write'],
  1356: ['get_multi_variables', 'read'],
  1366: ['begin_sequence', 'program'],
  1376: ['end_sequence', 'program'],
  1387: ['invoke', 'control'],
  1404: ['set_variable_substreamed', 'write'],
  1414: ['get_variable_substreamed', 'read'],
  1424: ['get_variables_address', 'read'],
  1434: ['abort', 'control'],
  1449: ['error', 'diagnose'],
  1458: ['init_ssl', 'connect'],
};

function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const data = firstTransportData(bytes, from, to);
  if (typeof data === 'string') return data;
  return bytes[data] === PROTOCOL_ID ? 'yes' : 'no';
}

function beginsMessage(part: Uint8Array): boolean {
  return part[0] === PROTOCOL_ID;
}

interface Pending {
  readonly from: Side;
  readonly sequence: number;
  readonly code: number;
}

class S7PlusSession implements Session {
  private readonly pending = new OpenRequests<Pending>(MAX_PENDING);
  private readonly units: Readonly<Record<Side, DataUnit>> = {
    client: new DataUnit(beginsMessage),
    server: new DataUnit(beginsMessage),
  };
  /** Sides whose message goes on in their next data unit: only the last one ends with a trailer. */
  private readonly continues = new Set<Side>();

  message(cursor: Cursor, from: Side): readonly Message[] {
    const tpdu = readTpdu(cursor);
    if (tpdu?.kind !== COTP.data) return [];
    const unit = this.units[from];
    const whole = unit.add(cursor.bytes.subarray(cursor.at, cursor.end), tpdu.isLast);
    const lost = unit.takeLost(from);
    const told = whole === null || whole[0] !== PROTOCOL_ID ? null : this.whole(whole, from);
    return [lost, told].filter((message) => message !== null);
  }

  gap(from: Side): void {
    this.units[from].gap();
    this.continues.delete(from);
  }

  private whole(whole: Uint8Array, from: Side): Message | null {
    const isContinuation = this.continues.has(from);
    const size = ((whole[2] ?? 0) << 8) | (whole[3] ?? 0);
    const version = whole[1] ?? 0;
    const hasTrailer = whole[4 + size] === PROTOCOL_ID || version > 3;
    if (hasTrailer || 4 + size > whole.length) this.continues.delete(from);
    else this.continues.add(from);
    return isContinuation ? null : this.read(new Cursor(whole, 0, whole.length), from);
  }

  /*
   *   0      1         2        4                     +0       +1       +3         +5       +7         +9        +13
   *   +------+---------+--------+---------------------+--------+--------+----------+--------+----------+---------+-------
   *   | 0x72 | version | length | [32, digest (32)]   | opcode | 0      | function | 0      | sequence | session | flags
   *   +------+---------+--------+---------------------+--------+--------+----------+--------+----------+---------+-------
   *   a response has its flags and result at +9; a notification the object it is subscribed to at +1
   */
  private read(cursor: Cursor, from: Side): Message {
    cursor.skip(1);
    const version = cursor.u8();
    const length = cursor.u16();
    const body = cursor.part(length);
    if (version > 3) return keepAlive(version);
    if (version === 3 && body.peek() === 32) body.skip(33);
    const opcode = body.u8();
    const isShort = (): boolean => cursor.isShort || body.isShort;
    if (opcode === NOTIFICATION) return notification(version, body.u32(), isShort());
    if (opcode !== REQUEST && opcode !== RESPONSE) return closed(version, opcode, length, cursor.isShort);
    body.skip(2);
    const code = body.u16();
    body.skip(2);
    const sequence = body.u16();
    const isRequest = opcode === REQUEST;
    const session = isRequest ? body.u32() : null;
    body.skip(1);
    const result = isRequest ? 0 : readResult(body);
    const request = isRequest ? null : this.take(sequence, code, from);
    if (isRequest) this.remember({ from, sequence, code });
    const [action, verb] = FUNCTIONS[code] ?? [`function_0x${code.toString(16)}`, 'diagnose'];
    const isLogon = code === 1226 && session === NO_SESSION;
    const kind = isRequest ? 'request' : result === 0 ? 'response' : 'exception';
    const order = code === 1226 || code === 1414 ? orderNumber(body) : '';
    const verdict = result === 0 ? '' : ` refused: error ${result}`;
    return newMessage({
      kind,
      action,
      operation: isLogon ? 'connect' : verb,
      functionCode: code,
      exception: result === 0 ? null : Math.abs(result),
      transaction: sequence,
      facts:
        order === '' || isRequest
          ? undefined
          : [
              { of: 'sender', fact: 'vendor', value: 'Siemens' },
              { of: 'sender', fact: 'model', value: order },
            ],
      text: `S7comm-plus ${action.replaceAll('_', ' ')}${isLogon ? ' (session)' : ''}${order === '' ? '' : ` ${order}`}${verdict} (version ${version}, ${kind})`,
      malformed: isShort() ? 'The message is shorter than its length says' : null,
      isUnpaired: !isRequest && request === null,
    });
  }

  private remember(request: Pending): void {
    this.pending.ask(`${request.from} ${request.code} ${request.sequence}`, request);
  }

  private take(sequence: number, code: number, from: Side): Pending | null {
    return this.pending.answer(`${otherSide(from)} ${code} ${sequence}`);
  }
}

/** Bytes of seven bits, highest first; the lower 16 bits are the result, errors below zero. */
function readResult(body: Cursor): number {
  let low = 0;
  for (let count = 0; count < 9; count++) {
    const byte = body.u8();
    low = count === 8 ? (low << 8) | byte : (low << 7) | (byte & 127);
    if (byte < 128) break;
  }
  const result = (low << 16) >> 16;
  return result < 0 ? result : 0;
}

/** The order number of the controller, where one is told. */
function orderNumber(body: Cursor): string {
  return /\b6[A-Z]{2}\d \d{3}-[0-9A-Z]{5}-[0-9A-Z]{4}\b/.exec(body.text(body.left))?.[0] ?? '';
}

function keepAlive(version: number): Message {
  return newMessage({
    kind: 'unsolicited',
    action: 'keep_alive',
    operation: 'connect',
    text: `S7comm-plus keep alive (version ${version})`,
  });
}

function notification(version: number, subscription: number, isShort: boolean): Message {
  return newMessage({
    kind: 'unsolicited',
    action: 'notification',
    operation: 'report',
    object: `subscription 0x${subscription.toString(16)}`,
    text: `S7comm-plus notification of subscription 0x${subscription.toString(16)} (version ${version})`,
    malformed: isShort ? 'The message is shorter than its length says' : null,
  });
}

function closed(version: number, opcode: number, length: number, isShort: boolean): Message {
  return newMessage({
    kind: 'unsolicited',
    action: 'not_legible',
    text: `S7comm-plus message of ${length} bytes, opcode 0x${opcode.toString(16)} (version ${version})`,
    malformed: isShort ? 'The message is shorter than its length says' : null,
  });
}

export const s7commPlus: Dissector = defineDissector({
  id: 's7comm-plus',
  title: 'S7comm-plus (Siemens S7-1200/1500), by function',
  reference: 'RFC 1006; ISO 8073; S7comm-plus as described by the public Wireshark plug-in',
  dataset: 'pcap.s7comm-plus',
  over: 'tcp',
  ports: [102],
  roams: true,
  maxUnitBytes: 65535,
  looksLike,
  unitLength: tpktLength,
  begin: () => new S7PlusSession(),
  samples: [
    {
      kind: 'normal',
      title: 'a session is created, a variable set and refused',
      units: [
        {
          from: 'client',
          hex: '0300001d02f080 7201000e 31 0000 04ca 0000 0001 00000120 36 72010000',
          messages: [
            {
              kind: 'request',
              action: 'create_object',
              operation: 'connect',
              functionCode: 1226,
              transaction: 1,
              text: 'S7comm-plus create object (session) (version 1, request)',
            },
          ],
        },
        {
          from: 'server',
          hex: '0300001b02f080 7201000c 32 0000 04ca 0000 0001 36 00 01 72010000',
          messages: [{ kind: 'response', action: 'create_object', isUnpaired: false }],
        },
        {
          from: 'client',
          hex: '0300001d02f080 7202000e 31 0000 04f2 0000 0002 00000388 34 72020000',
          messages: [{ action: 'set_variable', operation: 'write' }],
        },
        {
          from: 'server',
          hex: '0300001d02f080 7202000e 32 0000 04f2 0000 0002 34 83ffff7f 72020000'.replace(
            '0e 32',
            '0e 32',
          ),
          messages: [{ kind: 'exception', action: 'set_variable', exception: 1, isUnpaired: false }],
        },
      ],
    },
    sampleOf('normal', 'a notification', 'server', '0300001402f080 72020005 33 70000001 72020000', {
      kind: 'unsolicited',
      action: 'notification',
      operation: 'report',
      object: 'subscription 0x70000001',
    }),
    sampleOf('truncated', 'a request without its function', 'client', '0300000e02f080 72010010 31 0000', {
      malformed: 'The message is shorter than its length says',
    }),
    sampleOf('foreign', 'S7 communication', 'client', '0300001902f080 32010000040000080000f0000001000101e0'),
  ],
});
