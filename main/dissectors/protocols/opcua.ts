/**
 * OPC UA binary: OPC 10000-6 §5 (encoding), §6.7 (secure conversation), §7.1 (connection protocol); services of
 * OPC 10000-4 by their encoding ids. Bodies of encrypted channels stay closed.
 */
import type { Cursor } from '../cursor';
import {
  type Dissector,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  type OtOperation,
  type Session,
  type Side,
} from '../dissector';
import {
  type Body,
  readRequest,
  readResponse,
  readResponseHeader,
  skipRequestHeader,
  valueText,
} from '../opcua/bodies';
import { ABORT, Chunks } from '../opcua/chunks';
import { numericId, readString } from '../opcua/encoding';
import { samples } from '../opcua/samples';
import { SERVICES } from '../opcua/services';

const TYPES = ['HEL', 'ACK', 'ERR', 'RHE', 'OPN', 'CLO', 'MSG'] as const;
const FINAL = 0x46;

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
  readonly nodes: readonly string[];
}

class OpcuaSession implements Session {
  private readonly requests = new Map<number, Request>();
  private readonly watched = { handles: new Map<number, string>() };
  private readonly chunks: Readonly<Record<Side, Chunks>> = { client: new Chunks(), server: new Chunks() };

  message(cursor: Cursor, from: Side): readonly Message[] {
    const told = this.chunk(cursor, from);
    const lost = this.chunks[from].takeLost();
    if (lost === 0) return told === null ? [] : [told];
    const dropped = incomplete(from, lost);
    return told === null ? [dropped] : [dropped, told];
  }

  gap(from: Side): void {
    this.chunks[from].gap();
  }

  private chunk(cursor: Cursor, from: Side): Message | null {
    const type = cursor.text(3);
    const chunk = cursor.u8();
    cursor.skip(4);
    const kind = from === 'client' ? 'request' : 'response';
    if (type === 'HEL' || type === 'ACK' || type === 'RHE') {
      cursor.skip(type === 'RHE' ? 0 : 20);
      const url = type === 'ACK' ? '' : readString(cursor);
      return newMessage({
        kind,
        action: type === 'ACK' ? 'acknowledge' : 'hello',
        operation: 'connect',
        text: `${type === 'ACK' ? 'Acknowledge' : 'Hello'} ${url}`.trim(),
        malformed: short(cursor),
      });
    }
    if (type === 'ERR') {
      const code = cursor.u32le();
      return newMessage({
        kind: 'exception',
        action: 'error',
        operation: 'connect',
        exception: code,
        text: `Error 0x${code.toString(16)} ${readString(cursor)}`.trim(),
        malformed: short(cursor),
      });
    }
    const unit = cursor.u32le();
    const policy = type === 'OPN' ? readString(cursor) : '';
    if (type === 'OPN') {
      readString(cursor);
      readString(cursor);
    } else cursor.skip(4);
    const sequence = cursor.u32le();
    const id = cursor.u32le();
    if (cursor.isShort)
      return newMessage({ kind, action: 'message', unit, text: 'Message', malformed: short(cursor) });
    if (chunk === ABORT) return this.abort(cursor, from, { unit, id });
    const body = this.chunks[from].add(cursor, id, sequence, chunk === FINAL);
    return body === null
      ? null
      : this.service(body, from, { unit, id, policy: policy.split('#').at(-1) ?? '' });
  }

  /** Whoever sent the chunks before takes them back, and says why (OPC 10000-6 §6.7.3). */
  private abort(cursor: Cursor, from: Side, { unit, id }: { unit: number; id: number }): Message {
    const bytes = this.chunks[from].abort(id);
    const request = from === 'client' ? null : (this.requests.get(id) ?? null);
    if (from === 'server') this.requests.delete(id);
    const code = cursor.u32le();
    const why = `0x${code.toString(16)} ${readString(cursor)}`.trim();
    const isTold = this.chunks[from].isPlain;
    return newMessage({
      kind: 'exception',
      action: request?.action ?? 'abort',
      operation: request?.operation ?? null,
      unit,
      object: request?.object ?? null,
      transaction: id,
      exception: isTold ? code : null,
      text: `${request === null ? '' : `${request.action.replaceAll('_', ' ')} `}aborted by its sender after ${bytes} bytes${isTold ? `: ${why}` : ''} (${from === 'client' ? 'request' : 'response'})`,
      malformed: isTold ? short(cursor) : null,
      isUnpaired: from === 'server' && request === null,
    });
  }

  private service(
    body: Cursor,
    from: Side,
    { unit, id, policy }: { unit: number; id: number; policy: string },
  ): Message {
    const encoding = numericId(body);
    const asked = SERVICES[encoding];
    const note = policy === '' ? '' : `, security policy ${policy}`;
    if (asked) {
      const [action, operation] = asked;
      skipRequestHeader(body);
      const told = readRequest(body, action, this.watched);
      const { object, nodes, quantity, points, user, facts } = told;
      this.remember(id, { action, operation, object, nodes });
      return newMessage({
        kind: 'request',
        action,
        operation,
        functionCode: encoding,
        unit,
        object,
        quantity,
        transaction: id,
        points,
        user,
        facts,
        text: `${line(action, told, '')}${note} (request)`,
        malformed: short(body),
      });
    }
    const request = this.requests.get(id) ?? null;
    const named = SERVICES[encoding - 3];
    if (!named && encoding !== FAULT)
      return newMessage({
        unit,
        transaction: id,
        kind: from === 'client' ? 'request' : 'response',
        action: request?.action ?? 'secured_message',
        operation: request?.operation ?? null,
        text: `secured message${note}`,
      });
    this.requests.delete(id);
    const result = readResponseHeader(body);
    const action = named?.[0] ?? request?.action ?? 'service_fault';
    const isRefused = result >= 0x80000000 || encoding === FAULT;
    const told = isRefused ? null : readResponse(body, action, request?.nodes ?? [], this.watched);
    const bad = result >= 0x80000000 ? result : (told?.refusal?.status ?? 0);
    const verdict = bad === 0 ? '' : (told?.refusal?.verdict ?? ` refused: 0x${bad.toString(16)}`);
    const isPartly = told?.refusal?.isPartly ?? false;
    return newMessage({
      unit,
      transaction: id,
      quantity: told?.quantity ?? null,
      points: told?.points ?? [],
      user: told?.user,
      facts: told?.facts,
      kind: (bad !== 0 && !isPartly) || encoding === FAULT ? 'exception' : 'response',
      action,
      operation: named?.[1] ?? request?.operation ?? 'diagnose',
      functionCode: encoding,
      object: request?.object ?? told?.object ?? null,
      exception: bad === 0 ? null : bad,
      text: `${told === null ? action.replaceAll('_', ' ') : line(action, told, request?.object ?? '')}${verdict}${note} (response)`,
      malformed: short(body),
      isUnpaired: request === null,
    });
  }

  private remember(id: number, request: Request): void {
    this.requests.set(id, request);
    if (this.requests.size > 256) this.requests.delete(this.requests.keys().next().value ?? 0);
  }
}

/** `read ns=1;s=level and 2 more = 4.5`; `asked`: the node a response answers for. */
function line(
  action: string,
  { object, quantity, points, nodes, text, refusal }: Body,
  asked: string,
): string {
  if (refusal !== null && text !== '') return `${action.replaceAll('_', ' ')} ${text}`;
  const node = object ?? asked;
  const rest = nodes.length > 1 ? ` and ${(quantity ?? nodes.length) - 1} more` : '';
  const value = text === '' ? valueText(points) : '';
  return `${action.replaceAll('_', ' ')}${node === '' ? '' : ` ${node}`}${rest}${value}${text === '' ? '' : `: ${text}`}`;
}

function incomplete(from: Side, bytes: number): Message {
  return newMessage({
    kind: from === 'client' ? 'request' : 'unsolicited',
    action: 'incomplete_message',
    text: `message could not be put together, of it came ${bytes} bytes`,
    malformed: 'Chunks of the message are missing',
  });
}

function short(cursor: Cursor): string | null {
  return cursor.isShort ? 'The message ends early' : null;
}

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
  samples,
});
