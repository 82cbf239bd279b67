/**
 * S7comm, the protocol of Siemens S7-300/400 (and of 1200/1500 with PUT/GET) on ISO transport. Siemens publishes no
 * description: layouts follow the public work of Wireshark's dissector documentation and of the Snap7 project.
 */

import { Cursor } from '../cursor';
import {
  defineDissector,
  type Likeness,
  type Message,
  otherSide,
  type Session,
  type Side,
} from '../dissector';
import { COTP, DataUnit, firstTransportData, readTpdu, tpktLength } from '../framing/tpkt-cotp';
import { OpenRequests } from '../open-requests';
import { readJob, type S7Part } from '../s7/job';
import { samples } from '../s7/samples';
import { readUserdata } from '../s7/userdata';

const PROTOCOL_ID = 0x32;
const MAX_PENDING = 64;

const JOB = 1;
const ACK = 2;
const ACK_DATA = 3;
const USERDATA = 7;

interface Pending {
  readonly reference: number;
  readonly from: Side;
  readonly part: S7Part;
}

/** Walks over connection TPDUs to the first data: `2`+`0x32` is proof, anything else is another protocol. */
function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const data = firstTransportData(bytes, from, to);
  if (typeof data === 'string') return data;
  return bytes[data] === PROTOCOL_ID ? 'yes' : 'no';
}

class S7Session implements Session {
  private readonly pending = new OpenRequests<Pending>(MAX_PENDING);
  private readonly clientUnit = new DataUnit();
  private readonly serverUnit = new DataUnit();
  /** Rack and slot as the called selector's second byte: rack × 32 + slot; null when the connect was not seen. */
  private unit: number | null = null;

  message(cursor: Cursor, from: Side): readonly Message[] {
    const tpdu = readTpdu(cursor);
    if (tpdu === null) return [];
    if (tpdu.kind === COTP.connectRequest || tpdu.kind === COTP.connectConfirm) {
      const { called } = tpdu;
      if (called !== null && called.length === 2) this.unit = called[1] ?? null;
      return [];
    }
    if (tpdu.kind !== COTP.data) return [];
    const collector = from === 'client' ? this.clientUnit : this.serverUnit;
    const whole = collector.add(cursor.bytes.subarray(cursor.at, cursor.end), tpdu.isLast);
    if (whole === null || whole.length === 0 || whole[0] !== PROTOCOL_ID) return [];
    return [this.s7(new Cursor(whole, 0, whole.length), from)];
  }

  /*
   *   0      1      2            4           6            8           10
   *   +------+------+------------+-----------+------------+-----------+------------------+
   *   | 0x32 | kind | redundancy | reference | parameters | data size | [error, 2 bytes] |
   *   +------+------+------------+-----------+------------+-----------+------------------+
   */
  private s7(cursor: Cursor, from: Side): Message {
    cursor.skip(1);
    const kind = cursor.u8();
    cursor.skip(2);
    const reference = cursor.u16();
    const parameterBytes = cursor.u16();
    const dataBytes = cursor.u16();
    const error = kind === ACK || kind === ACK_DATA ? cursor.u16() : 0;
    const parameters = cursor.part(parameterBytes);
    const data = cursor.part(dataBytes);
    const isShort = cursor.isShort;
    if (kind === USERDATA) {
      const { part, message } = readUserdata(parameters, data);
      return this.compose(part, {
        kind: message,
        reference,
        error: 0,
        isUnpaired: false,
        isShort: isShort || parameters.isShort,
      });
    }
    if (kind === JOB) {
      const part = readJob(parameters, data, null, true);
      this.pending.ask(`${from} ${reference}`, { reference, from, part });
      return this.compose(part, {
        kind: 'request',
        reference,
        error: 0,
        isUnpaired: false,
        isShort: isShort || parameters.isShort,
      });
    }
    const request = this.take(reference, from);
    const part = readJob(parameters, data, request?.part ?? null, false);
    const message = error !== 0 || part.isRefused ? 'exception' : 'response';
    return this.compose(part, {
      kind: message,
      reference,
      error,
      isUnpaired: request === null,
      isShort: isShort || parameters.isShort || data.isShort,
    });
  }

  private take(reference: number, from: Side): Pending | null {
    return this.pending.answer(`${otherSide(from)} ${reference}`);
  }

  private compose(part: S7Part, head: Head): Message {
    const { kind, reference, error, isUnpaired, isShort } = head;
    const malformed = isShort ? 'The message is shorter than its own lengths say' : null;
    const exception = error !== 0 ? error : part.exception;
    const refused =
      kind === 'exception' || exception !== null
        ? ` refused (error 0x${(exception ?? 0).toString(16).padStart(4, '0')})`
        : '';
    return {
      kind,
      action: part.action,
      operation: part.operation,
      functionCode: part.functionCode,
      unit: this.unit,
      object: part.object,
      address: part.address,
      quantity: part.quantity,
      exception,
      transaction: reference,
      points: part.points,
      file: part.file,
      text: `${part.text}${refused} (${kind})${malformed === null ? '' : ' – malformed'}`,
      malformed,
      isUnpaired,
      facts: part.facts,
    };
  }
}

interface Head {
  readonly kind: Message['kind'];
  readonly reference: number;
  readonly error: number;
  readonly isUnpaired: boolean;
  readonly isShort: boolean;
}

export const s7comm = defineDissector({
  id: 's7comm',
  title: 'S7comm (Siemens S7-300/400)',
  reference: 'RFC 1006; ISO 8073; S7 communication as described by the Wireshark and Snap7 projects',
  dataset: 'pcap.s7comm',
  over: 'tcp',
  ports: [102],
  roams: true,
  maxUnitBytes: 65535,
  looksLike,
  unitLength: tpktLength,
  begin: () => new S7Session(),
  samples,
});
