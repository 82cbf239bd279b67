/** BACnet/IP: ASHRAE 135-2020 Annex J (BVLL), §6 (network layer), §20 (application layer). */

import { deviceFacts } from '../bacnet/facts';
import { BVLC, CONFIRMED, UNCONFIRMED } from '../bacnet/names';
import { endpoint, type Npdu, networkAction, networkDetail, readNetwork } from '../bacnet/network';
import type { Target } from '../bacnet/properties';
import { abortReason, errorText, rejectReason } from '../bacnet/registry';
import { samples } from '../bacnet/samples';
import { Segments } from '../bacnet/segments';
import { readTarget, targetOf } from '../bacnet/services';
import { readTag, readUnsigned } from '../bacnet/values';
import type { Cursor } from '../cursor';
import {
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  type OtMessage,
  type OtOperation,
  otherSide,
  type Session,
  type Side,
} from '../dissector';
import { OpenRequests } from '../open-requests';

const MAX_PENDING = 256;

const PDU = {
  confirmed: 0,
  unconfirmed: 1,
  simpleAck: 2,
  complexAck: 3,
  segmentAck: 4,
  error: 5,
  reject: 6,
  abort: 7,
} as const;
const NOWHERE = targetOf(null, null, '');

/** Functions of the BVLL that carry an NPDU, and the one of them that a broadcast device sends on for another. */
const CARRIERS: readonly number[] = [4, 9, 10, 11];
const FORWARDED = 4;
/** BVLC-Result (annex J.2.1). */
const RESULTS: Readonly<Record<number, string>> = {
  16: 'table of broadcast devices not written',
  32: 'table of broadcast devices not read',
  48: 'foreign device not registered',
  64: 'table of foreign devices not read',
  80: 'foreign device not deleted',
  96: 'broadcast not distributed',
};

interface Pending {
  readonly service: number;
  readonly target: Target;
}

/** An APDU on its way: which kind, and between whom. */
interface Apdu {
  readonly type: number;
  readonly id: number | null;
  readonly from: Side;
  readonly npdu: Npdu;
  /** Who sent it first, where a broadcast device sends it on. */
  readonly origin: string | null;
}

/*
 *   0    1          2        4…
 *   +----+----------+--------+---------+---------+--------------------------------+--------
 *   | 81 | function | length | version | control | [addresses, hops, network type] | APDU …
 *   +----+----------+--------+---------+---------+--------------------------------+--------
 */
function unitLength(bytes: Uint8Array, from: number, to: number): number {
  if (from < to && bytes[from] !== 0x81) return -1;
  if (from + 4 > to) return 0;
  const length = ((bytes[from + 2] ?? 0) << 8) | (bytes[from + 3] ?? 0);
  return length < 4 || (bytes[from + 1] ?? 0) >= BVLC.length ? -1 : length;
}

function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const length = unitLength(bytes, from, to);
  if (length <= 0) return length === 0 ? 'more' : 'no';
  const isCarrier = CARRIERS.includes(bytes[from + 1] ?? 0);
  const at = from + (bytes[from + 1] === FORWARDED ? 10 : 4);
  if (from + length !== to) return 'maybe';
  return isCarrier && bytes[at] === 1 ? 'yes' : 'maybe';
}

class BacnetSession implements Session {
  private readonly pending = new OpenRequests<Pending>(MAX_PENDING);
  private readonly segments = new Segments();

  message(cursor: Cursor, from: Side): readonly Message[] {
    cursor.skip(1);
    const code = cursor.u8();
    const length = cursor.u16();
    const isCut = cursor.left + 4 < length;
    if (!CARRIERS.includes(code)) return [linkMessage(code, cursor)];
    const origin = code === FORWARDED ? endpoint(cursor) : null;
    const npdu = readNetwork(cursor);
    if (npdu.message !== null) return [networkMessage(npdu, origin, cursor)];
    const head = cursor.u8();
    const type = head >> 4;
    if (type === PDU.confirmed) cursor.skip(1);
    const id = type === PDU.unconfirmed ? null : cursor.u8();
    const apdu: Apdu = { type, id, from, npdu, origin };
    if (type === PDU.segmentAck) return [segmentAck(apdu)];
    const isSegment = (head & 8) !== 0 && (type === PDU.confirmed || type === PDU.complexAck);
    if (isSegment) return [this.segment(apdu, (head & 4) === 0, cursor, isCut)];
    return [this.application(apdu, (head & 1) === 1, cursor.u8(), cursor, isCut)];
  }

  /* sequence number (1) | proposed window (1) | service (1) | the next bytes of the message */
  private segment(apdu: Apdu, isLast: boolean, cursor: Cursor, isCut: boolean): Message {
    const sequence = cursor.u8();
    cursor.skip(1);
    const service = cursor.u8();
    const key = `${apdu.type} ${peers(apdu, apdu.type === PDU.complexAck)}`;
    const whole = this.segments.take(key, sequence, isLast, cursor);
    if (typeof whole === 'object') return this.application(apdu, true, service, whole, isCut);
    const [action, operation] = CONFIRMED[service] ?? unknown(service);
    const kind = apdu.type === PDU.confirmed ? 'request' : 'response';
    const more = whole === 'again' ? ', seen before' : isLast ? '' : ', more follow';
    const lost =
      whole === 'lost' ? 'Segments before this one are missing: what they say together was not read' : null;
    return newMessage({
      kind,
      action,
      operation,
      functionCode: service,
      transaction: apdu.id,
      text: `${words(action)}, segment ${sequence + 1}${more}${ends(apdu, kind)}`,
      malformed: shortText(isCut || cursor.isShort) ?? lost,
    });
  }

  /* confirmed: type+flags | max | invoke id | [sequence window] | service | …   others: see §20.1 */
  private application(apdu: Apdu, byServer: boolean, code: number, cursor: Cursor, isCut: boolean): Message {
    const { type, id, npdu, origin } = apdu;
    const isFailure = type >= PDU.error;
    const isAnswer = type >= PDU.simpleAck;
    // Rejects and aborts have a reason where others name their service.
    const isBare = type === PDU.reject || type === PDU.abort;
    const request = isAnswer ? this.take(apdu, isBare ? null : code, byServer) : null;
    const service = isBare ? (request?.service ?? null) : code;
    const [action, operation] = serviceOf(type, service);
    const hasData = !isFailure && type !== PDU.simpleAck;
    let target = hasData ? readTarget(cursor, action, type === PDU.complexAck) : (request?.target ?? NOWHERE);
    if (target.object === null && request) target = about(target, request.target);
    const exception = type === PDU.error ? readError(cursor) : isFailure ? code : null;
    if (type === PDU.confirmed) this.pending.ask(`${peers(apdu, false)} ${code}`, { service: code, target });
    // An abort may come from who asked.
    const kind = type === PDU.abort && !byServer ? 'request' : kindOf(type, action, operation);
    return newMessage({
      kind,
      action,
      operation,
      functionCode: service,
      object: target.object,
      address: target.address,
      quantity: target.quantity,
      exception,
      transaction: id,
      facts: npdu.source === null ? deviceFacts(kind, target, origin) : undefined,
      points: hasData ? target.points : [],
      text: `${service === null ? 'something not captured' : words(action)}${placeText(target)}${target.detail}${refusal(type, exception)}${ends(apdu, kind)}`,
      malformed: shortText(isCut || cursor.isShort),
      isUnpaired: isAnswer && request === null,
    });
  }

  /** Rejects and aborts do not say of which service; an abort may come from who asked. */
  private take(apdu: Apdu, service: number | null, byServer: boolean): Pending | null {
    const asked = peers(apdu, apdu.type !== PDU.abort || byServer);
    if (service !== null) return this.pending.answer(`${asked} ${service}`);
    return this.pending.take((key) => key.startsWith(`${asked} `));
  }
}

/** Who asks whom under which invoke id, which is one of the two peers alone (§5.4.1), wherever routers lie between. */
function peers({ from, id, npdu }: Apdu, isAnswer: boolean): string {
  const { source, destination } = npdu;
  return isAnswer
    ? `${otherSide(from)} ${destination ?? ''} > ${source ?? ''} ${id}`
    : `${from} ${source ?? ''} > ${destination ?? ''} ${id}`;
}

function unknown(service: number): readonly [string, OtOperation] {
  return [`service_${service}`, 'diagnose'];
}

function serviceOf(type: number, service: number | null): readonly [string, OtOperation] {
  if (service === null) return [type === PDU.abort ? 'abort' : 'reject', 'diagnose'];
  return (type === PDU.unconfirmed ? UNCONFIRMED : CONFIRMED)[service] ?? unknown(service);
}

function kindOf(type: number, action: string, operation: OtOperation): OtMessage {
  if (type >= PDU.error) return 'exception';
  if (type >= PDU.simpleAck) return 'response';
  if (type !== PDU.unconfirmed) return 'request';
  if (operation !== 'identify') return 'unsolicited';
  return action.startsWith('i_') ? 'response' : 'request';
}

/** What an answer without an object of its own is about. */
function about({ points, detail, quantity, vendor }: Target, asked: Target): Target {
  const { object, address, property } = asked;
  return { object, address, property, points, detail, quantity, vendor };
}

/** Class × 256 + code; some services put both into a tag of their own (§21.3). */
function readError(cursor: Cursor): number {
  let tag = readTag(cursor);
  if (tag.isOpening) tag = readTag(cursor);
  const group = readUnsigned(cursor, tag.size);
  return group * 256 + readUnsigned(cursor, readTag(cursor).size);
}

function refusal(type: number, exception: number | null): string {
  if (exception === null) return '';
  if (type === PDU.reject) return ` rejected: ${rejectReason(exception)}`;
  if (type === PDU.abort) return ` aborted: ${abortReason(exception)}`;
  return ` failed: ${errorText(exception >> 8, exception & 255)}`;
}

function placeText({ object, address, property }: Target): string {
  if (object === null) return '';
  return ` ${object}${address === null ? '' : ` ${address}`}${property === '' ? '' : ` ${property}`}`;
}

/** The invoke id, and who is meant beyond the addresses of the packet. */
function ends({ id, npdu, origin }: Apdu, kind: OtMessage): string {
  const parts = id === null ? [] : [`invoke ${id}`, kind];
  return bracket([...parts, ...routeText(npdu, origin)]);
}

function routeText({ source, destination }: Npdu, origin: string | null): readonly string[] {
  return [
    source === null ? '' : `from ${source}`,
    destination === null ? '' : `to ${destination}`,
    origin === null ? '' : `sent on for ${origin}`,
  ].filter((part) => part !== '');
}

function bracket(parts: readonly string[]): string {
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

function words(action: string): string {
  return action.replaceAll('_', ' ');
}

function segmentAck({ id }: Apdu): Message {
  return newMessage({
    kind: 'response',
    action: 'segment_ack',
    transaction: id,
    text: `segment ack (invoke ${id})`,
  });
}

/** Of the BACnet virtual link layer itself (annex J.2). */
function linkMessage(code: number, cursor: Cursor): Message {
  const action = BVLC[code] ?? `bvlc_${code}`;
  const result = code === 0 ? cursor.u16() : 0;
  const exception = result === 0 ? null : result;
  const kind = code === 0 || code === 3 || code === 7 ? 'response' : 'request';
  const operation = code === 1 || code === 5 || code === 8 ? 'configure' : 'connect';
  const detail =
    exception !== null
      ? `: ${RESULTS[result] ?? `result ${result}`}`
      : code === 5
        ? ` for ${cursor.u16()} s`
        : code === 8
          ? ` ${endpoint(cursor)}`
          : '';
  return newMessage({
    kind: exception === null ? kind : 'exception',
    action,
    operation,
    exception,
    text: `${words(action)}${detail}`,
    malformed: shortText(cursor.isShort),
  });
}

function networkMessage(npdu: Npdu, origin: string | null, cursor: Cursor): Message {
  const message = npdu.message ?? 0;
  const action = networkAction(message);
  const detail = networkDetail(message, cursor);
  return newMessage({
    kind: 'unsolicited',
    action,
    operation: 'identify',
    text: `${words(action)}${detail}${bracket(routeText(npdu, origin))}`,
    malformed: shortText(cursor.isShort),
  });
}

function shortText(isShort: boolean): string | null {
  return isShort ? 'The message is shorter than it says' : null;
}

export const bacnet: ReturnType<typeof defineDissector> = defineDissector({
  id: 'bacnet',
  title: 'BACnet/IP',
  reference: 'ANSI/ASHRAE 135-2020 §6, §20 and Annex J',
  dataset: 'pcap.bacnet',
  over: 'udp',
  ports: [47808],
  roams: true,
  maxUnitBytes: 1536,
  looksLike,
  unitLength,
  begin: () => new BacnetSession(),
  samples,
});
