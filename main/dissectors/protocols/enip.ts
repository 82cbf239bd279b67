/**
 * EtherNet/IP: CIP Volume 2 §2-3 (encapsulation), §2-6 (common packet format). One message per CIP service (those in
 * a multiple service packet each), and one per encapsulation command that carries none. Implicit I/O is `cip_io`.
 */

import { type Path, pathText, readPath, serviceOf, statusText } from '../cip/cip';
import { Connections } from '../cip/connections';
import { type Content, replyContent, requestContent } from '../cip/contents';
import { vendorName } from '../cip/names';
import type { PcccOpen } from '../cip/pccc';
import { samples } from '../cip/samples';
import { tagRequest, tagValues, worthOf } from '../cip/tags';
import { Cursor } from '../cursor';
import {
  type AssetFact,
  defineDissector,
  type Likeness,
  type Message,
  newMessage,
  type OtOperation,
  otherSide,
  type Session,
  type Side,
} from '../dissector';
import { OpenRequests } from '../open-requests';

const HEADER_BYTES = 24;
const MAX_PENDING = 64;
const MAX_EMBEDDED = 256;

const COMMANDS: Readonly<Record<number, readonly [string, OtOperation]>> = {
  0: ['nop', 'diagnose'],
  4: ['list_services', 'identify'],
  99: ['list_identity', 'identify'],
  100: ['list_interfaces', 'identify'],
  101: ['register_session', 'connect'],
  102: ['unregister_session', 'connect'],
  111: ['send_rr_data', 'read'],
  112: ['send_unit_data', 'read'],
  114: ['indicate_status', 'report'],
  115: ['cancel', 'connect'],
};
const ITEM = { identity: 0x0c, connected: 0xb1, unconnected: 0xb2, connection: 0xa1 } as const;

interface Pending {
  /** Under which it waits. */
  readonly key: string;
  /** Key of what waits no longer once this is answered: an unconnected send and the service inside it. */
  readonly instead: string | null;
  readonly action: string;
  readonly operation: OtOperation;
  readonly path: Path;
  /** Where in the tag a fragment begins, for the message's line. */
  readonly place: string;
  readonly embedded: readonly Pending[];
  readonly pccc: PcccOpen | null;
}

/*
 *   0         2        4         8        12               20        24
 *   +---------+--------+---------+--------+----------------+---------+--------
 *   | command | length | session | status | sender context | options | data …
 *   +---------+--------+---------+--------+----------------+---------+--------      low byte first
 */
function unitLength(bytes: Uint8Array, from: number, to: number): number {
  if (from + 1 < to && ((bytes[from + 1] ?? 0) !== 0 || !((bytes[from] ?? 0) in COMMANDS))) return -1;
  if (from + 4 > to) return 0;
  return HEADER_BYTES + (bytes[from + 2] ?? 0) + (bytes[from + 3] ?? 0) * 256;
}

function looksLike(bytes: Uint8Array, from: number, to: number): Likeness {
  const length = unitLength(bytes, from, to);
  if (length < 0) return 'no';
  if (from + HEADER_BYTES > to) return 'more';
  const options =
    (bytes[from + 20] ?? 0) | (bytes[from + 21] ?? 0) | (bytes[from + 22] ?? 0) | (bytes[from + 23] ?? 0);
  return options === 0 ? 'maybe' : 'no';
}

class EnipSession implements Session {
  private readonly pending = new OpenRequests<Pending>(MAX_PENDING);
  private readonly connections = new Connections();

  message(cursor: Cursor, from: Side): readonly Message[] {
    const code = cursor.u16le();
    const length = cursor.u16le();
    cursor.skip(4);
    const status = cursor.u32le();
    const context = cursor.hex(8);
    cursor.skip(4);
    const data = cursor.part(length);
    const [action, operation] = COMMANDS[code] ?? [`command_${code}`, 'diagnose'];
    if ((code === 0x6f || code === 0x70) && data.left > 6) {
      const messages = this.items(data, from, context);
      if (messages.length > 0) return messages;
    }
    const isExtra = code === 0x63 && from === 'server' && data.left > 4;
    const identity = isExtra ? readIdentity(data) : null;
    return [
      newMessage({
        kind: from === 'client' ? 'request' : status === 0 ? 'response' : 'exception',
        action,
        operation,
        functionCode: code,
        exception: status === 0 ? null : status,
        host: identity?.name ?? null,
        object: identity ? 'Identity' : null,
        facts: identity?.facts,
        text: `${action.replaceAll('_', ' ')}${identity ? `: ${identity.text}` : ''}${status === 0 ? '' : ` failed (encapsulation status ${status})`}`,
        malformed: cursor.isShort || data.isShort ? 'The message ends early' : null,
      }),
    ];
  }

  gap(): void {
    this.pending.letGo();
  }

  private items(data: Cursor, from: Side, context: string): readonly Message[] {
    data.skip(6);
    const count = data.u16le();
    let connection = 0;
    for (let place = 0; place < count && place < 8 && data.left >= 4; place++) {
      const type = data.u16le();
      const item = data.part(data.u16le());
      if (type === ITEM.connection) connection = item.u32le();
      if (type === ITEM.unconnected) return this.cip(item, from, context, null);
      if (type === ITEM.connected) {
        const sequence = item.u16le();
        return this.cip(item, from, this.connections.nameOf(from, connection) ?? connection, sequence);
      }
    }
    return [];
  }

  /*
   *   request    service | path words | path … | data …
   *   reply      service + 0x80 | 0 | status | extended words | extended … | data …
   */
  private cip(cursor: Cursor, from: Side, way: string | number, sequence: number | null): readonly Message[] {
    const messages: Message[] = [];
    if (((cursor.peek() & 0x80) === 0) === cursor.left > 0)
      this.request(cursor, `${keyOf(from, way)} ${sequence}`, sequence, messages);
    else this.reply(cursor, this.take(from, way, sequence, cursor.peek() & 0x7f), from, sequence, messages);
    return messages;
  }

  private request(
    cursor: Cursor,
    key: string,
    sequence: number | null,
    messages: Message[],
    depth = 0,
  ): Pending {
    const code = cursor.u8();
    const path = readPath(cursor.part(cursor.u8() * 2));
    const [action, operation] = serviceOf(code, path);
    const name = pathText(path);
    const embedded: Pending[] = [];
    const at = messages.length;
    const tag = tagRequest(action, name, cursor);
    const isShort = cursor.isShort;
    // Its own cursor: data that end early are told as far as they go.
    const content = requestContent(action, path, new Cursor(cursor.bytes, cursor.at, cursor.end));
    const detail = content.detail === '' ? tag.detail : ` ${content.detail}`;
    if (action === 'unconnected_send' && depth < 2) {
      cursor.skip(2);
      const inner = cursor.part(cursor.u16le());
      if (inner.left > 1) embedded.push(this.request(inner, key, sequence, messages, depth + 1));
    } else if (action === 'multiple_service_packet' && depth < 2) {
      for (const part of readParts(cursor))
        embedded.push(this.request(part, key, sequence, messages, depth + 1));
    }
    messages.splice(
      at,
      0,
      newMessage({
        kind: 'request',
        action: content.action ?? action,
        operation: content.operation ?? operation,
        functionCode: code,
        object: content.object ?? (name === '' ? null : name),
        address: content.address ?? path.instance,
        quantity: content.quantity ?? tag.quantity,
        transaction: sequence,
        points: tag.points.length > 0 ? tag.points : content.points,
        text: `${wordsOf(content.action ?? action, name)}${detail}`.trim(),
        malformed: isShort ? 'The service ends early' : null,
      }),
    );
    const pccc = content.pccc ?? null;
    const [inner] = embedded;
    // An unconnected send is answered by the service inside it, or by itself where that was not reached.
    const instead = action === 'unconnected_send' && inner ? inner.key : null;
    const open = {
      key: `${key} ${code}`,
      instead,
      action,
      operation,
      path,
      place: tag.place,
      embedded,
      pccc,
    };
    if (depth > 0) return open;
    this.pending.ask(open.key, open);
    if (instead !== null && inner) this.pending.ask(instead, { ...inner, instead: open.key });
    return open;
  }

  private reply(
    cursor: Cursor,
    request: Pending | null,
    from: Side,
    sequence: number | null,
    messages: Message[],
    depth = 0,
  ): void {
    const code = cursor.u8() & 0x7f;
    cursor.skip(1);
    const status = cursor.u8();
    cursor.skip(cursor.u8() * 2);
    const path = request?.path ?? NOWHERE;
    const [action, operation] = request ? [request.action, request.operation] : serviceOf(code, path);
    const name = pathText(path);
    const isShort = cursor.isShort;
    const isFine = status === 0 || status === 6;
    const isRead = (action === 'read_tag' || action === 'read_tag_fragmented') && isFine;
    const run = isRead ? tagValues(cursor, name, request?.place ?? '') : null;
    const content = isFine && !isRead ? contentOf(action, path, cursor, request) : null;
    const isOpening = action === 'forward_open' || action === 'large_forward_open';
    if (isOpening && isFine) this.connections.open(cursor, from);
    const worth = `${request?.place ?? ''}${run ? ` = ${worthOf(run)}` : ''}`;
    const detail = content?.detail ? ` ${content.detail}` : worth;
    const isAccepted = (isFine || (status === 0x1e && depth === 0)) && !content?.exception;
    const act = content?.action ?? action;
    messages.push(
      newMessage({
        kind: isAccepted ? 'response' : 'exception',
        action: act,
        operation: content?.operation ?? operation,
        functionCode: code,
        object: content?.object ?? (name === '' ? null : name),
        address: content?.address ?? path.instance,
        quantity: content?.quantity ?? (run ? run.values.length : null),
        exception: isFine ? (content?.exception ?? null) : status,
        transaction: sequence,
        points: run ? [run] : (content?.points ?? []),
        facts: content?.facts,
        clockUs: content?.clockUs,
        text: `${wordsOf(act, name)}${detail}${isFine ? '' : ` refused: ${statusText(status)}`} (reply)`,
        malformed: isShort ? 'The reply ends early' : null,
        isUnpaired: request === null,
      }),
    );
    if (code !== 0x0a || depth > 0 || !(isFine || status === 0x1e)) return;
    readParts(cursor).forEach((part, index) => {
      this.reply(part, request?.embedded[index] ?? null, from, sequence, messages, depth + 1);
    });
  }

  /**
   * What `from` answers. A connection whose opening was not seen shows one identifier there and another back: then it is
   * the one request of that sequence number on any such connection, if there is but one.
   */
  private take(from: Side, way: string | number, sequence: number | null, code: number): Pending | null {
    const asker = otherSide(from);
    const tail = ` ${sequence} ${code}`;
    const unknown = `${asker} ?`;
    const request =
      typeof way === 'string'
        ? this.pending.answer(`${keyOf(asker, way)}${tail}`)
        : this.pending.take((key) => key.startsWith(unknown) && key.endsWith(tail));
    if (typeof request?.instead === 'string') this.pending.answer(request.instead);
    return request;
  }
}

/** Who asks and on which way: a sender context, a connection's name, or the identifier of one that is not known. */
function keyOf(asker: Side, way: string | number): string {
  return `${asker} ${typeof way === 'string' ? way : `?${way}`}`;
}

/** Parts of a multiple service packet (Volume 1 §A-4.10): a count, then offsets from the count's own place. */
function readParts(cursor: Cursor): readonly Cursor[] {
  const base = cursor.at;
  const count = Math.min(cursor.u16le(), MAX_EMBEDDED, cursor.left >> 1);
  const starts = Array.from({ length: count }, () => cursor.u16le());
  const parts: Cursor[] = [];
  starts.forEach((start, index) => {
    const end = Math.min(starts[index + 1] ?? cursor.end - base, cursor.end - base);
    if (base + start < cursor.at || end <= start) return;
    cursor.at = base + start;
    parts.push(cursor.part(end - start));
  });
  return parts;
}

/** What is done to what; PCCC names its own places. */
function wordsOf(action: string, name: string): string {
  const words = action.replaceAll('_', ' ');
  return action.startsWith('pccc_') ? words.replace('pccc', 'PCCC') : `${words} ${name}`.trim();
}

const NOWHERE: Path = { classId: null, instance: null, attribute: null, tag: '', points: [] };

/** As `requestContent`: what the data of a reply say. */
function contentOf(action: string, path: Path, { bytes, at, end }: Cursor, request: Pending | null): Content {
  return replyContent(action, path, new Cursor(bytes, at, end), request?.pccc ?? null);
}

/** The identity item of a list identity reply (Volume 2, table 2-4.4). */
function readIdentity(data: Cursor): {
  readonly name: string;
  readonly text: string;
  readonly facts: readonly AssetFact[];
} {
  data.skip(6);
  data.skip(2 + 16);
  const vendor = data.u16le();
  const type = data.u16le();
  const product = data.u16le();
  const revision = `${data.u8()}.${data.u8()}`;
  data.skip(2);
  const serial = data.u32le().toString(16).padStart(8, '0');
  const name = data.text(data.u8());
  const facts: AssetFact[] = [
    { of: 'sender', fact: 'vendor', value: vendorName(vendor) },
    { of: 'sender', fact: 'model', value: name },
    { of: 'sender', fact: 'firmware', value: revision },
    { of: 'sender', fact: 'serial', value: serial },
  ];
  return {
    name,
    facts,
    text: `${name}, vendor ${vendor}, type ${type}, product ${product}, revision ${revision}, serial ${serial}`,
  };
}

export const enip: ReturnType<typeof defineDissector> = defineDissector({
  id: 'enip',
  title: 'EtherNet/IP and CIP',
  reference: 'CIP Networks Library, Volume 1 (CIP) and Volume 2 (EtherNet/IP Adaptation)',
  dataset: 'pcap.enip',
  over: 'both',
  ports: [44818],
  maxUnitBytes: 65559,
  looksLike,
  unitLength,
  begin: () => new EnipSession(),
  samples,
});
