/** BACnet/IP: ASHRAE 135-2020 Annex J (BVLL), §6 (network layer), §20 (application layer). */

import { deviceFacts } from '../bacnet/facts';
import { BVLC, CONFIRMED, NETWORK, UNCONFIRMED } from '../bacnet/names';
import { readProperties, type Target } from '../bacnet/properties';
import { samples } from '../bacnet/samples';
import { objectName, readObjectId, readTag, readUnsigned, readValue } from '../bacnet/values';
import type { Cursor } from '../cursor';
import {
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  type OtMessage,
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
/** One object, of which nothing is read. */
function targetOf(object: string | null, address: number | null, detail: string, vendor?: number): Target {
  return { object, address, property: '', points: [], detail, quantity: null, vendor };
}

const NOWHERE = targetOf(null, null, '');

interface Pending {
  readonly id: number;
  readonly service: number;
  readonly target: Target;
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
  const isCarrier = [4, 9, 10, 11].includes(bytes[from + 1] ?? 0);
  const at = from + (bytes[from + 1] === 4 ? 10 : 4);
  if (from + length !== to) return 'maybe';
  return isCarrier && bytes[at] === 1 ? 'yes' : 'maybe';
}

class BacnetSession implements Session {
  private readonly pending = new OpenRequests<Pending>(MAX_PENDING);

  message(cursor: Cursor, from: Side): readonly Message[] {
    cursor.skip(1);
    const code = cursor.u8();
    const length = cursor.u16();
    const isShort = cursor.left + 4 < length;
    const name = BVLC[code] ?? `bvlc_${code}`;
    if (code === 4) cursor.skip(6);
    if (![4, 9, 10, 11].includes(code)) {
      const result = code === 0 ? cursor.u16() : 0;
      const kind = code === 0 || code === 3 || code === 7 ? 'response' : 'request';
      const operation = code === 1 || code === 5 || code === 8 ? 'configure' : 'connect';
      const exception = result === 0 ? null : result;
      const text = `${name.replaceAll('_', ' ')}${exception === null ? '' : ` ${result}`}`;
      return [
        newMessage({
          kind: exception === null ? kind : 'exception',
          action: name,
          operation,
          exception,
          text,
        }),
      ];
    }
    const network = readNetwork(cursor);
    if (network !== null) {
      const action = NETWORK[network] ?? `network_message_${network}`;
      const text = action.replaceAll('_', ' ');
      return [
        newMessage({
          kind: 'unsolicited',
          action,
          operation: 'identify',
          text,
          malformed: shortText(cursor.isShort),
        }),
      ];
    }
    return [this.application(cursor, isShort, from)];
  }

  /* confirmed: type+flags | max | invoke id | [sequence window] | service | …   others: see §20.1 */
  private application(cursor: Cursor, isCut: boolean, from: Side): Message {
    const head = cursor.u8();
    const type = head >> 4;
    if (type === PDU.confirmed) cursor.skip(1);
    const id = type === PDU.unconfirmed ? null : cursor.u8();
    const isSegment = (head & 8) !== 0 && (type === PDU.confirmed || type === PDU.complexAck);
    const sequence = isSegment ? cursor.u8() : 0;
    if (isSegment) cursor.skip(1);
    if (type === PDU.segmentAck)
      return newMessage({
        kind: 'response',
        action: 'segment_ack',
        transaction: id,
        text: `segment ack (invoke ${id})`,
      });
    const service = cursor.u8();
    const isFailure = type >= PDU.error;
    const isAnswer = type >= PDU.simpleAck;
    const request =
      isAnswer && id !== null
        ? this.take(
            from,
            id,
            type === PDU.simpleAck || type === PDU.complexAck || type === PDU.error ? service : null,
          )
        : null;
    const known = isAnswer && (type === PDU.reject || type === PDU.abort) ? request?.service : service;
    const table = type === PDU.unconfirmed ? UNCONFIRMED : CONFIRMED;
    const [action, operation] = (known === undefined ? undefined : table[known]) ?? [
      `service_${service}`,
      'diagnose',
    ];
    let target =
      isFailure || type === PDU.simpleAck || sequence > 0
        ? (request?.target ?? NOWHERE)
        : readTarget(cursor, action, type);
    if (target.object === null && request) {
      const { points, detail, quantity, vendor } = target;
      const { object, address, property } = request.target;
      target = { object, address, property, points, detail, quantity, vendor };
    }
    let exception: number | null = null;
    if (type === PDU.error) {
      const group = readUnsigned(cursor, readTag(cursor).size);
      exception = group * 256 + readUnsigned(cursor, readTag(cursor).size);
    } else if (isFailure) exception = service;
    if (type === PDU.confirmed && id !== null && sequence === 0)
      this.pending.ask(`${from} ${id} ${service}`, { id, service, target });
    const kind: OtMessage = isFailure
      ? 'exception'
      : isAnswer
        ? 'response'
        : type === PDU.unconfirmed && operation !== 'identify'
          ? 'unsolicited'
          : type === PDU.unconfirmed && action.startsWith('i_')
            ? 'response'
            : 'request';
    const place =
      target.object === null
        ? ''
        : ` ${target.object} ${target.address ?? ''}${target.property === '' ? '' : ` ${target.property}`}`;
    const refused =
      type === PDU.error
        ? ` failed (class ${(exception ?? 0) >> 8}, code ${(exception ?? 0) & 255})`
        : type === PDU.reject
          ? ` rejected (${service})`
          : type === PDU.abort
            ? ` aborted (${service})`
            : '';
    return newMessage({
      kind,
      action,
      operation,
      functionCode: known ?? service,
      object: target.object,
      address: target.address,
      quantity: target.quantity,
      exception,
      transaction: id,
      facts: deviceFacts(kind, target),
      points: isFailure || type === PDU.simpleAck ? [] : target.points,
      text: `${action.replaceAll('_', ' ')}${place}${target.detail}${refused}${id === null ? '' : ` (invoke ${id}, ${kind})`}`,
      malformed: shortText(isCut || cursor.isShort),
      isUnpaired: isAnswer && request === null,
    });
  }

  /** Rejects and aborts do not say of which service. */
  private take(from: Side, id: number, service: number | null): Pending | null {
    const asked = `${otherSide(from)} ${id} `;
    if (service !== null) return this.pending.answer(asked + service);
    return this.pending.take((key) => key.startsWith(asked));
  }
}

function shortText(isShort: boolean): string | null {
  return isShort ? 'The message is shorter than it says' : null;
}

/** §6.2.2: skips addresses; a network layer message's type, else null. */
function readNetwork(cursor: Cursor): number | null {
  cursor.skip(1);
  const control = cursor.u8();
  if ((control & 0x20) !== 0) {
    cursor.skip(2);
    cursor.skip(cursor.u8());
  }
  if ((control & 0x08) !== 0) {
    cursor.skip(2);
    cursor.skip(cursor.u8());
  }
  if ((control & 0x20) !== 0) cursor.skip(1);
  return (control & 0x80) !== 0 ? cursor.u8() : null;
}

const STATES = [
  'cold start',
  'warm start',
  'start backup',
  'end backup',
  'start restore',
  'end restore',
  'abort restore',
] as const;

function readTarget(cursor: Cursor, action: string, type: number): Target {
  if (action === 'i_am') {
    readTag(cursor);
    const device = readObjectId(cursor);
    readUnsigned(cursor, readTag(cursor).size);
    readUnsigned(cursor, readTag(cursor).size);
    const vendor = readUnsigned(cursor, readTag(cursor).size);
    return targetOf(objectName(device.type), device.instance, `, vendor ${vendor}`, vendor);
  }
  if (action === 'i_have') {
    readTag(cursor);
    const { type, instance } = readObjectId(cursor);
    readTag(cursor);
    const held = readObjectId(cursor);
    const name = readValue(cursor, readTag(cursor)).text;
    const detail = `, ${objectName(held.type)} ${held.instance} ${name}`;
    return targetOf(objectName(type), instance, detail);
  }
  if (action === 'reinitialize_device') {
    const state = readUnsigned(cursor, readTag(cursor).size);
    return targetOf(null, null, ` ${STATES[state] ?? state}`);
  }
  return readProperties(cursor, action, type === PDU.complexAck);
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
