/**
 * OPC UA binary: OPC 10000-6 §5 (encoding), §6.7 (secure conversation), §7.1 (connection protocol); services of
 * OPC 10000-4 by their encoding ids. Bodies of encrypted channels stay closed.
 */
import { Cursor } from '../cursor';
import {
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  type OtOperation,
  type PointRun,
  type Session,
  type Side,
  sampleOf,
} from '../dissector';

const TYPES = ['HEL', 'ACK', 'ERR', 'RHE', 'OPN', 'CLO', 'MSG'] as const;
const MAX_BODY = 1 << 20;

/** Encoding id of a request: its name and what it does; the response's id is three higher. */
const SERVICES: Readonly<Record<number, readonly [string, OtOperation]>> = {
  422: ['find_servers', 'identify'],
  428: ['get_endpoints', 'identify'],
  446: ['open_secure_channel', 'connect'],
  452: ['close_secure_channel', 'connect'],
  461: ['create_session', 'connect'],
  467: ['activate_session', 'connect'],
  473: ['close_session', 'connect'],
  479: ['cancel', 'connect'],
  488: ['add_nodes', 'configure'],
  494: ['add_references', 'configure'],
  500: ['delete_nodes', 'configure'],
  506: ['delete_references', 'configure'],
  527: ['browse', 'read'],
  533: ['browse_next', 'read'],
  554: ['translate_browse_paths', 'read'],
  560: ['register_nodes', 'configure'],
  566: ['unregister_nodes', 'configure'],
  631: ['read', 'read'],
  664: ['history_read', 'read'],
  673: ['write', 'write'],
  700: ['history_update', 'write'],
  712: ['call', 'control'],
  751: ['create_monitored_items', 'configure'],
  763: ['modify_monitored_items', 'configure'],
  769: ['set_monitoring_mode', 'configure'],
  775: ['set_triggering', 'configure'],
  781: ['delete_monitored_items', 'configure'],
  787: ['create_subscription', 'configure'],
  793: ['modify_subscription', 'configure'],
  799: ['set_publishing_mode', 'configure'],
  826: ['publish', 'report'],
  832: ['republish', 'report'],
  841: ['transfer_subscriptions', 'configure'],
  847: ['delete_subscriptions', 'configure'],
};
const FAULT = 397;

/*
 *   0      3       4      8           12…
 *   +------+-------+------+-----------+-------------------------------------------------
 *   | type | chunk | size | channel   | token or security, sequence, request id, body …
 *   +------+-------+------+-----------+-------------------------------------------------      low byte first
 */
function unitLength(bytes: Uint8Array, from: number, to: number): number {
  const size = Math.min(3, to - from);
  const isType = TYPES.some((type) => {
    for (let at = 0; at < size; at++) if (bytes[from + at] !== type.charCodeAt(at)) return false;
    return true;
  });
  if (!isType) return -1;
  if (to - from > 3 && ![0x46, 0x43, 0x41].includes(bytes[from + 3] ?? 0)) return -1;
  if (to - from < 8) return 0;
  const length =
    (bytes[from + 4] ?? 0) +
    (bytes[from + 5] ?? 0) * 256 +
    (bytes[from + 6] ?? 0) * 65536 +
    (bytes[from + 7] ?? 0) * 16777216;
  return length < 8 || length > 1 << 24 ? -1 : length;
}

function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const length = unitLength(bytes, from, to);
  return length < 0 ? 'no' : to - from < 8 ? 'more' : 'yes';
}

interface Request {
  readonly action: string;
  readonly operation: OtOperation;
  readonly object: string | null;
}

class OpcuaSession implements Session {
  private readonly requests = new Map<number, Request>();
  private readonly held: Record<Side, Uint8Array> = { client: new Uint8Array(0), server: new Uint8Array(0) };

  message(cursor: Cursor, from: Side): readonly Message[] {
    const type = cursor.text(3);
    const chunk = cursor.u8();
    cursor.skip(4);
    const kind = from === 'client' ? 'request' : 'response';
    if (type === 'HEL' || type === 'ACK' || type === 'RHE') {
      cursor.skip(type === 'RHE' ? 0 : 20);
      const url = type === 'ACK' ? '' : readString(cursor);
      return [
        newMessage({
          kind,
          action: type === 'ACK' ? 'acknowledge' : 'hello',
          operation: 'connect',
          text: `${type === 'ACK' ? 'Acknowledge' : 'Hello'} ${url}`.trim(),
          malformed: short(cursor),
        }),
      ];
    }
    if (type === 'ERR') {
      const code = cursor.u32le();
      return [
        newMessage({
          kind: 'exception',
          action: 'error',
          operation: 'connect',
          exception: code,
          text: `Error 0x${code.toString(16)} ${readString(cursor)}`.trim(),
          malformed: short(cursor),
        }),
      ];
    }
    const unit = cursor.u32le();
    const policy = type === 'OPN' ? readString(cursor) : '';
    if (type === 'OPN') {
      readString(cursor);
      readString(cursor);
    } else cursor.skip(4);
    cursor.skip(4);
    const id = cursor.u32le();
    if (cursor.isShort)
      return [newMessage({ kind, action: 'message', unit, text: 'Message', malformed: short(cursor) })];
    const body = this.join(cursor, from);
    if (chunk !== 0x46) return [];
    this.held[from] = new Uint8Array(0);
    return [this.service(body, from, { unit, id, policy: policy.split('#').at(-1) ?? '' })];
  }

  private join(cursor: Cursor, from: Side): Cursor {
    const before = this.held[from];
    const part = cursor.bytes.subarray(cursor.at, cursor.end);
    const whole = new Uint8Array(Math.min(MAX_BODY, before.length + part.length));
    whole.set(before);
    whole.set(part.subarray(0, whole.length - before.length), before.length);
    this.held[from] = whole;
    return new Cursor(whole, 0, whole.length);
  }

  private service(
    body: Cursor,
    from: Side,
    { unit, id, policy }: { unit: number; id: number; policy: string },
  ): Message {
    const encoding = numericId(body);
    const plain = { unit, transaction: id };
    const asked = SERVICES[encoding];
    const note = policy === '' ? '' : `, security policy ${policy}`;
    if (asked) {
      const [action, operation] = asked;
      readHeader(body);
      const { object, points, quantity } = readNodes(body, action);
      this.remember(id, { action, operation, object });
      const value = points[0]?.texts?.[0] ?? points[0]?.values[0];
      const text = `${action.replaceAll('_', ' ')}${object ? ` ${object}` : ''}${quantity && quantity > 1 ? ` and ${quantity - 1} more` : ''}${value === undefined || Number.isNaN(value) ? '' : ` = ${value}`}${note} (request)`;
      return newMessage({
        ...plain,
        kind: 'request',
        action,
        operation,
        functionCode: encoding,
        object,
        quantity,
        points,
        text,
        malformed: short(body),
      });
    }
    const request = this.requests.get(id) ?? null;
    const named = SERVICES[encoding - 3];
    if (!named && encoding !== FAULT)
      return newMessage({
        ...plain,
        kind: from === 'client' ? 'request' : 'response',
        action: request?.action ?? 'secured_message',
        operation: request?.operation ?? null,
        text: `secured message${note}`,
      });
    this.requests.delete(id);
    body.skip(12);
    const result = body.u32le();
    const isBad = result >= 0x80000000;
    const action = named?.[0] ?? request?.action ?? 'service_fault';
    return newMessage({
      ...plain,
      kind: isBad || encoding === FAULT ? 'exception' : 'response',
      action,
      operation: named?.[1] ?? request?.operation ?? 'diagnose',
      functionCode: encoding,
      object: request?.object ?? null,
      exception: isBad ? result : null,
      text: `${action.replaceAll('_', ' ')}${isBad ? ` refused: 0x${result.toString(16)}` : ''}${note} (response)`,
      malformed: short(body),
      isUnpaired: request === null,
    });
  }

  private remember(id: number, request: Request): void {
    this.requests.set(id, request);
    if (this.requests.size > 256) this.requests.delete(this.requests.keys().next().value ?? 0);
  }
}

function short(cursor: Cursor): string | null {
  return cursor.isShort ? 'The message ends early' : null;
}

/** A string or byte string: a length, -1 for none (§5.2.2.4). */
function readString(cursor: Cursor): string {
  const size = cursor.i32le();
  if (size <= 0) return '';
  if (size > cursor.left) {
    cursor.isShort = true;
    return '';
  }
  const part = cursor.part(size);
  return part.text(Math.min(size, 200));
}

function numericId(cursor: Cursor): number {
  const name = readNodeId(cursor);
  const found = /^i=(\d+)$/.exec(name);
  return found ? Number(found[1]) : -1;
}

/** §5.2.2.9, in the notation of OPC 10000-6 §5.3.1.10. */
function readNodeId(cursor: Cursor): string {
  const kind = cursor.u8() & 0x3f;
  if (kind === 0) return `i=${cursor.u8()}`;
  const space = kind === 1 ? cursor.u8() : cursor.u16le();
  const prefix = space === 0 ? '' : `ns=${space};`;
  if (kind === 1) return `${prefix}i=${cursor.u16le()}`;
  if (kind === 2) return `${prefix}i=${cursor.u32le()}`;
  if (kind === 3) return `${prefix}s=${readString(cursor)}`;
  if (kind === 4) return `${prefix}g=${cursor.hex(16)}`;
  return `${prefix}b=${readString(cursor).length}`;
}

/** RequestHeader (OPC 10000-4 §7.33). */
function readHeader(body: Cursor): void {
  readNodeId(body);
  body.skip(16);
  readString(body);
  body.skip(4);
  readNodeId(body);
  if (body.u8() !== 0) readString(body);
}

interface Nodes {
  readonly object: string | null;
  readonly points: readonly PointRun[];
  readonly quantity: number | null;
}

function readNodes(body: Cursor, action: string): Nodes {
  const nothing = { object: null, points: [], quantity: null };
  if (body.isShort) return nothing;
  if (action === 'read') body.skip(12);
  else if (action === 'browse') {
    readNodeId(body);
    body.skip(16);
  } else if (action !== 'write' && action !== 'call') return nothing;
  const quantity = Math.max(0, body.i32le());
  if (quantity === 0 || body.left === 0) return { ...nothing, quantity };
  let object = readNodeId(body);
  if (action === 'call') object = `${object} method ${readNodeId(body)}`;
  const points: PointRun[] = [];
  if (action === 'write') {
    body.skip(4);
    readString(body);
    const value = readVariant(body);
    if (value)
      points.push({
        object,
        address: null,
        stride: 0,
        values: [value.number],
        ...(value.text === null ? {} : { texts: [value.text] }),
      });
  }
  return { object, points, quantity };
}

/** The first value of a DataValue, where it is a scalar (§5.2.2.16–17). */
function readVariant(body: Cursor): { readonly number: number; readonly text: string | null } | null {
  if ((body.u8() & 1) === 0) return null;
  const type = body.u8();
  const number = (value: number): { number: number; text: null } => ({
    number: Number.isFinite(value) ? value : Number.NaN,
    text: null,
  });
  switch (type) {
    case 1:
    case 3:
      return number(body.u8());
    case 2:
      return number((body.u8() << 24) >> 24);
    case 4:
      return number(body.i16le());
    case 5:
      return number(body.u16le());
    case 6:
      return number(body.i32le());
    case 7:
      return number(body.u32le());
    case 10:
      return number(body.f32(true));
    case 11:
      return number(body.f64(true));
    case 12:
      return { number: Number.NaN, text: readString(body) };
    default:
      return null;
  }
}

const HEAD = '0000 0000000000000000 01000000 00000000 ffffffff 00000000 0000 00';

export const opcua: Dissector = defineDissector({
  id: 'opcua',
  title: 'OPC UA binary',
  reference: 'OPC 10000-6 §5–§7; OPC 10000-4 §5',
  dataset: 'pcap.opcua',
  over: 'tcp',
  ports: [4840],
  roams: true,
  maxUnitBytes: 1 << 24,
  looksLike,
  unitLength,
  begin: () => new OpcuaSession(),
  samples: [
    sampleOf(
      'normal',
      'hello',
      'client',
      '48454c46 24000000 00000000 00000100 00000100 00000000 00000000 04000000 6f70632e',
      { kind: 'request', action: 'hello', operation: 'connect', text: 'Hello opc.' },
    ),
    {
      kind: 'normal',
      title: 'a node is written and the write refused',
      units: [
        {
          from: 'client',
          hex: `4d534746 4f000000 07000000 01000000 05000000 06000000 0100a102 ${HEAD} 01000000 01020f00 0d000000 ffffffff 01 06 2a000000`,
          messages: [
            {
              action: 'write',
              operation: 'write',
              object: 'ns=2;i=15',
              points: [{ object: 'ns=2;i=15', address: null, stride: 0, values: [42] }],
            },
          ],
        },
        {
          from: 'server',
          hex: '4d534746 2c000000 07000000 01000000 05000000 06000000 0100a402 0000000000000000 01000000 00001f80',
          messages: [{ kind: 'exception', action: 'write', exception: 0x801f0000, isUnpaired: false }],
        },
      ],
    },
    sampleOf('truncated', 'an error that ends early', 'server', '45525246 0c000000 00007d80', {
      kind: 'exception',
      malformed: 'The message ends early',
    }),
    sampleOf('foreign', 'a type there is none of', 'client', '58595a46 08000000'),
  ],
});
