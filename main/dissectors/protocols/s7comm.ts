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
import { Repeat, Repeats } from '../repeats';
import { readJob, type S7Part } from '../s7/job';
import { samples } from '../s7/samples';
import { readUserdata } from '../s7/userdata';

const PROTOCOL_ID = 0x32;
const MAX_PENDING = 64;

const JOB = 1;
const ACK = 2;
const ACK_DATA = 3;
const USERDATA = 7;

/** A message but for when and under which number: what its bytes say. */
interface Told {
  readonly kind: Message['kind'];
  readonly part: S7Part;
  readonly exception: number | null;
  readonly line: string;
  readonly isShort: boolean;
}

interface Request extends Told {
  /** What it was told last. */
  readonly answer: Repeat<Told>;
}

/** Walks over connection TPDUs to the first data: `2`+`0x32` is proof, anything else is another protocol. */
function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const data = firstTransportData(bytes, from, to);
  if (typeof data === 'string') return data;
  return bytes[data] === PROTOCOL_ID ? 'yes' : 'no';
}

class S7Session implements Session {
  private readonly pending = new OpenRequests<Request, number>(MAX_PENDING);
  private readonly requests = new Repeats<Request>();
  private readonly clientUnit = new DataUnit(beginsMessage);
  private readonly serverUnit = new DataUnit(beginsMessage);
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
    const collector = this.unitOf(from);
    const whole = collector.add(cursor.bytes.subarray(cursor.at, cursor.end), tpdu.isLast);
    const lost = collector.takeLost(from);
    const messages = lost === null ? [] : [lost];
    if (whole !== null && whole[0] === PROTOCOL_ID)
      messages.push(this.s7(new Cursor(whole, 0, whole.length), from));
    return messages;
  }

  gap(from: Side): void {
    this.unitOf(from).gap();
  }

  private unitOf(from: Side): DataUnit {
    return from === 'client' ? this.clientUnit : this.serverUnit;
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
    if (kind === USERDATA) return this.compose(userdata(cursor), reference, false);
    const { bytes, at, end } = cursor;
    if (kind === JOB) {
      const request = this.requests.of(bytes, at, end, () => requestOf(cursor));
      this.pending.ask(keyOf(from, reference), request);
      return this.compose(request, reference, false);
    }
    const request = this.pending.answer(keyOf(otherSide(from), reference));
    return this.compose(answerOf(cursor, kind, request), reference, request === null);
  }

  private compose(
    { kind, part, exception, line, isShort }: Told,
    transaction: number,
    isUnpaired: boolean,
  ): Message {
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
      transaction,
      points: part.points,
      file: part.file,
      text: line,
      malformed: isShort ? 'The message is shorter than its own lengths say' : null,
      isUnpaired,
      facts: part.facts,
    };
  }
}

function beginsMessage(part: Uint8Array): boolean {
  const kind = part[1] ?? 0;
  return part[0] === PROTOCOL_ID && (kind === JOB || kind === ACK || kind === ACK_DATA || kind === USERDATA);
}

function keyOf(from: Side, reference: number): number {
  return reference * 2 + (from === 'client' ? 1 : 0);
}

/** The cursor stands at the length of the parameters, here and below. */
function userdata(cursor: Cursor): Told {
  const { parameters, data } = partsOf(cursor, 0);
  const { part, message } = readUserdata(parameters, data);
  return tell(message, part, 0, cursor.isShort || parameters.isShort);
}

function requestOf(cursor: Cursor): Request {
  const { parameters, data } = partsOf(cursor, 0);
  const part = readJob(parameters, data, null, true);
  return { ...tell('request', part, 0, cursor.isShort || parameters.isShort), answer: new Repeat<Told>() };
}

function answerOf(cursor: Cursor, kind: number, request: Request | null): Told {
  const { bytes, at, end } = cursor;
  const before = kind === ACK_DATA ? (request?.answer.find(bytes, at, end) ?? null) : null;
  if (before !== null) return before;
  const { parameters, data, error } = partsOf(cursor, kind);
  const part = readJob(parameters, data, request?.part ?? null, false);
  const isShort = cursor.isShort || parameters.isShort || data.isShort;
  const told = tell(error !== 0 || part.isRefused ? 'exception' : 'response', part, error, isShort);
  return request === null || kind !== ACK_DATA ? told : request.answer.keep(bytes, at, end, told);
}

function partsOf(cursor: Cursor, kind: number): { parameters: Cursor; data: Cursor; error: number } {
  const parameterBytes = cursor.u16();
  const dataBytes = cursor.u16();
  const error = kind === ACK || kind === ACK_DATA ? cursor.u16() : 0;
  return { parameters: cursor.part(parameterBytes), data: cursor.part(dataBytes), error };
}

function tell(kind: Message['kind'], part: S7Part, error: number, isShort: boolean): Told {
  const exception = error !== 0 ? error : part.exception;
  const refused =
    error === 0 && part.verdict !== null
      ? part.verdict
      : kind === 'exception' || exception !== null
        ? ` refused (error 0x${(exception ?? 0).toString(16).padStart(4, '0')})`
        : '';
  const line = `${part.text}${refused} (${kind})${isShort ? ' – malformed' : ''}`;
  return { kind, part, exception, line, isShort };
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
